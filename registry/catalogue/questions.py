"""A search in one fixed form of text, as it stands in addresses: `q=forms&country=CA`.

The order of the parts is fixed, so that the same question is always the same text. Sort, page and
size say how an answer is shown, and are no part of what is asked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentQuery
from registry.errors import InvalidInput

FILTERS: Final = (
    "country",
    "region",
    "organisation",
    "licence",
    "language",
    "ui_language",
    "function",
    "activity",
    "readiness",
    "forge",
    "platform",
    "reused_in",
)
LEAST: Final = {"min_reuse_organisations": 1_000, "min_reuse_countries": 200}
"""The filters that are a least number, with the largest that makes sense."""
MAX_LENGTH: Final = 2_000
MAX_WORDS: Final = 300
MAX_VALUE: Final = 200
MAX_VALUES: Final = 30
_SHOWN: Final = ("sort", "after", "limit")
_SINGLE: Final = ("q", "licence_fits", "is_fork", "since", "until", "lang", *LEAST)
_YES_NO: Final = {"true": True, "false": False}

Pairs = list[tuple[str, str]]


def question_pairs(query: ComponentQuery) -> Pairs:
    """Return the names and values of what is asked, in one fixed order; the words come first."""
    pairs: Pairs = [("q", query.q)] if query.q else []
    for name in FILTERS:
        pairs += [(name, value) for value in getattr(query, name)]
    if query.licence_fits:
        pairs.append(("licence_fits", query.licence_fits))
    pairs += [(name, str(getattr(query, name))) for name in LEAST if getattr(query, name)]
    if query.is_fork is not None:
        pairs.append(("is_fork", str(query.is_fork).lower()))
    pairs += [
        (name, moment.date().isoformat())
        for name, moment in (("since", query.since), ("until", query.until))
        if moment is not None
    ]
    return pairs


def write_question(query: ComponentQuery) -> str:
    """Return a search as text, with the language of who asks where it is not English.

    Raises `InvalidInput` for one that asks for nothing, or is longer than 2,000 characters.
    """
    pairs = question_pairs(query)
    if not pairs:
        raise InvalidInput("search must name words or a filter: without them it is everything")
    if query.lang != "en":
        pairs.append(("lang", query.lang))
    text = urlencode(pairs)
    if len(text) > MAX_LENGTH:
        raise InvalidInput(f"search must have at most {MAX_LENGTH} characters")
    return text


def read_question(text: str) -> ComponentQuery:
    """Return the search that a text asks, with or without a `?` before it.

    Raises `InvalidInput` that names what is wrong: a part of another name, a value that is too
    long or is none of its kind.
    """
    if len(text) > MAX_LENGTH or not text.isprintable():
        raise InvalidInput(f"search must be at most {MAX_LENGTH} characters without line breaks")
    pairs = parse_qsl(text.strip().removeprefix("?"), keep_blank_values=True, errors="replace")
    kept = [(name, " ".join(value.split())) for name, value in pairs if name not in _SHOWN]
    for name, value in kept:
        _check(name, value)
    one = {name: _one(kept, name) for name in _SINGLE}
    asked = ComponentQuery(
        q=one["q"],
        licence_fits=one["licence_fits"] or None,
        is_fork=_YES_NO.get(one["is_fork"]),
        since=_day(one["since"]),
        until=_day(one["until"]),
        lang=one["lang"] or "en",
    )
    least = {name: int(one[name] or 0) for name in LEAST}
    return replace(asked, **least, **{name: _many(kept, name) for name in FILTERS})


def _check(name: str, value: str) -> None:
    if name not in (*FILTERS, *_SINGLE):
        known = ", ".join((*_SINGLE, *FILTERS))
        raise InvalidInput(f"search has no part {name[:40]!r}: there are {known}")
    longest = MAX_WORDS if name == "q" else MAX_VALUE
    if len(value) > longest or not value.isprintable():
        raise InvalidInput(f"search: {name} must have at most {longest} printable characters")
    if name == "is_fork" and value and value not in _YES_NO:
        raise InvalidInput("search: is_fork must be true or false")
    if name in LEAST and value and least_number(name, value) is None:
        raise InvalidInput(f"search: {name} must be a number from 0 to {LEAST[name]}")
    if name in {"since", "until"} and value and _day(value) is None:
        raise InvalidInput(f"search: {name} must be a day such as 2026-05-31")


def least_number(name: str, text: str) -> int | None:
    """Return the value of one of `LEAST`, or nothing where it is none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
    return number if 0 <= number <= LEAST[name] else None


def _one(pairs: Sequence[tuple[str, str]], name: str) -> str:
    return next((value for key, value in pairs if key == name), "")


def _many(pairs: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value for key, value in pairs if key == name and value))
    if len(found) > MAX_VALUES:
        raise InvalidInput(f"search: at most {MAX_VALUES} values of {name} are taken")
    return found


def _day(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
