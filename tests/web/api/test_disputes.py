"""Objections at the API: sent by anybody, read by everybody, costly, and strict about bodies."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.api_samples import BASE, api_client
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.dispute_fakes import InMemoryDisputes
from tests.support.lineage_fakes import InMemoryLineage

Client = TestClient[Litestar]
URL = "/api/v1"
KEY = "ev_commits"
GOOD = {"evidence": KEY, "category": "wrong_direction", "reason": "See our first release of 2019."}


@pytest.fixture(scope="module")
def kept() -> InMemoryDisputes:
    return InMemoryDisputes()


@pytest.fixture(scope="module")
def shared(kept: InMemoryDisputes) -> Iterator[Client]:
    lineage = InMemoryLineage()
    with api_client(InMemoryCatalogue(), lineage=lineage, disputes=kept) as client:
        yield client


@pytest.fixture
def disputes(kept: InMemoryDisputes) -> InMemoryDisputes:
    kept.begin_anew()
    return kept


@pytest.fixture
def api(shared: Client, disputes: InMemoryDisputes) -> Client:
    return shared


def test_an_objection_is_written_down_and_found_again(
    api: Client, disputes: InMemoryDisputes
) -> None:
    answer = api.post(f"{URL}/disputes", json=GOOD)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["evidence"], made["reason"]) == ("open", KEY, None)
    assert made["html_url"] == f"{BASE}/disputes/{made['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert disputes.sent == [(KEY, "wrong_direction", GOOD["reason"])]
    assert api.get(f"{URL}/disputes/{made['id']}").json() == made
    shown = api.get(f"{URL}/evidence/{KEY}").json()
    assert shown["disputes"][0] == made
    assert [x["verdict"] for x in shown["labels"]] == ["confirmed", "denied"]


def test_an_objection_to_a_saving_is_found_by_its_number(
    api: Client, disputes: InMemoryDisputes
) -> None:
    told = {"saving": 7, "category": "wrong_amount", "reason": GOOD["reason"]}
    made = api.post(f"{URL}/disputes", json=told).json()
    assert (made["saving"]["number"], made["saving"]["low"], made["evidence"]) == (7, -5, None)
    assert disputes.sent == [("7", "wrong_amount", GOOD["reason"])]
    assert api.get(f"{URL}/disputes?saving=7").json()["items"] == [made]
    assert api.get(f"{URL}/disputes?saving=8").json()["items"] == []
    assert api.get(f"{URL}/disputes?saving=one").status_code == 400


@pytest.mark.parametrize(
    ("changed", "status", "location"),
    [
        ({"reason": "short"}, 400, "reason"),
        ({"reason": "x" * 2001}, 400, "reason"),
        ({"reason": None}, 400, ""),
        ({"email": "a@b.c"}, 400, ""),
        ({"component": "forms"}, 400, "evidence"),
        ({"evidence": None}, 400, "evidence"),
        ({"evidence": "ev_ffffffffffffffff"}, 404, None),
        ({"evidence": "nothing"}, 404, None),
        ({"property": "name"}, 400, "property"),
        ({"lang": "en"}, 400, "lang"),
        ({"saving": 1}, 400, "evidence"),
        ({"evidence": None, "saving": "1"}, 400, ""),
        ({"evidence": None, "saving": 0}, 404, None),
        ({"evidence": None, "saving": 2**63}, 404, None),
    ],
)
def test_an_objection_that_cannot_be_reviewed_is_refused(
    api: Client, changed: dict[str, Any], status: int, location: str | None
) -> None:
    answer = api.post(f"{URL}/disputes", json=GOOD | changed)
    assert answer.status_code == status, answer.text
    errors = answer.json().get("errors", ())
    assert [error["location"] for error in errors] == ([] if location is None else [location])


def test_an_objection_to_a_field_names_what_is_shown(
    api: Client, disputes: InMemoryDisputes
) -> None:
    told = {"category": "wrong_value", "reason": GOOD["reason"]}
    field = {"component": "forms", "property": "short_description", "lang": "en"}
    answer = api.post(f"{URL}/disputes", json=told | field)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["component"], made["organisation"]) == ("forms", None)
    assert (made["field"]["property"], made["field"]["lang"]) == ("short_description", "en")
    assert disputes.sent == [("forms:short_description", "wrong_value", GOOD["reason"])]


def test_too_many_open_objections_are_a_conflict(api: Client) -> None:
    statuses = [api.post(f"{URL}/disputes", json=GOOD).status_code for _ in range(3)]
    assert statuses == [201, 201, 409]


def test_an_objection_costs_as_much_as_ten_files(disputes: InMemoryDisputes) -> None:
    made = api_client(InMemoryCatalogue(), disputes=disputes, requests_per_minute=600)
    with made as client:
        answers = [client.post(f"{URL}/disputes", json=GOOD) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 409, 429]


def test_the_log_pages_and_filters(api: Client) -> None:
    first = api.get(f"{URL}/disputes?limit=2").json()
    assert [x["id"] for x in first["items"]] == [7, 6]
    rest = api.get(first["next"]).json()
    assert [x["id"] for x in rest["items"]] == [5, 4]
    only = api.get(f"{URL}/disputes?state=open&component=forms").json()["items"]
    assert [(x["id"], x["organisation"]) for x in only] == [
        (6, None), (3, "ministry-of-examples"),
    ]  # fmt: skip
    assert (only[0]["field"]["property"], only[1]["field"]) == ("short_description", None)
    assert api.get(f"{URL}/disputes?state=lost").status_code == 400
    assert api.get(f"{URL}/disputes/x").status_code == 404


@pytest.mark.parametrize(
    "path", ["disputes/1/answer", "disputes/1/decide", f"evidence/{KEY}/confirm"]
)
def test_who_answers_decides_or_confirms_is_somebody(api: Client, path: str) -> None:
    assert api.post(f"{URL}/{path}", json={"answer": "No."}).status_code == 401
