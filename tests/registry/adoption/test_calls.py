"""Calls for partners: opened, changed, over, closed and taken down; and what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.adoption.calls.readmodels import CallQuery
from registry.adoption.calls.service import Calls
from registry.adoption.calls.writing import MAX_TEXT
from registry.db.session import Database
from registry.db.tables import (
    AuditEntry,
    BodyComponent,
    Change,
    Component,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.errors import Conflict, Forbidden, Gone, NotFound, Unauthenticated
from registry.governance.record.service import Bodies
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, member_of
from tests.support.calls import CALL
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL
from tests.support.needs import BODY, add_bodies, add_component
from web.i18n.happenings import sentence
from web.i18n.languages import shipped_languages

START = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)


@dataclass
class World:
    """An organisation with a maintainer, a component, a body, and a clock that can be moved."""

    database: Database
    calls: Calls
    actor: Actor
    organisation: int
    now: datetime = START

    def opened(self, **changed: Any) -> int:
        return self.calls.open(self.actor, replace(CALL, **changed)).id


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = fresh_sqlite(tmp_path)
    numbers = add_bodies(database)
    add_component(database)
    maintainer = member_of(database, numbers[BODY], Role.MAINTAINER)
    made = World(database, Calls(database, lambda: made.now), maintainer, numbers[BODY])
    Bodies(database, lambda: START).create(maintainer, FOUNDED, BODY)
    yield made
    database.close()


def test_a_call_is_open_for_three_months_unless_it_says_otherwise(world: World) -> None:
    call = world.calls.call(world.opened())
    assert (call.state, call.open_until) == ("open", date(2026, 11, 2))
    assert call.component is not None
    assert call.component.slug == "forms"
    assert (call.organisation.slug, call.country) == (BODY, "EE")
    assert call.text == CALL.text


def test_the_same_call_twice_is_the_same_call_and_noted_once(world: World) -> None:
    assert world.opened() == world.opened()
    with world.database.read() as session:
        told = session.exec(select(Change).where(Change.kind == "call")).all()
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "call.opened")).all()
    assert [x.detail["what"] for x in told] == ["opened"]
    assert len(noted) == 1


def test_another_text_takes_the_place_of_the_former(world: World) -> None:
    number = world.opened()
    assert world.opened(text="For two years.", open_until="2027-08-02") == number
    call = world.calls.call(number)
    assert (call.text, call.open_until) == ("For two years.", date(2027, 8, 2))
    assert world.opened(kind="reviewer") != number, "another kind is another call"


def test_a_call_ends_by_its_date_alone_and_can_then_be_made_anew(world: World) -> None:
    first = world.opened(open_until="2026-08-10")
    world.now = datetime(2026, 8, 10, 23, 59, tzinfo=UTC)
    assert world.calls.call(first).state == "open", "its last day belongs to it"
    world.now += timedelta(minutes=2)
    assert world.calls.call(first).state == "expired"
    assert world.calls.list(CallQuery())[0] == ()
    assert [x.id for x in world.calls.list(CallQuery(state="expired"))[0]] == [first]
    second = world.opened()
    assert second != first
    assert world.calls.call(first).state == "expired"


def test_closing_ends_it_once(world: World) -> None:
    number = world.opened()
    assert world.calls.close(world.actor, number).state == "closed"
    with pytest.raises(Conflict, match="closed already"):
        world.calls.close(world.actor, number)
    assert world.opened() != number


def test_a_call_that_was_taken_down_is_gone_with_its_reason(world: World) -> None:
    number = world.opened()
    operator = Actor(world.actor.account, is_operator=True)
    with pytest.raises(Forbidden):
        world.calls.take_down(world.actor, number, "Advertisement")
    world.calls.take_down(operator, number, "Advertisement")
    with pytest.raises(Gone, match="Advertisement"):
        world.calls.call(number)
    assert world.calls.list(CallQuery(state=None))[0] == ()


def test_only_maintainers_and_owners_of_the_organisation_call(world: World) -> None:
    member = member_of(world.database, world.organisation, Role.MEMBER)
    for actor, error in ((VISITOR, Unauthenticated), (member, Forbidden)):
        with pytest.raises(error):
            world.calls.open(actor, CALL)
    with pytest.raises(Forbidden):
        world.opened(organisation="town-1")
    number = world.opened()
    with pytest.raises(Forbidden):
        world.calls.close(member, number)


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"text": ""}, "text", "empty"),
        ({"text": "x" * (MAX_TEXT + 1)}, "text", "long"),
        ({"text": "Ask ada.lovelace@town.example"}, "text", "address"),
        ({"text": "a\u202etxt"}, "text", "direction"),
        ({"contact": ""}, "contact", "address"),
        ({"contact": "ada.lovelace@town.example"}, "contact", "address"),
        ({"contact": "javascript://x"}, "contact", "url"),
        ({"lang": "not a language"}, "lang", "language"),
        ({"kind": "money"}, "kind", "choice"),
        ({"open_until": "2026-08-01"}, "open_until", "until"),
        ({"open_until": "2027-08-04"}, "open_until", "until"),
        ({"open_until": "soon"}, "open_until", "until"),
        ({"component": "formz"}, "component", "unknown"),
        ({"component": "form\0"}, "component", "unknown"),
        ({"component": ""}, "component", "choice"),
        ({"body": "forms-together"}, "component", "choice"),
        ({"component": "", "body": "none"}, "body", "member"),
        ({"organisation": "nobody"}, "organisation", "organisation"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    world: World, changed: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(WrongField) as caught:
        world.opened(**changed)
    assert (caught.value.field, caught.value.problem) == (field, problem)
    assert world.calls.list(CallQuery(state=None))[0] == ()


def test_markup_is_kept_as_it_was_written(world: World) -> None:
    assert world.calls.call(world.opened(text=EVIL)).text == EVIL


def test_only_a_confirmed_member_calls_for_a_body(world: World) -> None:
    number = world.opened(component="", body="forms-together")
    call = world.calls.call(number)
    assert call.body is not None
    assert call.component is None
    invited = replace(CALL, organisation="town-1", component="", body="forms-together")
    with pytest.raises(WrongField) as caught:
        world.calls.open_as_operator(invited)
    assert caught.value.problem == "member"
    assert [x.id for x in world.calls.list(CallQuery(body="forms-together"))[0]] == [number]


def test_lists_are_filtered_and_go_on(world: World) -> None:
    kinds = ("co_funder", "reviewer", "exchange")
    numbers = [world.opened(kind=kind) for kind in kinds]
    page, after = world.calls.list(CallQuery(limit=2))
    rest, end = world.calls.list(CallQuery(limit=2, after=after))
    assert [x.id for x in (*page, *rest)] == numbers[::-1]
    assert end is None
    assert [x.kind for x in world.calls.list(CallQuery(kind="reviewer"))[0]] == ["reviewer"]
    assert world.calls.list(CallQuery(country="FI"))[0] == ()
    assert len(world.calls.list(CallQuery(country="EE", component="forms"))[0]) == 3
    assert len(world.calls.mine(world.actor)) == 3
    assert world.calls.mine(member_of(world.database, world.organisation, Role.MEMBER)) == ()


def test_a_call_about_a_component_that_is_removed_is_not_shown(world: World) -> None:
    number = world.opened()
    with world.database.write() as session:
        session.exec(select(Component)).one().is_taken_down = True
    assert world.calls.list(CallQuery(state=None))[0] == ()
    with pytest.raises(NotFound):
        world.calls.call(number)


def test_who_listens_to_the_component_is_told(world: World) -> None:
    with world.database.write() as session:
        component = session.exec(select(Component)).one()
        session.add(WebhookEndpoint(
            key="we_1", url="https://ci.example/", events=["call.changed"], secret="x",
            component_id=component.id, created_at=START,
        ))  # fmt: skip
    number = world.opened()
    with world.database.read() as session:
        (delivery,) = session.exec(select(WebhookDelivery)).all()
    assert delivery.subject == f"call:{number}"
    assert f'"href":"/api/v1/calls/{number}"' in delivery.body


def test_a_call_about_a_body_is_told_at_the_components_that_it_governs(world: World) -> None:
    with world.database.write() as session:
        (governed,) = session.exec(select(BodyComponent)).all()
        session.add(WebhookEndpoint(
            key="we_1", url="https://ci.example/", events=["call.changed"], secret="x",
            component_id=governed.component_id, created_at=START,
        ))  # fmt: skip
    add_component(world.database, "parking")
    number = world.opened(component="", body="forms-together")
    world.calls.close(world.actor, number)
    with world.database.read() as session:
        told = [x for x in session.exec(select(Change)).all() if x.kind == "call"]
        deliveries = session.exec(select(WebhookDelivery)).all()
    assert [(x.slug, x.detail["what"], x.detail["body"]) for x in told] == [
        ("forms", "opened", "Forms Together"), ("forms", "closed", "Forms Together"),
    ]  # fmt: skip
    assert [x.subject for x in deliveries] == [f"call:{number}"]
    says = sentence(shipped_languages()[0], "call", "Forms", told[0].detail)
    assert says.startswith("Ministry of Examples looks for partners for Forms Together, which ")
    with world.database.write() as session:
        for row in session.exec(select(BodyComponent)).all():
            row.until = START.date()
            session.add(row)
    world.opened(component="", body="forms-together")
    with world.database.read() as session:
        assert len(session.exec(select(Change).where(Change.kind == "call")).all()) == 2
