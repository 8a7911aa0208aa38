"""Marking in a text what was asked for: escaped HTML whose only tag is `<mark>`."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from msgspec import Struct

from registry.search.analysis import stem, stems, tokens
from registry.search.questions import Question

SNIPPET_CHARACTERS: Final = 280


class Wanted(Struct, frozen=True):
    """What is marked: exact terms (typos already turned into real ones), stems and a prefix."""

    terms: frozenset[str]
    stems: frozenset[str] = frozenset()
    prefix: str = ""

    def matches(self, word: str, lang: str) -> bool:
        """Tell whether a folded word of a text in a language answers the question."""
        return (
            word in self.terms
            or (bool(self.prefix) and word.startswith(self.prefix))
            or (bool(self.stems) and stem(word, lang or "en") in self.stems)
        )


def wanted(question: Question, real_terms: frozenset[str] = frozenset()) -> Wanted:
    """Return what to mark for a question; `real_terms` are what its typos were read as."""
    asked = set(question.words).union(*question.phrases)
    return Wanted(
        frozenset(asked | real_terms),
        frozenset().union(*(stems(word) for word in question.words)),
        question.words[-1] if question.is_typing and question.words else "",
    )


def highlight(text: str, lang: str, want: Wanted) -> str | None:
    """Return a snippet of a text with the answers marked, or `None` where there is none."""
    spans = [(a, b) for word, a, b in tokens(text) if want.matches(word, lang)]
    if not spans:
        return None
    begin = _snippet_start(text, spans[0][0])
    end = min(len(text), begin + SNIPPET_CHARACTERS)
    pieces, at = ["…" if begin else ""], begin
    for first, last in spans:
        start, stop = max(first, at), min(last, end)
        if start < stop:
            # Pairs of characters overlap: adjacent marks become one.
            glued = start == at and pieces[-1] == "</mark>"
            pieces[-1:] = [] if glued else [pieces[-1], escape(text[at:start]), "<mark>"]
            pieces += [escape(text[start:stop]), "</mark>"]
            at = stop
    return "".join([*pieces, escape(text[at:end]), "…" if end < len(text) else ""])


def _snippet_start(text: str, first: int) -> int:
    if first < SNIPPET_CHARACTERS * 2 // 3:
        return 0
    near = max(0, first - SNIPPET_CHARACTERS // 3)
    space = text.find(" ", near, first)
    return near if space < 0 else space + 1


def best_highlight(texts: Mapping[str, str], lang: str, want: Wanted) -> tuple[str, str] | None:
    """Return the language and the snippet of the first text that answers.

    The reader's language comes first, then English, then the others by tag.
    """
    for tag in by_preference(texts, lang):
        marked = highlight(texts[tag], tag, want)
        if marked is not None:
            return tag, marked
    return None


def highlights(
    names: Mapping[str, str], descriptions: Mapping[str, str], lang: str, want: Wanted
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the highlights of a component by field, and their languages where known."""
    marked: dict[str, str] = {}
    langs: dict[str, str] = {}
    for field, texts in (("name", names), ("description", descriptions)):
        found = best_highlight(texts, lang, want)
        if found:
            if found[0]:
                langs[field] = found[0]
            marked[field] = found[1]
    return marked, langs


def by_preference(tags: Iterable[str], lang: str) -> list[str]:
    """Return language tags in the order in which a reader wants them: own, English, others."""
    return sorted(tags, key=lambda tag: (_base(tag) != _base(lang), tag != "en", tag))


def _base(tag: str) -> str:
    return tag.partition("-")[0].lower()
