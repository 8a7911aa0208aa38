"""The catalogue as the Software Catalog API v1 has it: software, publishers, one catalogue.

Source: the published description of the API (Developers Italia, 1.0.0). What is listed are the
components with a publiccode.yml of their own; one that breaks its standard is not active. The
text is that of the file as it is held: its keys and values, without personal data.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import (
    Change,
    ChangeKind,
    Component,
    DocumentRow,
    Organisation,
    Repository,
    RepositoryAlias,
    Source,
)
from registry.db.tables.repository import UNLISTED
from registry.db.tombstones import missing_component
from registry.domain.resolve import TECHNICAL_FORKS
from registry.errors import InvalidInput, NotFound
from registry.publishing.exports.loading import body_of, load_subjects
from registry.publishing.exports.publiccode import own_file
from registry.publishing.exports.values import moment

MAX_SIZE: Final = 100
MAX_URL: Final = 255
MAX_TEXT: Final = 99_999
NAMESPACE: Final = "public-code-registry"
ROOT: Final = "∅"

Place = tuple[datetime, str]


class CatalogQuery(Struct, frozen=True, kw_only=True):
    """A page of one of the lists; `after` and `before` are places, at most one is given."""

    size: int = 25
    after: Place | None = None
    before: Place | None = None
    since: datetime | None = None
    until: datetime | None = None
    url: str | None = None
    with_inactive: bool = False


class Listed(Struct, frozen=True):
    """A page: its items, and the places to go on before and after."""

    items: tuple[dict[str, Any], ...]
    previous: Place | None = None
    following: Place | None = None


class SoftwareCatalog:
    """Answers the questions of the Software Catalog API."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def software(self, query: CatalogQuery) -> Listed:
        """Return a page of software, the oldest entry first."""
        with self._database.read() as session:
            statement = _software()
            if not query.with_inactive:
                statement = statement.where(col(DocumentRow.status) == "valid")
            if query.url is not None:
                statement = statement.where(_has_url(query.url))
            keys = (col(Component.created_at), col(Component.uuid))
            rows, before, after = _paged(session, statement, keys, query)
            return Listed(tuple(_software_items(session, rows)), before, after)

    def one_software(self, key: str) -> dict[str, Any]:
        """Return one piece of software, active or not; raise `NotFound`, or `Gone` if removed."""
        with self._database.read() as session:
            rows = session.execute(_software().where(col(Component.uuid) == key)).all()
            for item in _software_items(session, rows):
                return item
            raise _missing(session, key)

    def analysis(self, key: str, base_url: str) -> dict[str, Any]:
        """Return the reuse that was measured of a piece of software, under our namespace."""
        with self._database.read() as session:
            row = session.execute(_software().where(col(Component.uuid) == key)).first()
            if row is None or not isinstance(row.data, dict):
                raise _missing(session, key)
            subject = load_subjects(session, [row.id])[0]
        if not subject.reuse:
            return {}
        return {
            NAMESPACE: {
                "v": 1,
                "t": moment(subject.updated_at),
                "component": f"{base_url}/components/{subject.slug}",
                "reuse": [
                    {
                        "tag": x.tag, "edges": x.edges, "organisations": x.organisations,
                        "countries": x.countries, "foreignCountries": x.foreign_countries,
                        "kinds": dict(x.kinds),
                        "evidence": f"{base_url}/api/v1/reuse?origin={subject.slug}&tag={x.tag}",
                    }
                    for x in subject.reuse
                ],
            }
        }  # fmt: skip

    def publishers(self, query: CatalogQuery) -> Listed:
        """Return a page of the organisations of which an account at a forge is known."""
        with self._database.read() as session:
            keys = (col(Organisation.created_at), col(Organisation.slug))
            rows, before, after = _paged(session, _publishers(), keys, query)
            hosting = _hosting(session, [row.id for row in rows])
            return Listed(tuple(_publisher(row, hosting[row.id]) for row in rows), before, after)

    def publisher(self, key: str) -> dict[str, Any]:
        """Return a publisher by its id or its slug, or raise `NotFound`."""
        with self._database.read() as session:
            for row in session.execute(_publishers()):
                if key in {row.slug, _identifier(row.uri)}:
                    return _publisher(row, _hosting(session, [row.id])[row.id])
        raise NotFound(f"there is no publisher {key[:255]!r}")

    def catalogue(self, base_url: str) -> dict[str, Any]:
        """Return this registry as the one catalogue that it has."""
        with self._database.read() as session:
            times = select_columns(func.min(Component.created_at), func.max(Component.updated_at))
            first, last = session.execute(times).one()
        began = first or self._clock()
        return {
            "id": _identifier(base_url), "name": "Public Code Registry", "alternativeId": ROOT,
            "active": True, "sources": [], "createdAt": moment(began),
            "updatedAt": moment(last or began),
        }  # fmt: skip


def _missing(session: Session, key: str) -> NotFound:
    """Return the error for an id that leads to nothing now; the change log knows its past."""
    removed = session.execute(
        select_columns(col(Change.slug)).where(
            col(Change.uuid) == key, col(Change.kind) == ChangeKind.REMOVED
        )
    ).scalar()
    if removed is None:
        return NotFound(f"there is no software {key[:36]!r}")
    return missing_component(session, removed)


def _identifier(text: str) -> str:
    """Return an id in the form of a random UUID that is always the same for the same text.

    The pattern of the API takes nothing but version 4 (RFC 9562, 5.4); an organisation is
    identified by its URI, so its id follows from that.
    """
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _software() -> Select[Any]:
    """Return the statement for components with the publiccode.yml that is nearest to the root."""
    other = aliased(DocumentRow)
    depth = func.length(other.path) - func.length(func.replace(other.path, "/", ""))
    nearest = (
        select_columns(col(other.id))
        .where(
            col(other.repository_id) == col(Component.repository_id),
            col(other.kind) == "publiccode",
            col(other.status) != "unparseable",
            col(other.ended_at).is_(None),
        )
        .order_by(depth, col(other.path))
        .limit(1)
        .correlate(Component)
        .scalar_subquery()
    )
    return (
        select_columns(
            col(Component.id), col(Component.uuid), col(Component.created_at),
            col(Component.updated_at), col(Component.repository_id), col(Repository.url),
            col(DocumentRow.status), col(DocumentRow.data), Organisation,
        )
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .join(DocumentRow, col(DocumentRow.id) == nearest)
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .where(
            col(Repository.state).not_in(UNLISTED),
            or_(
                col(Repository.fork_class).is_(None),
                col(Repository.fork_class).not_in(TECHNICAL_FORKS),
            ),
            func.length(Repository.url) <= MAX_URL,
        )
    )  # fmt: skip


def _has_url(url: str) -> ColumnElement[bool]:
    former = select_columns(col(RepositoryAlias.repository_id)).where(
        col(RepositoryAlias.url) == url
    )
    return or_(col(Repository.url) == url, col(Repository.id).in_(former))


def _paged(
    session: Session, statement: Select[Any], keys: tuple[Any, Any], query: CatalogQuery
) -> tuple[list[Any], Place | None, Place | None]:
    """Return the rows of a page in order of (time of creation, key), and the places around it."""
    if not 1 <= query.size <= MAX_SIZE:
        raise InvalidInput(f"page[size] must be from 1 to {MAX_SIZE}")
    if query.after and query.before:
        raise InvalidInput("page[after] and page[before] cannot be sent together")
    created, key = keys
    if query.since is not None:
        statement = statement.where(created >= query.since)
    if query.until is not None:
        statement = statement.where(created <= query.until)
    backwards = query.before is not None
    if place := query.before or query.after:
        statement = statement.where(_beyond(keys, place, backwards=backwards))
    order = (created.desc(), key.desc()) if backwards else (created, key)
    found = list(session.execute(statement.order_by(*order).limit(query.size + 1)))
    rows = found[: query.size]
    more = len(found) > query.size
    if backwards:
        rows.reverse()
    first, last = (_place(rows[0], key), _place(rows[-1], key)) if rows else (None, None)
    has_before = more if backwards else query.after is not None
    has_after = True if backwards else more
    return rows, first if has_before else None, last if has_after else None


def _beyond(keys: tuple[Any, Any], place: Place, *, backwards: bool) -> ColumnElement[bool]:
    (created, key), (at, name) = keys, place
    if backwards:
        return or_(created < at, and_(created == at, key < name))
    return or_(created > at, and_(created == at, key > name))


def _place(row: Any, key: Any) -> Place:
    return row.created_at, getattr(row, key.key)


def _software_items(session: Session, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    aliases = _aliases(session, [row.repository_id for row in rows])
    for row in rows:
        if not isinstance(row.data, dict):
            continue
        text = own_file(row.data, body_of(row.Organisation) if row.Organisation else None).decode()
        if len(text) > MAX_TEXT:  # more than the API can carry
            continue
        former = aliases.get(row.repository_id)
        yield {
            "id": row.uuid, "url": row.url, **({"aliases": former} if former else {}),
            "publiccodeYml": text, "active": row.status == "valid",
            "createdAt": moment(row.created_at), "updatedAt": moment(row.updated_at),
        }  # fmt: skip


def _aliases(session: Session, repositories: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select_columns(col(RepositoryAlias.repository_id), col(RepositoryAlias.url))
        .where(
            col(RepositoryAlias.repository_id).in_(repositories),
            func.length(RepositoryAlias.url) <= MAX_URL,
        )
        .order_by(col(RepositoryAlias.url))
    )
    found: dict[int, list[str]] = {}
    for key, url in rows:
        found.setdefault(key, []).append(url)
    return {key: urls[:255] for key, urls in found.items()}


def _publishers() -> Select[Any]:
    hosted = select_columns(col(Source.id)).where(
        col(Source.organisation_id) == col(Organisation.id), col(Source.host) != ""
    )
    columns: tuple[Any, ...] = (
        Organisation.id, Organisation.slug, Organisation.uri, Organisation.name,
        Organisation.created_at,
    )  # fmt: skip
    return select_columns(*columns).where(hosted.exists())


def _hosting(session: Session, bodies: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    rows = session.execute(
        select_columns(
            col(Source.organisation_id), col(Source.host), col(Source.namespace),
            col(Source.url), col(Source.kind), col(Source.added_at),
        )
        .where(col(Source.organisation_id).in_(bodies), col(Source.host) != "")
        .order_by(col(Source.id))
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {key: [] for key in bodies}
    for row in rows:
        account = f"https://{row.host}/{row.namespace or ''}"
        url = account if row.kind == "organisation" else row.url or account
        at = moment(row.added_at.astimezone(UTC))
        entry = {"url": url, "group": row.kind == "organisation", "createdAt": at, "updatedAt": at}
        if len(url) <= MAX_URL and len(found[row.organisation_id]) < MAX_URL:
            found[row.organisation_id].append(entry)
    return found


def _publisher(row: Any, hosting: list[dict[str, Any]]) -> dict[str, Any]:
    created = moment(row.created_at)
    fallback = {"url": row.uri[:MAX_URL], "group": True, "createdAt": created, "updatedAt": created}
    return {
        "id": _identifier(row.uri), "description": row.name[:255] or row.slug,
        "alternativeId": row.slug, "active": True, "codeHosting": hosting or [fallback],
        "createdAt": created, "updatedAt": created,
    }  # fmt: skip
