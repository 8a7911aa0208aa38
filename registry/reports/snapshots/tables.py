"""A snapshot for who works with tables: a spreadsheet (XLSX), and Parquet files.

They are made from the snapshot's own content, and hold nothing else. They are no part of the
bundle: its verifier reads text alone, and needs no library for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from registry.adoption.savings.table import SAVING_COLUMNS
from registry.publishing.bulk.files import write_parquet
from registry.reports.snapshots.content import Snapshot
from registry.reports.table import COLUMNS, COMPONENT_COLUMNS
from registry.reports.workbook import NOTE, Sheet, book_of

XLSX: Final = "snapshot.xlsx"
_PARQUET: Final = ("rows", "components")
_KINDS: Final = {
    **dict.fromkeys(("probability", "share"), "number"),
    **dict.fromkeys(("contributed", "rule_version"), "integer"),
    **dict.fromkeys(("first_seen", "last_seen", "first_commit_on", "last_crawled_on"), "date"),
    **dict.fromkeys(
        ("is_counted", "is_disputed", "has_ended", "is_confirmed", "is_active", "is_demo",
         "contributions_counted"), "boolean",
    ),
}  # fmt: skip


def table_files() -> tuple[str, ...]:
    """Return the names of these files."""
    return (XLSX, *(f"{name}.parquet" for name in _PARQUET))


def table_file(name: str, snapshot: Snapshot, figures: Mapping[str, Any]) -> bytes | None:
    """Return one of these files, or nothing for another name."""
    if name == XLSX:
        return _spreadsheet(snapshot, figures)
    stem, _, ending = name.rpartition(".")
    if ending == "parquet" and stem in _PARQUET:
        columns = COLUMNS if stem == "rows" else COMPONENT_COLUMNS
        return _parquet(snapshot.document[stem], columns)
    return None


def _spreadsheet(snapshot: Snapshot, figures: Mapping[str, Any]) -> bytes:
    document = snapshot.document
    as_of = document["as_of"]
    reported = document.get("reported", [])
    sheets: list[Sheet] = [
        ("Snapshot", ("what", "value"), _about(snapshot, document)),
        ("Figures", ("figure", "value"), list(_flat(figures))),
        ("Components", COMPONENT_COLUMNS, document["components"]),
        ("Rows", COLUMNS, document["rows"]),
        ("Reported savings", SAVING_COLUMNS, [{"is_disputed": False} | x for x in reported]),
    ]
    when = datetime.fromisoformat(as_of) if as_of else datetime(2000, 1, 1, tzinfo=UTC)
    return book_of(sheets, f"Report snapshot {snapshot.id}", when)


def _about(snapshot: Snapshot, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = [
        ("snapshot", snapshot.id),
        ("SHA-256 of snapshot.json", snapshot.digest),
        ("data as of", document["as_of"]),
        ("note", NOTE),
        *((f"method: {name}", value) for name, value in sorted(document["method"].items())),
        *((f"portfolio: {name}", value) for name, value in document["portfolio"]),
        *((f"assumption: {name}", value) for name, value in document["assumptions"]),
        *((f"euro a month: {name}", value) for name, value in sorted(document["rates"].items())),
        *((name, value) for name, value in sorted(document["coverage"].items())),
    ]
    return [{"what": name, "value": value} for name, value in lines]


def _flat(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """Yield each number of nested values with a name such as `tags.measured.organisations`."""
    if isinstance(value, Mapping):
        parts = [(str(key), found) for key, found in sorted(value.items())]
    elif isinstance(value, list):
        parts = [(str(place), found) for place, found in enumerate(value, start=1)]
    else:
        yield {"figure": name, "value": value}
        return
    for part, found in parts:
        yield from _flat(found, f"{name}.{part}" if name else part)


def _parquet(items: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    with TemporaryDirectory() as folder:
        lines, target = Path(folder) / "rows.ndjson", Path(folder) / "rows.parquet"
        lines.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in items))
        write_parquet({name: _KINDS.get(name, "string") for name in columns}, lines, target)
        return target.read_bytes()
