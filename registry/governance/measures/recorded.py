"""What is recorded of bodies, as measures need it: voting rules, money, facts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.db.tables import (
    BodyComponent,
    BodyFact,
    BodyMember,
    Component,
    Decision,
    DecisionBody,
    FactKind,
    FundingLine,
    JointBody,
    SupplierContract,
)
from registry.db.tables.joint_body import DecisionState, MemberRole, VoteWeight
from registry.entered import told
from registry.governance.record.consent import is_consented
from registry.governance.record.members import is_current


class Citation(Struct, frozen=True, kw_only=True):
    """What shows a thing: a record with its source (`record`), commits up to one (`git`), or a
    line of a file in the repository (`file`)."""

    basis: str
    url: str = ""
    on: str | None = None
    commit: str = ""


class Voter(Struct, frozen=True, kw_only=True):
    """A member that votes, with the weight of its vote; a supplier is no public body."""

    name: str
    country: str | None
    weight: int
    is_public: bool


class Rule(Struct, frozen=True, kw_only=True):
    """A written voting rule."""

    name: str
    threshold: str
    voters: tuple[Voter, ...]
    source: Citation


class Fact(Struct, frozen=True, kw_only=True):
    """A fact that holds today."""

    kind: str
    choice: str
    text: str
    source: Citation


class Payment(Struct, frozen=True, kw_only=True):
    """Money of a payer, from a day up to and without another."""

    payer: str
    country: str | None
    amount: int | None
    currency: str | None
    since: date
    until: date | None
    source: Citation


class BodyRecord(Struct, frozen=True, kw_only=True):
    """A body with what is recorded of it; `decided_on` is the day of its latest decision."""

    slug: str
    name: str
    founded_on: date | None
    rules: tuple[Rule, ...]
    facts: tuple[Fact, ...]
    payments: tuple[Payment, ...]
    suppliers: frozenset[str]
    members: frozenset[int]
    decided_on: date | None

    def facts_of(self, kind: FactKind) -> tuple[Fact, ...]:
        """Return the facts of a kind that hold today."""
        return tuple(fact for fact in self.facts if fact.kind == kind.value)


def records_of_component(session: Session, component: int, today: date) -> tuple[BodyRecord, ...]:
    """Return the records of the bodies that govern a component, with the consent of its side."""
    query = (
        select(JointBody)
        .join(BodyComponent, col(BodyComponent.body_id) == col(JointBody.id))
        .join(Component, col(Component.id) == col(BodyComponent.component_id))
        .where(
            col(Component.id) == component, col(BodyComponent.until).is_(None), is_consented(today)
        )
        .order_by(col(JointBody.id))
    )
    return records_of(session, session.execute(query).scalars().all(), today)


def records_of(
    session: Session, bodies: Sequence[JointBody], today: date
) -> tuple[BodyRecord, ...]:
    """Return the records of bodies, with a number of queries that does not grow with them."""
    ids = [body.id or 0 for body in bodies]
    if not ids:
        return ()
    members = _rows(session, BodyMember, ids, is_current(today))
    rules = _rows(session, DecisionBody, ids)
    facts = _rows(session, BodyFact, ids)
    payments = _rows(session, FundingLine, ids)
    contracts = _rows(session, SupplierContract, ids)
    decided = _decided(session, ids)
    return tuple(
        BodyRecord(
            slug=body.slug,
            name=body.name,
            founded_on=body.founded_on,
            rules=tuple(_rule(row, members[key]) for row in rules[key]),
            facts=tuple(_fact(row) for row in facts[key] if _holds(row, today)),
            payments=tuple(_payment(row) for row in payments[key]),
            suppliers=frozenset(
                [row.supplier for row in contracts[key]]
                + [row.name for row in members[key] if row.role == MemberRole.SUPPLIER]
            ),
            members=frozenset(
                row.organisation_id for row in members[key] if row.organisation_id is not None
            ),
            decided_on=decided.get(key),
        )
        for key, body in zip(ids, bodies, strict=True)
    )


def _rows(session: Session, table: Any, ids: list[int], *conditions: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(table).where(col(table.body_id).in_(ids), *conditions).order_by(col(table.id))
    for row in session.execute(query).scalars():
        found[row.body_id].append(row)
    return found


def _decided(session: Session, ids: list[int]) -> dict[int, date]:
    rows = session.execute(
        select(col(Decision.body_id), func.max(col(Decision.decided_on)))
        .where(
            col(Decision.body_id).in_(ids),
            col(Decision.state).in_((DecisionState.ADOPTED, DecisionState.REJECTED)),
        )
        .group_by(col(Decision.body_id))
    )
    return {body: day for body, day in rows if day is not None}


def _rule(row: DecisionBody, members: Sequence[BodyMember]) -> Rule:
    by_dues = row.weight == VoteWeight.BY_DUES
    return Rule(
        name=row.name,
        threshold=row.threshold.value,
        voters=tuple(
            Voter(
                name=member.name,
                country=member.country,
                weight=member.dues if by_dues else 1,
                is_public=member.role != MemberRole.SUPPLIER,
            )
            for member in members
            if member.role.value in row.voting_roles
        ),
        source=_source(row),
    )


def _fact(row: BodyFact) -> Fact:
    return Fact(kind=row.kind.value, choice=row.choice, text=row.text, source=_source(row))


def _payment(row: FundingLine) -> Payment:
    return Payment(
        payer=row.payer, country=row.country, amount=row.amount, currency=row.currency,
        since=row.since, until=row.until, source=_source(row),
    )  # fmt: skip


def _holds(row: BodyFact, today: date) -> bool:
    return (row.since is None or row.since <= today) and (row.until is None or row.until > today)


def _source(row: Any) -> Citation:
    return Citation(basis="record", url=row.source_url or "", on=told(row, "source_on"))
