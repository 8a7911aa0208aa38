"""What people may object with: one of a few categories, and a reason of some length."""

from collections.abc import Sequence
from typing import Final

from registry.errors import InvalidInput

EDGE_CATEGORIES: Final = (
    "not_reuse", "wrong_direction", "common_source", "wrong_body", "personal_data", "other",
)  # fmt: skip
ATTRIBUTION_CATEGORIES: Final = ("not_ours", "former_body", "personal_data", "other")
FIELD_CATEGORIES: Final = ("wrong_value", "out_of_date", "personal_data", "other")
AFFILIATION_CATEGORIES: Final = ("wrong_body", "wrong_dates", "personal_data", "other")
SAVING_CATEGORIES: Final = (
    "not_reported", "wrong_amount", "wrong_dates", "not_in_source", "personal_data", "other",
)  # fmt: skip
STATES: Final = ("open", "accepted", "rejected", "withdrawn")
MIN_REASON: Final = 10
MAX_REASON: Final = 2_000


def known_category(category: str, known: Sequence[str]) -> str:
    """Return a category, or raise `InvalidInput` with those that there are."""
    if category not in known:
        raise InvalidInput(f"category must be one of {', '.join(known)}")
    return category


def known_state(state: str | None) -> str | None:
    """Return a state of objections to ask for, `None` for all, or raise `InvalidInput`."""
    if state is not None and state not in STATES:
        raise InvalidInput(f"state must be one of {', '.join(STATES)}, not {state[:60]!r}")
    return state
