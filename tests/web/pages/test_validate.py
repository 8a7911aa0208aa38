"""The page `/validate`: problems at their lines, fixes, and nothing that was sent is kept."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.settings import WebSettings
from tests.support.hard_cases import EVIL
from tests.support.page_structure import Structure
from tests.support.publiccode_samples import MINIMAL
from tests.support.web_apps import BASE, asked, sample_app
from tests.support.web_fakes import web_services
from web.pages.validate import shown_lines

Client = TestClient[Litestar]
OWN = {"Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def page() -> Iterator[Client]:
    settings = WebSettings(base_url=BASE, requests_per_minute=100_000)
    with asked(sample_app(web_services(settings=settings))) as client:
        yield client


def sent(client: Client, content: str, action: str = "check", **headers: str) -> tuple[int, str]:
    body = urlencode({"content": content, "action": action})
    answer = client.post("/validate", content=body, headers={**OWN, **headers})
    return answer.status_code, answer.text


def test_each_problem_is_named_above_and_stands_at_its_line(page: Client) -> None:
    status, html = sent(page, MINIMAL.replace("stable", EVIL))
    assert status == 200
    assert EVIL not in html
    structure = Structure(html)
    targets = [x.attributes["href"] for x in structure.all("a") if "#line-" in x.attributes["href"]]
    ids = {x.attributes.get("id") for x in structure.elements}
    assert targets
    assert {target.removeprefix("#") for target in targets} <= ids
    assert "<title>Error:" in html.replace("\n", "")
    assert "The file is not valid" in html


def test_certain_fixes_are_made_in_the_text_alone(page: Client) -> None:
    old = MINIMAL.replace('"0"', '"0.2" # ours')
    _, html = sent(page, old)
    assert "Make 1 certain fix" in html
    _, html = sent(page, old, "fix")
    assert "1 fix was made" in html
    assert "The file is valid" in html
    assert "&#34;0&#34; # ours" in html


def test_the_text_can_be_taken_away_as_a_file(page: Client) -> None:
    body = urlencode({"content": MINIMAL, "action": "download"})
    answer = page.post("/validate", content=body, headers=OWN)
    assert answer.text == MINIMAL
    assert answer.headers["content-disposition"] == 'attachment; filename="publiccode.yml"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_wrong_with_the_question_is_said(page: Client) -> None:
    status, html = sent(page, "  \n")
    assert status == 400
    assert "Paste the text of your publiccode.yml" in html
    assert page.get("/validate?url=nonsense").status_code == 400
    answer = page.get("/validate?url=https://git.example.org/no/such")
    assert "This repository is not known here" in answer.text
    answer = page.get("/validate?url=https://git.example.org/examples/bare")
    assert "This repository holds no publiccode.yml yet" in answer.text


def test_other_sites_cannot_send_their_visitors_here(page: Client) -> None:
    status, _ = sent(page, MINIMAL, Origin="https://evil.example")
    assert status == 403


def test_a_long_file_shows_the_lines_around_problems() -> None:
    from crawlers.validator import validate

    text = MINIMAL + "# filler\n" * 400 + "wrong: 1\n"
    lines = shown_lines(text, validate(text.encode()).problems)
    assert len(lines) < 12
    marked = [line for line in lines if line.problems]
    assert [line.text for line in marked] == ["wrong: 1"]
    assert lines[0].is_after_gap


@pytest.mark.parametrize(
    "text", ["\x00", "\ufeffa: 1", "a: b\r\nc: d", "\ud7ff", "[" * 5000, "é" * 9]
)
def test_no_text_makes_it_fail(page: Client, text: str) -> None:
    assert sent(page, text)[0] in {200, 400}
