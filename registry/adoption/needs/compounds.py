"""Compounds, which several languages write as one word: taken apart where both parts are known.

No dictionary is needed: a part is known by the glossary, or by the catalogue, whose own words they
are. Between two parts stands nothing, or one of the letters that the language links them by.
"""

from collections.abc import Callable, Iterator
from typing import Final

# Linking elements by language; sources: Duden (Fugenelement), ANS (tussenklank), SAG (foge-s),
# VISK (the genitive of the first part).
LINKS: Final = {
    "de": ("", "s", "es", "n", "en", "er", "e"), "nl": ("", "s", "en", "e"), "sv": ("", "s"),
    "da": ("", "s", "e"), "nb": ("", "s", "e"), "nn": ("", "s", "e"), "no": ("", "s", "e"),
    "fi": ("", "n", "en"), "et": ("", "e"), "hu": ("",),
}  # fmt: skip
_PART: Final = 4
_SURE: Final = 6

Knows = Callable[[str], bool]


def parts(word: str, lang: str, *, glossary: Knows, catalogue: Knows) -> tuple[str, ...]:
    """Return the two parts of a folded compound, or the word alone where it is none.

    One part of at least six letters from the glossary is enough; else the catalogue has to know
    the other one. The word is left whole where the glossary knows it.
    """
    if lang.partition("-")[0] not in LINKS or len(word) < 2 * _PART or glossary(word):
        return (word,)
    pairs = sorted(_pairs(word, lang.partition("-")[0]), key=_evenness)
    told = [(pair, [part for part in pair if glossary(part)]) for pair in pairs]
    for pair, known in told:
        if len(known) == len(pair):
            return pair
    for pair, known in told:
        if known and all(part in known or catalogue(part) for part in pair):
            return pair
    for pair, known in told:
        if any(len(part) >= _SURE for part in known):
            return pair
    return (word,)


def _evenness(pair: tuple[str, str]) -> tuple[int, int]:
    """Return what puts parts of like length first, and of those the ones without a link."""
    return -min(map(len, pair)), len(pair[0])


def _pairs(word: str, lang: str) -> Iterator[tuple[str, str]]:
    for at in range(_PART, len(word) - _PART + 1):
        for link in LINKS[lang]:
            first = word[:at].removesuffix(link) if link else word[:at]
            if len(first) >= _PART and (not link or word[:at].endswith(link)):
                yield first, word[at:]
