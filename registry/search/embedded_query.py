"""From a question to a query of the embedded engine: real terms only, weighted by field.

A word is looked up as written, by stem, by synonym and, while it is being typed, by prefix; only
a word that nothing has is read as a typo of words that there are.
"""

from typing import Final

from msgspec import Struct
from tantivy import FieldType, Occur, Query, Schema, Searcher

from registry.search.analysis import (
    distance_at_most,
    stems,
    synonyms,
    typos_allowed,
)
from registry.search.embedded_schema import STEM_MARK, TEXT_FIELDS, read_vocabulary
from registry.search.port import SearchQuery
from registry.search.questions import Question

EXACT, STEM, PREFIX, SYNONYM, ONE_TYPO, MORE_TYPOS = 1.0, 0.7, 0.6, 0.5, 0.4, 0.2
MAX_COMPLETIONS: Final = 24
MAX_TYPO_TERMS: Final = 8
TYPO_SAMPLE: Final = 40
TYPO_ROUNDS: Final = 3
_EXACT_NAME: Final = 60.0


class WordQuery(Struct, frozen=True):
    """The query for one word, and the real terms that a typo was read as, best first."""

    query: Query
    typo_terms: tuple[str, ...] = ()


class QueryBuilder:
    """Builds queries against one state of the index."""

    def __init__(self, schema: Schema, searcher: Searcher, fields: dict[str, float]) -> None:
        self._schema, self._searcher, self._fields = schema, searcher, fields

    def word(self, word: str, *, is_prefix: bool) -> WordQuery:
        """Return the query for one folded word."""
        found: list[Query] = []
        for term, weight in self._forms(word).items():
            found += self._in_fields(term, weight)
        if is_prefix:
            found += self._completions(word)
        if found:
            return WordQuery(Query.disjunction_max_query(found, 0.1))
        return self._typos(word)

    def _forms(self, word: str) -> dict[str, float]:
        forms = {word: EXACT}
        for root in stems(word):
            forms.setdefault(STEM_MARK + root, STEM)
            forms.setdefault(root, STEM)
        for other in synonyms(word):
            forms.setdefault(other, SYNONYM)
        return forms

    def _in_fields(self, term: str, weight: float) -> list[Query]:
        return [
            Query.boost_query(Query.term_query(self._schema, field, term), boost * weight)
            for field, boost in self._fields.items()
            if self._searcher.doc_freq(field, term)
        ]

    def _completions(self, word: str) -> list[Query]:
        terms = self._searcher.terms_with_prefix("words", word, limit=MAX_COMPLETIONS)
        found = [
            query for term, _ in terms if term != word for query in self._in_fields(term, PREFIX)
        ]
        if len(terms) == MAX_COMPLETIONS:  # the rarer ones match too, at the end
            rest = Query.fuzzy_term_query(self._schema, "words", word, distance=0, prefix=True)
            found.append(Query.const_score_query(rest, 0.01))
        return found

    def _typos(self, word: str) -> WordQuery:
        limit = typos_allowed(word)
        if not limit:
            return WordQuery(Query.empty_query())
        near = self._near_terms(word, limit)
        best = sorted(
            (distance, -self._searcher.doc_freq("words", term), term)
            for term, distance in near.items()
        )[:MAX_TYPO_TERMS]
        queries = [
            query
            for distance, _, term in best
            for query in self._in_fields(term, ONE_TYPO if distance < 2 else MORE_TYPOS)
        ]
        if not queries:
            return WordQuery(Query.empty_query())
        terms = tuple(term for _, _, term in best)
        return WordQuery(Query.disjunction_max_query(queries, 0.1), terms)

    def _near_terms(self, word: str, limit: int) -> dict[str, int]:
        """Return words of the index that the word may stand for, with their distance.

        The engine finds the documents but does not tell by which words: those are looked for in a
        sample, then in a sample of the documents without the words found so far.
        """
        fuzzy = Query.fuzzy_term_query(self._schema, "words", word, distance=limit)
        near: dict[str, int] = {}
        seen: set[str] = set()
        for _ in range(TYPO_ROUNDS):
            known = Query.term_set_query(self._schema, "words", list(near))
            rest = Query.boolean_query([(Occur.Must, fuzzy), (Occur.MustNot, known)])
            hits = self._searcher.search(rest, TYPO_SAMPLE, count=False).hits
            held = {w for _, at in hits for w in read_vocabulary(self._searcher.doc(at))}
            near |= _near(word, held - seen, limit)
            seen |= held
            if len(hits) < TYPO_SAMPLE:
                break
        return near

    def phrase(self, phrase: tuple[str, ...]) -> Query:
        """Return the query for words that stand side by side in one text."""
        if len(phrase) == 1:
            found = self._in_fields(phrase[0], EXACT)
        else:
            found = [
                Query.boost_query(Query.phrase_query(self._schema, field, list(phrase)), boost)
                for field, boost in self._fields.items()
                if all(self._searcher.doc_freq(field, word) for word in phrase)
            ]
        return Query.disjunction_max_query(found, 0.1) if found else Query.empty_query()

    def question(self, question: Question, parts: list[WordQuery], *, any_word: bool) -> Query:
        """Return the query for a whole question: all of its words, or any of them."""
        if question.is_empty:
            clauses = [(Occur.Must, Query.all_query())]
        elif any_word:
            some = [(Occur.Should, part.query) for part in parts]
            some += [(Occur.Should, self.phrase(phrase)) for phrase in question.phrases]
            clauses = [(Occur.Must, Query.boolean_query(some))]
        else:
            clauses = [(Occur.Must, part.query) for part in parts]
            clauses += [(Occur.Must, self.phrase(phrase)) for phrase in question.phrases]
            clauses += [(Occur.Should, bonus) for bonus in self._bonuses(question)]
        clauses += [(Occur.MustNot, self.phrase(phrase)) for phrase in question.excluded]
        return Query.boolean_query(clauses)

    def _bonuses(self, question: Question) -> list[Query]:
        """Return what lifts a hit: the question is its very name, or its words stand together."""
        name = " ".join(question.words)
        exact = Query.term_query(self._schema, "exact", name, index_option="basic")
        bonuses = [Query.const_score_query(exact, _EXACT_NAME)] if name else []
        if len(question.words) > 1:
            bonuses.append(self.phrase(question.words))
        return bonuses


def _near(word: str, terms: set[str], limit: int) -> dict[str, int]:
    """Return the terms within a distance; a wrong first letter counts for one more."""
    letters = set(word)
    # An edit loses one letter at most: cheaper than the distance, and most terms fail it.
    likely = (
        term
        for term in terms
        if abs(len(term) - len(word)) <= limit and len(letters.difference(term)) <= limit
    )
    distances = ((term, distance_at_most(word, term, limit)) for term in likely)
    return {t: d + (t[0] != word[0]) for t, d in distances if d is not None}


def filter_queries(schema: Schema, query: SearchQuery) -> dict[str, Query]:
    """Return one query per active filter; those that are no facet are under their own names."""
    found = {
        name: Query.const_score_query(Query.term_set_query(schema, name, list(values)), 0.0)
        for name, values in query.selected.items()
    }
    if query.is_fork is not None:
        fork = Query.term_query(schema, "is_fork", int(query.is_fork))
        found["is_fork"] = Query.const_score_query(fork, 0.0)
    if query.among is not None:
        keys = Query.term_set_query(schema, "key", [str(i) for i in sorted(query.among)])
        found["among"] = Query.const_score_query(keys, 0.0)
    if query.since is not None or query.until is not None:
        last = None if query.until_seconds is None else query.until_seconds - 1
        kind = FieldType.Integer
        span = Query.range_query(schema, "updated", kind, query.since_seconds, last)
        found["updated"] = Query.const_score_query(span, 0.0)
    return found


def narrowed(query: Query, filters: dict[str, Query], *, but: str = "") -> Query:
    """Return a query under all filters but one."""
    active = [narrow for name, narrow in filters.items() if name != but]
    return Query.boolean_query([(Occur.Must, part) for part in (query, *active)])


def all_fields() -> dict[str, float]:
    """Return every text field with its weight."""
    return dict(TEXT_FIELDS)
