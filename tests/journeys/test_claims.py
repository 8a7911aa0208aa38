"""Claiming what the crawler found: three clicks, a proof in a real repository, and its loss."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.authorise import Scope
from registry.cli.crawling import handlers
from registry.cli.web import build_app
from registry.publishing.ownership_service import CHECK, due_checks
from tests.support.accounts import Person, add_account, add_token, sign_in
from tests.support.git_repos import Commit
from tests.support.page_structure import Structure
from tests.support.registries import World, open_world, publiccode, read_in_process
from tests.support.web_apps import asked

BASE = "http://127.0.0.1:8000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SLUG = "code-example-town-letters"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with (
        pytest.MonkeyPatch.context() as patch,
        open_world(tmp_path_factory.mktemp("world")) as made,
    ):
        read_in_process(patch)
        made.build("letters")
        made.add("letters", country="EE")
        made.crawl()
        yield made
        assert made.problems() == []


@pytest.fixture(scope="module")
def client(crawled: World) -> Iterator[TestClient[Litestar]]:
    with asked(build_app(crawled.registry, BASE)) as opened:
        opened.follow_redirects = False
        yield opened


@pytest.fixture
def world(crawled: World) -> World:
    """Return the one world of this module, in the present; each test brings its own people."""
    crawled.ahead = timedelta(0)
    return crawled


def check_all(world: World) -> None:
    """Let the worker look for every proof that it was asked for."""
    queue, tasks = world.registry.queue, handlers(world.registry)
    done = queue.work(tasks, concurrency=1, stop=threading.Event(), until_idle=True, tasks=[CHECK])
    assert (done.retried, done.dead) == (0, 0)


class Reader:
    """Somebody with a browser without JavaScript, who is signed in; counts clicks."""

    def __init__(self, client: TestClient[Litestar], person: Person) -> None:
        self.client = client
        self.person = person
        self.clicks = 0
        self.path = ""
        self.page = Structure("")
        self.answer: Any = None

    def open(self, path: str) -> str:
        self.answer = self.client.get(path, headers=self.person.headers)
        while self.answer.status_code in {301, 302, 303}:
            path = self.answer.headers["location"]
            self.answer = self.client.get(path, headers=self.person.headers)
        self.path, self.page = path, Structure(self.answer.text)
        return str(self.answer.text)

    def follow(self, text: str) -> str:
        """Click a link."""
        self.clicks += 1
        (link,) = {x.attributes["href"] for x in self.page.all("a") if x.text == text}
        return self.open(link)

    def send(self, suffix: str = "", **fields: str) -> str:
        """Click the button of a form."""
        self.clicks += 1
        body = "&".join(f"{k}={v}" for k, v in {"csrf": self.person.csrf, **fields}.items())
        path = self.path.partition("?")[0] + suffix
        self.answer = self.client.post(path, content=body, headers=self.person.headers | FORM)
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return str(self.answer.text)


def test_a_component_is_claimed_in_three_clicks_and_lost_with_its_proof(
    world: World, client: TestClient[Litestar]
) -> None:
    ada = sign_in(world.registry.database, add_account(world.registry.database, "Ada <b>"))
    reader = Reader(client, ada)
    reader.open(f"/components/{SLUG}")
    reader.follow("Is this yours? Claim it")
    assert reader.answer.headers["cache-control"] == "private, no-store"
    text = reader.send(method="repository")
    (line,) = {x.text for x in reader.page.all("code") if x.text.startswith("gcr-claim=")}
    assert ".well-known/registry-claim" in text
    world.build(
        "letters", [Commit({".well-known/registry-claim": f"{line}\n"}, date=1_700_000_000)]
    )
    reader.send("/check")
    assert reader.answer.headers["refresh"] == "3"
    assert reader.clicks == 3
    check_all(world)
    text = reader.open(reader.path)
    assert "refresh" not in reader.answer.headers
    assert "In force" in text

    public = client.get(f"/components/{SLUG}").text
    assert "Claimed by Ada &lt;b&gt;" in public
    assert line not in public
    assert "Claimed by" in client.get(f"/fr/components/{SLUG}").text.replace(
        "Revendiqué par", "Claimed by"
    )

    # Another account with the same line in the same repository proves nothing.
    eve = Reader(client, sign_in(world.registry.database, add_account(world.registry.database)))
    eve.open(f"/components/{SLUG}/claim")
    assert "the operator of this registry decides" in eve.answer.text
    eve.send(method="repository")
    eve.send("/check")
    check_all(world)
    assert "The file is there, without the line." in eve.open(eve.path)
    assert client.get("/claims/1", headers=eve.person.headers).status_code == 404

    world.build("letters", [Commit({".well-known/registry-claim": None}, date=1_700_100_000)])
    for _ in range(2):
        world.ahead += timedelta(hours=24)
        with world.registry.database.write() as session:
            jobs = due_checks(session, world.now)
            world.registry.queue.enqueue(session, jobs)
        check_all(world)
    assert "The proof was not found any more." in client.get(f"/components/{SLUG}").text


def test_a_line_in_publiccode_yml_is_a_proof_too(
    world: World, client: TestClient[Litestar]
) -> None:
    database = world.registry.database
    token = add_token(database, add_account(database), (Scope.COMPONENTS_WRITE,))
    bearer = {"Authorization": f"Bearer {token}"}
    claim = {"component": SLUG, "method": "repository"}
    made = client.post("/api/v1/ownership-claims", json=claim, headers=bearer)
    assert made.status_code == 201
    again = client.post("/api/v1/ownership-claims", json=claim, headers=bearer)
    assert again.json() == made.json()
    assert made.json()["publish_at"] == ".well-known/registry-claim"
    text = f"# {made.json()['publish']}\nname: letters\n"
    world.build("letters", [Commit({"publiccode.yml": text}, date=1_700_000_000)])
    number = made.json()["id"]
    path = f"/api/v1/ownership-claims/{number}"
    assert client.post(f"{path}/check", headers=bearer).status_code == 202
    check_all(world)
    found = client.get(path, headers=bearer)
    assert (found.json()["state"], found.json()["level"]) == ("active", 2)
    assert client.get("/api/v1/ownership-claims", headers=bearer).json()["items"] == [found.json()]
    assert client.post(f"{path}/confirm", headers=bearer).status_code == 403
    ended = client.post(f"{path}/withdraw", headers=bearer)
    assert ended.json()["state"] == "withdrawn"
    assert client.post(f"{path}/withdraw", headers=bearer).status_code == 409


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ({"component": SLUG, "method": "repository", "extra": 1}, 400),
        ({"component": SLUG, "method": "magic"}, 400),
        ({"component": SLUG, "organisation": "x", "method": "forge"}, 400),
        ({"method": "forge"}, 400),
        ({"component": SLUG, "method": "dns", "domain": "<svg onload=alert(1)>"}, 400),
        ({"component": SLUG, "method": "dns", "domain": "ca"}, 400),
        ({"component": "nothing", "method": "forge"}, 404),
        ({"organisation": "\0", "method": "forge"}, 404),
        (["x"], 400),
    ],
)
def test_bad_claims_are_refused_by_a_clear_answer(
    world: World, client: TestClient[Litestar], claim: Any, status: int
) -> None:
    database = world.registry.database
    token = add_token(database, add_account(database), (Scope.COMPONENTS_WRITE,))
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/ownership-claims", json=claim, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.post("/api/v1/ownership-claims", json=claim).status_code == 401


def test_a_form_with_a_mistake_comes_back_with_what_was_sent(
    world: World, client: TestClient[Litestar]
) -> None:
    reader = Reader(client, sign_in(world.registry.database, add_account(world.registry.database)))
    reader.open(f"/components/{SLUG}/claim")
    text = reader.send(method="dns", domain="%3Csvg+onload%3Dalert(1)%3E")
    assert reader.answer.status_code == 400
    assert "Write a domain" in text
    assert "<svg" not in text.partition("<main")[2]
    reader.send(method="magic")
    assert reader.answer.status_code == 400
    assert client.get(f"/components/{SLUG}/claim").status_code in {302, 303, 307, 401}
    assert "You have claimed nothing yet" in reader.open("/claims")
    assert (
        client.get("/claims/999999999999999999999", headers=reader.person.headers).status_code
        == 404
    )


def test_a_file_that_the_registry_keeps_gives_way_to_that_of_the_repository(
    world: World, client: TestClient[Litestar]
) -> None:
    database = world.registry.database
    world.build("quiet", [Commit({"README.md": "# quiet\n"})])
    world.add("quiet", country="EE")
    world.crawl()
    slug = "code-example-town-quiet"
    token = add_token(database, add_account(database, is_operator=True), tuple(Scope))
    bearer, path = {"Authorization": f"Bearer {token}"}, f"/api/v1/components/{slug}/kept-file"
    bad = client.post(path, json={"content": "name: ["}, headers=bearer)
    assert (bad.status_code, "errors" in bad.json()["detail"]) == (400, True)
    other = client.post(path, json={"content": publiccode("letters")}, headers=bearer)
    assert (other.status_code, "url must be" in other.json()["detail"]) == (400, True)
    text = publiccode("quiet")
    kept = client.post(path, json={"content": text}, headers=bearer)
    assert kept.status_code == 200, kept.text
    assert client.get(f"/components/{slug}/kept/publiccode.yml").text == text
    assert kept.json()["file_url"].endswith(f"/components/{slug}/kept/publiccode.yml")
    shown = client.get(f"/components/{slug}/metadata").text
    assert "the file that its owner lets this registry keep" in shown
    assert f'href="/components/{slug}/kept"' in shown
    page = client.get(f"/components/{slug}/kept").text
    assert "Sends letters to every inhabitant" in page
    assert "Withdraw the file" not in page, "only its owner may"

    world.build("quiet", [Commit({"publiccode.yml": text}, date=1_700_000_000)])
    world.crawl()
    assert client.get(path).json()["versions"][0]["state"] == "yielded"
    assert client.get(f"/components/{slug}/kept/publiccode.yml").status_code == 404
    again = client.post(path, json={"content": text}, headers=bearer)
    assert again.status_code == 409
    assert client.post(f"{path}/withdraw", headers=bearer).status_code == 409
