"""An index that holds nothing and says so: for tests, and for commands that never search.

An instance without an index (`search.engine = "none"`) searches its tables: `database_search`.
"""

from collections.abc import Iterable, Iterator

from registry.search.documents import SearchDocument
from registry.search.port import MAX_SUGGESTIONS, SearchAnswer, SearchQuery, Suggestion


class NullSearchIndex:
    """A `SearchIndex` that finds nothing and is never healthy."""

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        """Read the documents and keep none."""
        return sum(1 for _ in documents)

    def remove(self, ids: Iterable[int]) -> int:  # noqa: ARG002
        """There is nothing to remove."""
        return 0

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Find nothing."""
        return SearchAnswer(facets={name: {} for name in query.facets})

    def suggest(self, prefix: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:  # noqa: ARG002
        """Suggest nothing."""
        return []

    def count(self) -> int:
        """Return 0."""
        return 0

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        """Yield nothing."""
        yield from ()

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Read the documents and keep none."""
        self.upsert(documents)
        return 0

    def health(self) -> bool:
        """Return false: nothing will be found."""
        return False

    def close(self) -> None:
        """There is nothing to close."""
