"""Reported savings by the forms of the pages: recorded, mended, confirmed, amended, withdrawn."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from registry.accounts.actors import Role
from registry.accounts.service import Accounts
from registry.adoption.savings.service import ReportedSavings
from registry.clock import utc_now
from registry.db.session import Database
from registry.reports.service import Reports
from tests.support.accounts import Person, add_account, add_organisation, sign_in
from tests.support.api_samples import SETTINGS, sample_catalogue
from tests.support.catalogue_rows import crawled
from tests.support.databases import fresh_sqlite
from tests.support.savings import SAID, SLUG, check_url
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.app import create_app

LIST = f"/components/{SLUG}/savings"
FORM = {**SAID, "organisation": "county"}


class Place:
    """The pages over a real database, for a county, a city and an operator."""

    def __init__(self, client: TestClient, database: Database) -> None:  # type: ignore[type-arg]
        self._client = client
        self._people: dict[str, Person] = {}
        for name in ("county", "city"):
            roles = {add_organisation(database, name): Role.MAINTAINER}
            self._people[name] = sign_in(database, add_account(database, name, roles))
        operator = add_account(database, "op", is_operator=True)
        self._people["operator"] = sign_in(database, operator)

    def get(self, path: str, who: str = "") -> str:
        answer = self._client.get(path, headers=self._headers(who))
        assert answer.status_code == 200, path
        return str(answer.text)

    def post(self, path: str, who: str, code: int = 303, **fields: str) -> str:
        page = self._client.get(path.rpartition("/")[0] or path, headers=self._headers(who)).text
        if 'name="csrf"' not in page:
            page = self._client.get(path, headers=self._headers(who)).text
        fields["csrf"] = page.partition('name="csrf" value="')[2].partition('"')[0]
        answer = self._client.post(
            path, data=fields, headers=self._headers(who), follow_redirects=False
        )
        assert answer.status_code == code, answer.text
        return str(answer.headers.get("location", answer.text))

    def _headers(self, who: str) -> dict[str, str]:
        return self._people[who].headers if who else {}


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
    with asked(create_app(services)) as client:
        yield Place(client, database)
    database.close()


def test_a_saving_goes_its_way_from_the_form_to_the_report(place: Place) -> None:
    assert "No organisation has reported anything" in place.get(LIST)
    assert "Only maintainers and owners" in place.get(f"{LIST}/record")
    made = place.post(f"{LIST}/record", "county", **FORM | {"low": "-5 800 000", "high": ""})
    number = made.partition("/reported-savings/")[2].partition("?")[0]
    page = f"/reported-savings/{number}"
    assert "It was recorded." in place.get(made, "county")
    assert "-5,800,000 EUR" in place.get(LIST)
    assert "(it cost more)" in place.get(LIST)
    # Who reported it is offered no form to confirm it; another organisation is.
    assert 'action="/reported-savings' in place.get(page, "county")
    assert "/confirm" not in place.get(page, "county")
    assert f"{page}/confirm" in place.get(page, "city")
    place.post(f"{page}/confirm", "city", organisation="city")
    assert "3 of 4" in place.get(page)
    report = {"auditor": "Audit Office", "audit-url": "https://audit.example/1"}
    place.post(f"{page}/audit", "operator", **report)
    assert "4 sur 4" in place.get(f"/fr{page}")
    # Each takes back what is theirs; who reported it may not.
    assert "/confirmations/" not in place.get(page, "county")
    assert place.get(page, "city").count("/confirmations/") == 1
    assert place.get(page, "operator").count("/confirmations/") == 2
    shown = place.get(f"/reports?component={SLUG}")
    section = shown[shown.index('id="reported"') : shown.index('id="not-known"')]
    assert "-5,800,000 EUR" in section
    assert "4 of 4" in section
    assert "There is no total" in section
    amended = place.get(f"{LIST}/record?supersedes={number}", "county")
    assert 'value="-5800000"' in amended
    last = FORM | {"low": "7", "high": "", "supersedes": number}
    later = place.post(f"{LIST}/record", "county", **last).partition("?")[0]
    assert "Superseded by:" in place.get(page)
    place.post(f"{later}/withdraw", "county")
    assert "Withdrawn on" in place.get(later)


@pytest.mark.parametrize(
    ("changed", "wrong", "told"),
    [
        ({"low": "NaN"}, "low", "Write a whole number"),
        ({"high": "1000000000000"}, "high", "below a million million"),
        ({"currency": "EURO"}, "currency", "Choose one of the list"),
        ({"until": "2999"}, "until", "Write a date such as"),
        ({"url": "http://county.example/"}, "url", "begins with https://"),
        ({"method": ""}, "method", "Write something here"),
    ],
)
def test_what_is_to_be_mended_is_said_at_its_field(
    place: Place, changed: dict[str, str], wrong: str, told: str
) -> None:
    page = place.post(f"{LIST}/record", "county", 400, **FORM | changed)
    assert "<title>Error:" in page
    assert f'href="#{wrong}"' in page
    assert told in page
    assert 'value="120000"' in page or wrong == "low"


def test_a_confirmation_of_ones_own_is_said_at_the_form(place: Place) -> None:
    made = place.post(f"{LIST}/record", "county", **FORM | {"since": "2023"})
    page = made.partition("?")[0]
    answer = place.post(f"{page}/confirm", "city", 403, organisation="county")
    assert "may not confirm" in answer
    wrong = place.post(f"{page}/confirm", "city", 400, organisation="city", url="ftp://x")
    assert 'href="#url"' in wrong
    bad = place.post(f"{page}/audit", "operator", 400, auditor="", **{"audit-url": ""})
    assert 'href="#auditor"' in bad
