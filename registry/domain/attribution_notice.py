"""The text by which a copy names its source: for a NOTICE file, and for publiccode.yml.

It is written so that `registry.domain.attribution` reads it back as what it is: people and
assistants who use it leave evidence instead of destroying it.
"""

import re
from typing import Final

from msgspec import Struct

HEADING: Final = "Origin of this software"
_UNPLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f<>\[\]`*|#()\"]+")
_STOPS = re.compile(r"[.;:!?]+(?=\s|$)|\s[–—-]\s")
_SPACE = re.compile(r"\s+")
MAX_NAME: Final = 120


class Source(Struct, frozen=True, kw_only=True):
    """What is named: the component, who publishes it, where it is, and its licence."""

    name: str
    url: str
    organisation: str = ""
    licence: str = ""


def sentence_of(source: Source) -> str:
    """Return the one sentence that names the source: by its address alone.

    A name could hold words that make another sentence of it.
    """
    return f"This software is adapted from {source.url}."


def notice_of(source: Source) -> str:
    """Return the lines for a NOTICE file, ending in a line break."""
    lines = [sentence_of(source)]
    if name := plain(source.name):
        lines.append(f"Name of the original: {name}.")
    if source.organisation:
        lines.append(f"Publisher of the original: {plain(source.organisation)}.")
    if source.licence:
        lines.append(f"Licence of the original: {plain(source.licence)}.")
    return "\n".join(lines) + "\n"


def publiccode_line(source: Source) -> str:
    """Return the line of a publiccode.yml that names the source."""
    return f"isBasedOn: {source.url}\n"


def with_notice(text: str, source: Source) -> str:
    """Return a NOTICE file that names the source; unchanged where it names its address already."""
    if source.url in text.split() or f"{source.url}." in text.split():
        return text
    start = text.rstrip() + "\n\n" if text.strip() else f"# {HEADING}\n\n"
    return start + notice_of(source)


def plain(name: str) -> str:
    """Return a name as one short line without marks that would end it or turn it into markup."""
    text = _STOPS.sub(" ", _UNPLAIN.sub(" ", name))
    return _SPACE.sub(" ", text).strip()[:MAX_NAME].strip()
