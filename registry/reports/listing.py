"""A portfolio as a CSV file: addresses or components, one a line."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from registry.errors import InvalidInput
from registry.reports.portfolio import MAX_COMPONENTS, MAX_VALUE, Portfolio

MAX_BYTES: Final = 1_000_000
# Names of the column that is read, the first that there is.
URLS: Final = ("url", "repository_url", "repository", "codeurl", "repo")
SLUGS: Final = ("component", "slug")


def portfolio_in_csv(data: bytes) -> Portfolio:
    """Return the portfolio of a file, or raise `InvalidInput` naming the line that is wrong.

    The file is UTF-8 with commas, semicolons or tabs. With a header, the column `url` or
    `component` is read; without one, the first column. A value with `://` is an address, any other
    the slug of a component.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"file: a list holds at most {MAX_BYTES // 1000:,} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("file: the list is not UTF-8 text: save it as CSV UTF-8") from error
    lines = _lines(text)
    column, first = _column(lines)
    values = [line[column].strip() for line in lines[first:] if len(line) > column]
    return _portfolio([value for value in values if value])


def _lines(text: str) -> list[list[str]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput(f"file: the list is no CSV: {error}") from error
    lines = [row for row in rows if any(cell.strip() for cell in row)]
    if not lines:
        raise InvalidInput("file: the list is empty")
    if len(lines) > MAX_COMPONENTS + 1:
        raise InvalidInput(f"file: a list has at most {MAX_COMPONENTS:,} lines, not {len(lines):,}")
    return lines


def _column(lines: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return the column that is read, and the line that the values begin at."""
    header = [cell.strip().casefold() for cell in lines[0]]
    for name in (*URLS, *SLUGS):
        if name in header:
            return header.index(name), 1
    if len(header) > 1 and "://" not in lines[0][0]:
        known = ", ".join(("url", "component"))
        raise InvalidInput(f"file: no column is called {known}: name one of them so")
    return 0, 0


def _portfolio(values: Sequence[str]) -> Portfolio:
    for number, value in enumerate(values, start=1):
        if len(value) > MAX_VALUE or any(ord(character) < 32 for character in value):
            raise InvalidInput(f"file: value {number} is too long, or holds control characters")
    urls = {value for value in values if "://" in value}
    return Portfolio(urls=tuple(sorted(urls)), components=tuple(sorted(set(values) - urls)))


def joined(one: Portfolio, other: Portfolio) -> Portfolio:
    """Return a portfolio with what either holds."""
    return Portfolio(
        q=one.q or other.q,
        **{
            name: tuple(sorted({*getattr(one, name), *getattr(other, name)}))
            for name in Portfolio.__struct_fields__
            if name != "q"
        },
    )
