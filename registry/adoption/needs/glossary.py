"""A small glossary of public services: which words mean the same in eight languages.

Written for this registry, of ordinary words that needs are told in; what is not in it is compared
as it stands. Nothing else is translated, and a statement shows which word was taken for which. In
`glossary.csv` one line is a concept and one column a language; the first English word is the one
that the catalogue is asked for. It has only words that stand for one thing in their language.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from registry.search.analysis import fold, stem

Concept = Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """Return the concepts: the folded words of each language."""
    text = files("registry.adoption.needs").joinpath("glossary.csv").read_text("utf-8")
    return tuple(
        {lang: tuple(map(fold, cell.split())) for lang, cell in row.items()}
        for row in csv.DictReader(text.splitlines())
    )


@lru_cache(maxsize=1)
def _by_stem() -> dict[tuple[str, str], tuple[Concept, ...]]:
    found: dict[tuple[str, str], tuple[Concept, ...]] = {}
    for concept in concepts():
        for lang, word in _words(concept):
            for key in dict.fromkeys(((lang, word), (lang, f"={stem(word, lang)}"))):
                if concept not in found.get(key, ()):
                    found[key] = (*found.get(key, ()), concept)
    return found


def _words(concept: Concept) -> Iterator[tuple[str, str]]:
    for lang, words in concept.items():
        yield from ((lang, word) for word in words)


def meanings(word: str, lang: str) -> tuple[Concept, ...]:
    """Return what a folded word of a language stands for, by itself or else by its stem."""
    known, short = _by_stem(), lang.partition("-")[0].lower()
    return known.get((short, word)) or known.get((short, f"={stem(word, short)}"), ())
