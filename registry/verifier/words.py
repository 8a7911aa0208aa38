"""Whether a sentence stands in a file, whatever markup, quoting and line breaks are around it."""

import html
import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_MARKUP: Final = re.compile(r"<[^<>]{0,2000}>")
_LINK: Final = re.compile(r"\]\([^()\s]{0,2000}\)|\[[^\[\]]{0,200}\]:?")
_ADDRESS: Final = re.compile(r"<[^<>\s]{1,2000}>|https?://[^\s<>()\[\]]{1,2000}")
ENOUGH: Final = 0.85
_RUN: Final = 3


def stands(sentence: str, content: bytes, *, enough: float = ENOUGH) -> bool:
    """Tell whether most runs of three words of a sentence stand in a file, in their order.

    Addresses in links are left out: they stand in the markup of one and in the text of the other.
    """
    wanted = _words(_ADDRESS.sub(" ", sentence))
    size = min(_RUN, len(wanted))
    runs = _runs(wanted, size)
    if not runs:
        return False
    text = content.decode("utf-8", "replace")
    marked = (text, _MARKUP.sub(" ", text), _LINK.sub(" ", text))
    shown = (*marked, *(_ADDRESS.sub(" ", form) for form in marked))
    held = {run for form in shown for run in _runs(_words(form), size)}
    return len(runs & held) >= enough * len(runs)


def holds_words(text: str, part: str) -> bool:
    """Tell whether a text holds all words of a part of it."""
    return set(_words(part)) <= set(_words(text))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(html.unescape(text))]


def _runs(words: list[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)} if size else set()


def names(text: str, name: str) -> bool:
    """Tell whether a text names a package, in any spelling of its separators.

    Of a Maven name `group:artifact` both parts must stand there.
    """
    plain = _plain(text)
    parts = [re.escape(_plain(part)) for part in name.split(":") if part]
    return all(re.search(rf"(?<![^\W_]){part}(?![^\W_])", plain) for part in parts)


def _plain(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).casefold()
