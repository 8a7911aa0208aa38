"""Lists written as CSV, known by the names of their columns, and plain lists of URLs."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from crawlers.forges.infer import infer
from crawlers.forges.port import ForgeKind
from crawlers.sources.entries import Collector, place_from
from registry.domain.countries import Place, place_of_group
from registry.errors import InvalidInput

# Real lists hold a regular expression of 134,877 characters in one field; the module's own limit
# is process-wide, so rows are cut by a reader of our own size before it matters.
MAX_FIELD: Final = 1024 * 1024
MAX_ROWS: Final = 200_000

Row = dict[str, str]


DOMAINS: Final = (
    "the list names domains of governments, where no code stands: use registry domain import"
)


def read_csv(text: str, collect: Collector) -> None:
    """Read a CSV list into `collect`, or raise `InvalidInput` where its columns are unknown."""
    rows = csv_rows(text)
    first = next(rows, None)
    if first is None:
        raise InvalidInput("the list is empty")
    columns = set(first[1])
    if "country" in columns and columns & {"domain", "regex"} and "url" not in columns:
        raise InvalidInput(DOMAINS)
    for needed, read in _FORMATS:
        if needed <= columns:
            read(*first, collect)
            for line, row in rows:
                read(line, row, collect)
            return
    raise InvalidInput(
        "the columns of the list are not known: use url,country,region,level,name,organisation"
    )


def csv_rows(text: str, separator: str = ",") -> Iterator[tuple[int, Row]]:
    """Yield (line, row by column name) of a CSV text with a header; columns are lower case.

    Raises `InvalidInput` where it is not CSV or holds more than `MAX_ROWS` rows.
    """
    former = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
        header = [name.strip().lower() for name in next(reader, [])]
        rows = [(reader.line_num, row) for row, _ in zip(reader, range(MAX_ROWS + 1), strict=False)]
    except csv.Error as error:
        raise InvalidInput(f"the list is not valid CSV: {error}") from error
    finally:
        csv.field_size_limit(former)
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"the list has more than {MAX_ROWS} rows")
    for line, row in rows:
        if any(cell.strip() for cell in row):
            yield line, dict(zip(header, (cell.strip() for cell in row), strict=False))


def read_urls(text: str, collect: Collector) -> None:
    """Read a list with one URL or short form a line; `#` begins a comment."""
    if text.lstrip().startswith("//"):
        raise InvalidInput(DOMAINS)
    lines = text.splitlines()
    if len(lines) > MAX_ROWS:
        raise InvalidInput(f"the list has more than {MAX_ROWS} lines")
    for number, line in enumerate(lines, 1):
        url = line.partition(" #")[0].strip()
        if url and not url.startswith("#"):
            collect.add_url(f"line {number}", url, Place())


def _own(line: int, row: Row, collect: Collector) -> None:
    where = f"line {line}"
    try:
        place = place_from(row.get("country"), row.get("region"), row.get("level"))
    except InvalidInput as error:
        collect.problem(where, str(error))
        return
    name = row.get("organisation") or row.get("name")
    collect.add_url(where, row.get("url", ""), place, name=name, uri=row.get("organisation_uri"))


def _github_organisation(line: int, row: Row, collect: Collector) -> None:
    where, place = f"line {line}", place_of_group(row.get("group", ""))
    if place is None:
        collect.problem(where, f"the group {row.get('group', '')[:80]!r} is not known")
    collect.add_organisation(
        where, ForgeKind.GITHUB, "github.com", row["org"] or "-", place or Place()
    )


def _known_forge(line: int, row: Row, collect: Collector) -> None:
    where, target, kind = f"line {line}", row["target"], row["kind"]
    place = place_of_group(row.get("country", "")) or Place()
    if kind not in {"forge", "github-org"}:
        collect.problem(
            where, f"{target[:100]} is a {kind[:20]}: add the address of its API or list as a peer"
        )
        return
    collect.add_url(where, f"https://{target}", place, name=row.get("label"))


def _forge_candidate(line: int, row: Row, collect: Collector) -> None:
    where, host = f"line {line}", row["hostname"]
    place = place_of_group(row.get("country", "")) or Place()
    if not row["http_status"].isdigit():
        collect.problem(where, f"{host[:100]} did not answer when the list was made")
        return
    collect.add_organisation(where, infer(f"https://{host}"), host, "", place)


_FORMATS: Final = (
    (frozenset({"url"}), _own),
    (frozenset({"org", "group"}), _github_organisation),
    (frozenset({"target", "country", "kind"}), _known_forge),
    (frozenset({"hostname", "country", "http_status"}), _forge_candidate),
)
