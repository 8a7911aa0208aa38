"""The shape of the embedded index, and how a search document is written into it.

Text fields hold folded words in order, then further words and stems; a stem carries `~`, so that
it never meets a word, a prefix or a phrase. All are split at white space only: the analysis is
ours. Raise `SCHEMA_VERSION` with every change here or in `analysis`: it is part of the path.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
import tantivy

from registry.search.analysis import fold, name_parts, stem, words
from registry.search.documents import SearchDocument, Texts, facet_values
from registry.search.port import FACETS

SCHEMA_VERSION: Final = 3
# Fields of words with their weight: a name beats a description beats topics beats the rest.
TEXT_FIELDS: Final = {"name": 8.0, "description": 4.0, "topics": 3.0, "long": 1.5, "readme": 1.0}
SORT_FIELDS: Final = ("sort_reuse", "sort_updated", "sort_newest")
STEM_MARK: Final = "~"
_GAP: Final = "~~"  # stands between texts so that no phrase reaches over
_SLUG_BITS: Final = 28


def build_schema() -> tantivy.Schema:
    """Return the schema of version `SCHEMA_VERSION`."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="words", index_option="position")
    builder.add_text_field("words", tokenizer_name="words", index_option="basic")
    builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("sort_name", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("id", "revision", "is_fork", "updated", "slug", *SORT_FIELDS):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_float_field("rank", fast=True)
    builder.add_bytes_field("source", stored=True)
    builder.add_bytes_field("vocabulary", stored=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an opened index how its fields are split."""
    splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", splitter)


class Source(msgspec.Struct, frozen=True, array_like=True):
    """What is stored of a document: enough to show a hit and to highlight it."""

    slug: str
    name: str
    names: Texts
    descriptions: Texts


def read_source(document: tantivy.Document) -> Source:
    """Return what is stored of a document."""
    return msgspec.msgpack.decode(bytes(document.get_first("source") or b""), type=Source)


def read_vocabulary(document: tantivy.Document) -> list[str]:
    """Return the different words of a document, without stems."""
    return bytes(document.get_first("vocabulary") or b"").decode().split(" ")


def index_document(document: SearchDocument) -> tantivy.Document:
    """Return the document in the index's own form."""
    texts = _texts(document)
    vocabulary = " ".join(_vocabulary(texts.values()))
    row: dict[str, Any] = {
        "key": [str(document.id)],
        **{name: [" ".join(found)] for name, found in texts.items()},
        "words": [vocabulary],
        "exact": _exact_names(document),
        **facet_values(document),
        "sort_name": [f"{' '.join(words(document.name))} {document.slug}"],
        "id": [document.id],
        "revision": [document.revision],
        "is_fork": [int(document.is_fork)],
        "updated": [document.updated_at],
        "sort_reuse": [_number_then_slug(document.reuse, document.slug)],
        "sort_updated": [_number_then_slug(document.updated_at, document.slug)],
        "sort_newest": [_number_then_slug(document.created_at, document.slug)],
        "slug": [_slug_number(document.slug)],
    }
    made = tantivy.Document()
    for field, values in row.items():
        add = made.add_integer if isinstance(next(iter(values), ""), int) else made.add_text
        for value in values:
            add(field, value)
    made.add_float("rank", _weight(document))
    made.add_bytes("source", msgspec.msgpack.encode(_source(document)))
    made.add_bytes("vocabulary", vocabulary.encode())
    return made


def _source(document: SearchDocument) -> Source:
    return Source(document.slug, document.name, document.names, document.descriptions)


def _texts(document: SearchDocument) -> dict[str, list[str]]:
    """Return the terms of each text field."""
    no_lang = [document.slug, document.path.rpartition("/")[2]]
    name = [(text, lang) for lang, text in document.names.items()] + [(t, "-") for t in no_lang]
    topics = [*document.topics, *document.categories, *document.packages]
    topics += [document.language or "", document.organisation_name]
    readme = [(document.readme, "")]
    readme += [(text, "-") for text in (document.path, *document.places)]
    return {
        "name": _terms(name) + [part for text, _ in name for part in name_parts(text)],
        "description": _terms((text, lang) for lang, text in document.descriptions.items()),
        "topics": _terms((text, "") for text in topics),
        "long": _terms(
            (text, lang)
            for texts in (document.long_texts, document.features)
            for lang, text in texts.items()
        ),
        "readme": _terms(readme),
    }


def _terms(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Return folded words in order, then the stems that differ, for (text, language) pairs."""
    plain: list[str] = []
    stemmed: dict[str, None] = {}
    for text, lang in texts:
        found = words(text)
        plain += [*found, _GAP]
        for word in found:
            root = stem(word, lang or "en")
            if root != word:
                stemmed[STEM_MARK + root] = None
    return [*plain, *stemmed]


def _vocabulary(fields: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(w for terms in fields for w in terms if w[0] != STEM_MARK))


def _exact_names(document: SearchDocument) -> list[str]:
    names = [*document.names.values(), document.slug, document.path.rpartition("/")[2]]
    return [name for name in dict.fromkeys(" ".join(words(name)) for name in names) if name]


def _slug_number(slug: str) -> int:
    """Return the place of a slug in the alphabet by its first five characters, as 28 bits."""
    number = 0
    for char in fold(slug)[:5].ljust(5, "-"):
        place = "-0123456789abcdefghijklmnopqrstuvwxyz".find(char)
        number = number * 38 + place + 1
    return number


def _number_then_slug(number: int, slug: str) -> int:
    """Return a key that, sorted downwards, gives the highest first and then slugs in order."""
    highest = min(max(number, 0), (1 << 34) - 1)
    return (highest << _SLUG_BITS) | ((1 << _SLUG_BITS) - 1 - _slug_number(slug))


def _weight(document: SearchDocument) -> float:
    """Return what makes the engine multiply the score by five times the rank.

    The engine multiplies by log2(2 + weight). The factor differs by less than a thousandth by
    slug, which settles equal scores the same way wherever a document lies in the files.
    """
    by_slug = 1.0 + 1e-3 * (1.0 - _slug_number(document.slug) / (1 << _SLUG_BITS))
    return float(2.0 ** (5.0 * document.rank * by_slug) - 2.0)
