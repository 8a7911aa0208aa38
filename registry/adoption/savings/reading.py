"""Reported savings as they are read: of components, of an organisation, or one by its number."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import func, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.savings.assurance import grade_of
from registry.adoption.savings.models import ConfirmationView, SavingSource, SavingView
from registry.catalogue.readmodels import Link
from registry.db.bulk import batches
from registry.db.tables import (
    Component,
    Dispute,
    Organisation,
    ReportedSaving,
    SavingConfirmation,
)
from registry.domain.reduced_dates import read_date
from registry.entered import told

_BATCH: Final = 400
_Later: Final[Any] = aliased(ReportedSaving)
_Pair = tuple[int, int]


def one_saving(session: Session, number: int) -> SavingView | None:
    """Return a saving, in force or not; None where there is none."""
    row = session.execute(_rows().where(col(ReportedSaving.id) == number)).first()
    return _views(session, [row])[0] if row else None


def list_savings(
    session: Session,
    *,
    component: str | None = None,
    organisation: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[tuple[SavingView, ...], int | None]:
    """Return a page of savings in force, the newest first, and the number to go on after."""
    query = _current(_rows()).order_by(col(ReportedSaving.id).desc()).limit(limit + 1)
    if component is not None:
        query = query.where(col(Component.slug) == component)
    if organisation is not None:
        query = query.where(col(Organisation.slug) == organisation)
    if after is not None:
        query = query.where(col(ReportedSaving.id) < after)
    rows = session.execute(query).all()
    shown = rows[:limit]
    return _views(session, shown), int(shown[-1][0].id) if len(rows) > limit else None


def count_savings(session: Session, component: str) -> int:
    """Return how many savings in force are reported of a component: a number of reports."""
    query = _current(_rows()).where(col(Component.slug) == component).subquery()
    return int(session.execute(select_columns(func.count()).select_from(query)).scalar_one())


def savings_of_components(session: Session, slugs: Iterable[str]) -> tuple[SavingView, ...]:
    """Return all savings in force of some components, by component, organisation and time."""
    rows: list[Any] = []
    for batch in batches(sorted(set(slugs)), _BATCH):
        rows += session.execute(_current(_rows()).where(col(Component.slug).in_(batch))).all()
    found = _views(session, rows)
    return tuple(
        sorted(found, key=lambda x: (x.component.slug, x.organisation.slug, x.since, x.id))
    )


def _rows() -> Any:
    return (
        select_columns(
            ReportedSaving, col(Component.slug), col(Component.name), col(Organisation.slug),
            col(Organisation.name), col(Organisation.country), _Later.id.label("later_id"),
        )
        .join(Component, col(Component.id) == col(ReportedSaving.component_id))
        .join(Organisation, col(Organisation.id) == col(ReportedSaving.organisation_id))
        .outerjoin(_Later, _Later.supersedes_id == col(ReportedSaving.id))
        .where(col(Component.is_taken_down).is_(False))
    )  # fmt: skip


def _current(query: Any) -> Any:
    """Narrow to what is in force.

    What superseded one may be withdrawn later; the superseded one does not come back by that.
    """
    return query.where(col(ReportedSaving.withdrawn_at).is_(None), _Later.id.is_(None))


def _views(session: Session, rows: Sequence[Any]) -> tuple[SavingView, ...]:
    confirmed = _confirmations(session, [row[0].id for row in rows])
    disputed = _disputed(session, [row[0].id for row in rows])
    beside = _beside(session, {(row[0].component_id, row[0].organisation_id) for row in rows})
    return tuple(
        _view(
            row,
            confirmed.get(row[0].id, ()),
            beside.get((row[0].component_id, row[0].organisation_id), ()),
            is_disputed=row[0].id in disputed,
        )
        for row in rows
    )


def _view(
    row: Any,
    confirmations: tuple[ConfirmationView, ...],
    beside: Iterable[ReportedSaving],
    *,
    is_disputed: bool,
) -> SavingView:
    saving, slug, name, body_slug, body_name, country, later = row
    is_current = saving.withdrawn_at is None and later is None
    state = "disputed" if is_disputed else "current"
    return SavingView(
        id=saving.id, component=Link(slug, name), organisation=Link(body_slug, body_name),
        organisation_id=saving.organisation_id, country=country, kind=saving.kind.value,
        low=saving.low, high=saving.high, currency=saving.currency,
        since=told(saving, "since") or "", until=told(saving, "until"), method=saving.method,
        source=_source(saving),
        grade=grade_of(
            has_source=saving.source_url is not None, is_confirmed=bool(confirmations),
            is_audited=any(x.auditor for x in confirmations),
        ),
        confirmations=confirmations, is_by_operator=saving.is_by_operator,
        overlaps=_overlaps(saving, beside) if is_current else (),
        state="withdrawn" if saving.withdrawn_at else "superseded" if later else state,
        supersedes=saving.supersedes_id, superseded_by=later, recorded_at=saving.recorded_at,
        withdrawn_at=saving.withdrawn_at,
    )  # fmt: skip


def _source(row: Any) -> SavingSource:
    return SavingSource(url=row.source_url, on=told(row, "source_on"), sha256=row.source_sha256)


def _confirmations(
    session: Session, numbers: Sequence[int]
) -> dict[int, tuple[ConfirmationView, ...]]:
    found: dict[int, tuple[ConfirmationView, ...]] = {}
    for batch in batches(sorted(numbers), _BATCH):
        rows = session.execute(
            select_columns(SavingConfirmation, col(Organisation.slug), col(Organisation.name))
            .outerjoin(
                Organisation, col(Organisation.id) == col(SavingConfirmation.organisation_id)
            )
            .where(col(SavingConfirmation.saving_id).in_(batch))
            .order_by(col(SavingConfirmation.id))
        )
        for row, slug, name in rows:
            view = ConfirmationView(
                id=row.id, organisation=Link(slug, name) if slug else None, auditor=row.auditor,
                source=_source(row), confirmed_at=row.confirmed_at,
            )  # fmt: skip
            found[row.saving_id] = (*found.get(row.saving_id, ()), view)
    return found


def _disputed(session: Session, numbers: Sequence[int]) -> set[int]:
    """Return which savings an organisation that is concerned objects to, undecided yet."""
    found: set[int] = set()
    for batch in batches(sorted(numbers), _BATCH):
        query = select_columns(col(Dispute.saving_id)).where(
            col(Dispute.saving_id).in_(batch),
            col(Dispute.state) == "open",
            col(Dispute.side).is_not(None),
        )
        found |= {number for number in session.scalars(query) if number is not None}
    return found


def _beside(session: Session, pairs: set[_Pair]) -> dict[_Pair, list[ReportedSaving]]:
    """Return what the same organisations report of the same components, in force."""
    found: dict[_Pair, list[ReportedSaving]] = {}
    for batch in batches(sorted(pairs), _BATCH):
        key = tuple_(col(ReportedSaving.component_id), col(ReportedSaving.organisation_id))
        later = _Later.supersedes_id == col(ReportedSaving.id)
        query = _current(select_columns(ReportedSaving).outerjoin(_Later, later))
        for row in session.scalars(query.where(key.in_(batch)).order_by(col(ReportedSaving.id))):
            found.setdefault((row.component_id, row.organisation_id), []).append(row)
    return found


def _overlaps(saving: ReportedSaving, beside: Iterable[ReportedSaving]) -> tuple[int, ...]:
    since, until = period_of(saving)
    return tuple(
        other.id or 0
        for other in beside
        if other.id != saving.id and period_of(other)[0] < until and since < period_of(other)[1]
    )


def period_of(saving: ReportedSaving) -> tuple[date, date]:
    """Return the first day of a saving's period, and the day after its last."""
    if saving.until is not None:
        return saving.since, saving.until
    whole = read_date(told(saving, "since") or "")
    return saving.since, whole.after if whole else saving.since
