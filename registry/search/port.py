"""The search port: what a question and its answer look like, and what every index must do.

The rows of the database are the truth; an index is a cache of them that can be rebuilt at any
time. Adapters: `embedded` (in this process), `meilisearch` (a server), `database_search`
(the tables themselves), `null` (nothing).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

from msgspec import Struct
from msgspec.structs import force_setattr

from registry.errors import InvalidInput
from registry.search.documents import SearchDocument

Sort = Literal["relevance", "reuse", "updated", "newest", "name"]
SORTS: Final[tuple[Sort, ...]] = ("relevance", "reuse", "updated", "newest", "name")
FACETS: Final = (
    "country",
    "region",
    "organisation",
    "licence",
    "licence_class",
    "language",
    "ui_language",
    "function",
    "activity",
    "readiness",
    "forge",
    "state",
)
MAX_QUERY_LENGTH: Final = 400
MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 10_000
MAX_FILTER_VALUES: Final = 1_000
MAX_AMONG: Final = 30_000  # SQLite takes 32,766 values in a statement
MAX_FACET_VALUES: Final = 1_000
MAX_SUGGESTIONS: Final = 8


def utc_timestamp(time: datetime) -> float:
    """Return seconds since 1970; a time without a zone is in UTC, as the database keeps it."""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def clean_text(text: str) -> str:
    """Return the first 400 characters as valid Unicode, with spaces for control characters."""
    valid = text[:MAX_QUERY_LENGTH].encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else " " for char in valid)


class SearchQuery(Struct, frozen=True, kw_only=True):
    """A question: values of one filter are alternatives, filters add up.

    `filters` maps a name of `FACETS` to the accepted values; `since` is inclusive and `until`
    exclusive, both on the time of the last change of the component; times without a zone are UTC.
    `among` leaves only the components with these ids, at most 30,000: what the index does not know.
    `facets` names the facets to count. `lang` (BCP 47) is the reader's language. Raises
    `InvalidInput` for an unknown filter, facet or sort and for numbers out of range; any text is
    accepted in `q`, of which the first 400 characters count.
    """

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = {}
    since: datetime | None = None
    until: datetime | None = None
    is_fork: bool | None = None
    among: frozenset[int] | None = None
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0
    facets: tuple[str, ...] = ()
    lang: str = "en"

    def __post_init__(self) -> None:
        """Refuse what no index could answer."""
        unknown = (set(self.filters) | set(self.facets)) - set(FACETS)
        if unknown:
            raise InvalidInput(
                f"no such filter: {', '.join(sorted(unknown))}; there are {', '.join(FACETS)}"
            )
        if self.sort not in SORTS:
            raise InvalidInput(f"no such order: {self.sort}; there are {', '.join(SORTS)}")
        if not 0 <= self.limit <= MAX_LIMIT:
            raise InvalidInput(f"limit must be between 0 and {MAX_LIMIT}")
        if not 0 <= self.offset <= MAX_OFFSET:
            raise InvalidInput(f"only the first {MAX_OFFSET} results can be paged through")
        if sum(map(len, self.filters.values())) > MAX_FILTER_VALUES:
            raise InvalidInput(f"at most {MAX_FILTER_VALUES} filter values are accepted")
        if self.among is not None and len(self.among) > MAX_AMONG:
            raise InvalidInput(
                f"more than {MAX_AMONG:,} components fulfil this: combine it with less common ones"
            )
        # No engine takes every text (NUL, lone surrogates): no adapter meets such a one.
        force_setattr(self, "q", clean_text(self.q))
        cleaned = {name: tuple(map(clean_text, values)) for name, values in self.filters.items()}
        force_setattr(self, "filters", cleaned)

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """The filters that have a value; an empty choice filters nothing."""
        return {name: values for name, values in self.filters.items() if values}

    @property
    def since_seconds(self) -> int | None:
        """`since` in whole seconds since 1970, rounded up."""
        return None if self.since is None else math.ceil(utc_timestamp(self.since))

    @property
    def until_seconds(self) -> int | None:
        """`until` in whole seconds since 1970, rounded up."""
        return None if self.until is None else math.ceil(utc_timestamp(self.until))


class SearchHit(Struct, frozen=True, kw_only=True):
    """A component that answers the question.

    `highlights` maps `name` or `description` to escaped HTML whose only tag is `<mark>`;
    `highlight_langs` gives the language of each such text where it is known. `score` compares
    hits of one answer only.
    """

    component_id: int
    revision: int
    score: float = 0.0
    highlights: Mapping[str, str] = {}
    highlight_langs: Mapping[str, str] = {}


class SearchAnswer(Struct, frozen=True, kw_only=True):
    """One page of hits with the size of the whole answer.

    `facets` gives, per facet asked for, the number of components per value under all active
    filters but the facet's own. `suggestion` is the question with its spelling mended.
    `is_broadened` tells that no component has all the words, so those with any are given.
    """

    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    total_is_exact: bool = True
    facets: Mapping[str, Mapping[str, int]] = {}
    suggestion: str | None = None
    is_broadened: bool = False


class Suggestion(Struct, frozen=True):
    """A completion of what is being typed; `slug` is set when it is the name of a component."""

    text: str
    slug: str | None = None


class SearchIndex(Protocol):
    """An index of search documents; every method raises `Unavailable` while it is down."""

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        """Write documents durably, leaving out those older than what is held; return how many."""

    def remove(self, ids: Iterable[int]) -> int:
        """Remove documents durably; return how many there were."""

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Answer a question; no text of a user makes it fail."""

    def suggest(self, prefix: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:
        """Complete what is being typed with names of components, at most eight."""

    def count(self) -> int:
        """Return the number of documents."""

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        """Yield the id and revision of every document, in no order."""

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index aside, swap it in, and return how many documents it holds."""

    def health(self) -> bool:
        """Tell whether a search would be answered; never raises."""

    def close(self) -> None:
        """Let go of files and connections."""
