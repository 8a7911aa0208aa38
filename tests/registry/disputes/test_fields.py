"""Objections to one field of a component: who disputes at once, and what a decision does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.catalogue.detail import load_detail
from registry.catalogue.readmodels import ResolvedField
from registry.catalogue.resolve import resolve_component
from registry.db.session import Database
from registry.db.tables import Account, AuditEntry, Change, Component, Dispute, Repository
from registry.disputes.readmodels import DisputeView
from registry.disputes.service import Disputes
from registry.domain.facts import Claim
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.support.catalogue_rows import NOW, document, reading, record, register

DAY = timedelta(days=1)
WHY = "It never was about letters at all."
SUMMARY = ("short_description", "en")
FROM_FORGE = ("short_description", None)


def said(text: str) -> Claim:
    return Claim(property="short_description", value=text, lang="en", line=3)


PARCELS = document(said("About parcels"), kind="codemeta", path="codemeta.json")


class Letters:
    """A component of a town, described by its file and its forge, and people about it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            repository = register(session, "town/letters", country="EE", name="Town")
            repository.forge_data = {"topics": ["post"]}
            made = record(session, repository, reading(document(said("About letters")), PARCELS))
            self.slug, self.town = made.slug, made.organisation_id or 0
            session.add(Account(name="Tia", created_at=NOW))
            session.flush()
        self.disputes = Disputes(database, lambda: NOW)
        self.member = Actor(account=1, roles={self.town: Role.MEMBER})
        self.operator = Actor(account=1, is_operator=True)

    def object(
        self,
        actor: Actor = VISITOR,
        field: tuple[str, str | None] = SUMMARY,
        category: str = "wrong_value",
        reason: str = WHY,
    ) -> DisputeView:
        return self.disputes.object_to_field(actor, self.slug, field, category, reason)

    def decide(self, made: DisputeView, *, accept: bool) -> DisputeView:
        return self.disputes.decide(self.operator, made.id, accept=accept, reply="Read it.")

    def field(self, name: str = "short_description") -> ResolvedField | None:
        with self.database.read() as session:
            fields = load_detail(session, self.slug).fields
        return next((x for x in fields if x.property == name), None)

    def summary(self) -> str:
        found = self.field()
        return found.value if found else ""

    def is_disputed(self) -> bool:
        found = self.field()
        return found is not None and found.is_disputed

    def crawl(self, text: str) -> None:
        """Read the component's publiccode.yml anew, with another summary."""
        with self.database.write() as session:
            repository = session.exec(select(Repository)).one()
            record(session, repository, reading(document(said(text)), PARCELS), now=NOW + DAY)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)))

    def audited(self) -> list[str]:
        return [x.action for x in self.rows(AuditEntry)]


@pytest.fixture
def letters(sqlite_database: Database) -> Letters:
    return Letters(sqlite_database)


def test_a_member_disputes_at_once_and_an_operator_takes_it_out(database: Database) -> None:
    letters = Letters(database)
    changes = len(letters.rows(Change))
    made = letters.object(letters.member)
    assert (made.side, made.reason) == ("attributed", WHY)
    assert made.field is not None
    assert (made.field.property, made.field.lang, made.field.basis, made.field.value) == (
        "short_description", "en", "publiccode", "About letters",
    )  # fmt: skip
    assert letters.is_disputed()
    assert len(letters.rows(Change)) == changes + 1
    with pytest.raises(Conflict, match="already"):
        letters.object(letters.member)
    assert letters.decide(made, accept=True).state == "accepted"
    assert letters.summary() == "About parcels"
    assert not letters.is_disputed()
    shown = letters.field()
    assert shown is not None
    assert shown.alternatives == ()
    assert letters.audited()[-2:] == ["dispute.opened", "dispute.accepted"]
    with database.write() as session:
        resolve_component(session, session.exec(select(Repository)).one(), NOW)
    assert letters.summary() == "About parcels", "also after the next crawl"


def test_an_attribution_is_not_disputed_by_an_objection_to_a_field(letters: Letters) -> None:
    made = letters.object(letters.member)
    letters.disputes.object_to_attribution(VISITOR, letters.slug, "not_ours", WHY)
    number = letters.rows(Dispute)[-1].id
    letters.disputes.decide(letters.operator, number, accept=False, reply="It is theirs.")
    assert not letters.rows(Component)[0].is_attribution_disputed
    assert letters.disputes.one(made.id).state == "open"


def test_what_others_object_to_waits_unseen(letters: Letters) -> None:
    made = letters.object()
    assert (made.side, made.reason, made.by) == (None, None, None)
    assert not letters.is_disputed()
    letters.decide(made, accept=False)
    assert letters.summary() == "About letters"
    assert letters.disputes.log()[0][0].reason is None
    second = letters.object()
    letters.decide(second, accept=True)
    assert letters.summary() == "About parcels"
    assert letters.disputes.log()[0][0].reason == WHY


def test_a_source_is_believed_again_once_it_says_something_else(letters: Letters) -> None:
    letters.decide(letters.object(letters.member), accept=True)
    letters.crawl("About benches")
    assert letters.summary() == "About benches"
    letters.crawl("About letters")
    assert letters.summary() == "About parcels", "what was denied stays denied"


def test_withdrawn_it_is_shown_as_before(letters: Letters) -> None:
    made = letters.object(letters.member)
    with pytest.raises(Forbidden):
        letters.disputes.withdraw(Actor(account=2), made.id)
    letters.disputes.withdraw(letters.member, made.id)
    assert not letters.is_disputed()
    assert letters.summary() == "About letters"
    assert letters.audited()[-1] == "dispute.withdrawn"
    assert letters.object(letters.member).id != made.id


def test_what_is_said_to_be_personal_is_not_repeated(letters: Letters) -> None:
    made = letters.object(category="personal_data")
    assert made.field is not None
    assert made.field.value is None
    seen = letters.disputes.case(letters.operator, made.id).dispute.field
    assert seen is not None
    assert seen.value == "About letters"


def test_a_list_of_several_sources_loses_what_one_says(letters: Letters) -> None:
    letters.decide(letters.object(field=("topics", None)), accept=True)
    assert letters.field("topics") is None


@pytest.mark.parametrize(
    ("field", "values", "error"),
    [
        (("short_description", "fr"), {}, NotFound),
        (FROM_FORGE, {}, NotFound),
        (("nonsense\0", "en\0"), {}, NotFound),
        (SUMMARY, {"category": "not_ours"}, InvalidInput),
        (SUMMARY, {"reason": "short"}, InvalidInput),
    ],
)
def test_what_cannot_be_objected_to_is_refused(
    letters: Letters, field: tuple[str, str | None], values: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        letters.object(field=field, **values)
    assert letters.rows(Dispute) == []


def test_a_component_that_is_taken_down_is_not_decided_on(letters: Letters) -> None:
    made = letters.object(letters.member)
    with letters.database.write() as session:
        session.exec(select(Component)).one().is_taken_down = True
    with pytest.raises(NotFound):
        letters.decide(made, accept=True)
    with pytest.raises(NotFound):
        letters.object()


def test_too_many_wait_already(letters: Letters) -> None:
    for _ in range(20):
        letters.object()
    with pytest.raises(Conflict, match="wait for review"):
        letters.object()
    assert letters.object(letters.member).side == "attributed"
