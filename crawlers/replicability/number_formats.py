"""Currencies and telephone prefixes that stand in code: fixed texts, and what is around them."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from crawlers.replicability.patterns import formats

# A file with this many different ones is a table of them, and ties nothing to one country.
TABLE: Final = 3
_QUOTES: Final = "\"'`"
_PLACEHOLDERS: Final = "{<%#$"
_REGION_KEYS: Final = (
    "phonenumber_default_region", "default_region", "defaultregion", "initialcountry",
    "defaultcountry", "default_country", "phonenumberfield(region", "parsephonenumber",
    "phonenumbers.parse(", "phonelib.default_country", "isvalidphonenumber",
)  # fmt: skip
_NEAR: Final = 60


class Found(NamedTuple):
    """What a line holds: the rule, its subject and country."""

    rule: str
    subject: str
    country: str


def found_formats(lines: Iterable[tuple[int, str]]) -> list[tuple[int, Found]]:
    """Return the first line of each currency and prefix of a file, nothing of a table of them."""
    first: dict[Found, int] = {}
    for number, line in lines:
        for found in (*_currencies(line), *_prefixes(line), *_regions(line)):
            first.setdefault(found, number)
    kinds = {rule: sum(found.rule == rule for found in first) for rule in (_MONEY, _PHONE)}
    return [(number, found) for found, number in first.items() if kinds[found.rule] < TABLE]


_MONEY: Final = "country_currency"
_PHONE: Final = "country_phone"


def may_hold(text: str) -> bool:
    """Tell whether it is worth looking at the lines of a text."""
    lower = text.lower()
    return (
        any(c.code in text or (c.symbol and c.symbol in text) for c in formats().currency)
        or any(mark in text for mark in ('"+', "'+", "`+", "tel:+", "tel:0"))
        or any(key in lower for key in _REGION_KEYS)
    )


def _currencies(line: str) -> Iterator[Found]:
    for currency in formats().currency:
        if (currency.code in line and _is_quoted(line, currency.code)) or (
            currency.symbol and currency.symbol in line and _is_amount(line, currency.symbol)
        ):
            yield Found(_MONEY, currency.code, currency.country)


def _is_quoted(line: str, code: str) -> bool:
    return any(f"{quote}{code}{quote}" in line for quote in _QUOTES)


def _is_amount(line: str, symbol: str) -> bool:
    """Tell whether a symbol stands beside a number or beside what a template fills in."""
    place = line.find(symbol)
    while place >= 0:
        after = line[place + len(symbol) :].lstrip(" ")[:1]
        before = line[:place].rstrip(" ")[-1:]
        # "R${" is the letter R and a template literal's placeholder, where a symbol ends so.
        if symbol.endswith("$") and line.startswith("{", place + len(symbol)):
            after = ""
        if after and (after.isdigit() or after in _PLACEHOLDERS):
            return True
        if before and (before.isdigit() or before in "}>"):
            return True
        place = line.find(symbol, place + 1)
    return False


def _prefixes(line: str) -> Iterator[Found]:
    place = line.find("+")
    while place >= 0:
        before, tail = line[max(place - 4, 0) : place], line[place + 1 : place + 25]
        is_told = before.endswith((*_QUOTES, "tel:"))
        if is_told and (prefix := _prefix(tail)):
            yield Found(_PHONE, f"+{prefix}", formats().phone[prefix])
        place = line.find("+", place + 1)


def _prefix(tail: str) -> str | None:
    """Return the prefix of a number, or one that stands alone in quotes."""
    digits = "".join(c for c in tail if c.isdigit())
    prefix = next((digits[:n] for n in (3, 2, 1) if digits[:n] in formats().phone), None)
    if prefix is None or not tail.startswith(prefix):
        return None
    rest = tail[len(prefix) :]
    run = next((n for n, c in enumerate(tail) if c not in "0123456789 -()."), len(tail))
    is_number = sum(c.isdigit() for c in tail[:run]) >= 8
    return prefix if is_number or rest[:1] in _QUOTES else None


def _regions(line: str) -> Iterator[Found]:
    lower = line.lower()
    for key in _REGION_KEYS:
        place = lower.find(key)
        if place < 0:
            continue
        near = line[place + len(key) : place + len(key) + _NEAR]
        for quote in _QUOTES:
            code = near.partition(quote)[2][:3]
            if len(code) == 3 and code[2] == quote and code[:2].isalpha() and code[:2].isupper():
                yield Found(_PHONE, code[:2], code[:2])
                return
