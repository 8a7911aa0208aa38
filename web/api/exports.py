"""Lists as files: CSV that a spreadsheet cannot be tricked with, and NDJSON."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from registry.domain.cells import cell_text
from web.api.answers import encoded, selected

MAX_ROWS: Final = 10_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Column(Struct, frozen=True):
    """A column of a file: its name, the field that it shows, and how to get the value."""

    name: str
    field: str
    value: Callable[[Any], Any]


def column(name: str) -> Column:
    """Return the column of a field that holds one plain value."""
    return Column(name, name, lambda item: getattr(item, name))


def cell(value: Any) -> str:
    """Return the text of a cell; what a spreadsheet would run as a formula gets a quote before."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return cell(" ".join(map(str, value)))
    if isinstance(value, int | float):
        return str(value)
    return cell_text(_CONTROL.sub("�", str(value)))


def csv_file(
    items: Iterable[Any], columns: Iterable[Column], fields: tuple[str, ...] = ()
) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180, UTF-8, with a header), of the chosen fields."""
    shown = [x for x in columns if not fields or x.field in fields]
    yield _line([x.name for x in shown])
    for item in items:
        yield _line([cell(x.value(item)) for x in shown])


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()


def ndjson_file(items: Iterable[Any], fields: tuple[str, ...] = ()) -> Iterator[bytes]:
    """Yield one line of JSON per item, of the chosen fields."""
    for item in items:
        yield encoded(selected(item, fields)) + b"\n"


COMPONENT_COLUMNS: Final = (
    column("slug"),
    Column("name", "name", lambda x: x.name.value),
    Column("description", "description", lambda x: x.description and x.description.value),
    Column("organisation", "organisation", lambda x: x.organisation and x.organisation.slug),
    Column("organisation_name", "organisation", lambda x: x.organisation and x.organisation.name),
    *map(column, ("country", "region", "licence", "licence_class", "language", "activity")),
    *map(column, ("state", "version", "last_commit_at", "updated_at", "repository_url")),
    Column("origin", "origin", lambda x: x.origin and x.origin.slug),
    Column("upstream", "upstream", lambda x: x.upstream and x.upstream.slug),
    *map(column, ("fork_count", "fork_countries", "reuse_organisations", "reuse_countries")),
    *map(column, ("is_demo", "api_url", "html_url")),
)
ORGANISATION_COLUMNS: Final = tuple(
    map(
        column,
        ("slug", "uri", "name", "country", "region", "level", "website", "components",
         "repositories", "failed", "sources", "basis", "last_crawled_at", "is_demo", "api_url",
         "html_url"),
    )
)  # fmt: skip
