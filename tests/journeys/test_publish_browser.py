"""A unit lead publishes: from the address of a repository to its mended publiccode.yml.

A real git repository behind a real HTTP server, the real crawler and sandbox, and a browser
without JavaScript. The steps that prove ownership belong between the check and the file; they
have five clicks left of the twelve.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from registry.cli.web import build_app
from registry.cli.working import work_until_idle
from tests.support import axe
from tests.support.browser import chromium, missing, served
from tests.support.git_repos import Commit, build_repository
from tests.support.hostile_servers import git_server
from tests.support.registries import World, open_world, publiccode, read_in_process
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
MOST_CLICKS = 7


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


def test_from_an_address_to_a_mended_file(visitor: Visitor, world: tuple[World, str]) -> None:
    registry, url = world[0].registry, world[1]
    page = visitor.page
    with served(build_app(registry, "")) as address:
        page.goto(f"{address}/publish")
        page.get_by_label("Address of the repository").fill(url)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your repository is being read").wait_for()
        assert page.locator("progress").count() == 1
        visitor.look()
        assert work_until_idle(registry) == 0
        # The page looks again by itself.
        page.get_by_role("heading", name="Check your answers").wait_for()
        assert page.get_by_role("heading", name="4 problems").count() == 1
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
        with page.expect_download() as download:
            visitor.click(page.get_by_role("link", name="Download the file"))

    assert visitor.clicks <= MOST_CLICKS
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert registry.publiccode_files.validate(text.encode()).problems == ()
    wanted = spoilt(url).replace("done  # ask", "beta  # ask").replace("-or-later", "")
    wanted = wanted.replace('"0.4"', '"0"').replace(", healthcare]", "]")
    assert text == wanted + "intendedAudience:\n  scope:\n    - healthcare\n"
