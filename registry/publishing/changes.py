"""Reading the change log: what happened since a number, the newest, and the present records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from registry.clock import Clock
from registry.db.changes import number_changes
from registry.db.session import Database
from registry.db.tables.change import Change, ChangeKind
from registry.errors import InvalidInput, Unavailable

MAX_LIMIT: Final = 1_000
_LATER: Final = aliased(Change)


class ChangeView(Struct, frozen=True, kw_only=True):
    """A change: `at` is when it happened, `visible_at` when it could be read first."""

    seq: int
    kind: str
    uuid: str
    slug: str
    name: str
    repository_url: str
    organisation: str | None
    country: str | None
    detail: dict[str, Any]
    at: datetime
    visible_at: datetime


class RecordQuery(Struct, frozen=True, kw_only=True):
    """A question for the present record of each component, by the number of its last change.

    `since` and `until` are of the moment when the change became visible; both are inclusive.
    `with_country` and `with_organisation` ask for those of which one is known.
    """

    after: int = 0
    since: datetime | None = None
    until: datetime | None = None
    country: str | None = None
    organisation: str | None = None
    with_country: bool = False
    with_organisation: bool = False
    uuid: str | None = None
    limit: int = 100


class ChangeLog:
    """The log as its readers use it; entries get their numbers when somebody first asks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def after(self, seq: int, limit: int = 100) -> tuple[ChangeView, ...]:
        """Return the changes after a number in their order, tombstones among them."""
        _check(limit)
        wanted = _numbered().where(col(Change.seq) > seq)
        return self._read(wanted.order_by(col(Change.seq)).limit(limit))

    def newest(
        self,
        kinds: Sequence[ChangeKind] = (),
        *,
        country: str | None = None,
        organisation: str | None = None,
        slug: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[ChangeView, ...]:
        """Return the latest changes, the newest first, of some kinds, a place or a component.

        `before` is the number from which to go on back.
        """
        _check(limit)
        wanted = _numbered().where(*_places(country, organisation))
        if before is not None:
            wanted = wanted.where(col(Change.seq) < before)
        if kinds:
            wanted = wanted.where(col(Change.kind).in_(kinds))
        if slug is not None:
            wanted = wanted.where(col(Change.slug) == slug)
        return self._read(wanted.order_by(col(Change.seq).desc()).limit(limit))

    def records(self, query: RecordQuery) -> tuple[ChangeView, ...]:
        """Return the last change of each component, in order of number."""
        _check(query.limit)
        later = select(col(_LATER.id)).where(
            col(_LATER.uuid) == col(Change.uuid), col(_LATER.seq) > col(Change.seq)
        )
        wanted = _numbered().where(
            col(Change.seq) > query.after,
            ~later.exists(),
            *_places(query.country, query.organisation),
        )
        if query.with_country:
            wanted = wanted.where(col(Change.country).is_not(None))
        if query.with_organisation:
            wanted = wanted.where(col(Change.organisation).is_not(None))
        if query.since is not None:
            wanted = wanted.where(col(Change.visible_at) >= query.since)
        if query.until is not None:
            wanted = wanted.where(col(Change.visible_at) <= query.until)
        if query.uuid is not None:
            wanted = wanted.where(col(Change.uuid) == query.uuid)
        return self._read(wanted.order_by(col(Change.seq)).limit(query.limit))

    def began_at(self) -> datetime | None:
        """Return when the first change became visible; `None` while there is none."""
        self._number()
        with self._database.read() as session:
            return session.scalar(select(func.min(col(Change.visible_at))))

    def _read(self, statement: Select[Any]) -> tuple[ChangeView, ...]:
        self._number()
        with self._database.read() as session:
            return tuple(_view(row) for row in session.scalars(statement))

    def _number(self) -> None:
        try:
            number_changes(self._database, self._clock())
        except Unavailable:
            return  # a long write is under way: what waits is seen the next time


def _numbered() -> Select[Any]:
    return select(Change).where(col(Change.seq).is_not(None))


def _places(country: str | None, organisation: str | None) -> list[ColumnElement[bool]]:
    found = []
    if country is not None:
        found.append(col(Change.country) == country)
    if organisation is not None:
        found.append(col(Change.organisation) == organisation)
    return found


def _check(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be from 1 to {MAX_LIMIT}, not {limit}")


def _view(row: Change) -> ChangeView:
    return ChangeView(
        seq=row.seq or 0, kind=row.kind.value, uuid=row.uuid, slug=row.slug, name=row.name,
        repository_url=row.repository_url, organisation=row.organisation, country=row.country,
        detail=dict(row.detail), at=row.at, visible_at=row.visible_at or row.at,
    )  # fmt: skip
