"""What the files of bulk data hold: six tables, each column with its type and meaning.

What was taken down is in none of them: every statement names the components, so that the reading
transaction leaves it out. People are nowhere in them.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, and_, case, exists
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.db.tables import (
    Component,
    Decision,
    Dispute,
    JointBody,
    Organisation,
    ReportedSaving,
    Repository,
    SavingConfirmation,
)
from registry.db.tables.lineage import Edge

Row = dict[str, Any]
Statement = Select[*tuple[Any, ...]]
_BATCH: Final = 2_000


class Column(Struct, frozen=True):
    """A column: its name, its type in Table Schema (Frictionless), and what it means."""

    name: str
    type: str
    description: str


class BulkTable(Struct, frozen=True):
    """A table: its name, what a row is, its columns, and the statement that gives them in order."""

    name: str
    title: str
    columns: tuple[Column, ...]
    statement: Callable[[], Statement]

    def rows(self, session: Session) -> Iterator[Row]:
        """Yield the rows, a batch of them in memory at a time."""
        names = [column.name for column in self.columns]
        found = session.execute(self.statement().execution_options(yield_per=_BATCH))
        for values in found:
            yield dict(zip(names, map(_plain, values), strict=True))


def _plain(value: Any) -> Any:
    if value is None or type(value) is str:  # most are: an enumeration is a text of another type
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _columns(text: str) -> tuple[Column, ...]:
    """Return the columns of lines `name type description`."""
    lines = [line.strip().split(" ", 2) for line in text.strip().splitlines()]
    return tuple(Column(name, kind, description) for name, kind, description in lines)


def _components() -> Statement:
    return (
        select_columns(
            col(Component.slug), col(Component.uuid), col(Component.name), col(Repository.url),
            col(Organisation.slug), col(Component.country), col(Component.region),
            col(Component.licence), col(Component.licence_class), col(Component.language),
            col(Component.activity), col(Repository.state), col(Component.version),
            col(Component.released_at), col(Component.last_commit_at),
            col(Repository.last_crawled_at), col(Component.is_demo), col(Component.updated_at),
        )
        .select_from(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .order_by(col(Component.slug))
    )  # fmt: skip


def _organisations() -> Statement:
    return select_columns(
        col(Organisation.slug), col(Organisation.uri), col(Organisation.name),
        col(Organisation.country), col(Organisation.region), col(Organisation.level),
        col(Organisation.website), col(Organisation.basis), col(Organisation.is_demo),
    ).order_by(col(Organisation.slug))  # fmt: skip


_ORIGIN, _REUSER = aliased(Component), aliased(Component)
_FROM, _TO = aliased(Organisation), aliased(Organisation)


def _edges() -> Statement:
    return (
        select_columns(
            col(Edge.key), col(Edge.kind), col(Edge.tag), col(Edge.state), col(Edge.confidence),
            col(Edge.direction), col(_ORIGIN.slug), col(_REUSER.slug), col(_FROM.slug),
            col(_TO.slug), col(Edge.origin_country), col(Edge.reuser_country),
            col(Edge.first_seen), col(Edge.last_seen), col(Edge.is_mirror), col(Edge.is_internal),
            col(Edge.is_confirmed), col(Edge.rule_version),
        )
        .select_from(Edge)
        .join(_ORIGIN, col(_ORIGIN.id) == col(Edge.origin_id))
        .join(_REUSER, col(_REUSER.id) == col(Edge.reuser_id))
        .outerjoin(_FROM, col(_FROM.id) == col(Edge.origin_organisation_id))
        .outerjoin(_TO, col(_TO.id) == col(Edge.reuser_organisation_id))
        .order_by(col(Edge.key))
    )  # fmt: skip


def _evidence() -> Statement:
    return (
        select_columns(
            col(Edge.key), col(Edge.locator), col(Edge.direction_basis), col(Edge.proof_digest),
            col(Edge.found_at), col(Edge.changed_at),
        )
        .select_from(Edge)
        .join(_ORIGIN, col(_ORIGIN.id) == col(Edge.origin_id))
        .join(_REUSER, col(_REUSER.id) == col(Edge.reuser_id))
        .order_by(col(Edge.key))
    )  # fmt: skip


def _decisions() -> Statement:
    return (
        select_columns(
            col(JointBody.slug), col(Decision.number), col(Decision.title), col(Decision.lang),
            col(Decision.state), col(Decision.is_recorded), col(Decision.decided_on),
            col(Decision.thread_url), col(Decision.source_url),
        )
        .select_from(Decision)
        .join(JointBody, col(JointBody.id) == col(Decision.body_id))
        .order_by(col(JointBody.slug), col(Decision.number))
    )  # fmt: skip


_Later: Final[Any] = aliased(ReportedSaving)


def _savings() -> Statement:
    of_this = col(SavingConfirmation.saving_id) == col(ReportedSaving.id)
    audited = exists().where(and_(of_this, col(SavingConfirmation.auditor) != ""))
    disputed = exists().where(
        col(Dispute.saving_id) == col(ReportedSaving.id),
        col(Dispute.state) == "open",
        col(Dispute.side).is_not(None),
    )
    grade = case(
        (audited, 4), (col(ReportedSaving.source_url).is_(None), 1), (exists().where(of_this), 3),
        else_=2,
    )  # fmt: skip
    return (
        select_columns(
            col(ReportedSaving.id), col(Component.slug), col(Organisation.slug),
            col(Organisation.country), col(ReportedSaving.kind), col(ReportedSaving.low),
            col(ReportedSaving.high), col(ReportedSaving.currency), col(ReportedSaving.since),
            col(ReportedSaving.until), col(ReportedSaving.precision), grade,
            col(ReportedSaving.method), col(ReportedSaving.source_url),
            col(ReportedSaving.source_on), col(ReportedSaving.source_sha256),
            col(ReportedSaving.is_by_operator), disputed, col(ReportedSaving.recorded_at),
        )
        .select_from(ReportedSaving)
        .join(Component, col(Component.id) == col(ReportedSaving.component_id))
        .join(Organisation, col(Organisation.id) == col(ReportedSaving.organisation_id))
        .outerjoin(_Later, _Later.supersedes_id == col(ReportedSaving.id))
        .where(col(ReportedSaving.withdrawn_at).is_(None), _Later.id.is_(None))
        .order_by(col(ReportedSaving.id))
    )  # fmt: skip


TABLES: Final = (
    BulkTable(
        "components",
        "One row for each component",
        _columns("""
            slug string identifier here; it stays, or leads to what took its place
            uuid string identifier that never changes
            name string name
            url string address of the repository
            organisation string slug of the organisation; empty where none is known
            country string ISO 3166-1 alpha-2
            region string ISO 3166-2
            licence string SPDX expression
            licence_class string kind of licence
            language string the programming language with most code
            activity string active, quiet, dormant or unknown
            repository_state string active, archived, gone or another state of the repository
            version string newest version
            released_at datetime of the newest release
            last_commit_at datetime of the newest commit
            last_crawled_at datetime when it was read last
            is_demo boolean whether it is made up for the demonstration
            updated_at datetime when anything here changed last
        """),
        _components,
    ),
    BulkTable(
        "organisations",
        "One row for each organisation",
        _columns("""
            slug string identifier here
            uri string what identifies it everywhere
            name string name
            country string ISO 3166-1 alpha-2
            region string ISO 3166-2
            level string national, regional, local or another level
            website string address of its website
            basis string where it is known from
            is_demo boolean whether it is made up for the demonstration
        """),
        _organisations,
    ),
    BulkTable(
        "edges",
        "One row for each claim of reuse between two components, also those that do not count",
        _columns("""
            edge string key of the evidence
            kind string what was found
            tag string how it is known: measured, attributed, declared or reported; never add them
            state string current, since_removed, disputed, withdrawn or superseded
            confidence string verified, likely or possible
            direction string known or unknown
            origin string slug of the component that is reused
            reuser string slug of the component that reuses
            origin_organisation string slug, as at first sight
            reuser_organisation string slug, as at first sight
            origin_country string ISO 3166-1 alpha-2, as at first sight
            reuser_country string ISO 3166-1 alpha-2, as at first sight
            first_seen datetime of the first evidence
            last_seen datetime of the last evidence
            is_mirror boolean a copy without a change of its own; does not count
            is_internal boolean inside one organisation; does not count
            is_confirmed boolean the reuser says so too
            rule_version integer version of the method
        """),
        _edges,
    ),
    BulkTable(
        "evidence",
        "One row for the proof of each edge; the proof itself is at /api/v1/evidence/{edge}/proof",
        _columns("""
            edge string key of the evidence
            locator string which of several: a package, a path
            direction_basis string why this side was first
            proof_sha256 string SHA-256 of the proof
            found_at datetime when it was found
            changed_at datetime when it changed last
        """),
        _evidence,
    ),
    BulkTable(
        "decisions",
        "One row for each decision of a joint body",
        _columns("""
            body string slug of the body
            number integer number within the body
            title string title
            lang string language of the title (BCP 47)
            state string proposed, voting, adopted, rejected or superseded
            is_recorded boolean taken elsewhere, and recorded here
            decided_on date day of the decision
            thread_url string where it was talked about
            source_url string where it is recorded
        """),
        _decisions,
    ),
    BulkTable(
        "reported_savings",
        "One row for each saving in force that an organisation reports; never add them up",
        _columns("""
            number integer number of the saving: /reported-savings/{number}
            component string slug of the component that is reused
            organisation string slug of the organisation that reuses it
            country string of the organisation, ISO 3166-1 alpha-2
            class string cash_releasing, non_cash or avoided
            low integer whole units of the currency; negative where it cost more
            high integer the upper end; the same where one figure is reported
            currency string ISO 4217
            since date first day of the period
            until date up to and without this day; without it the period is the whole of since
            precision string JSON: of which dates only a month or year is known
            grade integer 1 stated, 2 documented, 3 confirmed by another organisation, 4 audited
            method string how it was reckoned, in the words of the organisation
            source_url string where it can be read
            source_on date when that was read
            source_sha256 string SHA-256 of the file that was read
            is_by_operator boolean entered by an operator from a public document
            is_disputed boolean an organisation that is concerned objects to it, undecided yet
            recorded_at datetime when it was recorded
        """),
        _savings,
    ),
)
