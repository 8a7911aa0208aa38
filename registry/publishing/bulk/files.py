"""Tables as files: CSV and NDJSON (gzip), Parquet, and one SQLite file with all of them.

The same rows give the same bytes of CSV and NDJSON: no time and no name stand in their headers.
"""

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Final

import duckdb
import msgspec
from sqlmodel import Session

from registry.domain.cells import cell_text
from registry.publishing.bulk.tables import TABLES, BulkTable, Row

SQLITE: Final = "registry.sqlite"
_SQL: Final = {"integer": "INTEGER", "boolean": "INTEGER"}
_DUCK: Final = {
    "integer": "BIGINT", "boolean": "BOOLEAN", "datetime": "TIMESTAMPTZ", "date": "DATE",
    "number": "DOUBLE",
}  # fmt: skip
_MANY: Final = 1_000


def write_tables(session: Session, folder: Path) -> dict[str, int]:
    """Write every table in every form; return how many rows each has."""
    with closing(sqlite3.connect(folder / SQLITE)) as database:
        counts = {table.name: _write(session, table, folder, database) for table in TABLES}
        database.commit()
        database.execute("VACUUM")
    return counts


def _write(session: Session, table: BulkTable, folder: Path, database: sqlite3.Connection) -> int:
    with ExitStack() as opened:
        lines = opened.enter_context(_packed(folder / f"{table.name}.ndjson.gz"))
        cells = opened.enter_context(_packed(folder / f"{table.name}.csv.gz"))
        count = _write_rows(table, table.rows(session), lines, cells, database)
    types = {column.name: column.type for column in table.columns}
    write_parquet(types, folder / f"{table.name}.ndjson.gz", folder / f"{table.name}.parquet")
    return count


@contextmanager
def _packed(path: Path) -> Iterator[IO[str]]:
    """Open a packed file for text; neither its name nor a time is part of its bytes."""
    with (
        path.open("wb") as opened,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=opened, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", errors="replace", newline="") as text,
    ):
        yield text


def _write_rows(
    table: BulkTable, rows: Iterator[Row], lines: IO[str], cells: IO[str],
    database: sqlite3.Connection,
) -> int:  # fmt: skip
    names = [column.name for column in table.columns]
    kinds = [f'"{column.name}" {_SQL.get(column.type, "TEXT")}' for column in table.columns]
    database.execute(f'CREATE TABLE "{table.name}" ({", ".join(kinds)})')
    insert = f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(names))})'  # noqa: S608 - our names
    writer = csv.writer(cells, lineterminator="\n")
    writer.writerow(names)
    count, waiting = 0, []
    for row in rows:
        lines.write(json_line(row))
        writer.writerow([cell_text(value) for value in row.values()])
        waiting.append(tuple(row.values()))
        if len(waiting) == _MANY:
            database.executemany(insert, waiting)
            waiting.clear()
        count += 1
    database.executemany(insert, waiting)
    return count


def json_line(row: Row) -> str:
    """Return a row as a line of NDJSON; halves of characters stay, for the file to replace."""
    try:
        return msgspec.json.encode(row).decode() + "\n"
    except UnicodeEncodeError:
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_parquet(types: Mapping[str, str], source: Path, target: Path) -> None:
    """Write Parquet from NDJSON, which holds every text as it is; `types` are those of columns."""
    kinds = {name: _DUCK.get(kind, "VARCHAR") for name, kind in types.items()}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
    with duckdb.connect(":memory:", config=_offline()) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute(
            f"COPY (SELECT * FROM read_json('{_quoted(source)}', "  # noqa: S608 - our names
            f"format='newline_delimited', columns={{{columns}}}, maximum_object_size=33554432)) "
            f"TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)"
        )


def _offline() -> dict[str, str | bool | int | float | list[str]]:
    return {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def names_of_files() -> Sequence[str]:
    """Return the names of all files with rows."""
    forms = ("csv.gz", "ndjson.gz", "parquet")
    return [f"{table.name}.{form}" for table in TABLES for form in forms] + [SQLITE]
