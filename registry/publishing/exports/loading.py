"""Reading the subjects of exports from the tables: a batch of components by a few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Bundle, aliased
from sqlmodel import Session, col, select

from registry.db.edges import is_counted, stands
from registry.db.tables import (
    Component,
    ComponentField,
    DocumentRow,
    LanguageRow,
    Organisation,
    PackageRow,
    Repository,
)
from registry.db.tables.lineage import Edge, EdgeKind, EdgeTag, EdgeTotal, LineageState
from registry.db.tombstones import missing_component
from registry.domain.properties import MULTILINGUAL
from registry.domain.resolve import TECHNICAL_FORKS
from registry.publishing.exports.subject import Body, Reuse, Subject, Upstream

# Being built on a package is no descent: these kinds say that code was taken over.
DESCENT: Final = (
    EdgeKind.SHARED_COMMITS, EdgeKind.SHARED_FILES, EdgeKind.SIMILAR_FILES,
    EdgeKind.ATTRIBUTION_TEXT,
)  # fmt: skip
PROVEN: Final = (EdgeTag.MEASURED, EdgeTag.ATTRIBUTED)
MAX_PACKAGES: Final = 50

_COMPONENT: Final[Bundle[Any]] = Bundle(
    "component",
    *map(col, (
        Component.id, Component.uuid, Component.slug, Component.repository_id, Component.name,
        Component.names, Component.descriptions, Component.country, Component.region,
        Component.licence, Component.activity, Component.updated_at, Component.created_at,
        Component.is_demo,
    )),
)  # fmt: skip
_REPOSITORY: Final[Bundle[Any]] = Bundle(
    "repository",
    *map(col, (
        Repository.url, Repository.web_url, Repository.forge, Repository.state,
        Repository.fork_class, Repository.community, Repository.forge_data, Repository.head_commit,
        Repository.first_commit_at, Repository.last_commit_at, Repository.last_crawled_at,
    )),
)  # fmt: skip
_ORIGIN = aliased(Component)
_ORIGIN_REPOSITORY = aliased(Repository)


def load_subject(session: Session, slug: str) -> Subject:
    """Return the subject of a component by its slug, or raise `NotFound`, or `Gone`."""
    found = session.exec(select(Component.id).where(col(Component.slug) == slug)).first()
    if found is None:
        raise missing_component(session, slug)
    return load_subjects(session, [found])[0]


def load_subjects(session: Session, ids: Sequence[int]) -> list[Subject]:
    """Return the subjects of one batch of components, in the order of the ids."""
    rows = _rows(session, ids)
    repositories = [component.repository_id for component, _, _ in rows]
    parts: dict[str, Mapping[int, Any]] = {
        "fields": _fields(session, ids),
        "languages": _languages(session, repositories),
        "packages": _packages(session, repositories),
        "publiccode": _publiccode(session, repositories),
        "reuse": _reuse(session, ids),
        "upstreams": _upstreams(session, ids),
        "compared": _compared(session, repositories),
    }
    return _in_order(rows, ids, parts)


def load_outlines(
    session: Session, ids: Sequence[int], properties: Collection[str]
) -> list[Subject]:
    """Return the subjects with some fields, and how often they are reused, and no more: for
    questions about thousands of components at once."""
    rows = _rows(session, ids)
    repositories = [component.repository_id for component, _, _ in rows]
    parts: dict[str, Mapping[int, Any]] = defaultdict(dict)
    parts["fields"] = _fields(session, ids, properties)
    parts["reuse"] = _reuse(session, ids)
    parts["compared"] = _compared(session, repositories)
    return _in_order(rows, ids, parts)


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    # Columns, not entities: thousands of rows are read at once, and none is changed.
    return session.execute(
        select_columns(_COMPONENT, _REPOSITORY, Organisation)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .where(col(Component.id).in_(ids))
    ).all()


def _in_order(
    rows: Sequence[Any], ids: Sequence[int], parts: Mapping[str, Mapping[int, Any]]
) -> list[Subject]:
    found = {row[0].id: _subject(row[0], row[1], row[2], parts) for row in rows}
    return [found[key] for key in ids if key in found]


def _subject(
    component: Any,
    repository: Any,
    organisation: Organisation | None,
    parts: Mapping[str, Mapping[int, Any]],
) -> Subject:
    key, place = component.id or 0, component.repository_id
    fields, texts = parts["fields"].get(key, ({}, {}))
    own, is_valid = parts["publiccode"].get(place, (None, False))
    if repository.fork_class in TECHNICAL_FORKS:  # what it holds describes its upstream
        own, is_valid = None, False
    return Subject(
        id=key, uuid=component.uuid, slug=component.slug, name=component.name,
        names=_strings(component.names), summaries=_strings(component.descriptions),
        descriptions=texts.get("long_description", {}), features=texts.get("features", {}),
        fields=fields, repository_url=repository.url,
        web_url=_web_url(repository.web_url) or repository.url, forge=repository.forge,
        state=repository.state.value, body=body_of(organisation) if organisation else None,
        country=component.country,
        region=component.region, licence=component.licence, activity=component.activity,
        languages=tuple(parts["languages"].get(place, ())),
        packages=tuple(parts["packages"].get(place, ())), community=_strings(repository.community),
        head_commit=repository.head_commit, first_commit_at=repository.first_commit_at,
        last_commit_at=repository.last_commit_at, updated_at=component.updated_at,
        created_at=component.created_at, own_publiccode=own, own_is_valid=is_valid,
        reuse=tuple(parts["reuse"].get(key, ())), upstreams=tuple(parts["upstreams"].get(key, ())),
        read_at=repository.last_crawled_at,
        has_issues=_truth(repository.forge_data.get("has_issues")),
        is_compared=parts["compared"].get(place, False),
        is_demo=component.is_demo,
    )  # fmt: skip


def body_of(row: Organisation) -> Body:
    """Return an organisation as exports tell it."""
    # The address of an account at a forge says where the code is, not who the body is.
    official = row.uri if row.uri != row.website else None
    return Body(
        slug=row.slug, name=row.name, identifier=official, website=row.website, country=row.country
    )


def _web_url(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _strings(value: Any) -> dict[str, str]:
    items = value.items() if isinstance(value, dict) else ()
    return {str(key): text for key, text in items if isinstance(text, str) and text.strip()}


def _compared(session: Session, repositories: Sequence[int]) -> dict[int, bool]:
    """Return of which repositories the lineage was looked at."""
    wanted = select(LineageState.repository_id).where(
        col(LineageState.repository_id).in_(repositories)
    )
    return dict.fromkeys(session.exec(wanted), True)


def _fields(
    session: Session, ids: Sequence[int], properties: Collection[str] = ()
) -> dict[int, tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
    """Return the fields without a language, and the texts by language, of each component."""
    rows = session.execute(
        select_columns(
            col(ComponentField.component_id), col(ComponentField.property),
            col(ComponentField.lang), col(ComponentField.value),
        )
        .where(
            col(ComponentField.component_id).in_(ids),
            *([col(ComponentField.property).in_(properties)] if properties else []),
        )
        .order_by(col(ComponentField.id))
    )  # fmt: skip
    found: dict[int, tuple[dict[str, Any], dict[str, dict[str, Any]]]] = {}
    for component, name, lang, value in rows:
        plain, texts = found.setdefault(component, ({}, {}))
        if name in MULTILINGUAL:
            texts.setdefault(name, {})[lang or ""] = value
        else:
            plain.setdefault(name, value)
    return found


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def _languages(session: Session, repositories: Sequence[int]) -> dict[int, list[str]]:
    return _grouped(
        session.execute(
            select_columns(col(LanguageRow.repository_id), col(LanguageRow.name))
            .where(col(LanguageRow.repository_id).in_(repositories))
            .order_by(col(LanguageRow.size).desc(), col(LanguageRow.name))
        )
    )


def _packages(session: Session, repositories: Sequence[int]) -> dict[int, list[str]]:
    """Return the package URLs of what each repository publishes."""
    rows = session.execute(
        select_columns(
            col(PackageRow.repository_id), col(PackageRow.ecosystem), col(PackageRow.name)
        )
        .where(col(PackageRow.repository_id).in_(repositories), col(PackageRow.private).is_(False))
        .order_by(col(PackageRow.ecosystem), col(PackageRow.name))
    )
    named = ((key, f"pkg:{kind}/{name.replace(':', '/')}") for key, kind, name in rows)
    return {key: list(dict.fromkeys(x))[:MAX_PACKAGES] for key, x in _grouped(named).items()}


def _publiccode(
    session: Session, repositories: Sequence[int]
) -> dict[int, tuple[dict[str, Any], bool]]:
    """Return the publiccode.yml nearest to the root of each repository, where it can be read."""
    rows = session.execute(
        select_columns(
            col(DocumentRow.repository_id), col(DocumentRow.path), col(DocumentRow.status),
            col(DocumentRow.data),
        ).where(
            col(DocumentRow.repository_id).in_(repositories),
            col(DocumentRow.kind) == "publiccode",
            col(DocumentRow.ended_at).is_(None),
        )
    ).all()  # fmt: skip
    found: dict[int, tuple[dict[str, Any], bool]] = {}
    for row in sorted(rows, key=lambda row: (row.path.count("/"), row.path)):
        if isinstance(row.data, dict):
            found.setdefault(row.repository_id, (row.data, row.status == "valid"))
    return found


def _reuse(session: Session, ids: Sequence[int]) -> dict[int, list[Reuse]]:
    rows = session.execute(
        select_columns(
            col(Edge.origin_id), col(Edge.tag), col(Edge.kind), func.count().label("edges")
        )
        .where(col(Edge.origin_id).in_(ids), is_counted(), col(Edge.direction) == "known")
        .group_by(col(Edge.origin_id), col(Edge.tag), col(Edge.kind))
    )
    kinds: dict[tuple[int | None, str], dict[str, int]] = defaultdict(dict)
    for origin, tag, kind, edges in rows:
        kinds[origin, tag.value][kind.value] = edges
    totals = session.execute(
        select_columns(
            col(EdgeTotal.component_id), col(EdgeTotal.tag), col(EdgeTotal.edges),
            col(EdgeTotal.organisations), col(EdgeTotal.countries),
            col(EdgeTotal.foreign_countries),
        )
        .where(col(EdgeTotal.component_id).in_(ids), col(EdgeTotal.edges) > 0)
        .order_by(col(EdgeTotal.component_id), col(EdgeTotal.tag))
    )  # fmt: skip
    return _grouped(
        (
            row.component_id,
            Reuse(
                tag=row.tag, edges=row.edges, organisations=row.organisations,
                countries=row.countries, foreign_countries=row.foreign_countries,
                kinds=dict(sorted(kinds[row.component_id, row.tag].items())),
            ),
        )
        for row in totals
    )  # fmt: skip


def _upstreams(session: Session, ids: Sequence[int]) -> dict[int, list[Upstream]]:
    """Return what each component descends from, each upstream once, the oldest evidence first.

    Reuse inside one organisation is descent all the same; a mirror is, too.
    """
    rows = session.execute(
        select_columns(
            col(Edge.reuser_id), col(Edge.key), col(Edge.kind), col(Edge.tag),
            col(_ORIGIN.name).label("name"), col(_ORIGIN_REPOSITORY.url).label("url"),
        )
        .join(_ORIGIN, col(_ORIGIN.id) == col(Edge.origin_id))
        .join(_ORIGIN_REPOSITORY, col(_ORIGIN_REPOSITORY.id) == col(_ORIGIN.repository_id))
        .where(
            col(Edge.reuser_id).in_(ids),
            col(Edge.kind).in_(DESCENT),
            col(Edge.tag).in_(PROVEN),
            col(Edge.direction) == "known",
            stands(),
        )
        .order_by(col(Edge.reuser_id), col(Edge.first_seen).nulls_last(), col(Edge.key))
    )  # fmt: skip
    found: dict[int, dict[str, Upstream]] = defaultdict(dict)
    for row in rows:
        upstream = Upstream(
            name=row.name, url=row.url, edge=row.key, kind=row.kind.value, tag=row.tag.value
        )
        found[row.reuser_id].setdefault(row.url, upstream)
    return {key: list(upstreams.values()) for key, upstreams in found.items()}
