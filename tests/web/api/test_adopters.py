"""Adopters and reuse actions at the API: stated with a token, recorded by anybody with a key."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.actors import Role
from registry.accounts.service import Accounts
from registry.adoption.action_service import ReuseActions
from registry.adoption.adopter_service import Adopters
from registry.clock import utc_now
from registry.jobs.embedded import EmbeddedQueue
from tests.support.accounts import add_account, add_organisation, add_token
from tests.support.api_samples import SETTINGS, sample_catalogue
from tests.support.catalogue_rows import crawled
from tests.support.databases import fresh_sqlite
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app

SLUG = "code-example-town-forms"
ADOPTERS = f"/api/v1/components/{SLUG}/adopters"
ACTIONS = "/api/v1/reuse-actions"
COPY = {"component": SLUG, "forge": "github", "owner": "county", "name": "forms"}


class County:
    """The application over a real database, with the token of a maintainer."""

    def __init__(self, client: TestClient[Litestar], token: str) -> None:
        self.client = client
        self.bearer = {"Authorization": f"Bearer {token}"}

    def post(self, url: str, body: Any = None) -> Any:
        return self.client.post(url, json=body, headers=self.bearer)

    def shown(self) -> list[int]:
        return [x["id"] for x in self.client.get(ADOPTERS).json()["items"]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    database = fresh_sqlite(tmp_path_factory.mktemp("adopters"))
    crawled(database, "town/forms", country="EE")
    roles = {add_organisation(database, "county"): Role.MAINTAINER}
    token = add_token(database, add_account(database, "ada", roles), ("components:write",))
    services = replace(
        web_services(), accounts=Accounts(database), settings=SETTINGS,
        catalogue=sample_catalogue(database), adopters=Adopters(database, utc_now),
        reuse_actions=ReuseActions(database, EmbeddedQueue(database), utc_now),
    )  # fmt: skip
    with asked(create_app(services, api_routers())) as client:
        yield County(client, token)
    database.close()


def test_a_statement_is_made_renewed_and_withdrawn(county: County) -> None:
    made = county.post(ADOPTERS, {"organisation": "county", "used_since": "2025", "version": "2"})
    assert (made.status_code, made.json()["used_since"]) == (201, "2025-01-01")
    number = made.json()["id"]
    assert county.post(ADOPTERS, {"organisation": "county", "how": "as_is"}).json()["id"] == number
    assert county.shown() == [number]
    of_county = county.client.get("/api/v1/organisations/county/adoptions").json()["items"]
    assert [x["how"] for x in of_county] == ["as_is"]
    assert county.post(f"/api/v1/adoptions/{number}/renew").status_code == 200
    for _ in range(2):
        ended = county.post(f"/api/v1/adoptions/{number}/withdraw")
        assert (ended.status_code, ended.json()["state"]) == (200, "withdrawn")
    assert county.shown() == []
    assert county.post(f"/api/v1/adoptions/{number}/renew").status_code == 400


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"organisation": "county", "contact": "ada.lovelace@county.example"}, "contact"),
        ({"organisation": "county", "used_since": "2999"}, "used_since"),
        ({"organisation": "county", "how": "somehow"}, "how"),
        ({"organisation": "county", "account_id": 1}, ""),
        ({}, ""),
    ],
)
def test_what_is_wrong_in_a_statement_is_named(
    county: County, body: dict[str, object], location: str
) -> None:
    answer = county.post(ADOPTERS, body)
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, location)


def test_an_action_is_recorded_once_and_removed_by_its_key(county: County) -> None:
    asked_for = COPY | {"key": "k" * 24}
    first = county.client.post(ACTIONS, json=asked_for)
    again = county.client.post(ACTIONS, json=asked_for)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["url"] == "https://github.com/county/forms"
    url = f"{ACTIONS}/{first.json()['key']}"
    elsewhere = {"url": "https://code.example/county/forms"}
    assert county.client.post(f"{url}/made", json=elsewhere).status_code == 202
    assert county.client.get(url).json()["url"] == elsewhere["url"]
    assert county.client.delete(url).status_code == 204
    assert county.client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "location"),
    [
        ({"forge": "sourceforge"}, 400, "forge"),
        ({"owner": "../../x"}, 400, "owner"),
        ({"name": "a b"}, 400, "name"),
        ({"purpose": "sell"}, 400, "purpose"),
        ({"key": "short"}, 400, ""),
        ({"component": "nothing"}, 404, None),
        ({"adopter": "county"}, 401, None),
    ],
)
def test_what_is_wrong_in_an_action_is_named(
    county: County, changed: dict[str, str], status: int, location: str | None
) -> None:
    answer = county.client.post(ACTIONS, json=COPY | changed)
    assert answer.status_code == status
    if location is not None:
        assert answer.json()["errors"][0]["location"] == location


def test_an_action_may_list_an_adopter_and_takes_the_statement_along(county: County) -> None:
    made = county.post(ACTIONS, COPY | {"adopter": "county"})
    assert made.json()["adopter"]["slug"] == "county"
    assert len(county.shown()) == 1
    url = f"{ACTIONS}/{made.json()['key']}"
    assert county.client.delete(url).status_code == 401
    assert county.client.delete(url, headers=county.bearer).status_code == 204
    assert county.shown() == []
