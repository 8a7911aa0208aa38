"""A search index in memory that can be broken on purpose, or be down."""

from collections.abc import Iterable, Iterator

from registry.errors import Unavailable
from registry.search.documents import SearchDocument
from registry.search.port import SearchAnswer, SearchHit, SearchQuery, Suggestion


class MemoryIndex:
    """Holds revisions by id, and finds everything in order of id."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.is_down = False
        self.asked: list[SearchQuery] = []

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        found = {document.id: document.revision for document in documents}
        self.held |= found
        return len(found)

    def remove(self, ids: Iterable[int]) -> int:
        return sum(self.held.pop(key, None) is not None for key in list(ids))

    def search(self, query: SearchQuery) -> SearchAnswer:
        if self.is_down:
            raise Unavailable("the index is down")
        self.asked.append(query)
        page = sorted(self.held)[query.offset : query.offset + query.limit]
        hits = tuple(SearchHit(component_id=key, revision=self.held[key]) for key in page)
        return SearchAnswer(hits=hits, total=len(self.held), facets={n: {} for n in query.facets})

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        if self.is_down:
            raise Unavailable("the index is down")
        return [Suggestion(f"{prefix}{number}") for number in range(limit)]

    def count(self) -> int:
        if self.is_down:
            raise Unavailable("the index is down")
        return len(self.held)

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        yield from self.held.items()

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        self.held.clear()
        return self.upsert(documents)

    def health(self) -> bool:
        return not self.is_down

    def close(self) -> None:
        return
