"""Words: how text becomes terms, the same for documents, questions and highlights.

Every word is indexed folded (without case and accents); its stem is indexed beside it. Texts that
are written without spaces become pairs of characters, as is usual for them.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex
import Stemmer

MAX_WORD: Final = 60
# Snowball algorithm by language tag; languages without one are found by the folded form.
STEMMERS: Final = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian",
    "pt": "portuguese", "nl": "dutch", "sv": "swedish", "da": "danish", "nb": "norwegian",
    "no": "norwegian", "nn": "norwegian", "fi": "finnish", "et": "estonian", "lt": "lithuanian",
    "ca": "catalan", "pl": "polish", "hu": "hungarian", "ro": "romanian", "ga": "irish",
    "el": "greek", "ru": "russian", "cs": "czech", "eu": "basque", "tr": "turkish",
    "ar": "arabic", "sr": "serbian",
}  # fmt: skip
# Words of government that mean the same, in several languages; folded, one word each.
SYNONYMS: Final = (
    ("licence", "license"),
    ("organisation", "organization"),
    ("municipality", "commune", "gemeente", "gemeinde", "kommune", "municipio", "comune"),
    ("tax", "impot", "steuer", "belasting", "impuesto", "imposta", "skatt", "vero", "maks"),
    ("health", "sante", "gesundheit", "gezondheid", "salud", "salute", "saude", "terveys"),
    ("school", "ecole", "schule", "escuela", "scuola", "escola", "skola", "koulu", "kool"),
    ("education", "bildung", "onderwijs", "educacion", "istruzione", "utbildning", "koulutus"),
    ("covid", "covid19", "coronavirus"),
    ("gis", "geospatial", "cartography", "kartografie", "cartographie"),
    ("authentication", "login", "signin", "authentification", "autenticacion", "autenticazione"),
    ("notification", "notify", "benachrichtigung", "notificacion", "notifica"),
    ("form", "formulaire", "formular", "formulier", "formulario", "modulo", "lomake"),
    ("election", "wahl", "verkiezing", "eleccion", "elezione", "vaalit", "valimised"),
    ("procurement", "tender", "vergabe", "aanbesteding", "contratacion", "appalto", "hankinta"),
    ("library", "bibliotheque", "bibliothek", "bibliotheek", "biblioteca", "kirjasto"),
)
# Function words: left out of a question that has other words. Folded.
_FUNCTION_WORDS: Final = """
    a an and the of for to in on with or by is de la le les des du et un une pour dans el los las y
    para der die das und fur dem den von mit ein eine i il gli per con di da do dos e o os as van
    het een en voor med och av til ja
"""
STOP_WORDS: Final = frozenset(_FUNCTION_WORDS.split())

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_UNSPACED}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+", regex.V1)
_FIRST_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_CAMEL = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+")
_COMPOUND = regex.compile(r"[\p{L}\p{N}]+(?:[-_.'’][\p{L}\p{N}]+)+")
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_SYNONYMS_OF: Final = {
    word: tuple(other for other in group if other != word) for group in SYNONYMS for word in group
}


def fold(word: str) -> str:
    """Return a word without case, accents and compatibility forms, at most 60 characters."""
    return word.lower()[:MAX_WORD] if word.isascii() else _fold(word)


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare.casefold().translate(_LETTERS))[:MAX_WORD]


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the folded words of a text, each with where it begins and ends in the text."""
    for match in _WORD.finditer(text):
        word, start = match[0], match.start()
        if _is_spaced(word):
            yield fold(word), start, match.end()
            continue
        for i in range(max(len(word) - 1, 1)):
            yield fold(word[i : i + 2]), start + i, min(start + i + 2, match.end())


def words(text: str) -> list[str]:
    """Return the folded words of a text in order: `tokens` without the places, but faster."""
    found: list[str] = []
    for word in _WORD.findall(text):
        if _is_spaced(word):
            found.append(fold(word))
        else:
            found += [fold(word[i : i + 2]) for i in range(max(len(word) - 1, 1))]
    return found


def _is_spaced(word: str) -> bool:
    return word.isascii() or not _FIRST_UNSPACED.match(word)


def name_parts(text: str) -> list[str]:
    """Return further words that a name answers to: `X-Road` to xroad, `OpenForms` to open."""
    found = [fold(part) for part in _CAMEL.findall(text)]
    found += [
        "".join(fold(part) for part in regex.split(r"[-_.'’]", compound))[:MAX_WORD]
        for compound in _COMPOUND.findall(text)
    ]
    known = set(words(text))
    return [part for part in dict.fromkeys(found) if part not in known]


def stem(word: str, lang: str = "en") -> str:
    """Return the folded stem of a folded word; a language without a stemmer gives the word."""
    return _stem(word, STEMMERS.get(lang.partition("-")[0].lower(), ""))


def stems(word: str) -> frozenset[str]:
    """Return the stems of a word in every language: a question may be in any of them."""
    return _stems(word)


def synonyms(word: str) -> tuple[str, ...]:
    """Return the words that mean the same as a folded word."""
    return _SYNONYMS_OF.get(word, ())


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    # The stemmer objects are not safe to share between threads; making one costs little, and the
    # cache makes it rare.
    return fold(Stemmer.Stemmer(algorithm, 0).stemWord(word)) if algorithm else word


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(_stem(word, algorithm) for algorithm in set(STEMMERS.values())) - {""}


def distance_at_most(one: str, other: str, limit: int) -> int | None:
    """Return how many edits turn one word into the other, or `None` if more than `limit`.

    An edit inserts, drops or changes a letter, or swaps two neighbours (optimal string alignment).
    """
    if abs(len(one) - len(other)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def typos_allowed(word: str) -> int:
    """Return how many letters of a word may be wrong: 1 from four letters, 2 from eight."""
    if not word.isalpha():
        return 0
    return 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0
