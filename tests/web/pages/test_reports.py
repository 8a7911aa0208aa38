"""The pages of reports: numbers that lead to rows, the form, and what is wrong with it."""

import re
from html import unescape

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
HEADERS = {"origin": "http://127.0.0.1:8000"}
HREF = re.compile(r'href="(/reports/rows\?[^"]+)"[^>]*>([\d,]+)')


def _page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def _post(client: Client, **fields: str):
    files = {name: (None, value) for name, value in fields.items()}
    return client.post("/reports/new", files=files, headers=HEADERS)


def test_every_number_leads_to_a_page_of_rows(client: Client) -> None:
    text = _page(client, "/reports?organisation=ria&period=year")
    links = {unescape(href): number for href, number in HREF.findall(text)}
    assert len(links) > 20
    for href, number in links.items():
        counts = re.findall(r"(\d+) (?:row|component|repositor|known|countr)", _page(client, href))
        assert number in counts, href


def test_the_sentence_is_made_from_the_numbers(client: Client) -> None:
    text = re.sub(r"<[^>]+>", "", _page(client, "/reports?organisation=ria"))
    assert "6 components; 4 organisations in 5 countries reuse them: 4 measured" in text


def test_fewer_than_five_are_not_ranked(client: Client) -> None:
    few = _page(client, "/reports?component=road&component=form&sort=organisations")
    assert "Fewer than five are not ranked" in few
    many = _page(client, "/reports?organisation=ria&sort=organisations")
    assert "Fewer than five are not ranked" not in many
    assert many.index(">road<") < many.index(">quiet<")


def test_an_empty_portfolio_says_what_was_looked_at(client: Client) -> None:
    text = _page(client, "/reports?url=https://code.example/none")
    assert "This portfolio holds no component" in text
    assert re.search(r"Looked at: \d+ of \d+ repositories", text)
    assert "https://code.example/none" in text
    assert "is not in this registry" in text


def test_the_form_leads_to_the_canonical_address(client: Client) -> None:
    answer = _post(client, components="road\n\nform\nroad", organisations="Ria")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/reports?organisation=ria&component=form&component=road"


def test_a_list_comes_as_a_file(client: Client) -> None:
    data = b"url\nhttps://code.example/road\n"
    answer = client.post(
        "/reports/new", files={"file": ("list.csv", data, "text/csv")}, headers=HEADERS
    )
    assert answer.headers["location"] == "/reports?url=https%3A%2F%2Fcode.example%2Froad"
    bad = client.post("/reports/new", files={"file": ("x.csv", b"a;b\n1;2")}, headers=HEADERS)
    assert bad.status_code == 400
    assert "no column is called" in bad.text
    assert 'href="#file"' in bad.text


def test_what_is_wrong_with_the_form_is_said_at_it(client: Client) -> None:
    empty = _post(client, urls=" \n ")
    assert empty.status_code == 400
    assert "fill in one of the fields" in empty.text
    many = _post(client, components="\n".join(f"component-{n}" for n in range(200)))
    assert many.status_code == 400
    assert "too much for an address" in many.text
    most = _post(client, components="\n".join(f"c{n}" for n in range(5_001)))
    assert most.status_code == 400
    assert "5,000" in most.text


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_what_no_form_sends_is_refused(client: Client, kind: str) -> None:
    headers = {**HEADERS, "content-type": kind}
    assert client.post("/reports/new", content=b"--y\r\n", headers=headers).status_code == 400


def test_a_form_from_elsewhere_is_refused(client: Client) -> None:
    headers = {"origin": "https://evil.example"}
    files = {"urls": (None, "https://code.example/road")}
    assert client.post("/reports/new", files=files, headers=headers).status_code == 403


def test_a_report_that_nobody_kept_is_not_found(client: Client) -> None:
    assert client.get("/reports/rep_none").status_code == 404
    assert client.get("/reports/rows?report=rep_none").status_code == 404
