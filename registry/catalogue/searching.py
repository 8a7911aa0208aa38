"""A question as the search index takes it, and the index's answer as a page of components."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final, cast

import msgspec
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.catalogue.cards import load_cards
from registry.catalogue.compatibility import near_ids, spdx_id
from registry.catalogue.readmodels import ComponentQuery, Facet, FacetValue, SearchPage
from registry.db.tables import Organisation
from registry.errors import InvalidInput
from registry.search.port import SORTS, SearchAnswer, SearchQuery, Sort

FACETS: Final = ("country", "licence", "language", "function", "activity", "forge", "ui_language",
          "organisation", "region", "readiness")  # fmt: skip
MAX_LIMIT: Final = 100
MAX_FACET_VALUES: Final = 30


def asked_of(
    query: ComponentQuery, fitting: frozenset[str] | None, ids: frozenset[int] | None
) -> SearchQuery:
    """Return a question as the index takes it, or raise `InvalidInput` naming what is wrong."""
    limit = query.limit
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be from 1 to {MAX_LIMIT}, not {limit}")
    if query.sort not in SORTS:
        raise InvalidInput(f"sort must be one of {', '.join(SORTS)}, not {query.sort!r}")
    filters = {name: getattr(query, name) for name in FACETS if getattr(query, name)}
    if fitting is not None:
        chosen = set(query.licence) & fitting if query.licence else fitting
        filters["licence"] = tuple(sorted(chosen)) or ("-",)
    return SearchQuery(
        q=query.q,
        filters=filters,
        since=query.since,
        until=query.until,
        is_fork=query.is_fork,
        among=ids,
        sort=_sort(query),
        limit=limit,
        offset=_offset(query.after),
        facets=FACETS,
        lang=query.lang,
    )


def _sort(query: ComponentQuery) -> Sort:
    """Relevance means nothing without words: then the most recent come first."""
    if query.sort == "relevance" and not query.q.strip():
        return "updated"
    return cast("Sort", query.sort)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        offset = int(msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=="), type=int))
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidInput("after is not a cursor that this registry gave out") from error
    if not 0 <= offset <= 10_000:
        raise InvalidInput("after reaches beyond the first 10,000 results: use more filters")
    return offset


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(offset)).decode().rstrip("=")


def page_of(
    session: Session,
    query: ComponentQuery,
    asked: SearchQuery,
    answer: SearchAnswer,
    *,
    degraded: bool,
    removed: SearchAnswer | None = None,
) -> SearchPage:
    """Return a page; `removed` is what the answer counts, and nobody may see."""
    ids = [hit.component_id for hit in answer.hits]
    marks = {
        hit.component_id: hit.highlights["description"]
        for hit in answer.hits
        if "description" in hit.highlights
    }
    end = asked.offset + len(answer.hits)
    more = answer.hits and end < answer.total and end <= 10_000
    return SearchPage(
        items=tuple(load_cards(session, ids, lang=query.lang, marks=marks)),
        total=answer.total - (removed.total if removed else 0),
        total_is_exact=answer.total_is_exact,
        facets=_facets(session, query, _counts(answer, removed)),
        next=_cursor(end) if more else None,
        suggestion=answer.suggestion,
        degraded=degraded,
        is_broadened=answer.is_broadened,
    )


def _counts(answer: SearchAnswer, removed: SearchAnswer | None) -> Mapping[str, dict[str, int]]:
    """Return how many components have each value, without those that were taken down."""
    gone = removed.facets if removed else {}
    return {
        name: {
            value: left
            for value, count in counts.items()
            if (left := count - gone.get(name, {}).get(value, 0)) > 0
        }
        for name, counts in answer.facets.items()
    }


def _facets(
    session: Session, query: ComponentQuery, counts: Mapping[str, dict[str, int]]
) -> tuple[Facet, ...]:
    shown = {name: _shown(counts.get(name, {}), getattr(query, name)) for name in FACETS}
    names = _organisation_names(session, [value for value, _ in shown["organisation"]])
    facets = []
    for name, counted in shown.items():
        selected = getattr(query, name)
        label = names if name == "organisation" else {}
        values = tuple(
            FacetValue(value, label.get(value, value), count, value in selected)
            for value, count in counted
        )
        if values:
            facets.append(Facet(name, values))
    return tuple(facets)


def _shown(counts: Mapping[str, int], selected: tuple[str, ...]) -> list[tuple[str, int]]:
    """Return the most frequent values of a facet, and those that are selected."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    kept = [item for item in ordered[:MAX_FACET_VALUES] if item[1] or item[0] in selected]
    have = {value for value, _ in kept}
    return kept + [(value, counts.get(value, 0)) for value in selected if value not in have]


def _organisation_names(session: Session, slugs: list[str]) -> dict[str, str]:
    if not slugs:
        return {}
    rows = session.execute(
        select_columns(col(Organisation.slug), col(Organisation.name)).where(
            col(Organisation.slug).in_(slugs)
        )
    )
    return {str(slug): str(name) for slug, name in rows}


def licence_of(text: str) -> str:
    """Return the id of a licence as SPDX writes it, or raise `InvalidInput` with what is near."""
    if found := spdx_id(text):
        return found
    near = ", ".join(near_ids(text))
    hint = f"did you mean {near}?" if near else "see https://spdx.org/licenses/"
    raise InvalidInput(f"licence_fits: {text[:60]!r} is no SPDX id; {hint}")
