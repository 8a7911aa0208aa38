"""What commands print: data on standard output in four formats, talk on standard error."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from registry.domain.cells import cell_text

FORMATS = ("table", "json", "ndjson", "csv")
# Lines are not broken here: a path or a command that is cut in two cannot be copied.
talk = Console(stderr=True, highlight=False, soft_wrap=True)

format_option = click.option(
    "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True,
    help="Form of the data on standard output.",
)  # fmt: skip


def show_rows(rows: Iterable[Any], columns: Sequence[str], style: str) -> None:
    """Print structs or mappings; tables and CSV take the named columns, JSON takes all."""
    items = [msgspec.to_builtins(row) for row in rows]
    if style == "json":
        write(_json(items))
    elif style == "ndjson":
        for item in items:
            write(msgspec.json.encode(item).decode())
    elif style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_cell(item.get(name)) for name in columns] for item in items)
    else:
        _table(items, columns)


def show_record(record: Any, style: str) -> None:
    """Print one struct or mapping, as two columns or as JSON."""
    item = msgspec.to_builtins(record)
    if style in {"json", "ndjson"}:
        write(_json(item) if style == "json" else msgspec.json.encode(item).decode())
        return
    rows = [{"field": name, "value": value} for name, value in item.items()]
    show_rows(rows, ("field", "value"), style)


def write(text: str) -> None:
    """Print a line of data."""
    click.echo(text)


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def cell(value: Any) -> str:
    """Return a value as short text: names of links, texts without their language."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        for key in ("value", "name", "slug"):
            if isinstance(value.get(key), str):
                return str(value[key])
        return ", ".join(f"{k}: {cell(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def _csv_cell(value: Any) -> str:
    """Return a cell that no spreadsheet reckons with; a number, also a negative one, is one."""
    return str(value) if isinstance(value, int | float) else cell_text(cell(value))


def _table(items: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=200)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    for item in items:
        table.add_row(*(_printable(cell(_short(item.get(name)))) for name in columns))
    console.print(table)


def _short(value: Any) -> Any:
    """Return a fraction with as many digits as people read; JSON and CSV keep them all."""
    return round(value, 4) if isinstance(value, float) else value


def _printable(text: str) -> str:
    """Take control characters out, so that crawled text cannot steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
