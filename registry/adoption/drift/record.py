"""Writing what was measured of a pair: its drift, and the fixes that it misses or has by now."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from registry.adoption.advisories.matching import match_mentions
from registry.adoption.drift.announce import announce_missed_fix
from registry.adoption.drift.pairs import Pair
from registry.adoption.drift.subject import Subject
from registry.db.tables import Advisory, Drift, MissedFix
from registry.domain.drift import (
    DRIFT_VERSION,
    ChangeState,
    DriftMeasured,
    FixFound,
    FixVerdict,
)
from registry.domain.text import storable

_OPEN: Final = frozenset({FixVerdict.MISSING, FixVerdict.NOT_KNOWN})


def record_drift(
    session: Session,
    pair: Pair,
    subject: Subject,
    measured: DriftMeasured | None,
    *,
    reason: str,
    now: datetime,
) -> bool:
    """Write the drift of a pair; `reason` says why it could not, or not wholly, be measured.

    Without a measurement, commits are counted where the histories are whole. Returns whether
    something was found that is to be looked for now: then it is measured again.
    """
    row = session.get(Drift, (pair.origin, pair.reuser)) or Drift(
        origin_id=pair.origin, reuser_id=pair.reuser, state="", looked_at=now
    )
    values = _counted(subject) if measured is None else _measured(subject, measured)
    row.sqlmodel_update(
        values
        | {
            "edge_id": pair.edge, "distance": pair.distance, "reason": reason,
            "origin_head": subject.origin.head, "reuser_head": subject.reuser.head,
            "sought": subject.sought_digest, "version": DRIFT_VERSION, "looked_at": now,
        }
    )  # fmt: skip
    session.add(row)
    session.flush()
    if measured is None:
        return False
    _write_fixes(session, pair, subject, measured.fixes, now)
    names = {name for _, name in measured.mentioned}
    return match_mentions(session, pair.origin, names, now) > 0


def _counted(subject: Subject) -> dict[str, Any]:
    """Return what the graph of commits tells; everything else is not known any more."""
    blank = {name: Drift.model_fields[name].get_default() for name in _MEASURED}
    counted = subject.counted
    if counted is None or not counted.common:
        return {**blank, "detail": {}, "state": "not_known"}
    return {
        **blank, "detail": {}, "state": "counted", "is_related": True,
        "behind": counted.behind, "ahead": counted.ahead,
    }  # fmt: skip


_MEASURED: Final = (
    "is_related", "behind", "behind_merges", "equivalent", "absorbed", "missing", "edited", "gone",
    "ahead", "ahead_merges", "ahead_equivalent", "compared", "comparable", "parallel",
    "files_held", "files_older", "base_commit", "base_at", "synced_at", "sync_basis",
)  # fmt: skip


def _measured(subject: Subject, found: DriftMeasured) -> dict[str, Any]:
    counts = found.counts
    counted = subject.counted
    is_related = found.is_related
    return {
        "state": "measured",
        "is_related": is_related,
        # A log that was cut does not tell how many there are; the database does.
        "behind": counted.behind if counted and is_related else found.behind,
        "ahead": counted.ahead if counted and is_related else found.ahead,
        "behind_merges": found.behind_merges,
        "ahead_merges": found.ahead_merges,
        "ahead_equivalent": found.ahead_equivalent,
        "equivalent": counts.get(ChangeState.EQUIVALENT, 0),
        "absorbed": counts.get(ChangeState.ABSORBED, 0),
        "missing": found.missing,
        "edited": counts.get(ChangeState.EDITED, 0),
        "gone": counts.get(ChangeState.GONE, 0),
        "compared": found.compared,
        "comparable": found.comparable,
        "parallel": found.parallel,
        "files_held": found.files_held,
        "files_older": found.files_older,
        "base_commit": found.base,
        "base_at": _moment(found.base_time),
        "synced_at": _moment(found.synced_at),
        "sync_basis": found.sync_basis,
        "detail": {
            "commits": storable(msgspec.to_builtins(found.commits)),
            "parallel_paths": storable(list(found.parallel_paths)),
            "mentioned": [list(pair) for pair in found.mentioned],
            "caps": list(found.caps),
        },
    }


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _write_fixes(
    session: Session, pair: Pair, subject: Subject, found: Iterable[FixFound], now: datetime
) -> None:
    """Begin, keep or end the missed fixes of a pair; one that nobody looked for any more ends."""
    rows = session.execute(
        select(MissedFix).where(
            col(MissedFix.origin_id) == pair.origin, col(MissedFix.reuser_id) == pair.reuser
        )
    ).scalars()
    known = {row.advisory_id: row for row in rows}
    looked_for = set()
    for fix in found:
        looked_for.add(fix.advisory)
        row = known.get(fix.advisory)
        if fix.verdict in _OPEN:
            row = row or _begun(session, pair, subject, fix, now)
            if row is not None:
                _open(session, row, fix, now)
        elif row is not None and row.ended_at is None:
            _end(row, fix.verdict, now)
    for advisory, row in known.items():
        if advisory not in looked_for and row.ended_at is None:
            _end(row, "withdrawn", now)


def _open(session: Session, row: MissedFix, fix: FixFound, now: datetime) -> None:
    is_new = row.ended_at is not None or row.verdict != fix.verdict
    row.sqlmodel_update(
        {
            "verdict": fix.verdict, "basis": fix.basis, "reason": fix.reason,
            "commit": fix.commit, "commit_at": _moment(fix.time),
            "subject": storable(fix.subject)[:200], "is_merge": fix.is_merge,
            "ended_at": None, "ended_because": "",
        }
    )  # fmt: skip
    if is_new:
        row.changed_at = now
    session.add(row)
    session.flush()
    if is_new and fix.verdict == FixVerdict.MISSING:
        announce_missed_fix(session, row, now)


def _begun(
    session: Session, pair: Pair, subject: Subject, fix: FixFound, now: datetime
) -> MissedFix | None:
    """Return a new missed fix, or nothing where another upstream's alert tells of the same."""
    other = select(col(MissedFix.id)).where(
        col(MissedFix.reuser_id) == pair.reuser, col(MissedFix.advisory_id) == fix.advisory
    )
    advisory = session.get(Advisory, fix.advisory)
    if advisory is None or session.execute(other).scalar() is not None:
        return None
    identity = f"{subject.origin.url} {subject.reuser.url} {advisory.key}"
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return MissedFix(
        key=f"fix_{digest[:20]}", origin_id=pair.origin, reuser_id=pair.reuser,
        advisory_id=fix.advisory, verdict="", basis="", found_at=now, changed_at=now,
    )  # fmt: skip


def _end(row: MissedFix, because: str, now: datetime) -> None:
    row.ended_at, row.changed_at, row.ended_because = now, now, because
