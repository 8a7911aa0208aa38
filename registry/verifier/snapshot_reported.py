"""Checks the savings that organisations report in a snapshot, from docs/savings.md alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

CLASSES: Final = ("cash_releasing", "non_cash", "avoided")
LIMIT: Final = 10**12
Item = dict[str, Any]


def counted(items: list[Item]) -> dict[str, Any]:
    """Return how many there are, by grade, class and currency; amounts are never added up."""
    return {
        "savings": len(items),
        "grades": dict(Counter(str(item["grade"]) for item in items)),
        "classes": dict(Counter(item["class"] for item in items)),
        "currencies": dict(Counter(item["currency"] for item in items)),
        "overlapping": sum(1 for item in items if item["overlaps"]),
    }


def mistakes(items: list[Item]) -> Iterator[tuple[int, str]]:
    """Yield the number of each saving that cannot be as it stands, and why."""
    for item in items:
        if item["grade"] != _grade(item):
            yield item["number"], f"grade {item['grade']} is {_grade(item)} by what is recorded"
        if not -LIMIT < item["low"] <= item["high"] < LIMIT or item["class"] not in CLASSES:
            yield item["number"], "amounts or class cannot be"
        if item["overlaps"] != _overlaps(item, items):
            yield item["number"], f"overlaps with {_overlaps(item, items) or 'none'}"
        told = [_told(item, is_audit=is_audit) for is_audit in (False, True)]
        if [item["confirmed_by"], item["audited_by"]] != told:
            yield item["number"], "other organisations confirmed it"
        if any(x["organisation"] == item["organisation"] for x in item["confirmations"]):
            yield item["number"], "confirmed by the organisation itself"


def _grade(item: Item) -> int:
    audited = any(x["auditor"] for x in item["confirmations"])
    if audited:
        return 4
    if not item["source_url"]:
        return 1
    return 3 if item["confirmations"] else 2


def _told(item: Item, *, is_audit: bool) -> str:
    parts = (
        (x["auditor"] or x["organisation"], x["url"])
        for x in item["confirmations"]
        if bool(x["auditor"]) is is_audit
    )
    return "; ".join(f"{name} ({url})" if url else str(name) for name, url in parts)


def _overlaps(item: Item, items: list[Item]) -> str:
    since, until = _period(item)
    numbers = (
        other["number"]
        for other in items
        if other["number"] != item["number"]
        and (other["component"], other["organisation"]) == (item["component"], item["organisation"])
        and _period(other)[0] < until
        and since < _period(other)[1]
    )
    return "; ".join(map(str, sorted(numbers)))


def _period(item: Item) -> tuple[date, date]:
    """Return the first day, and the day after the last: up to and without a day of an end."""
    first = _first(item["since"])
    if item["until"] is None:
        return first, _after(item["since"])
    is_day = len(item["until"]) == 10
    return first, _first(item["until"]) if is_day else _after(item["until"])


def _first(text: str) -> date:
    return date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])


def _after(text: str) -> date:
    first = _first(text)
    if len(text) == 10:
        return first + timedelta(days=1)
    if len(text) == 4:
        return date(first.year + 1, 1, 1)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
