"""Telling once when a signal of stewardship begins, and once when it ends.

What stands is kept in `stewardship_signal`, so that measuring again tells nothing again. Change log
(feeds, digests) and webhooks are written in the transaction that keeps it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlmodel import Session, col, select

from registry.db.changes import note_change
from registry.db.tables import (
    BodyComponent,
    BodyMember,
    ChangeKind,
    Component,
    JointBody,
    Repository,
    StewardshipSignal,
    WorkFigures,
)
from registry.governance.measures.activity import HANDED_OVER
from registry.governance.measures.readmodels import BodyWork, Contributions
from registry.governance.measures.standing import Standing
from registry.governance.measures.standings import body_standing, component_standing
from registry.governance.record.members import is_current
from registry.webhooks.events import emit

NO_HEALTH: Final = "no_health"
BEGAN, ENDED = "began", "ended"
SHOWN: Final = 50


class Happened(Struct, frozen=True, kw_only=True):
    """A signal that began or ended (`state`), as it was told `at` a time; `on` shows it."""

    id: int
    kind: str
    state: str
    on: date | None
    at: datetime


class Mark(Struct, frozen=True):
    """What makes a signal the same one: a hand-over is another one on another day."""

    kind: str
    mark: str = ""


def marks_of(standing: Standing) -> dict[Mark, date | None]:
    """Return the signals that stand, each with the day that shows it; health 0 is one."""
    found: dict[Mark, date | None] = {}
    for signal in standing.signals:
        is_move = signal.kind == HANDED_OVER
        mark = (signal.on.isoformat() if signal.on else signal.place) if is_move else ""
        found[Mark(signal.kind, mark[:200])] = signal.on
    if standing.health.value == 0:
        found[Mark(NO_HEALTH)] = None
    return found


def standing_of_row(session: Session, row: WorkFigures, now: datetime) -> Standing:
    """Return where it stands what figures were measured of."""
    if row.body_id is not None:
        body = session.get_one(JointBody, row.body_id)
        return body_standing(session, body, msgspec.json.decode(row.figures, type=BodyWork), now)
    figures = msgspec.json.decode(row.figures, type=Contributions)
    return component_standing(session, _component(session, row), figures, now)


def tell(session: Session, row: WorkFigures, standing: Standing, now: datetime) -> None:
    """Tell what began and ended since it was measured before; nothing of what is gone."""
    if row.body_id is not None:
        body = session.get(JointBody, row.body_id)
        if body is not None:
            tell_body(session, body, standing, now)
    elif session.get(Repository, row.repository_id) is not None:
        tell_component(session, _component(session, row), standing, now)


def _component(session: Session, row: WorkFigures) -> Component:
    query = select(Component).where(col(Component.repository_id) == row.repository_id)
    return session.exec(query).one()


def tell_component(
    session: Session, component: Component, standing: Standing, now: datetime
) -> None:
    """Tell what began and ended of a component."""
    mine = col(StewardshipSignal.component_id) == component.id
    for state, row in _changed(session, mine, marks_of(standing), now, component=component.id):
        told = _told(row, state)
        note_change(session, component, ChangeKind.SIGNAL, now, told)
        _emit(session, {"component": component.slug, "body": None, **told},
              f"component:{component.slug}", [component.id], [component.organisation_id],
              f"components/{component.slug}/governance", now)  # fmt: skip


def tell_body(session: Session, body: JointBody, standing: Standing, now: datetime) -> None:
    """Tell what began and ended of a body: in its feed, and to who listens to its members."""
    mine = col(StewardshipSignal.body_id) == body.id
    changed = list(_changed(session, mine, marks_of(standing), now, body=body.id))
    if not changed:
        return
    components = select(BodyComponent.component_id).where(
        col(BodyComponent.body_id) == body.id, col(BodyComponent.until).is_(None)
    )
    members = select(BodyMember.organisation_id).where(
        col(BodyMember.body_id) == body.id, is_current(now.date())
    )
    concerned = list(session.exec(components)), list(session.exec(members))
    for state, row in changed:
        _emit(session, {"component": None, "body": body.slug, **_told(row, state)},
              f"body:{body.slug}", *concerned, f"bodies/{body.slug}/measures", now)  # fmt: skip


def signals_of_body(session: Session, body: int) -> tuple[Happened, ...]:
    """Return what was told of a body, the newest first."""
    query = (
        select(StewardshipSignal)
        .where(col(StewardshipSignal.body_id) == body)
        .order_by(col(StewardshipSignal.id).desc())
        .limit(SHOWN)
    )
    return tuple(sorted(_happened(session.exec(query)), key=lambda x: x.at, reverse=True))


def _happened(rows: Iterable[StewardshipSignal]) -> Iterator[Happened]:
    for row in rows:
        number = row.id or 0
        yield Happened(id=number, kind=row.kind, state=BEGAN, on=row.shown_on, at=row.began_at)
        if row.ended_at is not None and row.kind != HANDED_OVER:
            yield Happened(id=number, kind=row.kind, state=ENDED, on=None, at=row.ended_at)


def _changed(
    session: Session, mine: Any, standing: dict[Mark, date | None], now: datetime, *,
    component: int | None = None, body: int | None = None,
) -> Iterator[tuple[str, StewardshipSignal]]:  # fmt: skip
    """Write what began and ended, and yield it; that a hand-over is long ago is no news."""
    query = select(StewardshipSignal).where(mine, col(StewardshipSignal.ended_at).is_(None))
    known = {Mark(row.kind, row.mark): row for row in session.exec(query)}
    for mark, row in known.items():
        if mark not in standing:
            row.ended_at = now
            if mark.kind != HANDED_OVER:
                yield ENDED, row
    for mark, on in standing.items():
        if mark not in known:
            row = StewardshipSignal(
                component_id=component, body_id=body, kind=mark.kind, mark=mark.mark,
                shown_on=on, began_at=now,
            )  # fmt: skip
            session.add(row)
            yield BEGAN, row
    session.flush()


def _told(row: StewardshipSignal, state: str) -> dict[str, Any]:
    on = row.shown_on.isoformat() if row.shown_on and state == BEGAN else None
    return {"signal": row.kind, "state": state, "on": on}


def _emit(
    session: Session, data: dict[str, Any], subject: str, components: Sequence[int | None],
    organisations: Sequence[int | None], place: str, now: datetime,
) -> None:  # fmt: skip
    # Several signals of one subject may begin at once: each is a message of its own.
    emit(
        session, "stewardship.changed", subject=f"{subject}/{data['signal']}",
        data=lambda: {**data, "href": f"/api/v1/{place}"}, components=components,
        organisations=organisations, at=now,
    )  # fmt: skip
