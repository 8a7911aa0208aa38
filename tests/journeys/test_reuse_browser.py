"""Somebody takes a component over: three clicks, a real push, and a crawler that proves it.

A real git server that takes pushes, the mock of GitHub's own API description, the real crawler,
and a browser without JavaScript.
"""

import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page

from crawlers.forges.forking import ForgeForker
from registry.accounts.actors import Role
from registry.cli.crawling import handlers
from registry.cli.web import build_app
from registry.settings import ReuseSettings
from tests.support import axe
from tests.support.accounts import Person, add_account, add_organisation, sign_in
from tests.support.browser import chromium, missing, served
from tests.support.command_line import CommandLine
from tests.support.git_repos import Commit, build_repository, git
from tests.support.github_mock import Loopback, github_mock
from tests.support.hostile_servers import git_server
from tests.support.registries import (
    PUBLIC,
    World,
    honest_commits,
    open_world,
    read_in_process,
)
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
MOST_CLICKS = 3
CITY = ("Bea Example", "bea@city.example")
TOKEN = "ghp_this-is-used-once-and-gone"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


class Visitor:
    """Somebody at a page without JavaScript who counts the clicks."""

    def __init__(self, browser: Browser, person: Person | None = None, url: str = "") -> None:
        self._context = browser.new_context(java_script_enabled=False)
        if person:
            self._context.add_cookies([{"name": "session", "value": person.secret, "url": url}])
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def close(self) -> None:
        self._context.close()


def work(world: World) -> None:
    """Let a worker do all that is due."""
    world.registry.queue.work(
        handlers(world.registry), concurrency=1, stop=threading.Event(), until_idle=True
    )


def run_shown(commands: str, folder: Path) -> None:
    """Run the commands that a page shows, as a person would who copies them."""
    for line in commands.splitlines():
        words = shlex.split(line)
        assert words[0] == "git"
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_a_fork_across_forges_is_made_with_git_and_measured(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_process(monkeypatch)
    root = tmp_path / "served"
    with ExitStack() as stack:
        server = stack.enter_context(git_server(root, can_push=True))
        world = stack.enter_context(open_world(tmp_path, allow_hosts=(server.host,)))
        build_repository(root / "town" / "letters", honest_commits("letters"))
        git(root / "town" / "letters", "branch", "other", "main")
        world.add_url(f"http://{server.host}/town/letters", country="EE")
        world.crawl()
        slug = world.log(f"http://{server.host}/town/letters")[0].component
        address = stack.enter_context(served(build_app(world.registry, "http://127.0.0.1")))
        visitor = Visitor(browser)
        stack.callback(visitor.close)
        page = visitor.page
        page.goto(f"{address}/components/{slug}")
        visitor.click(page.get_by_role("link", name="Reuse this"))
        page.get_by_label("Account or organisation").fill(f"http://{server.host}/city")
        page.get_by_label("Name of the copy").fill("briefe")
        visitor.click(page.get_by_role("button", name="Continue"))
        assert page.get_by_role("heading", level=1).inner_text() == "Check before you copy"
        assert "Keep the copyright notices" in visitor.text()
        assert "Your answers: only who has the secret address." in visitor.text()
        visitor.click(page.get_by_role("button", name="Fork and record"))
        assert visitor.clicks == MOST_CLICKS
        assert "/reuse-actions/" in page.url
        assert "Recorded" in visitor.text()

        # What the page shows is what somebody does: an empty repository, and three commands.
        copy = f"http://{server.host}/city/briefe"
        build_repository(root / "city" / "briefe", [])
        page.get_by_text("Or with git").click()
        commands = page.locator("pre code", has_text="git clone --bare").inner_text()
        run_shown(commands, tmp_path)
        refs = git(root / "city/briefe", "for-each-ref", "--format=%(refname)").split()
        assert refs == ["refs/heads/main", "refs/heads/other", "refs/tags/v1.0.0"]
        build_repository(
            root / "city" / "briefe",
            [Commit({"README.md": "# Briefe\n"}, author=CITY, date=1_700_000_000)],
        )

        page.get_by_role("button", name="I have made the copy").click()
        page.locator("progress").wait_for()
        work(world)
        page.get_by_text("The registry found the same history").wait_for()  # it asks by itself
        assert page.locator("progress").count() == 0
        page.get_by_role("link", name="See the evidence").click()
        assert "Measured" in visitor.text()
        page.go_back()
        found = world.registry.lineage.edges_of(str(slug))
        edges = (*found.reused_by, *found.undirected, *found.reuses)
        assert [(e.kind, e.tag) for e in edges] == [("shared_commits", "measured")]
        assert copy in {edges[0].origin.url, edges[0].reuser.url}
        page.get_by_role("button", name="Remove my record").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Reuse")
        assert world.registry.lineage.edges_of(str(slug)) == found, "what is measured stays"


def test_reuse_without_a_fork_is_attributed(
    browser: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A developer takes a part over, names the source, and pushes: the crawler finds the text."""
    read_in_process(monkeypatch)
    source, own = f"{PUBLIC}/town/letters", f"{PUBLIC}/city/briefe"
    work_tree = tmp_path / "work"
    with ExitStack() as stack:
        world = stack.enter_context(open_world(tmp_path))
        server = stack.enter_context(git_server(world.repositories, can_push=True))
        world.build("letters")
        own_code = {"README.md": "# Briefe\n", "brief.py": "def brief():\n    return 'Liebe'\n"}
        build_repository(world.repositories / "city+briefe.git", [Commit(own_code, author=CITY)])
        for url, country in ((source, "EE"), (own, "DE")):
            world.add_url(url, country=country)
        world.crawl()
        slug = str(world.log(source)[0].component)

        git(tmp_path, "clone", "--quiet", f"http://{server.host}/city+briefe.git", str(work_tree))
        cli = CommandLine(tmp_path / "home", monkeypatch, capsys)
        cli("init-reuse", slug, str(work_tree))
        git(work_tree, "add", "--all")
        git(work_tree, "-c", "user.name=Bea", "-c", "user.email=bea@city.example",
            "commit", "--quiet", "-m", "Name the source")  # fmt: skip
        git(work_tree, "push", "--quiet", "origin", "HEAD:main")
        world.crawl()

        (edge,) = [
            edge
            for edge in world.registry.lineage.edges_of(slug).reused_by
            if edge.kind == "attribution_text"
        ]
        assert (edge.tag, edge.reuser.url) == ("attributed", own)
        address = stack.enter_context(served(build_app(world.registry, "http://127.0.0.1")))
        visitor = Visitor(browser)
        stack.callback(visitor.close)
        visitor.page.goto(f"{address}/components/{slug}/reuse")
        assert "Attributed" in visitor.text()
        visitor.page.goto(f"{address}/evidence/{edge.key}")
        assert "Attributed" in visitor.text()
        assert "NOTICE" in visitor.text()


def test_with_consent_the_forge_forks_and_the_token_is_gone(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_process(monkeypatch)
    place = {"https://github.com/{owner}/{name}": str(tmp_path / "github/{owner}+{name}.git")}
    with ExitStack() as stack:
        port = stack.enter_context(github_mock(tmp_path))
        world = stack.enter_context(open_world(tmp_path))
        world.settings = replace(world.settings, reuse=ReuseSettings(fork_by_api=True))
        world.reopen(mirrors=place)
        build_repository(tmp_path / "github/town+letters.git", honest_commits("letters"))
        world.add_url("https://github.com/town/letters", country="EE")
        world.crawl()
        forge = Loopback(port)
        vars(world.registry)["forker"] = ForgeForker(forge)  # as if it had been asked for before
        database = world.registry.database
        body = add_organisation(database, "octocat")
        person = sign_in(database, add_account(database, "Ada", {body: Role.MAINTAINER}))
        address = stack.enter_context(served(build_app(world.registry, "http://127.0.0.1")))
        visitor = Visitor(browser, person, address)
        stack.callback(visitor.close)
        page = visitor.page
        page.goto(f"{address}/components/town-letters/reuse-this")
        page.get_by_label("Account or organisation").fill("octocat")
        page.get_by_label("List my organisation as adopter").check()
        visitor.click(page.get_by_role("button", name="Continue"))
        assert "A statement that “Octocat” uses this component" in visitor.text()
        page.get_by_text("Have the registry fork for you").click()
        page.get_by_label("Access token of the forge").fill(TOKEN)
        visitor.click(page.get_by_role("button", name="Fork and record"))
        assert "Being made" in visitor.text()
        assert ("POST", "/repos/town/letters/forks") in [(m, p) for m, p, _ in forge.asked]
        shown = [h.get("authorization") for _, _, h in forge.asked]
        assert shown.count(f"Bearer {TOKEN}") == 1

        # The forge answered 202 and copies: the first look finds nothing yet.
        work(world)
        git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "github/town+letters.git"),
            str(tmp_path / "github/octocat+hello-world.git"))  # fmt: skip
        key = page.url.rpartition("/")[2]
        world.registry.reuse_actions.made(key)
        work(world)
        page.goto(f"{address}/reuse-actions/{key}")
        assert "The registry found the same history" in visitor.text()
        assert "https://github.com/octocat/hello-world" in visitor.text()
        adopters, _ = world.registry.adopters.list(component="town-letters")
        assert [(a.organisation.slug, bool(a.evidence)) for a in adopters] == [("octocat", True)]
    kept = b"".join(p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file())
    assert TOKEN.encode() not in kept
