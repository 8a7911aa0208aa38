"""Which rows a number counts: a filter that stands in the address of the rows behind it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from registry.errors import InvalidInput
from registry.lineage.vocabulary import KINDS, TAGS
from registry.reports.rows import LEFT_OUT, EdgeRow

# The strongest evidence first: an organisation stands under the first that it has.
STRENGTH: Final = ("measured", "attributed", "declared", "reported")
NOT_KNOWN: Final = "-"
_PERIOD: Final = re.compile(r"([12]\d{3})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


class RowFilter(Struct, frozen=True, kw_only=True):
    """What holds for every row behind a number; an empty field asks for nothing.

    Rows that are not counted are left out, unless `left_out` names a reason or is `any`. `origin`
    and `reuser` are slugs of components; `from_…` and `to_…` the places of the two ends, where `-`
    stands for one that is not known. `period` is a year, a quarter (`2024-Q3`) or a month of the
    first evidence; `new` asks only for the first row of each pair of a component and a reusing
    organisation. `strongest` asks for the rows of organisations of which no stronger tag is known.
    `shared` asks for components that two or more known organisations reuse.
    `foreign`, `active`, `contributed`, `disputed` and `ended` are `true` or `false`.
    """

    tag: str = ""
    strongest: str = ""
    kind: str = ""
    origin: str = ""
    reuser: str = ""
    from_country: str = ""
    to_country: str = ""
    from_region: str = ""
    to_region: str = ""
    from_organisation: str = ""
    to_organisation: str = ""
    period: str = ""
    new: str = ""
    shared: str = ""
    foreign: str = ""
    active: str = ""
    contributed: str = ""
    disputed: str = ""
    ended: str = ""
    left_out: str = ""


FIELDS: Final = tuple(RowFilter.__struct_fields__)
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "tag": TAGS,
    "strongest": TAGS,
    "kind": KINDS,
    "left_out": ("any", *LEFT_OUT),
    "new": ("true",),
    "shared": ("true",),
    **dict.fromkeys(("foreign", "active", "contributed", "disputed", "ended"), ("true", "false")),
}  # fmt: skip


def filter_of(values: Mapping[str, str]) -> RowFilter:
    """Return the filter of parameters, or raise `InvalidInput` naming the one that is wrong."""
    given = {name: values[name].strip() for name in FIELDS if values.get(name, "").strip()}
    for name, known in _WORDS.items():
        if name in given and given[name] not in known:
            raise InvalidInput(f"{name} must be one of {', '.join(known)}")
    if "period" in given:
        months_of(given["period"])
    return RowFilter(**given)


def filter_pairs(wanted: RowFilter) -> list[tuple[str, str]]:
    """Return the parameters of a filter, without those that ask for nothing."""
    return [(name, value) for name, value in asdict(wanted).items() if value]


def months_of(period: str) -> tuple[date, date]:
    """Return the first day of a period and that after its last, or raise `InvalidInput`."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise InvalidInput("period is a year, a quarter (2024-Q3) or a month (2024-07)")
    year, quarter, month = int(found[1]), found[2], found[3]
    first = 3 * int(quarter) - 2 if quarter else int(month or 1)
    end = first + (3 if quarter else 1 if month else 12)
    return date(year, first, 1), date(year + (end > 12), (end - 1) % 12 + 1, 1)


def period_of(day: date, length: str) -> str:
    """Return the year or quarter of a day."""
    return f"{day:%Y}" if length == "year" else f"{day:%Y}-Q{(day.month + 2) // 3}"


def select(rows: Iterable[EdgeRow], wanted: RowFilter) -> list[EdgeRow]:
    """Return the rows that a filter asks for, in their order."""
    found = [row for row in rows if _is_standing(row, wanted.left_out)]
    if wanted.strongest:
        best = strongest_tags(found)
        found = [row for row in found if best.get(row.organisation or "") == wanted.strongest]
    tests = _tests(wanted)
    found = [row for row in found if all(getattr(row, name) == value for name, value in tests)]
    if wanted.shared:
        found = shared_rows(found)
    if wanted.new:
        found = first_rows(found)
    if wanted.period:
        start, end = months_of(wanted.period)
        found = [row for row in found if row.first_seen and start <= row.first_seen < end]
    if wanted.contributed:
        has = wanted.contributed == "true"
        found = [row for row in found if (row.contributed or 0) > 0] if has else [
            row for row in found if row.contributed == 0
        ]  # fmt: skip
    return found


def _is_standing(row: EdgeRow, left_out: str) -> bool:
    if not left_out:
        return row.is_counted
    return not row.is_counted and left_out in {"any", row.left_out}


# Field of the filter → attribute of a row.
_SAME: Final = {
    "tag": "tag", "kind": "kind", "origin": "origin", "reuser": "reuser",
    "from_country": "origin_country", "to_country": "country",
    "from_organisation": "origin_organisation", "to_organisation": "organisation",
    "from_region": "origin_place", "to_region": "place",
}  # fmt: skip
_FLAGS: Final = {
    "foreign": "is_foreign", "active": "is_active", "disputed": "is_disputed",
    "ended": "has_ended",
}  # fmt: skip


def _tests(wanted: RowFilter) -> list[tuple[str, Any]]:
    tests: list[tuple[str, Any]] = []
    for name, attribute in _SAME.items():
        if value := getattr(wanted, name):
            tests.append((attribute, None if value == NOT_KNOWN else value))
    for name, attribute in _FLAGS.items():
        if value := getattr(wanted, name):
            tests.append((attribute, value == "true"))
    return tests


def strongest_tags(rows: Iterable[EdgeRow]) -> dict[str, str]:
    """Return the strongest tag of each known organisation among the rows."""
    best: dict[str, str] = {}
    for row in rows:
        if row.organisation is None:
            continue
        known = best.get(row.organisation)
        if known is None or STRENGTH.index(row.tag) < STRENGTH.index(known):
            best[row.organisation] = row.tag
    return best


def shared_rows(rows: Sequence[EdgeRow]) -> list[EdgeRow]:
    """Return the rows of components that two or more known organisations reuse."""
    users: dict[str, set[str]] = {}
    for row in rows:
        if row.organisation is not None:
            users.setdefault(row.origin, set()).add(row.organisation)
    return [row for row in rows if len(users.get(row.origin, ())) >= 2]


def pair_of(row: EdgeRow) -> tuple[str, str]:
    """Return the component and who reuses it: reusers of no known organisation are one."""
    return row.origin, row.organisation or ""


def first_rows(rows: Iterable[EdgeRow]) -> list[EdgeRow]:
    """Return the earliest dated row of each pair, sorted by day."""
    first: dict[tuple[str, str], EdgeRow] = {}
    for row in rows:
        known = first.get(pair_of(row))
        if row.first_seen is None:
            continue
        if known is None or (row.first_seen, row.edge) < (known.first_seen, known.edge):
            first[pair_of(row)] = row
    return sorted(first.values(), key=lambda row: (row.first_seen or date.max, row.edge))
