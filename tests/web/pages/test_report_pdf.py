"""The PDF of a report, where the extra is installed."""

import os
import re
import shutil
import subprocess
from itertools import pairwise

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from web.pages import report_pdf, reports

Client = TestClient[Litestar]
ADDRESS = "/reports/report.pdf?organisation=ria"


@pytest.fixture
def needs_pdf() -> None:
    """Skip what needs Pango and poppler, or fail where `REGISTRY_REQUIRE` holds the word `pdf`."""
    if report_pdf.has_pdf() and shutil.which("pdfinfo") and shutil.which("pdftotext"):
        return
    if "pdf" in os.environ.get("REGISTRY_REQUIRE", "").split(","):
        pytest.fail("the libraries of Pango or the programs of poppler are missing")
    pytest.skip("the libraries of Pango or the programs of poppler are missing")


@pytest.mark.usefixtures("needs_pdf")
def test_it_is_tagged_and_the_same_every_time(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert client.get(ADDRESS).content == answer.content
    told = subprocess.run(
        ["pdfinfo", "-"], input=answer.content, capture_output=True, check=True
    ).stdout
    assert re.search(rb"Tagged:\s+yes", told)
    assert re.search(rb"Title:\s+Who reuses what was funded", told)


@pytest.mark.usefixtures("needs_pdf")
def test_it_says_what_the_page_says(client: Client) -> None:
    content = client.get("/fr" + ADDRESS).content
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    text = " ".join(done.stdout.decode().split())
    assert "6 composants ; 4 organismes dans 5 pays les réutilisent : 4 mesurés" in text
    assert "<script>" in text  # what tries to be markup is text


@pytest.mark.usefixtures("needs_pdf")
def test_each_header_says_what_it_heads_and_each_link_is_tagged_once(client: Client) -> None:
    lines = _structure(client.get(ADDRESS).content)
    headers = [below for line, below in pairwise(lines) if line.startswith("TH ")]
    assert {"/Scope /Column", "/Scope /Row"} == set(headers)
    above = [before for before, line in pairwise(lines) if line.startswith("Object")]
    assert len(above) > 1
    assert set(above) == {"Link (inline)"}


def _structure(pdf: bytes) -> list[str]:
    """Return the lines of the tree of tags: ISO 14289-1 asks for more than that there is one."""
    done = subprocess.run(["pdfinfo", "-struct", "-"], input=pdf, capture_output=True, check=True)
    return [line.strip() for line in done.stdout.decode().splitlines()]


@pytest.mark.usefixtures("needs_pdf")
def test_nothing_is_fetched_for_it() -> None:
    begin = '<html lang="en"><title>x</title><body><p>x</p>'
    bare = report_pdf.pdf_of(f"{begin}</body></html>", "http://x.example")
    for address in ("file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png,x"):
        html = f'{begin}<object data="{address}" type="text/plain"></object></body></html>'
        made = report_pdf.pdf_of(html, "http://x.example")
        assert made.startswith(b"%PDF-")
        assert b"/EmbeddedFile" not in made
        assert len(made) < len(bare) + 3_000


def test_without_the_extra_the_page_says_to_print_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "has_pdf", lambda: False)
    assert client.get(ADDRESS).status_code == 404
    monkeypatch.setattr("web.pages.report_view.has_pdf", lambda: False)
    assert "print this page" in client.get("/reports?organisation=ria&sort=name").text
