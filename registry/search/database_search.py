"""Plain search in the database: what answers while there is no index, or while it is down.

Every word must occur in a name, a description, the topics, the slug or the path, as written and
without regard to the case of ASCII letters. No typos, stems or ranking by relevance; filters,
facets, paging and highlights are those of the port. Values are always bound, never pasted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select, true
from sqlmodel import Session, col

from registry.db.edges import is_measured_total
from registry.db.session import Database
from registry.db.tables import Component, ComponentField, Organisation, Repository, RepositoryState
from registry.db.tables.lineage import EdgeTotal
from registry.db.tables.repository import UNLISTED
from registry.errors import Unavailable
from registry.search.database_json import list_items, object_values
from registry.search.documents import SearchDocument
from registry.search.documents_from_tables import text_by_language
from registry.search.highlight import highlights, wanted
from registry.search.port import (
    MAX_FACET_VALUES,
    MAX_SUGGESTIONS,
    SearchAnswer,
    SearchHit,
    SearchQuery,
    Suggestion,
    clean_text,
)
from registry.search.questions import parse_question, raw_terms

Conditions = dict[str, ColumnElement[bool]]
# Each term is a scan of its own.
MAX_TERMS: Final = 8
_ESCAPE: Final = "\\"
_COLUMNS: Final[dict[str, Any]] = {
    "country": col(Component.country),
    "region": col(Component.region),
    "organisation": col(Organisation.slug),
    "licence": col(Component.licence),
    "licence_class": col(Component.licence_class),
    "language": col(Component.language),
    "activity": col(Component.activity),
    "readiness": col(Component.readiness),
    "forge": col(Repository.forge),
    "state": col(Repository.state),
}
_DESCRIPTIONS: Final = Component.descriptions
_DEAD: Final = (RepositoryState.ARCHIVED, RepositoryState.GONE)
_STATES: Final = frozenset(state.value for state in RepositoryState)
_IS_FORK: Final = or_(col(Repository.is_fork), col(Component.origin_id).is_not(None))
_SPEAKS: Final = (
    col(ComponentField.component_id) == col(Component.id),
    col(ComponentField.property) == "interface_languages",
)


class DatabaseSearch:
    """A `SearchIndex` that is the tables themselves: it is always up to date, and not written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Answer a question; no text of a user makes it fail."""
        conditions = self._conditions(query)
        with self._database.read() as session:
            total = session.scalar(_listed(func.count()).where(*conditions.values())) or 0
            rows = session.execute(_page(query).where(*conditions.values())).all()
            facets = {name: self._facet(session, name, conditions, query) for name in query.facets}
        want = wanted(parse_question(query.q))
        hits = []
        for row in rows:
            names, descriptions = text_by_language(row.names), text_by_language(row.descriptions)
            marked, langs = highlights(names, descriptions, query.lang, want)
            hits.append(
                SearchHit(
                    component_id=row.id,
                    revision=row.revision,
                    highlights=marked,
                    highlight_langs=langs,
                )
            )
        return SearchAnswer(hits=tuple(hits), total=total, facets=facets)

    def suggest(self, prefix: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:
        """Complete what is being typed with names that begin with it, at most eight."""
        text = clean_text(prefix).strip()[:100]
        if not text:
            return []
        page = (
            _listed(col(Component.name), col(Component.slug))
            .where(_like(col(Component.name), text, begins=True))
            .order_by(col(Component.name), col(Component.slug))
            .limit(max(0, min(limit, MAX_SUGGESTIONS)))
        )
        with self._database.read() as session:
            return [Suggestion(row.name, row.slug) for row in session.execute(page)]

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        """Nothing to write: the rows are already there; return how many documents were read."""
        return sum(1 for _ in documents)

    def remove(self, ids: Iterable[int]) -> int:  # noqa: ARG002
        """Nothing to remove."""
        return 0

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:  # noqa: ARG002
        """Nothing to build; return the number of components."""
        return self.count()

    def count(self) -> int:
        """Return the number of components that may be listed."""
        with self._database.read() as session:
            return session.scalar(_listed(func.count())) or 0

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        """Yield the id and revision of every component that may be listed."""
        with self._database.read() as session:
            rows = session.execute(_listed(col(Component.id), col(Component.revision))).all()
        yield from ((row.id, row.revision) for row in rows)

    def health(self) -> bool:
        """Tell whether the database answers; never raises."""
        try:
            self.count()
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """The database belongs to others."""

    def _conditions(self, query: SearchQuery) -> Conditions:
        """Return what every hit fulfils, by the name of the filter."""
        kept, excluded = raw_terms(query.q)
        found = {f"+{i}": self._contains(text) for i, text in enumerate(kept[:MAX_TERMS])}
        found |= {f"-{i}": ~self._contains(t) for i, t in enumerate(excluded[:MAX_TERMS])}
        found |= {name: self._one_of(name, values) for name, values in query.selected.items()}
        if query.is_fork is not None:
            found["is_fork"] = _IS_FORK if query.is_fork else ~_IS_FORK
        if query.among is not None:
            found["among"] = col(Component.id).in_(sorted(query.among))
        if query.since is not None:
            found["since"] = col(Component.updated_at) >= _as_stored(query.since)
        if query.until is not None:
            found["until"] = col(Component.updated_at) < _as_stored(query.until)
        return found

    def _contains(self, text: str) -> ColumnElement[bool]:
        plain = (Component.name, Component.slug, Repository.path)
        objects = (object_values(self._database, c) for c in (Component.names, _DESCRIPTIONS))
        items = (*objects, list_items(self._database, Component.topics))
        return or_(
            *(_like(func.coalesce(col(column), ""), text) for column in plain),
            *(exists(select(1).select_from(i).where(_like(i.c.value, text))) for i in items),
        )

    def _one_of(self, name: str, values: tuple[str, ...]) -> ColumnElement[bool]:
        if name in _COLUMNS:
            known = values if name != "state" else [v for v in values if v in _STATES]
            return _COLUMNS[name].in_(known)  # type: ignore[no-any-return]
        column = Component.categories if name == "function" else ComponentField.value
        items = list_items(self._database, column)
        asked = select(1).select_from(items).where(items.c.value.in_(values))
        if name == "function":
            return exists(asked.correlate(Component))
        asked = select(1).select_from(ComponentField).join(items, true())
        return exists(asked.where(*_SPEAKS, items.c.value.in_(values)).correlate(Component))

    def _facet(
        self, session: Session, name: str, conditions: Conditions, query: SearchQuery
    ) -> dict[str, int]:
        where = [condition for key, condition in conditions.items() if key != name]
        number = func.count(func.distinct(col(Component.id)))
        if name in _COLUMNS:
            value = _COLUMNS[name]
            counted = _listed(value, number)
        else:
            column = Component.categories if name == "function" else ComponentField.value
            items = list_items(self._database, column)
            value = items.c.value
            counted = _listed(value, number)
            if name == "ui_language":
                counted = counted.join(ComponentField, _SPEAKS[0]).where(_SPEAKS[1])
            counted = counted.join(items, true())
        counted = counted.where(*where, value.is_not(None)).group_by(value)
        rows = session.execute(counted.order_by(number.desc(), value).limit(MAX_FACET_VALUES))
        counts = {str(found): int(count) for found, count in rows if found}
        return counts | {v: counts.get(v, 0) for v in query.selected.get(name, ())}


def _listed(*columns: Any) -> Select[Any]:
    """Return a query over the components that may be listed."""
    return (
        select(*columns)
        .select_from(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .outerjoin(EdgeTotal, is_measured_total())
        .where(col(Repository.state).not_in(UNLISTED))
    )


def _page(query: SearchQuery) -> Select[Any]:
    columns = (Component.id, Component.revision, Component.names, Component.descriptions)
    found = _listed(*(col(column) for column in columns))
    orders: dict[str, list[Any]] = {
        "relevance": _best_first(query.q),
        "reuse": [_total(EdgeTotal.foreign_countries), _total(EdgeTotal.organisations)],
        "updated": [col(Component.updated_at).desc()],
        "newest": [col(Component.created_at).desc()],
        "name": [func.lower(col(Component.name))],
    }
    found = found.order_by(*orders[query.sort], col(Component.slug))
    return found.limit(query.limit).offset(query.offset)


def _best_first(text: str) -> list[Any]:
    """Names that begin with the question, then origins, the living, the often reused."""
    begins = _like(col(Component.name), text.strip()[:100], begins=True)
    dead = or_(col(Component.activity) == "archived", col(Repository.state).in_(_DEAD))
    order = [case((begins, 0), else_=1), case((_IS_FORK, 1), else_=0), case((dead, 1), else_=0)]
    return [*order, _total(EdgeTotal.organisations)]


def _total(column: Any) -> ColumnElement[Any]:
    return func.coalesce(col(column), 0).desc()


def _like(column: Any, text: str, *, begins: bool = False) -> ColumnElement[bool]:
    """Tell whether a column holds a text; `%` and `_` in it are only themselves."""
    # SQLite ignores the case of ASCII letters only: the usual spellings of others are tried.
    spellings = {text} if text.isascii() else {text, text.lower(), text.upper(), text.capitalize()}
    start = "" if begins else "%"
    likes = [
        column.ilike(f"{start}{_escaped(spelling)}%", escape=_ESCAPE)
        for spelling in sorted(spellings)
    ]
    return or_(*likes)


def _escaped(text: str) -> str:
    for char in (_ESCAPE, "%", "_"):
        text = text.replace(char, _ESCAPE + char)
    return text


def _as_stored(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
