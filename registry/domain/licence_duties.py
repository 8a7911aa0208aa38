"""What a licence asks of whoever reuses the code, as codes that pages put into words.

After the licences' texts, by family; not legal advice. Of a licence that is not in the table
nothing is guessed: its duty is `ask`.
"""

import re
from typing import Final

from msgspec import Struct

from registry.domain.licences import category

_NOTICES: Final = ("keep_notices",)
_BY_CATEGORY: Final = {
    "permissive": _NOTICES,
    "weak": ("keep_notices", "share_files"),
    "strong": ("keep_notices", "state_changes", "share_whole"),
    "public-domain": ("nothing",),
    "open-not-osi": ("keep_notices", "read_terms"),
    "unknown": ("ask",),
}
# Beginnings of ids, the longest first, where the family asks for something of its own.
_BY_PREFIX: Final = (
    ("Apache-2.0", ("keep_notices", "keep_notice_file", "state_changes")),
    ("MIT-0", ("nothing",)),
    ("0BSD", ("nothing",)),
    ("AGPL-3.0", ("keep_notices", "state_changes", "share_whole", "network")),
    ("LGPL-", ("keep_notices", "state_changes", "share_library")),
    ("EUPL-", ("keep_notices", "state_changes", "share_compatible", "network")),
    ("OSL-", ("keep_notices", "state_changes", "share_whole", "network")),
)
_PART: Final = re.compile(r"[A-Za-z0-9.+-]+")
_WORDS: Final = frozenset({"AND", "OR", "WITH"})
MAX_PARTS: Final = 8


class LicenceDuties(Struct, frozen=True):
    """What one licence of an expression asks for."""

    licence: str
    duties: tuple[str, ...]


def duties_of(expression: str | None) -> tuple[LicenceDuties, ...]:
    """Return the duties of each licence in an SPDX expression, at most eight; none known: `ask`."""
    if not expression:
        return (LicenceDuties("", ("ask",)),)
    parts = _PART.findall(expression)
    named = [
        part
        for number, part in enumerate(parts)
        if part not in _WORDS and (number == 0 or parts[number - 1] != "WITH")
    ]
    return tuple(LicenceDuties(x, _of(x)) for x in list(dict.fromkeys(named))[:MAX_PARTS])


def is_choice(expression: str | None) -> bool:
    """Say whether one of several licences may be chosen."""
    return bool(expression) and "OR" in _PART.findall(expression or "")


def _of(licence: str) -> tuple[str, ...]:
    own = next((duties for prefix, duties in _BY_PREFIX if licence.startswith(prefix)), None)
    return own or _BY_CATEGORY[category(licence)]
