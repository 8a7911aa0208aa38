"""The address of a search: from the query string to a `ComponentQuery` and back.

A page ignores parameters that it does not know, so that old links keep working; the API refuses
them. What no honest form sends (control characters, very long values) is refused here too.
"""

import shlex
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import urlencode

from msgspec.structs import replace

from registry.catalogue.questions import FILTERS, LEAST, least_number, question_pairs
from registry.catalogue.readmodels import ComponentQuery
from registry.errors import InvalidInput

SORTS: Final = ("relevance", "reuse", "updated", "newest", "name")
PAGE_SIZE: Final = 20
MAX_TEXT: Final = 300
MAX_VALUE: Final = 200
MAX_CURSOR: Final = 2000
MAX_ANSWER: Final = 4096
# Longer values than usual: texts, cursors, and what a provider of sign-in sends back.
LONGEST: Final = {
    "q": MAX_TEXT,
    "find": MAX_TEXT,
    "url": 2_048,
    "after": MAX_CURSOR,
    "next": MAX_CURSOR,
    "code": MAX_ANSWER,
    "error_description": MAX_ANSWER,
    "error_uri": MAX_ANSWER,
    "session_state": MAX_ANSWER,
}
MAX_VALUES: Final = 30
MAX_PARAMETERS: Final = 200
_NOTHING: Final = {"q": "", **dict.fromkeys(LEAST, 0)}
ALLOWED_CONTROLS: Final = frozenset("\t\n\r")

Pairs = list[tuple[str, str]]


class Parameters(Protocol):
    """The query string: every key with every value, in order."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the pairs; `multi_items` of Litestar has them in another order each time."""


def checked_pairs(parameters: Parameters) -> Pairs:
    """Return the pairs of a query string, or raise `InvalidInput` where one cannot be honest."""
    pairs = list(parameters.items())
    if len(pairs) > MAX_PARAMETERS:
        raise InvalidInput(f"The address has more than {MAX_PARAMETERS} parameters.")
    for key, value in pairs:
        longest = LONGEST.get(key, MAX_VALUE)
        if len(key) > MAX_VALUE or len(value) > longest:
            name = key if len(key) <= MAX_VALUE else f"{key[:20]}…"
            raise InvalidInput(f"The value of {name!r} is longer than {longest} characters.")
        if any(_is_control(character) for character in key + value):
            raise InvalidInput("The address holds control characters, which no search needs.")
    return pairs


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in ALLOWED_CONTROLS


def parse_query(pairs: Pairs, lang: str) -> ComponentQuery:
    """Return the search that a query string asks for; values that make no sense are left out."""
    many = {name: _values(pairs, name) for name in FILTERS}
    sort = _first(pairs, "sort")
    least = {name: least_number(name, _first(pairs, name)) or 0 for name in LEAST}
    query = ComponentQuery(
        q=" ".join(_first(pairs, "q").split()),
        licence_fits=_first(pairs, "licence_fits") or None,
        is_fork={"true": True, "false": False}.get(_first(pairs, "is_fork")),
        since=_day(_first(pairs, "since")),
        until=_day(_first(pairs, "until")),
        sort=sort if sort in SORTS else SORTS[0],
        after=_first(pairs, "after") or None,
        limit=PAGE_SIZE,
        lang=lang,
    )
    return replace(query, **many, **least)


def query_pairs(query: ComponentQuery) -> Pairs:
    """Return the shortest query string, in one fixed order, that asks the same again."""
    pairs = question_pairs(query)
    if query.sort != SORTS[0]:
        pairs.append(("sort", query.sort))
    if query.after:
        pairs.append(("after", query.after))
    return pairs


def active_filters(query: ComponentQuery) -> Pairs:
    """Return the filters in force, without the words, the order and the page."""
    return query_pairs(replace(query, q="", sort=SORTS[0], after=None))


def without(query: ComponentQuery, name: str, value: str) -> ComponentQuery:
    """Return the query without one value of one filter, from its first page."""
    if name in FILTERS:
        kept = tuple(x for x in getattr(query, name) if x != value)
        return replace(query, after=None, **{name: kept})
    return replace(query, after=None, **{name: _NOTHING.get(name)})


def without_filters(query: ComponentQuery) -> ComponentQuery:
    """Return the query with its words and order alone."""
    return ComponentQuery(q=query.q, sort=query.sort, limit=query.limit, lang=query.lang)


def address(path: str, query: ComponentQuery) -> str:
    """Return a link to the query on a page or at the API."""
    pairs = query_pairs(query)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def command_line(query: ComponentQuery) -> str:
    """Return the command that asks the same, ready to be pasted into a shell."""
    words = ["registry", "search"]
    last: list[str] = []
    for name, value in query_pairs(replace(query, after=None)):
        if name == "q":
            (last if value.startswith("-") else words).append(value)
        else:
            words += [f"--{name.replace('_', '-')}", value]
    # Behind `--` words that begin with a dash are no options.
    return shlex.join([*words, "--", *last] if last else words)


def _first(pairs: Pairs, name: str) -> str:
    return next((value.strip() for key, value in pairs if key == name), "")


def _values(pairs: Pairs, name: str) -> tuple[str, ...]:
    found = (value.strip() for key, value in pairs if key == name)
    return tuple(dict.fromkeys(value for value in found if value))[:MAX_VALUES]


def _day(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
