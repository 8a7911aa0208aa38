"""The words of a need: which of them tell something, what they are made of, what they mean."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from registry.adoption.needs import compounds
from registry.adoption.needs.glossary import Concept, meanings
from registry.adoption.needs.readmodels import NewNeed
from registry.search.analysis import STOP_WORDS, stem, words

_TITLE_WORDS: Final = 8
_TEXT_WORDS: Final = 12
_OF_TITLE: Final = 1.5
_ENOUGH: Final = 0.7
"""What the words have to weigh together, as a share of the weight of the rarest possible one."""
# Words that say nothing of what is needed: most public software has them.
COMMON: Final = frozenset(
    {
        *("need", "needs", "want", "wants", "software", "system", "systems", "service", "services"),
        *("public", "government", "administration", "solution", "platform", "application", "app"),
        *("tool", "tools", "open", "source", "code", "data", "digital", "online", "web", "new"),
        *("use", "user", "users", "our", "that", "this", "which", "can", "should", "must", "from"),
        *("all", "more", "have", "their", "they", "not", "are", "who", "will", "without"),
        *("logiciel", "systeme", "publique", "outil", "besoin", "nous", "notre", "qui", "que"),
        *("pas", "sur", "aux", "avec", "sont", "sistema", "servicio", "publico", "herramienta"),
        *("necesitamos", "que", "por", "nuestra", "nuestro", "anwendung", "verwaltung", "nicht"),
        *("oeffentlich", "auch", "wir", "unser", "unsere", "eine", "dass", "between", "two"),
        *("over", "into", "them", "its", "has", "been", "would", "could", "other", "about"),
        *("doivent", "pouvoir", "faire", "tous", "toutes", "sans", "leur", "leurs", "cette"),
        *("par", "plusieurs", "ligne", "sets", "online", "publicas", "publicos"),
        *("todos", "todas", "sus", "del", "deben", "poder", "sin", "este", "esta", "moechten"),
        *("koennen", "werden", "muessen", "alle", "ohne", "ueber", "ihre", "sich", "ist"),
    }
)


class Terms:
    """The telling words of a need, those of its title first; compounds are taken apart.

    `in_catalogue` tells whether a word stands in any text of the catalogue.
    """

    def __init__(self, need: NewNeed, in_catalogue: Callable[[str], bool]) -> None:
        self._lang = need.lang
        self._in_catalogue = in_catalogue
        title = list(dict.fromkeys(self._parts(words(need.title))))
        counted = Counter(self._parts(words(need.description)))
        text = [word for word, _ in counted.most_common() if word not in title]
        self.title = tuple(title[:_TITLE_WORDS])
        self.all = tuple(dict.fromkeys([*self.title, *text[:_TEXT_WORDS]]))
        self._meanings = {word: meanings(word, need.lang) for word in self.all}

    def _parts(self, written: list[str]) -> Iterator[str]:
        for word in filter(_tells, written):
            found = compounds.parts(
                word, self._lang, glossary=self._is_known, catalogue=self._in_catalogue
            )
            yield from filter(_tells, found)

    def _is_known(self, word: str) -> bool:
        return bool(meanings(word, self._lang))

    def questions(self) -> Mapping[str, str]:
        """Return what the search is asked, each with the word that it is about, "" for several.

        The title, title and text, and each word alone; the same in English by the glossary.
        """
        asked = {" ".join(self.title): "", " ".join(self.all): ""}
        english = [self._english(word) for word in self.title]
        if english != list(self.title):
            asked.setdefault(" ".join(english), "")
        for word in self.all:
            asked[word] = word
            asked.setdefault(self._english(word), word)
        return {question: word for question, word in asked.items() if question}

    def _english(self, word: str) -> str:
        return next((concept["en"][0] for concept in self._meanings.get(word, ())), word)

    def forms(self, word: str) -> Iterator[str]:
        """Yield what the glossary has for a word, in the marks of `marks`."""
        for concept in self._meanings.get(word, ()):
            yield from _forms(concept)


def marks(word: str, lang: str) -> tuple[str, str]:
    """Return what a folded word of a text is compared by: itself and its stem, in its language.

    Of English the stem is the word without the ending of the plural: its stemmer goes further, and
    takes *allows* for *allowance*.
    """
    short = lang.partition("-")[0].lower()
    root = _singular(word) if short == "en" else stem(word, short)
    return f"{short}:{word}", f"{short}={root}"


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith("ss") else word


def _forms(concept: Concept) -> Iterator[str]:
    for lang, found in concept.items():
        for word in found:
            yield from marks(word, lang)


class Weights:
    """What a word of a need is worth: the rarer in this catalogue, the more."""

    def __init__(self, terms: Terms, components: int) -> None:
        self._title = frozenset(terms.title)
        self._components = components
        self._found: dict[str, int] = {}

    def note(self, word: str, found: int) -> None:
        """Note how many components a word found, in one language or another."""
        self._found[word] = max(found, self._found.get(word, 0))

    @property
    def enough(self) -> float:
        """What the reasons for a candidate have to weigh at least."""
        return _ENOUGH * math.log(1 + self._components)

    def of(self, word: str) -> float:
        """Return the weight of a word."""
        found = min(self._found.get(word, 0), self._components)
        weight = math.log((1 + self._components) / (1 + found))
        return weight * (_OF_TITLE if word in self._title else 1.0)


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in STOP_WORDS and word not in COMMON and not word.isdigit()
