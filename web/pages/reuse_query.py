"""The address of a list of reuse: from the query string to a `ReuseQuery` and back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from msgspec.structs import replace

from registry.lineage.readmodels import ReuseQuery
from registry.lineage.vocabulary import (
    CONFIDENCES,
    DIRECTIONS,
    KINDS,
    MANY,
    ONE,
    STATES,
    TAGS,
    WITH,
)
from web.pages.query import MAX_VALUES, PAGE_SIZE, Pairs

DAYS: Final = ("since", "until")
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": KINDS,
    "tag": TAGS,
    "state": STATES,
    "confidence": CONFIDENCES,
    "direction": DIRECTIONS,
}


def parse_reuse(pairs: Pairs, limit: int = PAGE_SIZE) -> ReuseQuery:
    """Return the list that a query string asks for; values that make no sense are left out."""
    asked: dict[str, Any] = {}
    for name, field in MANY.items():
        values = (value.strip() for key, value in pairs if key == name)
        known = (value for value in values if _makes_sense(name, value))
        asked[field] = tuple(dict.fromkeys(known))[:MAX_VALUES]
    for name, field in ONE.items():
        value = _first(pairs, name)
        asked[field] = value if _makes_sense(name, value) else None
    for name in DAYS:
        asked[name] = _day(_first(pairs, name))
    for name in WITH:
        asked[name] = _first(pairs, name) == "true"
    asked["foreign"] = {"true": True, "false": False}.get(_first(pairs, "foreign"))
    return ReuseQuery(limit=limit, after=_first(pairs, "after") or None, **asked)


def _makes_sense(name: str, value: str) -> bool:
    return value in _CODES[name] if name in _CODES else bool(value)


def reuse_pairs(query: ReuseQuery) -> Pairs:
    """Return the shortest query string, in one fixed order, that asks the same again."""
    pairs: Pairs = []
    for name, field in MANY.items():
        pairs += [(name, str(value)) for value in getattr(query, field)]
    pairs += [(name, value) for name, field in ONE.items() if (value := getattr(query, field))]
    for name in DAYS:
        moment = getattr(query, name)
        pairs += [(name, moment.date().isoformat())] if moment else []
    if query.foreign is not None:
        pairs.append(("foreign", str(query.foreign).lower()))
    pairs += [(name, "true") for name in WITH if getattr(query, name)]
    return [*pairs, ("after", query.after)] if query.after else pairs


def without_value(query: ReuseQuery, name: str, value: str) -> ReuseQuery:
    """Return the query without one value of one filter, from its first page."""
    start = replace(query, after=None)
    if name in MANY:
        kept = tuple(x for x in getattr(query, MANY[name]) if x != value)
        return replace(start, **{MANY[name]: kept})
    if name in WITH:
        return replace(start, **{name: False})
    return replace(start, **{ONE.get(name, name): None})


def reuse_address(path: str, query: ReuseQuery) -> str:
    """Return a link to the list on a page or at the API."""
    pairs = reuse_pairs(query)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _first(pairs: Pairs, name: str) -> str:
    return next((value.strip() for key, value in pairs if key == name), "")


def _day(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
