"""Reported savings at the API: recorded, superseded, confirmed, audited, withdrawn, exported."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.actors import Role
from registry.accounts.service import Accounts
from registry.adoption.savings.service import ReportedSavings
from registry.adoption.savings.table import SAVING_COLUMNS
from registry.clock import utc_now
from registry.db.session import Database
from registry.reports.service import Reports
from tests.support.accounts import add_account, add_organisation, add_token
from tests.support.api_samples import SETTINGS, sample_catalogue
from tests.support.catalogue_rows import crawled
from tests.support.databases import fresh_sqlite
from tests.support.savings import SAID, SLUG, SOURCE, check_url
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app

SAVINGS = f"/api/v1/components/{SLUG}/reported-savings"
GOOD: dict[str, Any] = SAID | {"organisation": "county", "low": 120_000, "high": 150_000}


class Place:
    """The application over a real database, with tokens of a county, a city and an operator."""

    def __init__(self, client: TestClient[Litestar], database: Database) -> None:
        self.client = client
        self._tokens = {
            name: add_token(
                database, add_account(database, name, {number: Role.MAINTAINER}), SCOPES[:1]
            )
            for name in ("county", "city")
            if (number := add_organisation(database, name))
        }
        operator = add_account(database, "op", is_operator=True)
        self._tokens["operator"] = add_token(database, operator, SCOPES)

    def post(self, url: str, body: Any = None, who: str = "county") -> Any:
        bearer = {"Authorization": f"Bearer {self._tokens[who]}"}
        return self.client.post(url, json=body, headers=bearer)

    def shown(self) -> list[int]:
        return [x["id"] for x in self.client.get(SAVINGS).json()["items"]]


SCOPES = ("components:write", "operate")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    database = fresh_sqlite(tmp_path_factory.mktemp("savings"))
    crawled(database, "town/forms", country="EE")
    catalogue = sample_catalogue(database)
    services = replace(
        web_services(), accounts=Accounts(database), settings=SETTINGS, catalogue=catalogue,
        reported_savings=ReportedSavings(database, utc_now, check_url),
        reports=Reports(database, catalogue, utc_now),
    )  # fmt: skip
    with asked(create_app(services, api_routers())) as client:
        yield Place(client, database)
    database.close()


def test_a_saving_is_recorded_superseded_confirmed_audited_and_withdrawn(place: Place) -> None:
    made = place.post(SAVINGS, GOOD)
    assert (made.status_code, made.json()["grade"]) == (201, 2)
    assert place.post(SAVINGS, GOOD).json()["id"] == made.json()["id"]
    amended = place.post(SAVINGS, GOOD | {"low": -5, "supersedes": made.json()["id"]})
    number = amended.json()["id"]
    assert place.shown() == [number]
    of_county = place.client.get("/api/v1/organisations/county/reported-savings").json()["items"]
    assert [(x["low"], x["supersedes"]) for x in of_county] == [(-5, made.json()["id"])]
    url = f"/api/v1/reported-savings/{number}"
    confirmed = place.post(f"{url}/confirm", {"organisation": "city"}, "city")
    assert (confirmed.status_code, confirmed.json()["grade"]) == (200, 3)
    report = {"auditor": "Audit Office", "url": "https://audit.example/1"}
    assert place.post(f"{url}/audit", report, "city").status_code == 403
    assert place.post(f"{url}/audit", report, "operator").json()["grade"] == 4
    assert place.client.get(url).json()["confirmations"][1]["auditor"] == "Audit Office"
    for which, token, grade in ((1, "operator", 3), (0, "city", 2)):
        confirmation = place.client.get(url).json()["confirmations"][which]["id"]
        taken = f"{url}/confirmations/{confirmation}/withdraw"
        assert place.post(taken).status_code == 403
        assert place.post(taken, {}, token).json()["grade"] == grade
        assert place.post(taken, {}, token).status_code == 404
    for _ in range(2):
        ended = place.post(f"{url}/withdraw")
        assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    assert place.shown() == []
    assert place.client.get(url).json()["state"] == "withdrawn"
    assert place.post(f"{url}/confirm", {"organisation": "city"}, "city").status_code == 409


@pytest.mark.parametrize(
    ("changed", "location"),
    [
        ({"low": 10**12}, "low"),
        ({"low": 5, "high": 4}, "high"),
        ({"currency": "ABC"}, "currency"),
        ({"since": "2025", "until": "2024"}, "until"),
        ({"since": "2999"}, "since"),
        ({"kind": "demand"}, "kind"),
        ({"url": "http://county.example/"}, "url"),
        ({"url": "https://192.168.1.1/"}, "url"),
        ({"supersedes": 4_000}, "supersedes"),
        ({"low": "120000"}, ""),
        ({"low": 1.5}, ""),
        ({"grade": 4}, ""),
    ],
)
def test_what_is_wrong_in_a_saving_is_named(
    place: Place, changed: dict[str, object], location: str
) -> None:
    answer = place.post(SAVINGS, GOOD | changed)
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, location)


def test_not_a_number_is_no_amount(place: Place) -> None:
    headers = {"Authorization": f"Bearer {place._tokens['county']}"}
    headers["Content-Type"] = "application/json"
    answer = place.client.post(
        SAVINGS, content='{"organisation":"county","low":NaN}', headers=headers
    )
    assert answer.status_code == 400


def test_others_neither_record_nor_withdraw(place: Place) -> None:
    made = place.post(SAVINGS, GOOD | {"low": 1}).json()["id"]
    url = f"/api/v1/reported-savings/{made}"
    assert place.post(SAVINGS, GOOD, "city").status_code == 403
    assert place.post(f"{url}/withdraw", None, "city").status_code == 403
    own = place.post(f"{url}/confirm", {"organisation": "county"})
    assert (own.status_code, own.json()["errors"][0]["location"]) == (400, "organisation")
    assert place.client.post(SAVINGS, json=GOOD).status_code == 401
    assert place.client.get("/api/v1/reported-savings/4000").status_code == 404


def test_the_csv_of_a_report_keeps_formulas_as_text(place: Place) -> None:
    formula = '=HYPERLINK("https://evil.example")'
    place.post(SAVINGS, GOOD | {"method": formula, "low": -7, "high": -7, "since": "2023"})
    answer = place.client.get(f"/api/v1/reports/reported-savings.csv?component={SLUG}")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert tuple(rows[0]) == SAVING_COLUMNS
    (row,) = [row for row in rows if row["since"] == "2023"]
    assert (row["method"], row["low"], row["source_url"]) == (f"'{formula}", "-7", SOURCE)
    empty = place.client.get("/api/v1/reports/reported-savings.csv?component=nothing")
    assert empty.text == ",".join(SAVING_COLUMNS) + "\r\n"
