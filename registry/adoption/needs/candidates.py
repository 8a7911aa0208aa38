"""The closest components to a need, each with the reasons why it is close.

The search of the catalogue answers several short questions made of the need. What it finds is then
looked at one by one: which words of the need does the component answer, how rare are they in this
catalogue (inverse document frequency, Spärck Jones 1972), and do both name the same function? What
no good reason can be given for is left out.
"""

import html
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec.structs import replace

from registry.adoption.needs.readmodels import Candidate, Found, NewNeed, Reason
from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    SearchPage,
    Text,
    Totals,
)
from registry.errors import NotFound
from registry.lineage.readmodels import ComponentReuse
from registry.search.analysis import STOP_WORDS, stem, synonyms, words

METHOD: Final = "need-search 1"
"""Changes with everything that can change what is found; it stands in every statement."""

MAX_CANDIDATES: Final = 10
_LOOKED_AT: Final = 30
_ANSWERS: Final = 10  # of each question
_TITLE_WORDS: Final = 8
_TEXT_WORDS: Final = 12
_SHOWN_WORDS: Final = 6
_RANK: Final = 60  # the constant of reciprocal rank fusion (Cormack et al. 2009)
_OF_TITLE, _OF_README, _OF_FUNCTION = 1.5, 0.6, 3.0
_ENOUGH: Final = 0.7
"""What the words have to weigh together, as a share of the weight of the rarest possible one."""
_README: Final = 20_000
_TAGS: Final = re.compile(r"<[^>]{0,2000}>")
# Words that say nothing of what is needed: most public software has them.
_COMMON: Final = frozenset(
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


class Catalogue(Protocol):
    """What is asked of the catalogue."""

    def search(self, query: ComponentQuery) -> SearchPage:
        """Return the components that a query asks for."""

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return all that is known of a component, or raise `NotFound`."""

    def totals(self) -> Totals:
        """Return how much was searched."""


class Lineage(Protocol):
    """What is asked of lineage."""

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component, or raise `NotFound`."""


class Terms:
    """The telling words of a need, those of its title first."""

    def __init__(self, need: NewNeed) -> None:
        title = _telling(need.title)
        counted = Counter(word for word in words(need.description) if _tells(word))
        text = [word for word, _ in counted.most_common() if word not in title]
        self.title = tuple(title[:_TITLE_WORDS])
        self.all = tuple(dict.fromkeys([*self.title, *text[:_TEXT_WORDS]]))

    def questions(self) -> tuple[str, ...]:
        """Return what the search is asked: the title, title and text, and each word alone."""
        asked = [" ".join(self.title), " ".join(self.all), *self.all]
        return tuple(dict.fromkeys(question for question in asked if question))


class Weights:
    """What a word of a need is worth: the rarer in this catalogue, the more."""

    def __init__(self, terms: Terms, components: int) -> None:
        self._title = frozenset(terms.title)
        self._components = components
        self._found: dict[str, int] = {}

    def note(self, word: str, found: int) -> None:
        """Note how many components a word found."""
        self._found[word] = found

    @property
    def enough(self) -> float:
        """What the reasons for a candidate have to weigh at least."""
        return _ENOUGH * math.log(1 + self._components)

    def of(self, word: str) -> float:
        """Return the weight of a word."""
        found = min(self._found.get(word, 0), self._components)
        weight = math.log((1 + self._components) / (1 + found))
        return weight * (_OF_TITLE if word in self._title else 1.0)


def look(catalogue: Catalogue, lineage: Lineage, need: NewNeed, now: datetime) -> Found:
    """Search for what may answer a need."""
    terms, totals = Terms(need), catalogue.totals()
    weights = Weights(terms, totals.components)
    ranks: defaultdict[str, float] = defaultdict(float)
    cards: dict[str, ComponentCard] = {}
    is_limited = False
    for question in _asked(need, terms):
        page = catalogue.search(question)
        is_limited = is_limited or page.degraded
        weights.note(question.q.strip(), page.total)
        for rank, card in enumerate(page.items):
            ranks[card.slug] += _worth(question, page) / (_RANK + rank)
            cards[card.slug] = card
    best = sorted(ranks, key=lambda slug: (-ranks[slug], slug))
    candidates = _reasoned(catalogue, need, terms, weights, _origins(best, cards))
    return Found(
        at=now, method=METHOD, queries=terms.questions(), components=totals.components,
        countries=totals.countries, organisations=totals.organisations,
        newest_crawl_at=totals.newest_crawl_at, is_limited=is_limited,
        candidates=tuple(_related(lineage, candidates)),
    )  # fmt: skip


def _telling(text: str) -> list[str]:
    return [word for word in dict.fromkeys(words(text)) if _tells(word)]


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in STOP_WORDS and word not in _COMMON and not word.isdigit()


def _asked(need: NewNeed, terms: Terms) -> Iterable[ComponentQuery]:
    """Yield the questions; with a function also the title among the components of it.

    The space at the end says that the last word is not being typed.
    """
    for question in terms.questions():
        yield ComponentQuery(q=f"{question} ", lang=need.lang, limit=_ANSWERS)
    if need.functions:
        title = " ".join(terms.title)
        yield ComponentQuery(q=f"{title} ", function=need.functions, lang=need.lang, limit=_ANSWERS)


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
    told = _matches(terms.all, _texts(detail), need.lang)
    bare = html.unescape(_TAGS.sub(" ", (detail.readme_html or "")[:_README]))
    left = [word for word in terms.all if word not in told]
    in_readme = _matches(left, [Text(bare)], need.lang)
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


def _matches(asked: Iterable[str], texts: Sequence[Text], lang: str) -> dict[str, str]:
    """Return which word of a component answers each word of a need: itself, its stem, its like.

    Stems are those of the language of either side, and of English, of which all borrow.
    """
    held: dict[str, str] = {}
    for text in texts:
        for word in words(text.value):
            held.setdefault(word, word)
            held.setdefault(f"={stem(word, text.lang or 'en')}", word)
    tags = dict.fromkeys([lang, "en", *(text.lang for text in texts if text.lang)])
    found = {}
    for word in asked:
        forms = [word, *(f"={stem(word, tag)}" for tag in tags)]
        forms += [form for other in _alike(word) for form in (other, f"{other}s")]
        answer = next((held[form] for form in forms if form in held), None)
        if answer is not None:
            found[word] = answer
    return found


def _alike(word: str) -> tuple[str, ...]:
    """Return words of other languages that mean the same, of the plural too."""
    return synonyms(word) or synonyms(word.removesuffix("s")) or synonyms(word.removesuffix("es"))


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
