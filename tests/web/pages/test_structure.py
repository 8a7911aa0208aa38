"""Accessibility that needs no browser: headings, labels, tables, ids, languages, link texts."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.page_paths import ERROR_PATHS, PAGE_PATHS
from tests.support.page_structure import Structure

Client = TestClient[Litestar]
ALL = [*PAGE_PATHS, *ERROR_PATHS]
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


Pages = list[tuple[str, Structure]]


@pytest.fixture(scope="module")
def pages(client: Client) -> Pages:
    return [(path, Structure(client.get(path).text)) for path in ALL]


def test_elements_close_in_order(pages: Pages) -> None:
    for path, page in pages:
        assert page.unbalanced == [], path


def test_one_main_heading_that_the_title_repeats(pages: Pages) -> None:
    for path, page in pages:
        headings = page.all("h1")
        assert len(headings) == 1, path
        assert headings[0].text, path
        title = page.all("title")[0].text
        assert headings[0].text in title, path
        assert title.endswith("Public Code Registry"), path


def test_no_level_of_headings_is_left_out(pages: Pages) -> None:
    for path, page in pages:
        levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        for before, after in pairwise(levels):
            assert after <= before + 1, (path, levels)


def test_ids_are_unique_and_references_lead_to_them(pages: Pages) -> None:
    for path, page in pages:
        ids = [x.attributes["id"] for x in page.elements if "id" in x.attributes]
        assert len(ids) == len(set(ids)), path
        for element in page.elements:
            for name in ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls"):
                for wanted in element.attributes.get(name, "").split():
                    assert wanted in ids, (path, element.tag, name)


def test_every_field_has_a_label(pages: Pages) -> None:
    for path, page in pages:
        labelled = {label.attributes.get("for") for label in page.all("label") if label.text}
        for field in page.all("input", "select", "textarea"):
            if field.attributes.get("type") != "hidden":
                assert field.attributes.get("id") in labelled, path


def test_every_table_says_what_it_is_and_what_its_headers_head(pages: Pages) -> None:
    for path, page in pages:
        captions = page.all("caption")
        assert len(captions) == len(page.all("table")), path
        assert all(caption.text for caption in captions), path
        assert all(x.attributes.get("scope") in {"row", "col"} for x in page.all("th")), path


def test_groups_of_choices_have_a_legend(pages: Pages) -> None:
    for path, page in pages:
        assert len(page.all("fieldset")) == len(page.all("legend")), path
        assert all(legend.text for legend in page.all("legend")), path


def test_landmarks_can_be_told_apart(pages: Pages) -> None:
    for path, page in pages:
        assert len(page.all("main")) == 1, path
        names = [nav.attributes.get("aria-label") or nav.attributes.get("aria-labelledby")
                 for nav in page.all("nav")]  # fmt: skip
        assert all(names), path
        assert len(names) == len(set(names)), path


def test_pictures_are_named_or_hidden(pages: Pages) -> None:
    for path, page in pages:
        for svg in page.all("svg"):
            is_known = svg.attributes.get("role") in {"group", "img"}
            named = is_known and "aria-labelledby" in svg.attributes
            assert named or svg.attributes.get("aria-hidden") == "true", path
        assert all("alt" in x.attributes for x in page.all("img")), path


def test_the_order_of_the_keyboard_is_that_of_the_page(pages: Pages) -> None:
    for path, page in pages:
        for element in page.elements:
            assert element.attributes.get("tabindex", "0") in {"0", "-1"}, path
            # The focus begins elsewhere only at what has to be mended.
            is_summary = element.attributes.get("class") == "govuk-error-summary"
            assert ("autofocus" in element.attributes) == is_summary, path


def test_links_have_a_text_and_one_text_has_one_target_inside_main(pages: Pages) -> None:
    for path, page in pages:
        targets: dict[str, set[str]] = defaultdict(set)
        for link in page.all("a"):
            assert link.text, path
            assert link.attributes["href"], path
            if "nav" not in link.ancestors and "main" in link.ancestors:
                targets[link.text].add(link.attributes["href"])
        doubtful = {text: found for text, found in targets.items() if len(found) > 1}
        assert not doubtful, path


def test_links_to_this_site_lead_to_a_page_that_there_is(client: Client, pages: Pages) -> None:
    known = [route.path_format.strip("/").split("/") for route in client.app.routes]
    wanted = {
        (link.attributes["href"].partition("#")[0].partition("?")[0], path)
        for path, page in pages
        if path in PAGE_PATHS
        for link in page.all("a")
        if link.attributes["href"].startswith("/")
    }
    assert [x for x in wanted if not any(is_one_of(parts, x[0]) for parts in known)] == []


def is_one_of(parts: list[str], wanted: str) -> bool:
    """Tell whether a route takes a path; segments in braces take anything."""
    asked = wanted.strip("/").split("/")
    return len(asked) == len(parts) and all(
        part == one or part.startswith("{") for part, one in zip(parts, asked, strict=True)
    )


def test_languages_are_real_tags(pages: Pages) -> None:
    for path, page in pages:
        tags = [x.attributes["lang"] for x in page.elements if "lang" in x.attributes]
        assert tags[0] == "en", path
        assert all(TAG.fullmatch(tag) for tag in tags), path


def test_the_first_link_skips_to_the_content(pages: Pages) -> None:
    for path, page in pages:
        assert page.all("a")[0].attributes["href"] == "#main", path
        assert page.all("main")[0].attributes["id"] == "main", path


def test_buttons_are_inside_or_tied_to_a_form(pages: Pages) -> None:
    for path, page in pages:
        for button in page.all("button"):
            assert button.text, path
            assert "form" in button.ancestors or button.attributes.get("form"), path
