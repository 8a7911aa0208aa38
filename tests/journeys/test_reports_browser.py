"""A funder chooses software, reads the report, proves a number, keeps it and hands it over.

The catalogue is the crawled story of reuse; the browser has no JavaScript where nothing is audited.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from registry.cli.web import build_app
from tests.support import axe
from tests.support.accounts import add_account, sign_in
from tests.support.browser import chromium, missing, served
from tests.support.registries import World, open_world
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
MOST_CLICKS = 3
HASH = re.compile(r"\b[0-9a-f]{40}\b")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


class Place(NamedTuple):
    """A registry that is served, and what it knows."""

    world: World
    address: str
    organisation: str
    url: str


@pytest.fixture(scope="module")
def place(story: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        world = stack.enter_context(open_world(story))
        address = stack.enter_context(served(build_app(world.registry, "http://127.0.0.1")))
        edges = world.registry.lineage.latest(1)
        origin = edges[0].origin
        yield Place(world, address, str(origin.organisation_slug), str(origin.url))


def _page(browser: Browser, *, script: bool = False) -> Page:
    page = browser.new_context(java_script_enabled=script).new_page()
    page.set_default_timeout(10_000)
    return page


def _make(page: Page, place: Place, urls: str) -> None:
    page.goto(f"{place.address}/")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Make a report").click()
    page.get_by_label("Addresses of repositories").fill(urls)
    page.get_by_role("button", name="Show the report").click()


def test_f1_a_portfolio_stands_in_the_address_and_what_is_none_is_named(
    browser: Browser, place: Place
) -> None:
    page = _page(browser)
    _make(page, place, f"{place.url}\nhttps://code.example/nothing")
    assert "/reports?url=" in page.url
    text = page.locator("main").inner_text()
    assert "1 component;" in text
    assert "https://code.example/nothing: is not in this registry" in text
    again = page.url
    page.goto(again)
    assert page.locator("main").inner_text() == text
    page.get_by_role("link", name="Change the portfolio").click()
    assert place.url in page.get_by_label("Addresses of repositories").input_value()


def test_f1_a_mistake_is_told_at_its_field(browser: Browser, place: Place) -> None:
    page = _page(browser)
    page.goto(f"{place.address}/reports/new")
    bad = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"name;owner\nx;y\n"}
    page.get_by_label("A list as a CSV file").set_input_files([bad])  # type: ignore[list-item]
    page.get_by_role("button", name="Show the report").click()
    assert page.title().startswith("Error:")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#file")


def test_f3_from_the_headline_to_a_git_object_in_three_clicks(
    browser: Browser, place: Place
) -> None:
    page = _page(browser)
    page.goto(f"{place.address}/reports?organisation={place.organisation}")
    clicks = 0
    lead = page.locator(".pcr-lead").get_by_role("link", name="measured")
    number = int(re.sub(r"\D", "", lead.inner_text()))
    lead.click()
    clicks += 1
    said = page.locator(".pcr-lead").inner_text()
    assert f"{number} known organisation" in said
    page.locator("tbody th a").first.click()
    clicks += 1
    assert "/evidence/ev_" in page.url
    assert HASH.search(page.locator("main").inner_text()), "the proof names git objects"
    assert clicks < MOST_CLICKS


def test_f2_every_number_of_the_page_is_that_of_its_rows(browser: Browser, place: Place) -> None:
    page = _page(browser)
    report = f"{place.address}/reports?organisation={place.organisation}&group=country"
    page.goto(report)
    cells = page.locator(".pcr-matrix td[class^=pcr-shade] a")
    assert cells.count() > 0
    found = [
        (str(cell.get_attribute("href")), int(re.findall(r"\d+", cell.inner_text())[-1]))
        for cell in cells.all()
    ]
    for href, number in found:
        query = href.partition("?")[2]
        answer = page.request.get(f"{place.address}/api/v1/reports/rows.csv?{query}")
        rows = list(csv.DictReader(io.StringIO(answer.text())))
        assert len({(row["origin"], row["organisation"]) for row in rows}) == number, href


def test_f4_a_report_is_kept_and_goes_out_as_files(browser: Browser, place: Place) -> None:
    person = sign_in(place.world.registry.database, add_account(place.world.registry.database, "F"))
    page = _page(browser)
    cookie = {"name": "session", "value": person.secret, "url": place.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(f"{place.address}/reports?organisation={place.organisation}")
    page.get_by_role("link", name="Keep this report under your account").click()
    page.get_by_role("button", name="Keep the report").click()
    assert page.title().startswith("Error:")
    page.get_by_label("Title", exact=True).fill("What we paid for")
    page.get_by_label("Payer – 1").fill("City of Turku")
    page.get_by_label("Amount – 1").fill("250000")
    page.get_by_label("Currency (EUR, CAD, …) – 1").fill("EUR")
    page.get_by_role("button", name="Keep the report").click()
    assert re.search(r"/reports/rep_[0-9a-f]{20}$", page.url)
    assert page.get_by_role("heading", level=1).inner_text() == "What we paid for"
    assert "City of Turku" in page.locator("main").inner_text()
    for name, begin in (("CSV", b"edge,"), ("XLSX", b"PK"), ("JSON", b"{")):
        link = page.locator("#data").locator("..").get_by_role("link", name=name, exact=True)
        answer = page.request.get(place.address + str(link.get_attribute("href")))
        assert answer.status == 200
        assert answer.body().startswith(begin)
    page.goto(f"{place.address}/account/reports")
    page.get_by_role("button", name="Delete").click()
    assert "You keep no report yet." in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("prefix", ["", "/fr", "/es"])
def test_no_page_of_reports_breaks_a_rule(
    browser: Browser, place: Place, prefix: str, width: int
) -> None:
    page = _page(browser, script=True)
    page.set_viewport_size({"width": width, "height": 800})
    query = f"organisation={place.organisation}&url=https://code.example/nothing"
    for path in ("/reports", "/reports/new", f"/reports?{query}", f"/reports/rows?{query}"):
        page.goto(place.address + prefix + path)
        assert axe.violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, path


def test_what_is_printed_is_the_report_alone(browser: Browser, place: Place) -> None:
    page = _page(browser, script=True)
    page.goto(f"{place.address}/reports?organisation={place.organisation}")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
    assert not page.locator(".govuk-service-navigation").is_visible()
    assert page.locator(".pcr-matrix").is_visible()
    assert page.pdf().startswith(b"%PDF-")


def test_an_agency_reads_its_inventory_and_takes_it_along(browser: Browser, place: Place) -> None:
    page = _page(browser)
    page.goto(f"{place.address}/organisations/{place.organisation}")
    page.get_by_role("link", name="Code inventory").click()
    lead = page.locator(".pcr-lead").inner_text()
    page.get_by_label("Reuse, measured").select_option("found")
    page.get_by_role("button", name="Apply filters").click()
    assert "reuse=found" in page.url
    rows = page.locator("tbody tr")
    told = re.search(r"(\d+) (?:is|are) reused by others", lead)
    assert told is not None
    assert rows.count() == int(told[1]) > 0
    address = str(page.get_by_role("link", name="CSV").get_attribute("href"))
    answer = page.request.get(place.address + address)
    lines = list(csv.DictReader(io.StringIO(answer.text(), newline="")))
    assert [x["name"] for x in lines] == page.locator("tbody th > a").all_inner_texts()
    page.emulate_media(media="print")
    # A sheet of paper has no room for the addresses of links in a table.
    printed = "a => getComputedStyle(a, '::after').content"
    assert rows.first.locator("a").first.evaluate(printed) == "none"
    page.emulate_media(media="screen")
    number = rows.first.get_by_role("link", name=re.compile("organisation"))
    assert re.sub(r"\D", "", number.inner_text().split("–")[0]) == lines[0]["reusing_organisations"]
    number.click()
    assert "tag=measured" in page.url
    page.locator("tbody th a").first.click()
    assert HASH.search(page.locator("main").inner_text())
