"""Badges: they say what is known, carry no script, and never run anything."""

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.api_samples import BASE
from web.api.badge_image import COLOURS, LABEL_COLOUR, Badge, badge_json, badge_svg

Client = TestClient[Litestar]
SVG = "{http://www.w3.org/2000/svg}"
URL = "/badge/components"


def texts(content: bytes) -> tuple[str, ...]:
    return tuple(x.text for x in fromstring(content).iter(f"{SVG}text"))


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "a & b", "\x00\x0b]]>", "\ud800"])
def test_hostile_text_stays_text(text: str) -> None:
    badge = Badge(label=text, message=text, about=text, tone="good")
    root = fromstring(badge_svg(badge))
    assert {x.tag.removeprefix(SVG) for x in root.iter()} == {"svg", "title", "path", "g", "text"}
    names = {name for x in root.iter() for name in x.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_well_formed(label: str, message: str) -> None:
    badge = Badge(label=label, message=message, about=message, tone="none")
    assert fromstring(badge_svg(badge)).get("role") == "img"


def test_white_text_can_be_read_on_every_colour() -> None:
    def channel(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    for colour in (*COLOURS.values(), LABEL_COLOUR):
        red, green, blue = (channel(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("slug", "name", "expected"),
    [
        ("part-05", "reuse", ("reused by", "1 organisation (measured)")),
        ("part-05", "countries", ("reused in", "1 country (measured)")),
        ("part-05", "metadata", ("publiccode.yml", "valid")),
        ("part-12", "reuse", ("reused by", "none found")),
        ("part-12", "metadata", ("publiccode.yml", "none")),
    ],
)
def test_a_badge_says_what_is_known(
    api: Client, slug: str, name: str, expected: tuple[str, str]
) -> None:
    image = api.get(f"{URL}/{slug}/{name}.svg")
    assert image.status_code == 200
    assert texts(image.content) == expected
    assert f"Part {slug[-2:]}" in fromstring(image.content).get("aria-label", "")
    assert len(image.content) < 1000
    told = api.get(f"{URL}/{slug}/{name}.json").json()
    assert (told["schemaVersion"], told["label"], told["message"]) == (1, *expected)


def test_what_is_sent_with_a_badge(api: Client) -> None:
    answer = api.get(f"{URL}/part-05/reuse.svg")
    headers = answer.headers
    assert headers["content-type"].startswith("image/svg+xml")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert headers["content-security-policy"] == policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "public, max-age=3600"
    assert headers["access-control-allow-origin"] == "*"
    again = api.get(f"{URL}/part-05/reuse.svg", headers={"if-none-match": headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("slug", ["none", "NONE", "%22%3E%3Cscript%3E"])
def test_a_component_that_is_not_listed_has_a_readable_badge(api: Client, slug: str) -> None:
    answer = api.get(f"{URL}/{slug}/reuse.svg")
    assert answer.status_code == 404
    assert texts(answer.content) == ("component", "not listed")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert api.get(f"{URL}/{slug}/reuse.json").json()["message"] == "not listed"


@pytest.mark.parametrize("name", ["reuse", "reuse.png", "other.svg", ".svg"])
def test_other_badges_there_are_none(api: Client, name: str) -> None:
    assert api.get(f"{URL}/part-05/{name}").status_code == 404


def test_the_page_gives_snippets_that_work(api: Client) -> None:
    page = api.get("/components/part-05/metadata").text
    for start in ("[![Organisations", "&lt;a href=", ".. image:: ", "image:http"):
        assert start in page
    assert f"{BASE}/badge/components/part-05/reuse.svg" in page
    assert api.get("/badge/components/part-05/reuse.svg").status_code == 200
    french = api.get("/fr/components/part-05/metadata").text
    assert f"({BASE}/fr/components/part-05)" in french


def test_shields_is_told_the_same_colour() -> None:
    badge = Badge(label="a", message="b", about="c", tone="bad")
    assert badge_json(badge)["color"].encode() in badge_svg(badge)
