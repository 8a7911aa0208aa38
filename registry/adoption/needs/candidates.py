"""The closest components to a need, each with the reasons why it is close.

The search of the catalogue answers several short questions made of the need, its compounds taken
apart and its words also in English, by a glossary. What it finds is then looked at one by one:
which words of the need does the component answer, how rare are they in this catalogue (inverse
document frequency, Spärck Jones 1972), and do both name the same function? What no good reason can
be given for is left out.
"""

import html
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec.structs import replace

from registry.adoption.needs.readmodels import Candidate, Found, NewNeed, Reason
from registry.adoption.needs.terms import Terms, Weights, marks
from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    Searched,
    SearchPage,
    Text,
    Totals,
)
from registry.errors import NotFound
from registry.lineage.readmodels import ComponentReuse
from registry.search.analysis import stem, synonyms, words

METHOD: Final = "need-search 2"
"""Changes with everything that can change what is found; it stands in every statement."""

MAX_CANDIDATES: Final = 10
_LOOKED_AT: Final = 30
_ANSWERS: Final = 10  # of each question
_SHOWN_WORDS: Final = 6
_RANK: Final = 60  # the constant of reciprocal rank fusion (Cormack et al. 2009)
_OF_README, _OF_FUNCTION = 0.6, 3.0
_README: Final = 20_000
_TAGS: Final = re.compile(r"<[^>]{0,2000}>")


class Catalogue(Protocol):
    """What is asked of the catalogue."""

    def search(self, query: ComponentQuery) -> SearchPage:
        """Return the components that a query asks for."""

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return all that is known of a component, or raise `NotFound`."""

    def totals(self) -> Totals:
        """Return how much there is."""

    def searched(self) -> Searched:
        """Return how much a search looks at, or raise `Unavailable` where that is not known."""


class Lineage(Protocol):
    """What is asked of lineage."""

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component, or raise `NotFound`."""


def look(catalogue: Catalogue, lineage: Lineage, need: NewNeed, now: datetime) -> Found:
    """Search for what may answer a need."""
    totals, searched = catalogue.totals(), catalogue.searched()
    terms = Terms(need, lambda word: _stands(catalogue, word, need.lang))
    weights = Weights(terms, searched.components)
    ranks: defaultdict[str, float] = defaultdict(float)
    cards: dict[str, ComponentCard] = {}
    is_limited = False
    for question, word in _asked(need, terms):
        page = catalogue.search(question)
        is_limited = is_limited or page.degraded
        weights.note(word, page.total)
        for rank, card in enumerate(page.items):
            ranks[card.slug] += _worth(question, page) / (_RANK + rank)
            cards[card.slug] = card
    best = sorted(ranks, key=lambda slug: (-ranks[slug], slug))
    candidates = _reasoned(catalogue, need, terms, weights, _origins(best, cards))
    return Found(
        at=now, method=METHOD, queries=tuple(terms.questions()), components=searched.components,
        waiting=searched.waiting, countries=totals.countries, organisations=totals.organisations,
        newest_crawl_at=totals.newest_crawl_at, is_limited=is_limited,
        candidates=tuple(_related(lineage, candidates)),
    )  # fmt: skip


def _stands(catalogue: Catalogue, word: str, lang: str) -> bool:
    """Tell whether the catalogue has a word, and not only one that is spelt like it."""
    page = catalogue.search(ComponentQuery(q=f"{word} ", lang=lang, limit=1))
    return page.total > 0 and page.suggestion is None and not page.degraded


def _asked(need: NewNeed, terms: Terms) -> Iterable[tuple[ComponentQuery, str]]:
    """Yield the questions, each with the word that it is about.

    With a function also the title among the components of it. The space at the end says that
    the last word is not being typed.
    """
    for question, word in terms.questions().items():
        yield ComponentQuery(q=f"{question} ", lang=need.lang, limit=_ANSWERS), word
    if need.functions:
        title = " ".join(terms.title)
        query = ComponentQuery(q=f"{title} ", function=need.functions, lang=need.lang)
        yield replace(query, limit=_ANSWERS), ""


def _worth(question: ComponentQuery, page: SearchPage) -> float:
    """Return what an answer is worth: questions of many words more, common words less."""
    length = len(question.q.split()) + (2 if question.function else 0)
    return (1 + length / 2) / (1 + math.log10(1 + page.total))


def _origins(slugs: Sequence[str], cards: Mapping[str, ComponentCard]) -> list[str]:
    """Return the slugs without forks of others among them."""
    known = set(slugs)
    origins = ((slug, cards[slug].origin) for slug in slugs)
    return [slug for slug, origin in origins if origin is None or origin.slug not in known]


def _reasoned(
    catalogue: Catalogue, need: NewNeed, terms: Terms, weights: Weights, slugs: Sequence[str]
) -> list[Candidate]:
    """Return the candidates that weigh enough, the heaviest first."""
    weighed: list[tuple[float, Candidate]] = []
    for slug in slugs[:_LOOKED_AT]:
        try:
            detail = catalogue.component(slug, need.lang)
        except NotFound:  # taken down since the search
            continue
        reasons, weight = _reasons(need, terms, weights, detail)
        if weight >= weights.enough:
            weighed.append((weight, _candidate(detail, reasons)))
    weighed.sort(key=lambda x: -x[0])
    return [candidate for _, candidate in weighed[:MAX_CANDIDATES]]


def _candidate(detail: ComponentDetail, reasons: tuple[Reason, ...]) -> Candidate:
    card, text = detail.card, detail.card.description
    return Candidate(
        slug=card.slug, name=card.name.value, description=text.value[:500] if text else "",
        lang=text.lang if text else None, organisation=card.organisation, country=card.country,
        licence=card.licence, activity=card.activity, repository_url=card.repository_url,
        reasons=reasons,
    )  # fmt: skip


def _reasons(
    need: NewNeed, terms: Terms, weights: Weights, detail: ComponentDetail
) -> tuple[tuple[Reason, ...], float]:
    """Return why a component is close, and what that weighs."""
    categories = _listed(detail, "categories")
    shared = tuple(x for x in need.functions if x in categories and x != "other")
    told = _matches(terms, terms.all, _texts(detail), need.lang)
    bare = html.unescape(_TAGS.sub(" ", (detail.readme_html or "")[:_README]))
    left = [word for word in terms.all if word not in told]
    in_readme = _matches(terms, left, [Text(bare)], need.lang)
    found = (
        Reason(kind="words", values=_pairs(told)),
        Reason(kind="readme", values=_pairs(in_readme)),
        Reason(kind="function", values=shared),
    )
    weight = sum(map(weights.of, told)) + _OF_README * sum(map(weights.of, in_readme))
    return tuple(x for x in found if x.values), weight + _OF_FUNCTION * bool(shared)


def _texts(detail: ComponentDetail) -> list[Text]:
    topics = [x.replace("-", " ") for x in (*_listed(detail, "topics"),
                                            *_listed(detail, "categories"))]  # fmt: skip
    long = [detail.long_description] if detail.long_description else []
    return [detail.card.name, *detail.descriptions, *detail.features, *long,
            *([detail.card.description] if detail.card.description else []),
            *(Text(topic, "en") for topic in topics)]  # fmt: skip


def _listed(detail: ComponentDetail, name: str) -> tuple[str, ...]:
    values = next((x.value for x in detail.fields if x.property == name), ())
    return tuple(str(x) for x in values) if isinstance(values, list | tuple) else ()


def _matches(
    terms: Terms, asked: Iterable[str], texts: Sequence[Text], lang: str
) -> dict[str, str]:
    """Return which word of a component answers each word of a need: itself, its stem, its like.

    Stems are those of the language of either side, and of English, of which all borrow.
    """
    held: dict[str, str] = {}
    for text in texts:
        for word in words(text.value):
            held.setdefault(word, word)
            for mark in (f"={stem(word, text.lang or 'en')}", *marks(word, text.lang or "en")):
                held.setdefault(mark, word)
    tags = dict.fromkeys([lang, "en", *(text.lang for text in texts if text.lang)])
    found = {}
    for word in asked:
        forms = [word, *(f"={stem(word, tag)}" for tag in tags)]
        forms += [*_alike(word), *terms.forms(word)]
        answer = next((held[form] for form in forms if form in held), None)
        if answer is not None:
            found[word] = answer
    return found


def _alike(word: str) -> Iterable[str]:
    """Yield words that mean the same in any language, of the plural too."""
    for other in synonyms(word) or synonyms(word.removesuffix("s")):
        yield from (other, f"{other}s")


def _pairs(matches: Mapping[str, str]) -> tuple[str, ...]:
    shown = list(matches.items())[:_SHOWN_WORDS]
    return tuple(word if word == other else f"{word} = {other}" for word, other in shown)


def _related(lineage: Lineage, candidates: Sequence[Candidate]) -> Iterable[Candidate]:
    """Yield the candidates, saying which others share code with each."""
    known = {x.slug: x for x in candidates}
    for candidate in candidates:
        others = tuple(sorted(_neighbours(lineage, candidate.slug) & (known.keys() - {
            candidate.slug})))  # fmt: skip
        if not others:
            yield candidate
            continue
        reason = Reason(kind="related", values=tuple(known[x].name for x in others))
        yield replace(candidate, reasons=(*candidate.reasons, reason))


def _neighbours(lineage: Lineage, slug: str) -> set[str]:
    try:
        reuse = lineage.edges_of(slug)
    except NotFound:
        return set()
    edges = (*reuse.reused_by, *reuse.reuses, *reuse.undirected)
    ends = (end for edge in edges for end in (edge.origin, edge.reuser))
    return {end.slug for end in ends if end.slug} - {slug}
