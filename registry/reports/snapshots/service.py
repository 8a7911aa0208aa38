"""Snapshots as the web and the command line use them: kept by their content, never changed."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import (
    Component,
    ReportedSaving,
    ReportSnapshot,
    SavingConfirmation,
    Takedown,
)
from registry.db.tables.lineage import Edge
from registry.db.tombstones import gone
from registry.errors import NotFound
from registry.jobs.rows import insert_missing
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.announcing import announce
from registry.reports.snapshots.bundle import bundle_of
from registry.reports.snapshots.content import Snapshot, freeze
from registry.reports.snapshots.figures import figures_document
from registry.reports.snapshots.proofs import load_proofs


class Kept(Struct, frozen=True, kw_only=True):
    """A snapshot that is kept: its content, its numbers, and when it was first made."""

    snapshot: Snapshot
    figures: dict[str, Any]
    proofs: dict[str, dict[str, Any]]
    made_at: datetime

    def bundle(self) -> bytes:
        """Return the archive that a verifier checks."""
        return bundle_of(self.snapshot, self.figures, self.proofs)


class Listed(Struct, frozen=True):
    """A snapshot in a list."""

    id: str
    made_at: datetime
    components: int
    rows: int


class Snapshots:
    """Freezes reports; the same report is frozen once, whoever asks."""

    def __init__(
        self, database: Database, reports: Reports, savings: ReportSavings, clock: Clock
    ) -> None:
        self._database = database
        self._reports = reports
        self._savings = savings
        self._clock = clock

    def make(self, portfolio: Portfolio, asked: Assumptions) -> Kept:
        """Return the snapshot of a report as it is now; nothing is kept yet."""
        report = self._reports.report(portfolio)
        basis = self._savings.basis(report)
        figures = figures_document(report.data, self._savings.of(report, asked))
        with self._database.read() as session:
            proofs = load_proofs(session, report.data.rows)
        snapshot = freeze(report, basis.inputs, asked)
        return Kept(snapshot=snapshot, figures=figures, proofs=proofs, made_at=self._clock())

    def keep(self, portfolio: Portfolio, asked: Assumptions) -> Kept:
        """Freeze a report and keep it; one that is kept already stays as it is."""
        return self.freeze(portfolio, asked)[0]

    def freeze(self, portfolio: Portfolio, asked: Assumptions) -> tuple[Kept, bool]:
        """Do the same, and tell whether it was not kept before; then webhooks are told, once."""
        made = self.make(portfolio, asked)
        with self._database.write() as session:
            is_new = insert_missing(session, ReportSnapshot, [_row(made)], col(ReportSnapshot.id))
            if not is_new:
                return _kept(session.get_one(ReportSnapshot, made.snapshot.id)), False
            announce(session, made.snapshot, made.made_at)
        return made, True

    def page(self, after: str | None, limit: int) -> tuple[list[Listed], str | None]:
        """Return snapshots, the newest first, after one of them, and the one to go on after.

        Raises `NotFound` where there is none to begin after.
        """
        query = _LISTED
        with self._database.read() as session:
            if after is not None:
                query = query.where(_is_later(session, after))
            rows = [Listed(*row) for row in session.execute(query.limit(limit + 1))]
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None

    def get(self, key: str) -> Kept:
        """Return a kept snapshot; raises `NotFound`, or `Gone` when a part was taken down since."""
        with self._database.read() as session:
            row = session.get(ReportSnapshot, key)
            if row is None:
                raise NotFound(f"There is no snapshot {key[:60]!r}.")
            found = _kept(row)
            _check_visible(session, found.snapshot.document)
        return found

    def is_outdated(self, found: Kept) -> bool:
        """Tell whether components, edges or reported savings changed since: asked cheaply."""
        newest = [
            func.max(col(column))
            for column in (
                Component.updated_at, Edge.changed_at, ReportedSaving.recorded_at,
                ReportedSaving.withdrawn_at, SavingConfirmation.confirmed_at,
            )
        ]  # fmt: skip
        with self._database.read() as session:
            times = [session.execute(select_columns(moment)).scalar() for moment in newest]
        return any(time is not None and time > found.made_at for time in times)

    def list(self, limit: int = 50) -> list[Listed]:
        """Return the newest snapshots."""
        return self.page(None, limit)[0]


_LISTED: Final = select_columns(
    col(ReportSnapshot.id), col(ReportSnapshot.made_at), col(ReportSnapshot.components),
    col(ReportSnapshot.rows),
).order_by(col(ReportSnapshot.made_at).desc(), col(ReportSnapshot.id))  # fmt: skip


def _is_later(session: Session, key: str) -> ColumnElement[bool]:
    """Tell which snapshots stand after one in the list."""
    found = session.get(ReportSnapshot, key)
    if found is None:
        raise NotFound(f"There is no snapshot {key[:60]!r}.")
    made_at, number = col(ReportSnapshot.made_at), col(ReportSnapshot.id)
    return or_(made_at < found.made_at, and_(made_at == found.made_at, number > found.id))


def _check_visible(session: Session, document: Mapping[str, Any]) -> None:
    """Raise `Gone` when something in a snapshot was taken down since: the law stands above it."""
    named = {item["slug"] for item in document["components"]}
    named |= {row["reuser"] for row in document["rows"]}
    taken_down = select(Takedown).where(col(Takedown.lifted_at).is_(None))
    for found in session.exec(taken_down.order_by(col(Takedown.id))):
        if found.slug in named:
            raise gone(found)


def _row(made: Kept) -> dict[str, Any]:
    document = made.snapshot.document
    inside = {"figures": made.figures, "proofs": made.proofs}
    return {
        "id": made.snapshot.id,
        "digest": made.snapshot.digest,
        "made_at": made.made_at,
        "components": len(document["components"]),
        "rows": len(document["rows"]),
        "content": zlib.compress(made.snapshot.content, 6),
        "numbers": zlib.compress(msgspec.json.encode(inside), 6),
    }


def _kept(row: ReportSnapshot) -> Kept:
    inside = msgspec.json.decode(zlib.decompress(row.numbers))
    return Kept(
        snapshot=Snapshot(row.id, row.digest, zlib.decompress(row.content)),
        figures=inside["figures"],
        proofs=inside["proofs"],
        made_at=row.made_at,
    )
