"""What a Meilisearch index is told: its settings, its documents and its filters.

Raise `SCHEMA_VERSION` with every change here: it is part of the name of the index.
"""

from typing import Any, Final

from registry.search.analysis import STOP_WORDS, SYNONYMS, name_parts, synonyms, words
from registry.search.documents import SearchDocument, facet_values
from registry.search.port import FACETS, MAX_FACET_VALUES, SearchQuery

SCHEMA_VERSION: Final = 3
MAX_TOTAL: Final = 20_000
# Private-use characters that no document holds: they become `<mark>` after escaping.
MARK_START, MARK_END = "\ue000", "\ue001"
_SORTS: Final = {
    "relevance": [],
    "updated": ["updated_at:desc", "slug:asc"],
    "reuse": ["reuse:desc", "slug:asc"],
    "newest": ["created_at:desc", "slug:asc"],
    "name": ["sort_name:asc", "slug:asc"],
}


def index_settings() -> dict[str, Any]:
    """Return the settings of an index; the order of searchable attributes is their weight."""
    return {
        "searchableAttributes": [
            "names",
            "name_parts",
            "descriptions",
            "topics",
            "long_texts",
            "readme",
        ],
        "filterableAttributes": [*FACETS, "id", "is_fork", "updated_at"],
        "sortableAttributes": ["reuse", "updated_at", "created_at", "sort_name", "slug"],
        "rankingRules": [
            "sort", "words", "typo", "proximity", "attribute", "rank:desc", "exactness", "slug:asc",
        ],
        "synonyms": {word: list(synonyms(word)) for group in SYNONYMS for word in group},
        "stopWords": sorted(STOP_WORDS),
        "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8}},
        "faceting": {"maxValuesPerFacet": MAX_FACET_VALUES, "sortFacetValuesBy": {"*": "count"}},
        "pagination": {"maxTotalHits": MAX_TOTAL},
    }  # fmt: skip


def index_document(document: SearchDocument) -> dict[str, Any]:
    """Return the document as Meilisearch keeps it; languages stand beside the lists of texts."""
    last = document.path.rpartition("/")[2]
    names = [*document.names.values()]
    return {
        "id": document.id,
        "revision": document.revision,
        "slug": document.slug,
        "name": document.name,
        "names": names,
        "name_langs": [*document.names],
        "name_parts": [document.slug, last, *name_parts(" ".join([*names, last]))],
        "descriptions": [*document.descriptions.values()],
        "description_langs": [*document.descriptions],
        "topics": [
            *document.topics,
            *document.categories,
            *document.packages,
            document.language or "",
            document.organisation_name,
        ],
        "long_texts": [*document.long_texts.values(), *document.features.values()],
        "readme": [document.readme, document.path, *document.places],
        "sort_name": " ".join(words(document.name)),
        "rank": document.rank,
        "reuse": document.reuse,
        "is_fork": document.is_fork,
        "updated_at": document.updated_at,
        "created_at": document.created_at,
        **{name: list(values) for name, values in facet_values(document).items()},
    }


def search_requests(query: SearchQuery, uid: str, *, strategy: str) -> list[dict[str, Any]]:
    """Return the requests of one multi-search: the hits, then one per facet with a choice.

    A facet is counted under all filters but its own, which takes a request of its own.
    """
    filters = filter_expressions(query)
    base = {"indexUid": uid, "q": query.q, "matchingStrategy": strategy}
    main = {
        **base,
        **_page(query),
        "filter": list(filters.values()),
        "sort": _SORTS[query.sort],
        "facets": [name for name in query.facets if name not in filters],
        "attributesToRetrieve": ["id", "revision", "name_langs", "description_langs"],
        "attributesToHighlight": ["names", "descriptions"],
        "attributesToCrop": ["descriptions"],
        "cropLength": 40,
        "highlightPreTag": MARK_START,
        "highlightPostTag": MARK_END,
        "showRankingScore": True,
    }
    counted = [
        {
            **base,
            "limit": 0,
            "filter": [value for key, value in filters.items() if key != name],
            "facets": [name],
        }
        for name in query.facets
        if name in filters
    ]
    return [main, *counted]


def _page(query: SearchQuery) -> dict[str, int]:
    """Return the paging that counts exactly where the offset is a whole number of pages."""
    if query.limit and query.offset % query.limit == 0:
        return {"hitsPerPage": query.limit, "page": query.offset // query.limit + 1}
    return {"limit": query.limit, "offset": query.offset}


def filter_expressions(query: SearchQuery) -> dict[str, str]:
    """Return one filter expression per active filter; every text value is quoted."""
    found = {
        name: f"{name} IN [{', '.join(quoted(value) for value in values)}]"
        for name, values in query.selected.items()
    }
    if query.is_fork is not None:
        found["is_fork"] = f"is_fork = {str(query.is_fork).lower()}"
    if query.among is not None:
        found["among"] = f"id IN [{', '.join(map(str, sorted(query.among)))}]"
    if query.since_seconds is not None:
        found["since"] = f"updated_at >= {query.since_seconds}"
    if query.until_seconds is not None:
        found["until"] = f"updated_at < {query.until_seconds}"
    return found


def quoted(value: str) -> str:
    """Return a text as a literal of the filter language, whatever it holds."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
