"""Needs: written, searched for, stated, joined, offered to, renewed and closed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.adoption.needs.candidates import Terms
from registry.adoption.needs.readmodels import Answer, NeedQuery, NewNeed
from registry.adoption.needs.service import Needs
from registry.adoption.needs.statements import check_copy
from registry.adoption.needs.together import OPEN_FOR, Closing, NewOffer
from registry.db.session import Database
from registry.db.tables import AuditEntry, Component, Need, NeedJoin, NeedStatement, Organisation
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from registry.texts import WrongField
from tests.support.accounts import add_account
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL, NOW
from tests.support.lineage_fakes import InMemoryLineage
from tests.support.needs import BODY, NEED, add_bodies, add_component, answered


class Town:
    """Needs of a registry with three organisations; `now` can be moved."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.needs = Needs(database, InMemoryCatalogue(), InMemoryLineage(), self.clock)
        self.bodies = add_bodies(database)
        self.owner = self.person(BODY)
        self.other = self.person("town-1")

    def clock(self) -> datetime:
        return self.now

    def person(self, slug: str, role: Role = Role.MEMBER) -> Actor:
        roles = {self.bodies[slug]: role}
        return Actor(add_account(self.database, slug, roles), roles=roles)

    def opened(self) -> int:
        return self.needs.create(self.owner, NEED, BODY)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    database = fresh_sqlite(tmp_path)
    yield Town(database)
    database.close()


def test_candidates_come_with_reasons_and_the_closest_is_first(town: Town) -> None:
    found = town.needs.search(NEED)
    assert (found.components, found.method) == (81, "need-search 2")
    best = found.candidates[0]
    assert best.slug == "forms"
    reasons = {reason.kind: reason.values for reason in best.reasons}
    assert reasons["function"] == ("online-booking",)
    assert set(reasons["words"]) >= {"forms", "citizens"}


def test_words_of_another_language_are_answered_and_forks_are_not_listed_twice(town: Town) -> None:
    need = NewNeed(title="Formulaires, citizens", description="Santé.", lang="fr")
    found = town.needs.search(need)
    assert "formulaires = forms" in found.candidates[0].reasons[0].values
    assert not any(x.slug.startswith("forms-fork") for x in found.candidates)


def test_words_that_stand_in_every_text_are_no_reason() -> None:
    need = msgspec.structs.replace(NEED, title="Cartes par plusieurs en ligne", description="sets")
    assert Terms(need, lambda _: False).all == ("cartes",)


def test_what_nothing_answers_has_no_candidates(town: Town) -> None:
    found = town.needs.search(NewNeed(title="Snow ploughs", description="Depots", lang="en"))
    assert found.candidates == ()


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"title": " \n "}, "title", "empty"),
        ({"title": "x" * 201}, "title", "long"),
        ({"description": "x" * 1_000_000}, "description", "long"),
        ({"description": "evil \u202e live"}, "description", "direction"),
        ({"description": "ask ann.smith@town.example"}, "description", "address"),
        ({"lang": "xx-nonsense-"}, "lang", "language"),
        ({"lang": "zz"}, "lang", "language"),
        ({"functions": ("cooking",)}, "functions", "choice"),
    ],
)
def test_what_is_wrong_is_named(
    town: Town, changed: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(WrongField) as raised:
        town.needs.begin(msgspec.structs.replace(NEED, **changed))
    assert (raised.value.field, raised.value.problem) == (field, problem)


def test_markup_is_text_and_a_mailbox_of_a_role_may_be_named(town: Town) -> None:
    need = NewNeed(title=EVIL, description="<svg/onload=x> info@town.example", lang="en")
    draft = town.needs.draft(town.needs.begin(need))
    assert (draft.title, draft.description) == (EVIL, "<svg/onload=x> info@town.example")


def test_a_draft_is_found_by_its_secret_alone_and_expires(town: Town) -> None:
    secret = town.needs.begin(NEED)
    with town.database.read() as session:
        row = session.exec(select(Need)).one()
        assert secret.encode() not in bytes(row.key_hash or b"")
    with pytest.raises(NotFound):
        town.needs.need(row.id or 0)
    assert town.needs.list(NeedQuery())[0] == ()
    town.now += timedelta(days=31)
    with pytest.raises(NotFound):
        town.needs.draft(secret)


def test_a_statement_needs_an_answer_for_each_candidate(town: Town) -> None:
    number = town.opened()
    with pytest.raises(Conflict, match="forms"):
        town.needs.state(town.owner, number)
    with pytest.raises(WrongField):
        town.needs.answer(town.owner, number, {"forms": Answer("other")})
    with pytest.raises(WrongField):
        town.needs.answer(town.owner, number, {"no-candidate": Answer("licence")})
    answered(town.needs, town.owner, number)
    made = town.needs.state(town.owner, number)
    assert made.document["found"][0]["not_used_because"]["reason"] == "other"
    assert made.document["searched"]["components"] == 81
    town.now += timedelta(days=31)
    with pytest.raises(Conflict, match="search again"):
        town.needs.state(town.owner, number)


def test_a_statement_can_be_checked_and_a_later_one_supersedes_it(town: Town) -> None:
    number = town.opened()
    answered(town.needs, town.owner, number)
    first = town.needs.state(town.owner, number)
    second = town.needs.state(town.owner, number)
    assert second.document["supersedes"] == first.digest
    assert town.needs.statement(number).number == 2
    assert town.needs.statement(number, 1).superseded_by == 2
    copy = {"document": first.document, "digest": first.digest}
    assert check_copy(json.dumps(copy).encode()) == (first.digest, True)
    changed = {**copy, "document": {**first.document, "found": []}}
    assert check_copy(json.dumps(changed).encode())[1] is False
    with pytest.raises(InvalidInput):
        check_copy(b"[" * 100_000)
    with town.database.read() as session:
        logged = session.exec(
            select(AuditEntry).where(AuditEntry.action == "need.statement_issued")
        )
        assert [x.detail["sha256"] for x in logged] == [first.digest, second.digest]
        stored = session.exec(select(NeedStatement)).all()
    assert json.loads(stored[0].content) == first.document


def test_who_may_do_what(town: Town) -> None:
    number = town.opened()
    for act in (
        lambda: town.needs.own(town.other, number),
        lambda: town.needs.close(town.other, number, Closing(outcome="dropped")),
        lambda: town.needs.join(town.other, number, "digital-service"),
        lambda: town.needs.offer(town.other, number, NewOffer(text="x"), BODY),
        lambda: town.needs.create(town.other, NEED, BODY),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Unauthenticated):
        town.needs.offer(VISITOR, number, NewOffer(text="x", name="me"))


def test_joining_twice_is_joining_once_and_can_be_taken_back(town: Town) -> None:
    number = town.opened()
    with pytest.raises(Conflict):
        town.needs.join(town.owner, number, BODY)
    town.needs.join(town.other, number, "town-1")
    town.needs.join(town.other, number, "town-1")
    assert [x.slug for x in town.needs.need(number).joined] == ["town-1"]
    town.needs.leave(town.other, number, "town-1")
    assert town.needs.need(number).item.joined == 0


@pytest.mark.slow
def test_ten_thousand_joins_are_counted_and_paged(town: Town) -> None:
    number = town.opened()
    with town.database.write() as session:
        rows = [Organisation(slug=f"o-{i}", uri=f"https://o-{i}.example", name=str(i),
                             created_at=NOW) for i in range(10_000)]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add_all(NeedJoin(need_id=number, organisation_id=x.id or 0, joined_at=NOW)
                        for x in rows)  # fmt: skip
    view = town.needs.need(number)
    assert (view.item.joined, len(view.joined)) == (10_000, 50)
    page, following = town.needs.joined(number, limit=100)
    assert len(page) == 100
    assert town.needs.joined(number, after=following or 0, limit=100)[0][0] not in page


def test_an_offer_of_somebody_unknown_waits_and_one_of_an_organisation_does_not(
    town: Town,
) -> None:
    number, supplier = town.opened(), Actor(add_account(town.database, "Supplier"))
    with pytest.raises(WrongField) as raised:
        town.needs.offer(supplier, number, NewOffer(text="We build it"))
    assert raised.value.field == "name"
    made = town.needs.offer(supplier, number, NewOffer(text="We build it", name="Acme"))
    assert made.state == "waiting"
    assert town.needs.need(number).offers == ()
    assert [x.id for x in town.needs.waiting_offers(town.owner, number)] == [made.id]
    town.needs.decide_offer(town.owner, number, made.id, show=True)
    add_component(town.database)
    town.needs.offer(town.other, number, NewOffer(text="Ours", component="forms"), "town-1")
    assert [x.name or x.by.slug for x in town.needs.need(number).offers if x.by or x.name] == [
        "Acme", "town-1",
    ]  # fmt: skip
    town.needs.withdraw_offer(supplier, number, made.id)
    assert town.needs.need(number).item.offers == 1
    with pytest.raises(WrongField):
        town.needs.offer(town.other, number, NewOffer(text="x", component="none"), "town-1")


def test_a_need_expires_is_renewed_and_closed_with_what_became_of_it(town: Town) -> None:
    number = town.opened()
    town.now += OPEN_FOR
    assert town.needs.need(number).item.state == "expired"
    assert town.needs.list(NeedQuery(state="open"))[0] == ()
    with pytest.raises(Conflict):
        town.needs.join(town.other, number, "town-1")
    town.needs.renew(town.owner, number)
    assert town.needs.need(number).item.state == "open"
    with pytest.raises(WrongField) as raised:
        town.needs.close(town.owner, number, Closing(outcome="built", url="javascript:x"))
    assert raised.value.field == "url"
    component = add_component(town.database)
    town.needs.close(town.owner, number, Closing(outcome="found", component="forms"))
    assert town.needs.need(number).outcome_component is not None
    with pytest.raises(Conflict):
        town.needs.renew(town.owner, number)
    with town.database.write() as session:
        session.get_one(Component, component).is_taken_down = True
    assert town.needs.need(number).outcome_component is None


def test_needs_are_found_by_words_country_function_and_state(town: Town) -> None:
    number = town.opened()
    town.needs.create(town.other, NewNeed(title="Maps", description="All.", lang="en"), "town-1")

    def ids(**asked: Any) -> list[int]:
        return [x.id for x in town.needs.list(NeedQuery(**asked))[0]]

    assert len(ids()) == 2
    assert ids(country="EE") == ids(function="online-booking") == ids(q="CITIZENS") == [number]
    assert ids(organisation=BODY, state="open") == [number]
    assert ids(q="100%_") == ids(state="closed") == []
    first, following = town.needs.list(NeedQuery(limit=1))
    assert following == first[0].id
    assert [x.id for x in town.needs.list(NeedQuery(limit=1, after=following))[0]] == [number]
