"""The pages in a real browser, served for real: accessibility, small screens, keyboard, no script.

Every kind of page is opened at 1280 and at 320 pixels in each language, and every hard case at
320; the engine axe must find nothing, and nothing may scroll sideways, not even in an invented
language whose texts are 40 % longer. The default suite lets axe look at some of the kinds, at 320
pixels, in English: both screens have the same document. `make test-all` looks everywhere.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from babel import Locale
from babel.support import NullTranslations
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import axe
from tests.support.browser import chromium, missing, served
from tests.support.page_paths import ERROR_PATHS, PAGE_PATHS
from tests.support.web_apps import sample_app
from tests.support.web_fakes import web_services
from web.assets.manifest import load_assets
from web.i18n.languages import Language, shipped_languages

pytestmark = pytest.mark.browser
LARGE, SMALL = 1280, 320
# One page of each kind: every route of the pages.
KINDS = (
    "/",
    "/search?q=service&country=EE",
    "/search?q=zzz&country=EE",
    "/components/forms",
    "/components/forms/dependencies",
    "/components/forms/metadata",
    "/components/forms/activity",
    "/components/forms/reuse",
    "/components/forms/lineage",
    "/components/forms/replicability",
    "/reuse?from=EE&tag=measured",
    "/evidence/ev_similar",
    "/evidence/ev_text",
    "/evidence/ev_similar/dispute",
    "/disputes",
    "/disputes/1",
    "/disputes/2",
    "/components/forms/dispute",
    "/lookup",
    "/lookup?q=" + "a" * 40,
    "/validate",
    "/validate?url=https://git.example.org/examples/forms",
    "/publish",
    "/publish/new",
    "/publish/held",
    "/publish/wrong/description",
    "/publish/new/upkeep",
    "/publish/new/file",
    "/publish/held/text",
    "/publish/slow",
    "/matrix",
    "/matrix?group=organisation",
    "/organisations",
    "/organisations/digital-service",
    "/organisations/digital-service/inventory",
    "/countries",
    "/countries/CA",
    "/crawls?find=forms",
    "/crawls/repositories/7",
    "/method",
    "/glossary",
    "/accessibility",
    "/cookies",
    "/data-licence",
    "/about/limits",
    "/transparency",
    "/bodies",
    "/bodies/forms-together",
    "/bodies/forms-together/decisions",
    "/bodies/forms-together/decisions/2",
    "/components/forms/governance",
    "/components/forms/contributors",
    "/components/forms/drift",
    "/components/forms/adopters",
    "/components/hidden/adopters/declare",
    "/components/forms/savings",
    "/components/hidden/savings/record",
    "/components/forms/follow",
    "/components/forms/reuse-this",
    "/components/forms/reuse-this/check?forge=gitlab&owner=https://git.example.org/town&name=taken",
    "/components/hidden/reuse-instructions",
    "/reuse-actions/forking-kkkkkkkkkkkkkkkk",
    "/organisations/digital-service/savings",
    "/organisations/digital-service/adoptions",
    "/organisations/digital-service/follow",
    "/reported-savings/1",
    "/reported-savings/1/dispute",
    "/affiliations/aff_city/dispute",
    "/fixes-missing",
    "/fixes-missing/fix_missing",
    "/search/follow?q=forms&country=CA",
    "/publish/organisation?url=https://git.example.org/town",
    "/calls",
    "/calls/2",
    "/needs",
    "/needs/new",
    "/demand",
    "/needs/drafts/draft-of-nobody",
    "/needs/1",
    "/needs/1/statement",
    "/needs/1/statement/1",
    "/components/removed-service",
    "/api",
    "/components/formz",
    *(path for path in PAGE_PATHS if path.startswith(("/reports", "/snapshots", "/data"))),
)
# What is no page of everybody: programs' addresses, files, pages of signed-in people (looked at in
# `test_publishing_pages_browser`), and addresses that only lead on.
_ELSEWHERE = re.compile(
    r"/(api/|static|feeds|badge|embed|claims|broken|components$|data/.|openapi)|.*/(claim|mute|kept"
    r"|publiccode\.yml|json|report\.pdf|files/\{.*)$|.*\.[a-z]+$"
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# One page in so many is looked at; every one when all tests run.
SAMPLES = [6, pytest.param(1, marks=pytest.mark.slow)]
FOCUS_SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const style = getComputedStyle(document.activeElement);
  const marked = style.boxShadow !== "none" || style.outlineStyle !== "none";
  return {tag: document.activeElement.tagName, text: document.activeElement.textContent.trim(),
          id: document.activeElement.id, seen: box.width > 0 && box.height > 0 && marked};
}"""


def longer(text: str) -> str:
    """Return a text 40 % longer, at word boundaries as real languages are."""
    return text + " " + "lorem " * (1 + len(text) // 15)


PSEUDO = Language("la", "/la", "Latina", Locale("en"), NullTranslations(), longer)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(sample_app(languages=(*shipped_languages(), PSEUDO))) as url:
        yield url


@pytest.fixture(scope="module")
def empty_address() -> Iterator[str]:
    with served(sample_app(web_services(is_empty=True))) as url:
        yield url


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    options: dict[str, Any] = getattr(request, "param", {})
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


def problems_of(page: Page, width: int, *, with_axe: bool = True) -> list[str]:
    """Return what axe, and its own width, have against an open page on a screen."""
    page.set_viewport_size({"width": width, "height": 900})
    broken = axe.violations(page) if with_axe else []
    found = [f"{width}: {x['rule']}: {x['targets']}" for x in broken]
    overflow = page.evaluate(OVERFLOW)
    return [*found, *([f"{width}: scrolls sideways by {overflow} px"] if overflow > 0 else [])]


def audit(browser: Browser, urls: list[str], *, small_only: bool = False) -> dict[str, list[str]]:
    """Return what is wrong with each page; nothing may be loaded from another host."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    asked: set[str] = set()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    bad = {}
    for url in urls:
        page.goto(url)
        found = problems_of(page, LARGE, with_axe=not small_only) + problems_of(page, SMALL)
        if found:
            bad[url] = found
    context.close()
    assert errors == []
    assert asked == {urlsplit(urls[0]).netloc}
    return bad


def test_every_page_that_anybody_may_open_has_a_kind() -> None:
    """A new route is either a kind here, a file, or opened by signed-in people in other sweeps."""
    seen = {path.split("?")[0] for path in KINDS}
    missed = [route for route in _pages() if not any(route.fullmatch(path) for path in seen)]
    assert [route.pattern.replace("[^/]+", "…") for route in missed] == []


def _pages() -> Iterator[re.Pattern[str]]:
    for route in sample_app(languages=shipped_languages()[:1]).routes:
        path = route.path_format
        if "GET" in getattr(route, "methods", ()) and not _ELSEWHERE.match(path):
            yield re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))


def test_a_sample_of_the_kinds_breaks_no_rule_of_accessibility(
    browser: Browser, address: str
) -> None:
    assert audit(browser, [address + path for path in KINDS[::6]], small_only=True) == {}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("prefix", ["", "/fr", "/es"])
def test_no_kind_of_page_breaks_a_rule_in_any_language(
    browser: Browser, address: str, prefix: str
) -> None:
    urls = [address + (prefix + path if path != "/" else prefix or "/") for path in KINDS]
    assert audit(browser, urls) == {}


# The hard cases of a kind have its template.
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_hard_case_breaks_a_rule_on_a_small_screen(browser: Browser, address: str) -> None:
    paths = [path for path in (*PAGE_PATHS, *ERROR_PATHS) if path not in KINDS]
    assert audit(browser, [address + path for path in paths], small_only=True) == {}


@pytest.mark.parametrize("step", SAMPLES)
def test_longer_words_do_not_widen_a_page(browser: Browser, address: str, step: int) -> None:
    page = browser.new_page()
    for path in KINDS[1::step] if step > 1 else KINDS:
        page.goto(f"{address}/la{path if path != '/' else ''}")
        assert problems_of(page, SMALL, with_axe=False) == [], path
        assert problems_of(page, LARGE, with_axe=False) == [], path
    page.close()


@pytest.mark.parametrize("step", SAMPLES)
def test_no_empty_page_breaks_a_rule(browser: Browser, empty_address: str, step: int) -> None:
    paths = ("/", "/search", "/search?q=x&country=EE", "/organisations", "/countries", "/crawls")
    urls = [empty_address + path for path in paths[::step]]
    assert audit(browser, urls, small_only=True) == {}


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_a_developer_finds_and_judges_without_javascript(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(address)
    page.get_by_label("What are you looking for?").fill("citizens")
    page.get_by_label("What are you looking for?").press("Enter")
    assert "1 component for “citizens”" in page.get_by_role("status").inner_text()
    page.get_by_role("checkbox", name="Estonia").check()
    page.get_by_role("button", name="Apply filters").click()
    assert "country=EE" in page.url
    assert "q=citizens" in page.url
    page.get_by_role("link", name="Forms for citizens", exact=True).click()
    assert "You may combine it into a work under EUPL-1.2." in page.inner_text("main")
    page.get_by_label("My work is under").select_option("MIT")
    page.get_by_role("button", name="Check").click()
    assert "You may not combine it into a work under MIT." in page.inner_text("main")
    assert page.get_by_role("link", name="LICENSE, line 1").count() == 1


@pytest.mark.parametrize(
    "context", [{"java_script_enabled": False}, {"java_script_enabled": True}], indirect=True
)
def test_filters_can_be_opened_on_a_phone(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{address}/search?country=EE")
    assert not page.get_by_role("button", name="Apply filters").is_visible()
    page.get_by_text("Filters (1)").click()
    assert page.get_by_role("button", name="Apply filters").is_visible()


def test_a_developer_finds_and_judges_with_the_keyboard_alone(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(address)
    press_until(page, field="q")
    page.keyboard.type("citizens")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=citizens")
    press_until(page, text="Skip to main content")
    page.keyboard.press("Enter")
    visited = press_until(page, text="Forms for citizens")
    assert visited[0] == "INPUT", "the search box comes first after the skip link"
    page.keyboard.press("Enter")
    page.wait_for_url("**/components/forms")
    press_until(page, text="Metadata")
    page.keyboard.press("Enter")
    page.wait_for_url("**/components/forms/metadata")
    assert page.get_by_role("heading", level=1).inner_text() == "Forms for citizens"


def press_until(page: Page, *, field: str = "", text: str = "", most: int = 80) -> list[str]:
    """Press Tab until an element has the focus; every stop on the way must show it."""
    visited = []
    page.wait_for_load_state("load")  # before it, Tab would still leave the former page
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS_SEEN)
        if now["tag"] == "BODY":  # no stop: the page that was left, or its end, had the focus
            continue
        assert now["seen"], now
        visited.append(now["tag"])
        if (field and now["id"] == field) or (text and now["text"] == text):
            return visited
    raise AssertionError(f"the keyboard does not reach {field or text}: {visited}")


def test_choosing_a_filter_applies_it_and_keeps_the_focus(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}/search?q=service")
    before = page.get_by_role("status").inner_text()
    page.evaluate("document.getElementById('count').dataset.same = 'yes'")
    page.get_by_role("checkbox", name="Finland").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/search?q=service&country=FI")
    status = page.get_by_role("status")
    assert status.inner_text() != before
    assert status.get_attribute("data-same") == "yes", "the live region must stay the same element"
    focused = page.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focused == ["country", "FI"]
    assert page.get_by_role("checkbox", name="Finland").is_checked()
    page.go_back()
    page.wait_for_url("**/search?q=service")
    page.get_by_role("checkbox", name="Finland", checked=False).wait_for()
    assert page.get_by_role("status").inner_text() == before


def test_commands_can_be_copied(context: BrowserContext, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"{address}/components/forms")
    button = page.get_by_role("button", name="Copy: git clone")
    button.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "git clone https://git.example.org/examples/forms"


def test_text_may_be_spaced_and_enlarged(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/components/forms", "/search?q=service", "/crawls"):
        page.goto(address + path)
        # What WCAG 2.2 asks pages to bear (1.4.12); set from outside, as a reader's tool does.
        page.evaluate(
            "for (const x of document.querySelectorAll('main *')) {"
            " x.style.setProperty('line-height', '1.5', 'important');"
            " x.style.setProperty('letter-spacing', '0.12em', 'important');"
            " x.style.setProperty('word-spacing', '0.16em', 'important'); }"
        )
        assert page.evaluate(OVERFLOW) <= 0, path


def test_nothing_planted_in_a_repository_runs(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in ("/", "/search?q=script", "/components/hidden", "/components/forms/metadata"):
        page.goto(address + path)
    assert dialogs == []
