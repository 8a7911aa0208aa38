"""What people type: words, "quoted phrases", -exclusions; nothing they type is an error."""

from typing import Final

import regex
from msgspec import Struct

from registry.search.analysis import STOP_WORDS, words
from registry.search.port import MAX_QUERY_LENGTH

MAX_WORDS: Final = 16
_CHUNK = regex.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))')


class Question(Struct, frozen=True):
    """A question taken apart: folded words, phrases and excluded phrases.

    `is_typing` tells that the last word may still be unfinished.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    is_typing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: then everything answers."""
        return not (self.words or self.phrases)


def parse_question(text: str) -> Question:
    """Take a question apart; only its first 400 characters and 16 words count."""
    text = text[:MAX_QUERY_LENGTH]
    plain: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    for match in _CHUNK.finditer(text):
        found = words(match["word"] or match["phrase"] or "")[:MAX_WORDS]
        if not found:
            continue
        if match["minus"]:
            excluded.append(tuple(found))
        elif match["word"] is None and len(found) > 1:
            phrases.append(tuple(found))
        else:
            plain.extend(found)
    is_typing = bool(plain) and text[-1:].isalnum() and plain[-1] == (words(text) or [""])[-1]
    # An unfinished last word is not yet known to be a function word: `de` may become `design`.
    kept = [w for w in plain[:-1] if w not in STOP_WORDS] + plain[-1:]
    if len(kept) > 1 and not is_typing and kept[-1] in STOP_WORDS:
        kept.pop()
    return Question(
        tuple(dict.fromkeys(kept[:MAX_WORDS])),
        tuple(phrases[:MAX_WORDS]),
        tuple(excluded[:MAX_WORDS]),
        is_typing and len(kept) <= MAX_WORDS,
    )


def raw_terms(text: str) -> tuple[list[str], list[str]]:
    """Return the words and phrases of a question as written: those wanted, those excluded.

    For engines that compare text as it is; the same limits and function words apply.
    """
    kept: list[str] = []
    excluded: list[str] = []
    for match in _CHUNK.finditer(text[:MAX_QUERY_LENGTH]):
        chunk = (match["word"] or match["phrase"] or "").strip()
        found = words(chunk)
        if found and match["minus"]:
            excluded.append(chunk)
        elif found and not (len(found) == 1 and found[0] in STOP_WORDS):
            kept.append(chunk)
    return kept[:MAX_WORDS], excluded[:MAX_WORDS]
