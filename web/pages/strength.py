"""The numbers behind an edge in words: what a detector counted, and how rare it is."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from web.i18n.languages import Language
from web.i18n.marking import _

# Name in `strength` → (words, form); other numbers are in the proof and the API.
SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    "commits": (_("Commits in both histories"), "count"),
    "own_commits_origin": (_("Commits that only the origin has"), "count"),
    "own_commits_reuser": (_("Commits that only the reuser has"), "count"),
    "first_shared": (_("First common commit"), "time"),
    "last_shared": (_("Last common commit"), "time"),
    "count": (_("Rare contents in both"), "count"),
    "files": (_("Identical files"), "count"),
    "weight": (_("Weight: rare contents weigh more"), "number"),
    "containment": (_("Share of the smaller side that is in both"), "share"),
    "tau": (_("Share of it that an older third one holds"), "share"),
    "strong_pairs": (_("Pairs of files that are much alike"), "count"),
    "mentions": (_("Sentences"), "count"),
    "text": (_("What is written"), "text"),
    "package": (_("Package"), "text"),
    "spec": (_("Required version"), "text"),
    "scope": (_("Scope"), "text"),
    "path": (_("File"), "text"),
    "line": (_("Line"), "count"),
    "commit": (_("Commit"), "text"),
    "removed_commit": (_("Removed by commit"), "text"),
}
_LATEST: Final = 32_503_680_000  # the year 3000


def strength_rows(
    language: Language, strength: Mapping[str, Any]
) -> Iterator[tuple[str, str, bool]]:
    """Yield (words, value, whether it is quoted from a repository) of each known number."""
    for name, (words, form) in SHOWN.items():
        text = _shown(language, form, strength.get(name))
        if text:
            yield language.gettext(words), text, form == "text"


def _shown(language: Language, form: str, value: Any) -> str:
    if form == "text":
        return value if isinstance(value, str) else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if form == "share":
        return language.percent(float(value)) if 0 <= value <= 1 else ""
    if form == "time":
        return language.date(datetime.fromtimestamp(value, UTC)) if 0 < value < _LATEST else ""
    return language.number(round(value) if abs(value) < _LATEST else 0)
