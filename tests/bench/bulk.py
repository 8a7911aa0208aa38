"""Bulk data of 100,000 edges: how fast a row becomes CSV and NDJSON, and a whole edition.

Beside it a plain loop over the same rows: what the library of the language takes for them with no
rule of ours. Seconds are of the processor: nothing here waits for anybody.
"""

import csv
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from registry.cli.build import Registry
from registry.domain.cells import cell_text
from registry.publishing.bulk.files import json_line
from registry.publishing.bulk.tables import TABLES, Row
from registry.settings import from_environ
from tests.bench.catalogue_rows import fill
from tests.bench.figures import Figure
from tests.bench.pages import environment_of
from tests.bench.reports import COMPONENTS, EDGES, PORTFOLIO, fill_edges

# Seconds for 100,000 edges.
AIMS: Final = {"CSV": 0.5, "NDJSON": 0.6}
Writer = Callable[[Iterable[Row], io.StringIO], None]


def run(*, quick: bool) -> list[Figure]:
    """Measure; `quick` takes a tenth of everything."""
    part = 10 if quick else 1
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        registry = Registry(from_environ(environment_of(Path(name))))
        fill(registry, COMPONENTS // part)
        fill_edges(registry, EDGES // part, PORTFOLIO // part)
        table = next(x for x in TABLES if x.name == "edges")
        with registry.database.read() as session:
            begin = time.process_time()
            count = sum(1 for _ in table.rows(session))
            read = time.process_time() - begin
            rows = list(table.rows(session))
        figures = [Figure("edges read from the database", f"{read:.2f} s", f"{count:,} edges")]
        figures += [_form(form, rows, part) for form in AIMS]
        figures.append(_edition(registry))
        registry.close()
        return figures


def _form(form: str, rows: list[Row], part: int) -> Figure:
    ours, plain = _WRITERS[form]
    seconds, size = _timed(ours, rows)
    beside, _ = _timed(plain, rows)
    aim = AIMS[form] / part
    return Figure(
        f"edges as {form}", f"{seconds:.2f} s, {len(rows) / seconds:,.0f} rows/s, "
        f"{size / 2**20:.1f} MiB", f"plain {form}: {beside:.2f} s",
        ratio=seconds / beside, aim=f"≤ {aim:.2g} s", met=seconds <= aim,
    )  # fmt: skip


def _timed(write: Writer, rows: list[Row]) -> tuple[float, int]:
    """Return the best of three, in seconds, and how many characters were written."""
    times, size = [], 0
    for _ in range(3):
        out = io.StringIO()
        begin = time.process_time()
        write(rows, out)
        times.append(time.process_time() - begin)
        size = out.tell()
    return min(times), size


def _csv(rows: Iterable[Row], out: io.StringIO) -> None:
    csv.writer(out, lineterminator="\n").writerows(map(cell_text, row.values()) for row in rows)


def _plain_csv(rows: Iterable[Row], out: io.StringIO) -> None:
    csv.writer(out, lineterminator="\n").writerows(row.values() for row in rows)


def _ndjson(rows: Iterable[Row], out: io.StringIO) -> None:
    out.writelines(map(json_line, rows))


def _plain_ndjson(rows: Iterable[Row], out: io.StringIO) -> None:
    encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode
    out.writelines(f"{encode(row)}\n" for row in rows)


_WRITERS: Final[dict[str, tuple[Writer, Writer]]] = {
    "CSV": (_csv, _plain_csv),
    "NDJSON": (_ndjson, _plain_ndjson),
}


def _edition(registry: Registry) -> Figure:
    begin = time.process_time()
    edition = registry.bulk.write()
    seconds = time.process_time() - begin
    rows = sum(file.rows or 0 for file in edition.files if file.name.endswith(".csv.gz"))
    size = sum(file.size for file in edition.files)
    return Figure(
        "edition: CSV, NDJSON, Parquet, SQLite", f"{seconds:.0f} s, {size / 2**20:.0f} MiB",
        f"{rows:,} rows of all tables",
    )  # fmt: skip
