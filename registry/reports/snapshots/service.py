"""Snapshots as the web and the command line use them: kept by their content, never changed."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import func
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
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
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


class Listed(Struct, frozen=True, kw_only=True):
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
        made = self.make(portfolio, asked)
        with self._database.write() as session:
            known = session.get(ReportSnapshot, made.snapshot.id)
            if known is not None:
                return _kept(known)
            session.add(_row(made))
        return made

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
        columns = (
            ReportSnapshot.id, ReportSnapshot.made_at, ReportSnapshot.components,
            ReportSnapshot.rows,
        )  # fmt: skip
        query = select_columns(*(col(column) for column in columns)).order_by(
            col(ReportSnapshot.made_at).desc(), col(ReportSnapshot.id)
        )
        with self._database.read() as session:
            rows = session.execute(query.limit(limit))
            return [
                Listed(id=key, made_at=made, components=components, rows=count)
                for key, made, components, count in rows
            ]


def _check_visible(session: Session, document: Mapping[str, Any]) -> None:
    """Raise `Gone` when something in a snapshot was taken down since: the law stands above it."""
    named = {item["slug"] for item in document["components"]}
    named |= {row["reuser"] for row in document["rows"]}
    taken_down = select(Takedown).where(col(Takedown.lifted_at).is_(None))
    for found in session.exec(taken_down.order_by(col(Takedown.id))):
        if found.slug in named:
            raise gone(found)


def _row(made: Kept) -> ReportSnapshot:
    document = made.snapshot.document
    inside = {"figures": made.figures, "proofs": made.proofs}
    return ReportSnapshot(
        id=made.snapshot.id,
        digest=made.snapshot.digest,
        made_at=made.made_at,
        components=len(document["components"]),
        rows=len(document["rows"]),
        content=zlib.compress(made.snapshot.content, 6),
        numbers=zlib.compress(msgspec.json.encode(inside), 6),
    )


def _kept(row: ReportSnapshot) -> Kept:
    inside = msgspec.json.decode(zlib.decompress(row.numbers))
    return Kept(
        snapshot=Snapshot(row.id, row.digest, zlib.decompress(row.content)),
        figures=inside["figures"],
        proofs=inside["proofs"],
        made_at=row.made_at,
    )
