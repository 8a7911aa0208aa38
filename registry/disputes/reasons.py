"""What people write: one of a few categories, and a reason in plain text."""

import re
from collections.abc import Sequence
from typing import Final

from registry.errors import InvalidInput

EDGE_CATEGORIES: Final = (
    "not_reuse", "wrong_direction", "common_source", "wrong_body", "personal_data", "other",
)  # fmt: skip
ATTRIBUTION_CATEGORIES: Final = ("not_ours", "former_body", "personal_data", "other")
STATES: Final = ("open", "accepted", "rejected")
MIN_REASON: Final = 10
MAX_REASON: Final = 2_000
# Control characters, halves of pairs, and marks that turn the direction of text.
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


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


def plain_text(text: str, name: str, least: int = MIN_REASON) -> str:
    """Return a text as people wrote it, line by line, without signs that steer a display."""
    lines = (_INVISIBLE.sub("", line) for line in text.splitlines())
    kept = "\n".join(lines).strip()
    if not least <= len(kept) <= MAX_REASON:
        raise InvalidInput(f"{name} must have {least} to {MAX_REASON:,} characters")
    return kept
