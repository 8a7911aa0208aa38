"""Which rows of an inventory are asked for, in which order, and what they are in all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from registry.publishing.exports.feedback import has_channel
from registry.publishing.exports.subject import Subject
from registry.publishing.inventory.models import InventoryQuery, InventoryTotals
from registry.publishing.inventory.rows import (
    is_exempt,
    measured_organisations,
    organisations,
    shown_name,
    usage_basis,
)

# What `selecting` has to know of each component besides its own columns.
PROPERTIES: Final = frozenset({"usage_type", "feedback_url", "contacts"})
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def usage_of(subject: Subject) -> tuple[str, ...]:
    """Return the values of the filter `usage` that a component answers to."""
    return (usage_basis(subject), *(("exempt",) if is_exempt(subject) else ()))


def reuse_of(subject: Subject) -> str:
    """Return the value of the filter `reuse` of a component."""
    found = measured_organisations(subject)
    return "not_measured" if found is None else "found" if found else "none"


def feedback_of(subject: Subject) -> str:
    """Return the value of the filter `feedback` of a component."""
    return "some" if has_channel(subject) else "none"


def selected(subjects: Iterable[Subject], query: InventoryQuery) -> list[Subject]:
    """Return the components that a question is about, in its order; equal ones by name."""
    found = [x for x in subjects if _matches(x, query)]
    found.sort(key=lambda x: (shown_name(x).casefold(), x.slug))
    if query.sort != "name":
        found.sort(key=_ORDERS[query.sort], reverse=True)
    return found


def _matches(subject: Subject, query: InventoryQuery) -> bool:
    return (
        query.activity in (None, subject.activity)
        and (query.usage is None or query.usage in usage_of(subject))
        and (query.feedback is None or query.feedback == feedback_of(subject))
        and (query.reuse is None or query.reuse == reuse_of(subject))
    )


def _by_reuse(subject: Subject) -> int:
    found = measured_organisations(subject)
    return -1 if found is None else found


_ORDERS: Final[Mapping[str, Callable[[Subject], Any]]] = {
    "changed": lambda x: x.last_commit_at or _NEVER,
    "reuse": _by_reuse,
}


def totals(subjects: Sequence[Subject], **counted: int) -> InventoryTotals:
    """Return the numbers of a whole inventory; `counted` are those that rows do not tell."""
    return InventoryTotals(
        components=len(subjects),
        **{name: sum(map(test, subjects)) for name, test in _COUNTS.items()},
        **counted,
    )


_COUNTS: Final[Mapping[str, Callable[[Subject], bool]]] = {
    "active": lambda x: x.activity == "active",
    "quiet": lambda x: x.activity == "quiet",
    "archived": lambda x: x.activity == "archived",
    "activity_unknown": lambda x: x.activity not in {"active", "quiet", "archived"},
    "gone": lambda x: x.state == "gone",
    "with_feedback": lambda x: feedback_of(x) == "some",
    "usage_stated": lambda x: usage_basis(x) == "stated",
    "usage_by_licence": lambda x: usage_basis(x) == "licence",
    "usage_unknown": lambda x: usage_basis(x) == "unknown",
    "exempt": is_exempt,
    "reused": lambda x: reuse_of(x) == "found",
    "not_measured": lambda x: reuse_of(x) == "not_measured",
    "declared": lambda x: bool(organisations(x, "declared")),
}
