"""Use cases on sources: what an operator adds, lists and removes."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlmodel import Session, col, select

from registry.db.tables import (
    Level,
    Organisation,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
    SourceKind,
)
from registry.domain.identity import slugify
from registry.errors import InvalidInput, NotFound


class NewSource(Struct, frozen=True, kw_only=True):
    """A source as parsed: `spec` is its canonical text, such as `github.com/alphagov`.

    `url` is set for a single repository, `namespace` for an organisation or group. What a peer
    states is hearsay: it fills gaps, and changes nothing that is known.
    """

    spec: str
    kind: str
    forge: str
    host: str
    namespace: str | None = None
    url: str | None = None
    path: str | None = None
    name: str | None = None
    country: str | None = None
    region: str | None = None
    level: str = "unknown"
    organisation_uri: str | None = None
    options: dict[str, Any] = {}
    is_hearsay: bool = False
    is_demo: bool = False


def add_source(session: Session, new: NewSource, now: datetime) -> tuple[Source, bool]:
    """Add a source, or complete the one that is there; return it and whether it is new."""
    found = session.exec(select(Source).where(col(Source.spec) == new.spec)).first()
    if found and new.is_hearsay:
        return found, False
    # A list or a peer names many bodies and belongs to none of them.
    names_many = new.kind in {"list", "peer"}
    organisation_id = None if names_many else _organisation_for(session, new, now).id
    if found:
        _complete(found, new)
        found.organisation_id = found.organisation_id or organisation_id
        session.add(found)
        return found, False
    source = Source(
        spec=new.spec,
        kind=SourceKind(new.kind),
        forge=new.forge,
        host=new.host,
        namespace=new.namespace,
        url=new.url,
        name=new.name,
        country=new.country,
        region=new.region,
        level=_level(new.level),
        organisation_id=organisation_id,
        options=new.options,
        is_demo=new.is_demo,
        added_at=now,
    )
    session.add(source)
    session.flush()
    return source, True


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        known = ", ".join(level.value for level in Level)
        raise InvalidInput(f"{text!r} is not a level of government: use one of {known}") from None


def _complete(source: Source, new: NewSource) -> None:
    for name in ("name", "country", "region"):
        value = getattr(new, name)
        if value:
            setattr(source, name, value)
    if new.level != "unknown":
        source.level = _level(new.level)
    if new.options:
        source.options = new.options


def _organisation_for(session: Session, new: NewSource, now: datetime) -> Organisation:
    """Return the organisation behind a source: the body that a list names, else the account."""
    account = new.namespace or _owner(new.path or urlsplit(new.url or "").path.strip("/"))
    hosting = f"https://{new.host}/{account}".lower().rstrip("/")
    uri = new.organisation_uri or hosting
    found = session.exec(select(Organisation).where(col(Organisation.uri) == uri)).first()
    if found is None:
        found = Organisation(
            slug=free_organisation_slug(session, new.name or account or new.host),
            uri=uri,
            name=(new.name or account or new.host)[:400],
            website=hosting,
            basis="peer" if new.is_hearsay else "source",
            is_demo=new.is_demo,
            created_at=now,
        )
    elif new.is_hearsay:
        return found
    if new.country:
        found.country, found.region = new.country, new.region
    if new.level != "unknown":
        found.level = _level(new.level)
    if new.name:
        found.name = new.name[:400]
    session.add(found)
    session.flush()
    return found


def _owner(path: str) -> str:
    return path.rpartition("/")[0] or path


def free_organisation_slug(session: Session, text: str) -> str:
    """Return the slug of a name, with a number where it is taken."""
    slug = candidate = slugify(text)
    number = 2
    while session.exec(select(Organisation.id).where(col(Organisation.slug) == candidate)).first():
        candidate, number = f"{slug}-{number}", number + 1
    return candidate


def register_repository(
    session: Session,
    source: Source,
    *,
    url: str,
    path: str,
    now: datetime,
    forge_id: str | None = None,
) -> Repository:
    """Return the repository with this canonical URL, creating it when it is not known yet."""
    found = find_repository(session, url)
    if found:
        return found
    repository = Repository(
        url=url,
        host=urlsplit(url).netloc,
        forge=source.forge,
        forge_id=forge_id,
        path=path,
        source_id=source.id,
        organisation_id=source.organisation_id,
        state=RepositoryState.PENDING,
        state_since=now,
        is_demo=source.is_demo,
        added_at=now,
    )
    session.add(repository)
    session.flush()
    return repository


def find_repository(session: Session, url: str) -> Repository | None:
    """Return the repository known under this canonical URL, or under an alias."""
    found = session.exec(select(Repository).where(col(Repository.url) == url)).first()
    if found:
        return found
    alias = session.get(RepositoryAlias, url)
    return session.get(Repository, alias.repository_id) if alias else None


def remove_source(session: Session, spec_or_id: str) -> Source:
    """Remove a source; what was crawled stays in the catalogue, and is no longer checked."""
    query = select(Source).where(col(Source.spec) == spec_or_id)
    if spec_or_id.isdigit():
        query = select(Source).where(col(Source.id) == int(spec_or_id))
    source = session.exec(query).first()
    if source is None:
        raise NotFound(f"there is no source {spec_or_id!r}: see `registry source list`")
    for repository in session.exec(
        select(Repository).where(col(Repository.source_id) == source.id)
    ):
        repository.source_id = None
        session.add(repository)
    session.flush()
    session.delete(source)
    return source
