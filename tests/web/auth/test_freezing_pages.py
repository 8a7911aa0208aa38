"""Freezing a report by the page: asked with a button, kept once, and never of nothing."""

from collections.abc import Iterator

import pytest

from registry.cli.build import Registry
from registry.cli.web import build_app
from registry.settings import LogSettings, Settings, WebSettings
from tests.support.account_apps import BASE, Browser
from tests.support.accounts import add_account, sign_in
from tests.support.reports import fill_portfolio
from tests.support.web_apps import asked

NEW = "/account/snapshots/new"
ASKED = "?component=form"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    registry = Registry(
        Settings(
            home=tmp_path_factory.mktemp("freezing"),
            web=WebSettings(base_url=BASE, requests_per_minute=0), log=LogSettings(level="error"),
        )
    )  # fmt: skip
    fill_portfolio(registry.database)
    person = sign_in(registry.database, add_account(registry.database))
    with asked(build_app(registry, BASE)) as client:
        yield Browser(client, person)
    registry.close()


def test_a_report_is_frozen_once_and_leads_to_its_page(reader: Browser) -> None:
    assert "<button" in reader.get(NEW + ASKED).text
    first, again = reader.post(NEW + ASKED), reader.post(NEW + ASKED)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    page = reader.get(first.headers["location"])
    assert page.status_code == 200
    assert first.headers["location"].removeprefix("/snapshots/") in page.text


@pytest.mark.parametrize("query", ["", "?component=", "?draws=5"])
def test_of_nothing_no_snapshot_is_made(reader: Browser, query: str) -> None:
    before = reader.get("/snapshots").text
    for answer in (reader.get(NEW + query), reader.post(NEW + query)):
        assert answer.status_code == 400
        assert "names no component" in answer.text
    assert reader.get("/snapshots").text == before


def test_who_is_not_signed_in_freezes_nothing(reader: Browser) -> None:
    assert Browser(reader.client).post(NEW + ASKED).status_code == 401
