"""Which searches are counted, as what: nothing that may name a person or hold a secret."""

import re
from typing import Final

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.search.analysis import STOP_WORDS, words

MAX_WORDS: Final = 8
MAX_LENGTH: Final = 120
_FILTERS: Final = (
    "country", "region", "organisation", "licence", "licence_fits", "language", "ui_language",
    "function", "activity", "readiness", "platform", "reused_in", "forge", "is_fork", "since",
    "until", "after",
)  # fmt: skip
# Addresses of people and of pages, paths, what is assigned to a name, and long numbers.
_PRIVATE: Final = re.compile(r"[@\\=]|://|\bwww\.|\d[\d\s().+-]{2,}\d")
# Keys and tokens: letters and figures mixed, hexadecimal figures, or longer than words are.
_SECRET: Final = re.compile(r"(?=.*\d)(?=.*[^\W\d]).{8,}|[a-f\d]{16,}|.{41,}")


def is_in_vain(query: ComponentQuery, page: SearchPage) -> bool:
    """Tell whether words alone were searched for, in the whole catalogue, and nothing was found."""
    return (
        page.total == 0
        and not page.degraded
        and bool(query.q.strip())
        and all(getattr(query, name) in (None, ()) for name in _FILTERS)
        and not (query.min_reuse_organisations or query.min_reuse_countries)
    )


def counted_as(text: str) -> str | None:
    """Return the folded words of a search in order of the alphabet, or `None` for what is dropped.

    Dropped are texts that look like an e-mail address, a web address, a number or a secret, texts
    of more than eight words, and what has no word of three letters.
    """
    if _PRIVATE.search(text):
        return None
    found = sorted(set(words(text)) - STOP_WORDS)
    if not 0 < len(found) <= MAX_WORDS or not any(sum(map(str.isalpha, x)) > 2 for x in found):
        return None
    if any(map(_SECRET.fullmatch, found)):
        return None
    joined = " ".join(found)
    return joined if len(joined) <= MAX_LENGTH else None
