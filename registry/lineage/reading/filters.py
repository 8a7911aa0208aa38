"""From a question for edges to the conditions of a statement."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import col

from registry.db.edges import is_sure
from registry.db.tables import Component, Organisation
from registry.db.tables.lineage import COUNTED_STATES, Edge, EdgeKind, EdgeState, EdgeTag
from registry.errors import InvalidInput
from registry.lineage.reading.rows import crosses_border, touches
from registry.lineage.readmodels import ReuseQuery
from registry.lineage.vocabulary import CONFIDENCES, DIRECTIONS

Condition = ColumnElement[bool]


def conditions(query: ReuseQuery) -> list[Condition]:
    """Return what an edge must fulfil, or raise `InvalidInput` naming a value that is no value."""
    found = [*_standing(query), *_sides(query), *_times(query)]
    if query.kind:
        found.append(col(Edge.kind).in_([_value(EdgeKind, "kind", x) for x in query.kind]))
    if query.tag:
        found.append(col(Edge.tag).in_([_value(EdgeTag, "tag", x) for x in query.tag]))
    if query.component is not None:
        found.append(touches(_component(query.component)))
    if query.organisation is not None:
        body = _organisation(query.organisation)
        found.append(_either(Edge.origin_organisation_id, Edge.reuser_organisation_id, body))
    if query.foreign is not None:
        # "Not foreign" is said only of two countries that are known and the same.
        same = col(Edge.origin_country) == col(Edge.reuser_country)
        found.append(crosses_border() if query.foreign else same)
    return found


def _value(kind: Any, name: str, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(f"{name} must be one of {', '.join(kind)}, not {text[:60]!r}") from None


def _standing(query: ReuseQuery) -> list[Condition]:
    """Leave out what is not counted, unless the question asks for it by name."""
    states = [_value(EdgeState, "state", x) for x in query.state] or list(COUNTED_STATES)
    found: list[Condition] = [col(Edge.state).in_(states)]
    unknown = [x for x in query.confidence if x not in CONFIDENCES]
    if unknown:
        raise InvalidInput(f"confidence must be one of {', '.join(CONFIDENCES)}")
    if query.confidence:
        found.append(col(Edge.confidence).in_(query.confidence))
    elif not query.with_possible:
        found.append(is_sure())
    if not query.with_mirrors:
        found.append(col(Edge.is_mirror).is_(False))
    if not query.with_internal:
        found.append(col(Edge.is_internal).is_(False))
    return found


def _sides(query: ReuseQuery) -> list[Condition]:
    """Ask each end for what belongs to it; of edges without a direction, either end may be it."""
    if query.direction is not None and query.direction not in DIRECTIONS:
        raise InvalidInput(f"direction must be one of {', '.join(DIRECTIONS)}")
    forward = [*_side(query, "origin", "origin"), *_side(query, "reuser", "reuser")]
    if query.direction is None:
        return [*forward, col(Edge.direction) == "known"] if forward else []
    here = col(Edge.direction) == query.direction
    if query.direction == "known" or not forward:
        return [*forward, here]
    backward = [*_side(query, "origin", "reuser"), *_side(query, "reuser", "origin")]
    return [here, or_(and_(*forward), and_(*backward))]


def _side(query: ReuseQuery, asked: str, end: str) -> list[Condition]:
    """Return what the question asks of one end, put to an end of the edge."""
    country, region = (col(getattr(Edge, f"{end}_{name}")) for name in ("country", "region"))
    found: list[Condition] = []
    if countries := getattr(query, f"{asked}_country"):
        found.append(country.in_(countries))
    if regions := getattr(query, f"{asked}_region"):
        parts = [code for code in regions if "-" in code]
        whole = [code for code in regions if "-" not in code]
        found.append(or_(region.in_(parts), and_(region.is_(None), country.in_(whole))))
    if slug := getattr(query, f"{asked}_organisation"):
        found.append(col(getattr(Edge, f"{end}_organisation_id")) == _organisation(slug))
    if slug := getattr(query, asked):
        found.append(col(getattr(Edge, f"{end}_id")) == _component(slug))
    return found


def _times(query: ReuseQuery) -> list[Condition]:
    found: list[Condition] = []
    if query.since is not None:
        found.append(col(Edge.first_seen) >= query.since)
    if query.until is not None:
        found.append(col(Edge.first_seen) < query.until)
    if query.changed_since is not None:
        found.append(col(Edge.changed_at) >= query.changed_since)
    return found


def _either(first: Any, second: Any, value: Any) -> Condition:
    return or_(col(first) == value, col(second) == value)


def _component(slug: str) -> ScalarSelect[Any]:
    return select_columns(col(Component.id)).where(col(Component.slug) == slug).scalar_subquery()


def _organisation(slug: str) -> ScalarSelect[Any]:
    return (
        select_columns(col(Organisation.id)).where(col(Organisation.slug) == slug).scalar_subquery()
    )
