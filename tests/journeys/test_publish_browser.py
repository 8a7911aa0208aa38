"""A unit lead publishes: from the address of a repository to its mended file, proven to be theirs.

A real git repository behind a real HTTP server, the real crawler, a real provider of accounts,
and a browser without JavaScript.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page

from registry.cli.crawling import handlers
from registry.cli.web import build_app
from registry.cli.working import work_until_idle
from registry.publishing.ownership_service import CHECK
from registry.settings import AccountSettings, ProviderSettings, WebSettings
from tests.support import axe
from tests.support.browser import chromium, free_port, missing, served
from tests.support.git_repos import Commit, build_repository
from tests.support.hostile_servers import git_server
from tests.support.oidc_server import SUBJECT, oidc_server
from tests.support.registries import World, open_world, publiccode, read_in_process
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
MOST_CLICKS = 12


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


class Visitor:
    """Somebody at a page without JavaScript who counts the clicks."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(java_script_enabled=False)
        self._looking = browser.new_context()  # axe itself is a script
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def look(self) -> None:
        """Assert that axe finds nothing on the page, also with its errors."""
        page = self._looking.new_page()
        page.goto(self.page.url)  # every page has an address: a POST only redirects
        found = [x["rule"] for x in axe.violations(page)]
        page.close()
        assert found == [], (self.page.url, found)

    def close(self) -> None:
        self._context.close()
        self._looking.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    opened = Visitor(browser)
    yield opened
    opened.close()


def spoilt(url: str) -> str:
    """Return a file with three errors, an older version, a comment and a key of its own."""
    text = publiccode("letters", url=url)
    return (
        text.replace("developmentStatus: stable", "developmentStatus: done  # ask Ms Smith")
        .replace("license: EUPL-1.2", "license: EUPL-1.2-or-later")
        .replace("categories: [communications]", "categories: [communications, healthcare]")
    )


def with_provider(world: World, issuer: str, base_url: str) -> None:
    """Open the registry anew, with a provider to sign in with."""
    secret = world.folder / "secret"
    secret.write_text("a secret of the test")
    secret.chmod(0o600)
    provider = ProviderSettings("oidc", "registry", issuer, str(secret), "Town of Examples")
    host = issuer.partition("://")[2]
    world.settings = replace(
        world.settings,
        web=WebSettings(base_url=base_url),
        accounts=AccountSettings(providers={"town": provider}, allow_hosts=(host,)),
    )
    world.reopen()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, str]]:
    read_in_process(monkeypatch)
    root = tmp_path / "served"
    with git_server(root) as server, open_world(tmp_path, allow_hosts=(server.host,)) as world:
        url = f"http://{server.host}/town/letters"
        commit = Commit(
            {
                "README.md": "# Letters\n\nSends letters.\n",
                "publiccode.yml": spoilt(url),
                "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge\n",
            }
        )
        build_repository(root / "town" / "letters", [commit])
        yield world, url


def test_from_an_address_to_a_mended_file_that_is_ours(
    visitor: Visitor, world: tuple[World, str], tmp_path: Path
) -> None:
    page, port, url = visitor.page, free_port(), world[1]
    base = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        with_provider(world[0], stack.enter_context(oidc_server()), base)
        registry = world[0].registry
        address = stack.enter_context(served(build_app(registry, base), port))
        page.goto(f"{address}/publish")
        page.get_by_label("Address of the repository").fill(url)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your repository is being read").wait_for()
        page.locator("progress").wait_for()
        visitor.look()
        assert work_until_idle(registry) == 0
        # The page looks again by itself.
        page.get_by_role("heading", name="Check your answers").wait_for()
        page.get_by_role("heading", name="4 problems").wait_for()
        visitor.look()
        visitor.click(page.get_by_role("button", name="Make 3 certain fixes"))
        visitor.click(page.get_by_role("link", name="Development status –"))
        assert "has an unknown value" in page.locator("form").inner_text()
        visitor.look()
        visitor.click(page.get_by_label("In testing"))
        visitor.click(page.get_by_role("button", name="Save and continue"))
        assert page.get_by_role("heading", name="problem").count() == 0
        visitor.click(page.get_by_role("link", name="Get the file"))
        assert page.get_by_role("heading", level=1).inner_text() == "Your publiccode.yml is ready"
        visitor.look()
        page.get_by_role("img", name="Organisations that reuse this").wait_for()
        with page.expect_download() as download:
            visitor.click(page.get_by_role("link", name="Download the file"))

        visitor.click(page.get_by_role("link", name="Claim this component"))
        visitor.click(page.get_by_role("button", name="Sign in with Town of Examples"))
        page.get_by_placeholder("sub").fill(SUBJECT)
        visitor.click(page.get_by_role("button", name="Authorize"))
        assert page.get_by_role("heading", level=1).inner_text() == "Is “letters” yours?"
        visitor.click(page.get_by_label("A file in the repository"))
        visitor.click(page.get_by_role("button", name="Continue"))
        proof = page.locator("pre code", has_text="gcr-claim=").first.inner_text()
        files = {".well-known/registry-claim": proof + "\n"}
        build_repository(tmp_path / "served/town/letters", [Commit(files, start="main")])
        visitor.click(page.get_by_role("button", name="Check now"))
        check = {CHECK: handlers(registry)[CHECK]}
        registry.queue.work(check, concurrency=1, stop=threading.Event(), until_idle=True)
        page.reload()
        assert "It is yours here." in page.locator("main").inner_text()
        page.get_by_role("link", name="letters").first.click()
        assert "Claimed by ada" in page.locator("main").inner_text()

    assert visitor.clicks <= MOST_CLICKS
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert registry.publiccode_files.validate(text.encode()).problems == ()
    wanted = spoilt(url).replace("done  # ask", "beta  # ask").replace("-or-later", "")
    wanted = wanted.replace('"0.4"', '"0"').replace(", healthcare]", "]")
    assert text == wanted + "intendedAudience:\n  scope:\n    - healthcare\n"
