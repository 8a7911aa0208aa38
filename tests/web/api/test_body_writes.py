"""A body by the API alone: two organisations found, decide, pay, change what they govern."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.accounts.actors import Actor, Role
from registry.accounts.authorise import Scope
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import VoterHandle
from registry.governance.record.service import Bodies
from tests.support.account_apps import SLUG, Town, town_in
from tests.support.accounts import add_token
from tests.support.needs import add_component

URL = "https://town.example/statute"
API = "/api/v1/bodies"
FOUNDED: dict[str, Any] = {
    "by": SLUG, "name": "Forms Together", "lang": "en", "instrument": "contract", "url": URL,
    "founded_on": "2017-06", "components": ["forms"],
    "members": [{"organisation": "elsewhere", "role": "strategic"}],
    "rule": {"name": "General meeting", "threshold": "two_thirds", "open_days": 7},
}  # fmt: skip


class Place:
    """A registry with two organisations, each with somebody's token."""

    def __init__(self, town: Town, client: TestClient[Litestar]) -> None:
        self.client = client
        self.database: Database = town.database
        add_component(self.database)
        add_component(self.database, "tool")
        scopes = (Scope.GOVERNANCE_WRITE.value,)
        self.town = add_token(self.database, town.owner.account, scopes)
        self.elsewhere = add_token(self.database, town.stranger.account, scopes)
        self.people = town

    def post(self, path: str, token: str, **body: Any) -> Response:
        return self.client.post(
            f"{API}{path}", json=body, headers={"Authorization": f"Bearer {token}"}
        )  # fmt: skip

    def get(self, path: str) -> Any:
        return self.client.get(f"{API}{path}").json()

    def found(self, **more: Any) -> Response:
        return self.post("", self.town, **{**FOUNDED, **more})

    def join(self) -> None:
        bodies = Bodies(self.database, utc_now)
        members = bodies.body("forms-together").members
        number = next(x.id for x in members if x.state == "invited")
        actor = self.people.stranger
        who = Actor(actor.account, roles={self.people.elsewhere: Role.OWNER})
        bodies.answer(who, "forms-together", number, agrees=True)


@pytest.fixture
def place() -> Iterator[Place]:
    with town_in() as (town, client):
        yield Place(town, client)


def test_founded_with_a_rule_decided_and_changed_by_two(place: Place) -> None:
    found = place.found()
    assert found.status_code == 201, found.text
    body = found.json()
    assert body["body"]["founded_on"] == "2017-06"
    assert {x["state"] for x in body["members"]} == {"confirmed", "invited"}
    place.join()
    here = "/forms-together"
    decided = place.post(f"{here}/decisions", place.town, by=SLUG, title="Go on", text="We do.",
                         lang="en", rule=1, state="voting")  # fmt: skip
    assert decided.status_code == 201, decided.text
    for token, by in ((place.town, SLUG), (place.elsewhere, "elsewhere")):
        voted = place.post(f"{here}/decisions/1/votes", token, by=by, choice="for")
        assert voted.status_code == 200, voted.text
    assert voted.json()["decision"]["state"] == "adopted"
    asked = place.post(f"{here}/components", place.town, by=SLUG, component="tool", url=URL)
    assert asked.status_code == 202, asked.text
    (change,) = asked.json()["changes"]
    assert (change["kind"], change["signed"], change["needed"]) == ("add_component", 1, 2)
    assert place.get(f"{here}/changes") == asked.json()
    signed = place.post(f"{here}/changes/{change['id']}/signatures", place.elsewhere,
                        by="elsewhere")  # fmt: skip
    assert (signed.status_code, signed.json()) == (200, {"changes": []})
    governed = {x["component"]["slug"] for x in place.get(here)["components"]}
    assert governed == {"forms", "tool"}


def test_facts_money_and_suppliers_keep_the_precision_of_their_dates(place: Place) -> None:
    place.found()
    here = "/forms-together"
    for path, body in (
        ("facts", {"kind": "exit_clause", "choice": "none", "since": "2017"}),
        ("funding", {"payer": SLUG, "since": "2026", "until": "2027-06", "amount": 5,
                     "currency": "EUR", "on": "2026-01"}),
        ("contracts", {"supplier": "House", "on_behalf_of": SLUG, "since": "2026-01"}),
    ):  # fmt: skip
        answer = place.post(f"{here}/{path}", place.town, by=SLUG, url=URL, **body)
        assert answer.status_code == 201, answer.text
    found = place.get(here)
    assert {x["since"] for x in found["facts"] if x["kind"] == "exit_clause"} == {"2017"}
    money = found["funding"][0]
    assert (money["since"], money["until"], money["source"]["on"]) == ("2026", "2027-06", "2026-01")
    assert found["contracts"][0]["since"] == "2026-01"
    lines = place.client.get(f"{API}{here}/funding.csv").text
    assert "2026,2027-06" in lines


def test_who_entered_it_strikes_a_mistake_out(place: Place) -> None:
    place.found()
    place.join()
    here = "/forms-together"
    wrong = {"payer": SLUG, "since": "2026", "amount": 50, "currency": "EUR"}
    (line,) = place.post(f"{here}/funding", place.town, by=SLUG, url=URL, **wrong).json()["funding"]
    mistake = {"what": "funding", "number": line["id"], "reason": "A digit too many"}
    refused = place.post(f"{here}/mistakes", place.elsewhere, by="elsewhere", **mistake)
    assert refused.status_code == 403, refused.text
    unnamed = place.post(f"{here}/mistakes", place.town, by=SLUG, **{**mistake, "reason": ""})
    assert (unnamed.status_code, "reason" in unnamed.text) == (400, True)
    struck = place.post(f"{here}/mistakes", place.town, by=SLUG, **mistake)
    assert (struck.status_code, struck.json()["funding"]) == (200, [])
    assert place.post(f"{here}/mistakes", place.town, by=SLUG, **mistake).status_code == 404


@pytest.mark.parametrize(
    ("changed", "location"),
    [
        ({"founded_on": "2999"}, "founded_on"),
        ({"founded_on": "17"}, "founded_on"),
        ({"components": ["none"]}, "components"),
        ({"rule": {"name": "x", "quorum": 900}}, "rule_quorum"),
        ({"members": [{"organisation": "none", "role": "owner"}]}, "organisation"),
        ({"url": "javascript:x"}, "url"),
    ],
)
def test_a_mistake_founds_nothing_and_names_its_field(
    place: Place, changed: dict[str, Any], location: str
) -> None:
    answer = place.found(**changed)
    assert answer.status_code == 400, answer.text
    assert location in answer.text
    assert place.get("")["items"] == []


def test_who_is_no_member_or_sends_what_is_unknown_is_refused(place: Place) -> None:
    place.found()
    here = "/forms-together"
    stranger = place.post(f"{here}/components", place.elsewhere, by="elsewhere", component="tool")
    assert stranger.status_code == 409, "it was invited, and did not accept"
    other = place.post(f"{here}/components", place.elsewhere, by=SLUG, component="tool")
    assert other.status_code == 403
    for body, status in (
        ({"by": SLUG, "component": "none"}, 400),
        ({"by": SLUG, "component": "forms"}, 400),
        ({"by": SLUG, "component": "tool", "remove": True}, 400),
        ({"by": SLUG, "component": "tool", "colour": "red"}, 400),
        ({"by": SLUG}, 400),
    ):
        assert place.post(f"{here}/components", place.town, **body).status_code == status, body
    assert place.post("/none/components", place.town, by=SLUG, component="x").status_code == 404
    missing = place.post(f"{here}/changes/99/signatures", place.town, by=SLUG)
    assert missing.status_code == 404
    assert place.client.post(f"{API}{here}/components", json={"by": SLUG}).status_code == 401


def test_members_come_answer_and_leave_by_the_api_alone(place: Place) -> None:
    assert place.found(members=[]).status_code == 201
    here = "/forms-together"
    asked = place.post(f"{here}/members", place.town, by=SLUG, organisation="elsewhere",
                       role="strategic", since="2026-01-05", url=URL)  # fmt: skip
    assert (asked.status_code, asked.json()) == (202, {"changes": []}), "one member signs alone"
    invited = next(x for x in place.get(here)["members"] if x["state"] == "invited")
    answer = f"{here}/members/{invited['id']}/answer"
    assert place.post(answer, place.town, agrees=True).status_code == 403, "not of that one"
    answered = place.post(answer, place.elsewhere, agrees=True)
    assert answered.status_code == 200, answered.text
    member = next(x for x in answered.json()["members"] if x["id"] == invited["id"])
    assert (member["state"], member["role"]) == ("confirmed", "strategic")
    assert member["since"] == "2026-01-05"
    assert place.post(answer, place.elsewhere, agrees=False).status_code == 409, "said once"
    leaving = place.post(f"{here}/departures", place.elsewhere, by="elsewhere", member="elsewhere")
    (change,) = leaving.json()["changes"]
    assert (leaving.status_code, change["kind"], change["needed"]) == (202, "leave", 2)
    signed = place.post(f"{here}/changes/{change['id']}/signatures", place.town, by=SLUG)
    assert signed.json() == {"changes": []}
    left = next(x for x in place.get(here)["members"] if x["id"] == invited["id"])
    assert left["until"]


@pytest.mark.parametrize(
    ("path", "changed", "location"),
    [
        ("members", {"organisation": "none", "role": "owner"}, "organisation"),
        ("members", {"organisation": "elsewhere", "role": "king"}, "role"),
        ("members", {"organisation": "elsewhere", "role": "owner", "since": "x"}, "since"),
        ("members", {"organisation": "elsewhere", "role": "owner", "dues": -1}, "dues"),
        ("members", {"organisation": "elsewhere", "role": "owner", "url": "ftp:x"}, "url"),
        ("departures", {"member": "none"}, "member"),
        ("departures", {"member": SLUG, "leaves_on": "2999-13-01"}, "leaves_on"),
        ("voters", {"host": "localhost", "handle": "x"}, "host"),
        ("voters", {"host": "github.com", "handle": "x y"}, "handle"),
        ("voters", {"host": "github.com", "handle": "x", "remove": True}, "handle"),
    ],
)
def test_a_mistake_about_members_names_its_field(
    place: Place, path: str, changed: dict[str, Any], location: str
) -> None:
    place.found(members=[])
    answer = place.post(f"/forms-together/{path}", place.town, by=SLUG, **changed)
    assert answer.status_code == 400, answer.text
    assert location in [x["location"] for x in answer.json()["errors"]], answer.text
    assert place.get("/forms-together/changes") == {"changes": []}


def test_the_account_that_votes_for_a_member_is_kept_once_as_a_hash(place: Place) -> None:
    place.found(members=[])
    sent = {"by": SLUG, "host": "github.com", "handle": "@Town-Votes"}
    for _ in range(2):
        assert place.post("/forms-together/voters", place.town, **sent).status_code == 204
    with place.database.read() as session:
        (row,) = session.exec(select(VoterHandle)).all()
    assert b"town-votes" not in bytes(row.handle_key).lower()
    assert place.post("/forms-together/voters", place.town, **sent, remove=True).status_code == 204
    with place.database.read() as session:
        assert session.exec(select(VoterHandle)).all() == []


def test_a_founder_has_dues_and_a_change_is_taken_back(place: Place) -> None:
    place.found(dues=900, members=[{"organisation": "elsewhere", "role": "strategic", "dues": 7}])
    here = "/forms-together"
    assert [x["dues"] for x in place.get(here)["members"]] == [900, 7]
    lines = place.client.get(f"{API}{here}/members.csv").text.splitlines()
    assert lines[0].split(",")[7] == "dues"
    assert {x.split(",")[7] for x in lines[1:]} == {"900", "7"}
    place.join()
    asked = place.post(f"{here}/departures", place.town, by=SLUG, member="elsewhere")
    (change,) = asked.json()["changes"]
    assert change["proposed_by"]["slug"] == SLUG
    assert [x["slug"] for x in change["signed_by"]] == [SLUG]
    path = f"{here}/changes/{change['id']}/withdrawal"
    assert place.post(path, place.elsewhere, by="elsewhere").status_code == 409
    taken = place.post(path, place.town, by=SLUG)
    assert (taken.status_code, taken.json()) == (200, {"changes": []})
    assert place.found(dues=-1, name="Another").status_code == 400
