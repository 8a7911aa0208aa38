"""The embedded index: tantivy, in this process, in a folder of the home directory.

One process writes at a time (else `Unavailable`, to be tried again); any number of processes
read, each seeing the last commit. Damaged files are `Unavailable` until a rebuild.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tantivy import DocAddress, Index, Order, Query, Searcher

from registry.errors import Unavailable
from registry.search.documents import SearchDocument
from registry.search.embedded_query import (
    QueryBuilder,
    WordQuery,
    all_fields,
    filter_queries,
    narrowed,
)
from registry.search.embedded_schema import index_document, read_source
from registry.search.embedded_store import IndexStore, index_errors
from registry.search.highlight import Wanted, highlights, wanted
from registry.search.port import (
    MAX_FACET_VALUES,
    MAX_SUGGESTIONS,
    SearchAnswer,
    SearchHit,
    SearchQuery,
    Suggestion,
    clean_text,
)
from registry.search.questions import Question, parse_question

WRITER_BYTES: Final = 30_000_000
REBUILD_BYTES: Final = 128_000_000
# Counts are exact only if the engine keeps every value of a facet.
_FACET_SIZE: Final = 65_000
_TIES: Final = 50
_ORDERS: Final[dict[str, dict[str, Any]]] = {
    "relevance": {"weight_by_field": "rank"},
    "reuse": {"order_by_field": "sort_reuse"},
    "updated": {"order_by_field": "sort_updated"},
    "newest": {"order_by_field": "sort_newest"},
    "name": {"order_by_field": "sort_name", "order": Order.Asc},
}


class EmbeddedSearchIndex:
    """`SearchIndex` over tantivy."""

    def __init__(self, home: Path) -> None:
        """Open the index below `home`, or make an empty one where there is none."""
        self._store = IndexStore(home)
        # Another process may be making it now: until then searches are `Unavailable`.
        with suppress(Unavailable):
            self._store.prepare()

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        """Write documents durably, leaving out those older than what is held; return how many."""
        by_id = {document.id: document for document in documents}
        if not by_id:
            return 0
        self._store.prepare()
        with self._store.writing(), index_errors():
            held = self._held(by_id)
            fresh = [d for d in by_id.values() if d.revision >= held.get(d.id, d.revision)]
            replaced = sum(document.id in held for document in fresh)
            self._write([d.id for d in fresh], fresh, growth=len(fresh) - replaced)
        return len(fresh)

    def remove(self, ids: Iterable[int]) -> int:
        """Remove documents durably; return how many there were."""
        wanted_ids = set(ids)
        if not wanted_ids:
            return 0
        with self._store.writing(), index_errors():
            held = self._held(wanted_ids)
            if held:
                self._write(list(held), [], growth=-len(held))
        return len(held)

    def _held(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the revisions of those of the documents that the index holds."""
        query = Query.term_set_query(self._store.schema, "key", [str(i) for i in ids])
        return dict(_revisions(self._store.searcher(), query))

    def _write(self, drop: list[int], documents: list[SearchDocument], *, growth: int) -> None:
        before = self._store.searcher().num_docs
        writer = self._store.index().writer(WRITER_BYTES, 1)
        for identity in drop:
            writer.delete_documents_by_term("key", str(identity))
        for document in documents:
            writer.add_document(index_document(document))
        writer.commit()
        writer.wait_merging_threads()
        # A delete by a term that the engine does not find would say nothing and leave a double.
        if self._store.searcher().num_docs != before + growth:
            raise ValueError("the index does not hold as many documents as it should")

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new generation aside, swap it in, and return how many documents it holds."""
        with self._store.writing():
            name, index = self._store.new_generation()
            count = _fill(index, documents)
            self._store.swap(name)
        return count

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Answer a question; no text of a user makes it fail."""
        question = parse_question(query.q)
        with index_errors():
            searcher = self._store.searcher()
            builder = QueryBuilder(self._store.schema, searcher, all_fields())
            parts = _word_queries(builder, question)
            filters = filter_queries(self._store.schema, query)
            asked = builder.question(question, parts, any_word=False)
            hits, total = _page(searcher, narrowed(asked, filters), query)
            broad = not total and len(question.words) + len(question.phrases) > 1
            if broad:
                asked = builder.question(question, parts, any_word=True)
                hits, total = _page(searcher, narrowed(asked, filters), query)
            want = wanted(question, frozenset(t for part in parts for t in part.typo_terms))
            return SearchAnswer(
                hits=_hits(searcher, hits, query, want),
                total=total,
                facets=_facets(searcher, asked, filters, query),
                suggestion=_mended(question, parts),
                is_broadened=broad and total > 0,
            )

    def suggest(self, prefix: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:
        """Complete what is being typed with names of components, at most eight."""
        question = parse_question(clean_text(prefix))
        if question.is_empty:
            return []
        limit = max(0, min(limit, MAX_SUGGESTIONS))
        with index_errors():
            searcher = self._store.searcher()
            builder = QueryBuilder(self._store.schema, searcher, {"name": 1.0})
            asked = builder.question(question, _word_queries(builder, question), any_word=False)
            found = searcher.search(asked, limit, weight_by_field="rank").hits if limit else []
            sources = [read_source(searcher.doc(address)) for _, address in found]
        return [Suggestion(source.name, source.slug) for source in sources]

    def count(self) -> int:
        """Return the number of documents."""
        with index_errors():
            return int(self._store.searcher().num_docs)

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        """Yield the id and revision of every document, in no order."""
        with index_errors():
            pairs = _revisions(self._store.searcher(), Query.all_query())
        yield from pairs

    def health(self) -> bool:
        """Tell whether a search would be answered; never raises."""
        try:
            self.search(SearchQuery(limit=1))
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()


def _fill(index: Index, documents: Iterable[SearchDocument]) -> int:
    with index_errors():
        writer = index.writer(REBUILD_BYTES, 1)
    source, seen = iter(documents), set()
    # The documents come from the database, whose errors are not the index's: read outside.
    while batch := list(islice(source, 500)):
        with index_errors():
            for document in batch:
                if document.id not in seen:
                    seen.add(document.id)
                    writer.add_document(index_document(document))
    with index_errors():
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        if index.searcher().num_docs != len(seen):
            raise ValueError("the new index does not hold all documents")
    return len(seen)


def _revisions(searcher: Searcher, query: Query) -> list[tuple[int, int]]:
    found = searcher.search(query, max(searcher.num_docs, 1), count=False).hits
    addresses = [address for _, address in found]
    ids = _integers(searcher, "id", addresses)
    return list(zip(ids, _integers(searcher, "revision", addresses), strict=True))


def _integers(searcher: Searcher, field: str, addresses: list[DocAddress]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values(field, addresses)]


def _word_queries(builder: QueryBuilder, question: Question) -> list[WordQuery]:
    last = len(question.words) - 1
    return [
        builder.word(word, is_prefix=question.is_typing and i == last)
        for i, word in enumerate(question.words)
    ]


def _page(
    searcher: Searcher, asked: Query, query: SearchQuery
) -> tuple[list[tuple[Any, DocAddress]], int]:
    """Return the hits of the page, and the number of all."""
    size = query.offset + query.limit
    # Equal scores are put in the order of the slugs, also where a page ends among them.
    result: Any = searcher.search(asked, size + _TIES, **_ORDERS[query.sort])
    hits = result.hits
    if query.sort == "relevance":
        slugs = _integers(searcher, "slug", [address for _, address in hits])
        ranked = sorted(zip(hits, slugs, strict=True), key=lambda pair: (-pair[0][0], pair[1]))
        hits = [hit for hit, _ in ranked]
    return hits[query.offset : size], int(result.count)


def _hits(
    searcher: Searcher, hits: list[tuple[Any, DocAddress]], query: SearchQuery, want: Wanted
) -> tuple[SearchHit, ...]:
    addresses = [address for _, address in hits]
    ids = _integers(searcher, "id", addresses)
    revisions = _integers(searcher, "revision", addresses)
    made = []
    for (score, address), identity, revision in zip(hits, ids, revisions, strict=True):
        source = read_source(searcher.doc(address))
        marked, langs = highlights(source.names, source.descriptions, query.lang, want)
        made.append(
            SearchHit(
                component_id=identity,
                revision=revision,
                score=float(score) if isinstance(score, float) else 0.0,
                highlights=marked,
                highlight_langs=langs,
            )
        )
    return tuple(made)


def _facets(
    searcher: Searcher, asked: Query, filters: dict[str, Query], query: SearchQuery
) -> dict[str, dict[str, int]]:
    """Count each facet under all filters but its own: one pass for those without a choice."""
    counts: dict[str, dict[str, int]] = {}
    free = [name for name in query.facets if name not in filters]
    groups = [(free, "")] if free else []
    groups += [([name], name) for name in query.facets if name in filters]
    for names, own in groups:
        wanted_counts = {n: {"terms": {"field": n, "size": _FACET_SIZE}} for n in names}
        found = searcher.aggregate(narrowed(asked, filters, but=own), wanted_counts)
        for name in names:
            counts[name] = _ordered(found[name]["buckets"], query.selected.get(name, ()))
    return {name: counts[name] for name in query.facets}


def _ordered(buckets: list[dict[str, Any]], selected: tuple[str, ...]) -> dict[str, int]:
    """Return the most frequent values first, and the chosen ones whatever their count."""
    pairs = sorted(((b["key"], int(b["doc_count"])) for b in buckets), key=lambda p: (-p[1], p[0]))
    kept = dict(pairs[:MAX_FACET_VALUES])
    everything = dict(pairs)
    return kept | {value: everything.get(value, 0) for value in selected}


def _mended(question: Question, parts: list[WordQuery]) -> str | None:
    """Return the question with each typo replaced by its most likely word."""
    if not any(part.typo_terms for part in parts):
        return None
    mended = [
        part.typo_terms[0] if part.typo_terms else word
        for word, part in zip(question.words, parts, strict=True)
    ]
    quoted = [f'"{" ".join(phrase)}"' for phrase in question.phrases]
    dropped = [f'-"{" ".join(phrase)}"' for phrase in question.excluded]
    return " ".join([*mended, *quoted, *dropped])
