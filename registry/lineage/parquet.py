"""Artefacts of the catalogue as Parquet files, sorted by hash: what a batch engine joins.

Any engine that reads Parquet can take the same files, hash prefix by hash prefix, once they
outgrow one machine.
"""

import csv
from pathlib import Path
from typing import Any, Final

import duckdb
from duckdb import CSVLineTerminator
from msgspec import Struct
from sqlalchemy import Select, case, select
from sqlmodel import Session, col

from registry.db.tables import ClusterMember, FileArtefact, FingerprintRow
from registry.domain.dates import EARLIEST

FILES: Final = "files.parquet"
FINGERPRINTS: Final = "fingerprints.parquet"
MEMBERS: Final = "members.parquet"
MEMORY: Final = "4GB"
Rows = Select[*tuple[Any, ...]]
_ROWS: Final = 50_000
_TYPES: Final = {
    "hash": "BIGINT", "repository": "INTEGER", "cluster": "INTEGER", "first_seen": "BIGINT",
    "is_import": "BOOLEAN", "versions": "INTEGER", "path": "VARCHAR",
}  # fmt: skip


class Exported(Struct, frozen=True):
    """How many rows the files hold."""

    files: int
    fingerprints: int
    repositories: int


def open_engine(
    folder: Path, name: str | None = None, *, read_only: bool = False, memory: str = MEMORY
) -> duckdb.DuckDBPyConnection:
    """Open an engine that keeps what exceeds its memory in `folder`, and never asks a network.

    With a `name` it keeps its tables there too, for any number of processes that only read.
    """
    return duckdb.connect(
        ":memory:" if name is None else folder / name,
        read_only=read_only,
        config={
            "memory_limit": memory,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def export_artefacts(session: Session, folder: Path) -> Exported:
    """Write the artefacts that can tell of reuse, and the clusters, into a folder."""
    files: Rows = select(
        col(FileArtefact.hash), col(FileArtefact.repository_id).label("repository"),
        col(FileArtefact.first_seen), col(FileArtefact.is_import), col(FileArtefact.versions),
    )  # fmt: skip
    prints: Rows = select(
        col(FingerprintRow.hash), col(FingerprintRow.repository_id).label("repository"),
        case(
            (col(FingerprintRow.first_seen) > EARLIEST, col(FingerprintRow.first_seen)), else_=0
        ).label("first_seen"),
        col(FingerprintRow.path),
    ).where(col(FingerprintRow.is_third_party).is_(False))  # fmt: skip
    members: Rows = select(
        col(ClusterMember.repository_id).label("repository"),
        col(ClusterMember.cluster_id).label("cluster"),
    )
    engine = open_engine(folder)
    try:
        return Exported(
            _export(session, engine, files, folder / FILES, order="hash, repository"),
            _export(session, engine, prints, folder / FINGERPRINTS, order="hash, repository"),
            _export(session, engine, members, folder / MEMBERS, order="repository"),
        )
    finally:
        engine.close()


def _export(
    session: Session,
    engine: duckdb.DuckDBPyConnection,
    rows: Rows,
    path: Path,
    *,
    order: str,
) -> int:
    """Write the rows of a query to a file; they travel through a file of quoted values."""
    values = path.with_suffix(".csv")
    found = session.connection().execute(rows.execution_options(yield_per=_ROWS))
    count = 0
    with values.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for part in found.partitions():
            writer.writerows(part)
            count += len(part)
    types = {column.name: _TYPES[column.name] for column in rows.selected_columns}
    read = engine.read_csv(
        str(values), header=False, columns=types, auto_detect=False, sep=",", quotechar='"',
        escapechar='"', lineterminator=CSVLineTerminator.LINE_FEED, parallel=False,
    )  # fmt: skip
    read.order(order).write_parquet(str(path), compression="zstd")
    values.unlink()
    return count
