"""The publish wizard as pages: redirects after every POST, what is asked, and who may see it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.settings import WebSettings
from tests.support.drafts import (
    FAILED,
    GONE,
    HELD,
    HOST,
    NEW,
    SLOW,
    InMemoryDrafts,
    facts,
    sample_drafts,
)
from tests.support.page_structure import Structure
from tests.support.publiccode_samples import LONG, MINIMAL
from tests.support.web_apps import BASE, asked, sample_app
from tests.support.web_fakes import web_services
from web.pages.handover import MAX_URL, editor_url

Client = TestClient[Litestar]
OWN = {"Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def drafts() -> InMemoryDrafts:
    return sample_drafts()


@pytest.fixture(scope="module")
def shared(drafts: InMemoryDrafts) -> Iterator[Client]:
    settings = WebSettings(base_url=BASE, requests_per_minute=100_000)
    services = replace(web_services(settings=settings), drafts=drafts)
    with asked(sample_app(services)) as client:
        yield client


@pytest.fixture
def page(shared: Client, drafts: InMemoryDrafts) -> Client:
    drafts.begin_anew()
    return shared


def send(client: Client, path: str, fields: Mapping[str, str], status: int = 303) -> str:
    """Send a form; return where it leads, or the page that refuses it."""
    answer = client.post(path, content=urlencode(fields), headers=OWN)
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else answer.text


def step(client: Client, path: str, **answers: str) -> str:
    """Answer what a step asks, as a browser would, and return where it leads."""
    form = Structure(client.get(path).text)
    names = [x.attributes.get("name", "") for x in form.all("input", "textarea")]
    hidden = {name: "1" for name in names if name.startswith("asked-")}
    assert {f"asked-{name}" for name in answers if name != "lang"} <= set(hidden)
    return send(client, path, {**hidden, **answers})


def test_from_an_address_to_the_file(page: Client) -> None:
    first = send(page, "/publish", {"url": NEW})
    assert first.endswith("/about"), "what is known is not asked, the first open step is"
    html = page.get(first).text
    assert "Kind of software" in html
    assert "Name of the software" not in html
    assert "Error" not in Structure(html).all("title")[0].text
    second = step(page, first, software_type="standalone/web", platforms="web")
    third = step(page, second, lang="en", long_description=LONG, features="Register")
    assert (second, third) == (
        first.replace("about", "description"),
        first.replace("about", "upkeep"),
    )
    last = step(page, third, maintenance="none", localisation_ready="true", languages="en")
    assert last == first.removesuffix("/about")
    checked = page.get(last).text
    assert "from LICENSE, line 1" in checked
    assert "problem" not in checked
    finished = page.get(f"{last}/file")
    assert "Your publiccode.yml is ready" in finished.text
    file = page.get(f"{last}/publiccode.yml")
    assert file.text.startswith('publiccodeYmlVersion: "0"\nname: Bench Register\n')
    assert file.headers["content-disposition"] == 'attachment; filename="publiccode.yml"'


def test_three_errors_of_a_file_are_named_and_mended(page: Client) -> None:
    home = send(page, "/publish", {"url": HELD})
    html = page.get(home).text
    assert "4 problems" in html
    assert "Make 2 certain fixes" in html
    assert send(page, f"{home}/mend", {}) == f"{home}?made=2"
    html = page.get(f"{home}?made=2").text
    assert "2 problems" in html
    links = [x.attributes["href"] for x in Structure(html).all("a")]
    (status,) = [href for href in links if "field=status#status-1" in href]
    assert "`developmentStatus` has an unknown value" in page.get(status).text
    assert step(page, status.partition("#")[0].replace("?field=status", ""), status="beta") == home
    text = page.get(f"{home}/publiccode.yml").text.replace("nl:\n  gemma: x\n", "")
    assert send(page, f"{home}/text", {"content": text}) == home
    assert "Your publiccode.yml is ready" in page.get(f"{home}/file").text


def test_a_wrong_answer_is_asked_again_and_nothing_is_lost(page: Client) -> None:
    path = send(page, "/publish", {"url": NEW})
    assert step(page, path, platforms="web") == path, "the kind of software was left out"
    html = page.get(path).text
    assert "an answer is needed" in html
    assert Structure(html).all("title")[0].text.startswith("Error:")
    assert "Platforms" not in Structure(html).all("legend")[0].text
    description = path.replace("about", "description")
    assert (
        step(page, description, lang="en", long_description="too short", features="x")
        == description
    )
    html = page.get(description).text
    assert "too short</textarea>" in html
    assert 'href="#long_description"' in html


def test_one_answer_can_be_changed(page: Client) -> None:
    home = "/publish/new"
    html = page.get(f"{home}/about?field=name").text
    assert 'name="one" value="name"' in html
    fields = {"one": "name", "asked-name": "1", "name": "Benches"}
    assert send(page, f"{home}/about", fields) == home
    assert "Benches" in page.get(home).text
    fields["name"] = ""
    assert send(page, f"{home}/about", fields) == f"{home}/about?field=name"


def test_a_repository_that_is_not_here_yet_is_read_first(page: Client) -> None:
    home = send(page, "/publish", {"url": f"{HOST}/town/unheard"})
    answer = page.get(home)
    assert "Your repository is being read" in answer.text
    assert answer.headers["refresh"] == "5"
    assert "<progress" in answer.text
    for part in ("about", "text", "file"):
        assert page.get(f"{home}/{part}").headers["location"] == home
    assert page.get(f"{home}/publiccode.yml").status_code == 404
    assert send(page, f"{home}/about", {"asked-name": "1", "name": "x"}, 409)
    failed = send(page, "/publish", {"url": FAILED})
    answer = page.get(failed)
    assert "The repository could not be read" in answer.text
    assert "refresh" not in answer.headers
    assert page.get("/publish/slow").status_code == 200, SLOW


def test_an_organisation_offers_its_repositories(page: Client) -> None:
    html = send(page, "/publish", {"url": f"{HOST}/town"}, 200)
    values = [x.attributes["value"] for x in Structure(html).all("input")]
    assert values == [NEW, HELD]
    html = send(page, "/publish", {"url": f"{HOST}/nowhere"}, 400)
    assert "No repository of this organisation is known here" in html


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("", 400, "Write the https address of a repository"),
        ("http://127.0.0.1/x/y", 400, "This address may not be read"),
        ("file:///etc/passwd", 400, "This address may not be read"),
        (GONE, 410, "removed on purpose"),
    ],
)
def test_an_address_that_will_not_do_is_told_why(
    page: Client, url: str, status: int, words: str
) -> None:
    html = send(page, "/publish", {"url": url}, status)
    assert words in html
    assert 'href="#url"' in html


def test_a_draft_is_kept_out_of_caches_and_indexes(page: Client) -> None:
    for path in ("", "/about", "/text", "/file", "/publiccode.yml"):
        answer = page.get(f"/publish/new{path}")
        assert "no-store" in answer.headers["cache-control"], path
        assert answer.headers["x-robots-tag"] == "noindex", path
        assert "etag" not in answer.headers, path


def test_other_sites_cannot_send_their_visitors_here(page: Client) -> None:
    for path in ("", "/new/about", "/new/mend", "/new/text", "/new/forget"):
        answer = page.post(
            f"/publish{path}", content="url=x", headers={**OWN, "Origin": "https://x"}
        )
        assert answer.status_code == 403, path


def test_a_draft_can_be_removed(page: Client) -> None:
    assert send(page, "/publish/new/forget", {}) == "/publish"
    assert page.get("/publish/new").status_code == 404
    assert page.get("/fr/publish/held").status_code == 200


def test_drafts_cost_more_than_pages() -> None:
    settings = WebSettings(base_url=BASE, requests_per_minute=100)
    with asked(sample_app(web_services(settings=settings))) as client:
        send(client, "/publish", {"url": NEW})
        assert (
            client.post("/publish", content=urlencode({"url": NEW}), headers=OWN).status_code == 429
        )


@pytest.mark.parametrize("text", ["", "\x00", "[" * 3000, "a: &x\n", "é" * 90_000])
def test_no_text_makes_it_fail(page: Client, text: str) -> None:
    answer = page.post("/publish/new/text", content=urlencode({"content": text}), headers=OWN)
    assert answer.status_code in {303, 400}
    assert page.get("/publish/new").status_code == 200
    assert page.get("/publish/new/about").status_code in {200, 303}


def test_the_editor_of_the_forge_gets_the_text_where_it_can() -> None:
    github = facts("https://github.com/town/bench", forge="github", branch="main")
    url, is_whole = editor_url(github, MINIMAL) or ("", False)
    assert is_whole
    assert urlsplit(url).path == "/town/bench/new/main"
    assert parse_qs(urlsplit(url).query) == {"filename": ["publiccode.yml"], "value": [MINIMAL]}
    url, is_whole = editor_url(github, "x" * MAX_URL) or ("", True)
    assert not is_whole
    assert url.endswith("?filename=publiccode.yml")
    held = facts("https://github.com/town/bench", forge="github", has_file=True, path="a/b.yml")
    assert editor_url(held, "") == ("https://github.com/town/bench/edit/main/a/b.yml", False)
    lab = facts("https://git.example.org/t/b", forge="gitlab", branch="a#b")
    assert editor_url(lab, "") == (
        "https://git.example.org/t/b/-/new/a%23b?file_name=publiccode.yml", False,
    )  # fmt: skip
    tea = facts("https://codeberg.org/t/b", forge="git")
    assert editor_url(tea, "") == ("https://codeberg.org/t/b/_new/main/publiccode.yml", False)
    assert editor_url(facts("https://git.example.org/t/b", forge="git"), "") is None
    assert editor_url(facts("x", web_url="javascript:alert(1)", forge="github"), "") is None
