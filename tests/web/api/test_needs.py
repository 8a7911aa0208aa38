"""Needs at the API: read by everybody, written with a token, done once, and strict about texts."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from defusedxml.ElementTree import fromstring
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.actors import Role
from registry.accounts.idempotency import Idempotency
from registry.accounts.sealing import Sealer
from registry.accounts.service import Accounts
from registry.clock import utc_now
from tests.support.accounts import add_account, add_token
from tests.support.api_samples import SETTINGS
from tests.support.databases import fresh_sqlite
from tests.support.needs import BODY, add_bodies, needs_over
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.idempotency import IdempotentPosts
from web.api.router import api_routers
from web.app import create_app

URL = "/api/v1/needs"
GOOD = {
    "title": "Forms for citizens, with self assessment", "description": "People fill in forms.",
    "lang": "en", "organisation": BODY,
}  # fmt: skip


class Town:
    """The application over a real database, with a member of each of two organisations."""

    def __init__(self, client: TestClient[Litestar], tokens: dict[str, str]) -> None:
        self.client = client
        self.tokens = tokens

    def post(self, path: str, body: Any = None, who: str = "ada", **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | headers
        return self.client.post(URL + path, json=body, headers=headers)

    def opened(self) -> str:
        made = self.post("", GOOD)
        assert made.status_code == 201
        return f"/{made.json()['need']['id']}"

    def answered(self, need: str) -> None:
        bearer = {"Authorization": f"Bearer {self.tokens['ada']}"}
        found = self.client.get(f"{URL}{need}/candidates", headers=bearer).json()
        answers = {x: {"reason": "licence", "text": ""} for x in found["unanswered"]}
        assert answers
        assert self.post(f"{need}/answers", {"answers": answers}).json()["unanswered"] == []


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    database = fresh_sqlite(tmp_path_factory.mktemp("needs"))
    bodies, accounts = add_bodies(database), Accounts(database)
    people = {"ada": BODY, "bo": "town-1"}
    tokens = {
        name: add_token(
            database, add_account(database, name, {bodies[slug]: Role.MEMBER}), ("needs:write",)
        )
        for name, slug in people.items()
    }
    posts = IdempotentPosts(accounts, Idempotency(database, Sealer([b"k" * 32]), utc_now))
    services = replace(
        web_services(), accounts=accounts, needs=needs_over(database),
        settings=SETTINGS,
    )  # fmt: skip
    with asked(create_app(services, api_routers(posts=posts))) as client:
        yield Town(client, tokens)
    database.close()


def test_a_need_is_written_once_however_often_it_is_sent(town: Town) -> None:
    key = {"Idempotency-Key": "same"}
    first, second = town.post("", GOOD, **key), town.post("", GOOD, **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    number = first.json()["need"]["id"]
    assert town.client.get(f"{URL}/{number}").json()["need"]["title"] == GOOD["title"]


def test_a_statement_can_be_checked_by_anybody(town: Town) -> None:
    need = town.opened()
    assert town.post(f"{need}/statements").status_code == 409
    town.answered(need)
    made = town.post(f"{need}/statements")
    assert made.status_code == 201
    again = town.client.get(f"{URL}{need}/statements/1").json()
    assert again == made.json()
    assert hashlib.sha256(rfc8785.dumps(again["document"])).hexdigest() == again["digest"]
    assert again["document"]["searched"]["components"] == 81
    page = f"/needs{need}/statement/1"
    assert again["digest"] in town.client.get(page).text


def test_others_join_and_offer_and_then_it_is_closed(town: Town) -> None:
    need = town.opened()
    for _ in range(2):
        joined = town.post(f"{need}/join", {"organisation": "town-1"}, "bo")
        assert joined.json()["need"]["joined"] == 1
    offer = town.post(f"{need}/offers", {"text": "Ours", "name": "Us"}, "bo")
    assert (offer.status_code, offer.json()["state"]) == (201, "waiting")
    shown = town.client.get("/feeds/needs.atom?limit=100")
    links = [
        x.get("href") for x in fromstring(shown.content).iter("{http://www.w3.org/2005/Atom}link")
    ]
    assert any(str(x).endswith(f"/needs{need}") for x in links)
    closed = town.post(f"{need}/close", {"outcome": "dropped"})
    assert closed.json()["need"]["state"] == "closed"
    assert town.post(f"{need}/join", {"organisation": "town-1"}, "bo").status_code == 409
    feed = town.client.get("/feeds/needs.json?limit=100").json()
    assert not any(x["url"].endswith(f"/needs{need}") for x in feed["items"])


@pytest.mark.parametrize(
    ("changed", "location"),
    [
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 900_000}, "description"),
        ({"description": "evil \u202e live"}, "description"),
        ({"description": "ask ann.smith@town.example"}, "description"),
        ({"lang": "zz"}, "lang"),
        ({"functions": ["cooking"]}, "functions"),
        ({"title": 7}, ""),
        ({"more": 7}, ""),
    ],
)
def test_mistakes_are_named(town: Town, changed: dict[str, Any], location: str) -> None:
    answer = town.post("", GOOD | changed)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == location


def test_markup_stays_text_and_strangers_write_nothing(town: Town) -> None:
    odd = GOOD | {"title": "<script>alert(1)</script>"}
    made = town.post("", odd).json()["need"]
    assert made["title"] == odd["title"]
    assert "<script>alert(1)" not in town.client.get(f"/needs/{made['id']}").text
    assert town.post("", GOOD, "bo").status_code == 403
    assert town.client.post(URL, json=GOOD).status_code == 401
    assert town.post("/99999/join", {"organisation": "town-1"}, "bo").status_code == 404


def test_lists_are_filtered_and_paged(town: Town) -> None:
    town.opened()
    town.opened()
    first = town.client.get(f"{URL}?limit=1&state=open&country=EE").json()
    assert len(first["items"]) == 1
    following = town.client.get(first["next"]).json()
    assert following["items"][0]["id"] < first["items"][0]["id"]
    assert town.client.get(f"{URL}?country=FI").json()["items"] == []
    assert town.client.get(f"{URL}?state=lost").status_code == 400


def test_a_search_in_vain_leads_to_writing_the_need(town: Town) -> None:
    page = town.client.get("/search?q=zzznothing+at+all").text
    assert "/needs/new?q=zzznothing%20at%20all" in page
