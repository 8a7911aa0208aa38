"""Derive a component from what is known of its repository, and tell the search index.

Every field keeps the claim that it comes from. Resolving again without new claims changes no row.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from registry.catalogue.announce import (
    announce_component,
    announce_owner,
    changes_of,
    is_release,
)
from registry.catalogue.attribution import attributed_organisation
from registry.catalogue.denied import denied_statements, statement
from registry.catalogue.kept import give_way
from registry.catalogue.replicability import readiness_of
from registry.db.changes import note_change
from registry.db.tables import (
    ClaimRow,
    Component,
    ComponentField,
    IndexOutbox,
    LanguageRow,
    ReleaseRow,
    Repository,
    RepositoryAlias,
    RepositoryState,
)
from registry.domain.facts import Claim
from registry.domain.identity import canonical_repository_url, repository_slug, slugify
from registry.domain.licences import category
from registry.domain.resolve import (
    TECHNICAL_FORKS,
    Resolved,
    StatedClaim,
    activity,
    fork_class,
    resolve,
)
from registry.errors import BlockedUrl

from .record import replace_claims


def resolve_component(session: Session, repository: Repository, now: datetime) -> Component:
    """Create or update the component of a repository in the caller's transaction."""
    give_way(session, repository, now)
    derive_claims(session, repository, now)
    stated = _claims(session, repository)
    repository.fork_class = _fork_class(session, repository, stated)
    session.add(repository)
    fields = resolve(stated, is_technical_fork=repository.fork_class in TECHNICAL_FORKS)
    component = _component(session, repository, now)
    values = _values(session, repository, fields, now)
    changed = _write_fields(session, component, fields)
    differing = [name for name, value in values.items() if getattr(component, name) != value]
    if differing or changed:
        is_new, has_release = component.revision == 0, is_release(component, values)
        former = component.organisation_id
        _touch(session, component, values, now)
        if not is_new and former != component.organisation_id:
            announce_owner(session, component, former, now)
        announce_component(
            session, component,
            changed=differing, is_new=is_new, is_release=has_release, now=now,
        )  # fmt: skip
    _judge(session, repository, component, now)
    _link_forks(session, repository, component, now)
    return component


def resolve_with(
    session: Session, component: Component, basis: str, claims: Sequence[Claim], now: datetime
) -> None:
    """Let a source that is no document state these claims of a component, and derive it anew."""
    repository = session.get_one(Repository, component.repository_id)
    replace_claims(session, _id(repository), basis, claims, now)
    session.flush()
    resolve_component(session, repository, now)


# Deployment marks and names are tags too: only what begins like a version number is one.
FINAL = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}$")
NUMBER = re.compile(r"\d{1,9}$")
VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}[-.+_a-zA-Z0-9]{0,60}$")


def derive_claims(session: Session, repository: Repository, now: datetime) -> None:
    """State what the crawler, the forge, the tags and the source's owner say, as claims."""
    key = _id(repository)
    forge = repository.forge_data
    name = repository.path.rpartition("/")[2]
    known = [
        Claim(property="repository_url", value=repository.url),
        Claim(property="name", value=name),
    ]
    replace_claims(session, key, "crawler", known, now)
    stated = [
        Claim(property="short_description", value=forge.get("description")),
        Claim(property="licence", value=forge.get("licence")),
        Claim(property="landing_url", value=forge.get("homepage")),
        Claim(property="topics", value=forge.get("topics")),
    ]
    replace_claims(session, key, "forge", [claim for claim in stated if claim.value], now)
    archived = repository.state == RepositoryState.ARCHIVED
    replace_claims(
        session, key, "forge_archived",
        [Claim(property="status", value="obsolete")] if archived else [], now,
    )  # fmt: skip
    replace_claims(session, key, "tags", _release_claims(session, key), now)
    replace_claims(session, key, "publisher", _publisher_claims(session, repository), now)


def _release_claims(session: Session, key: int) -> list[Claim]:
    """State the newest release whose tag is a version; final versions come before others."""
    rows = session.exec(
        select(ReleaseRow)
        .where(col(ReleaseRow.repository_id) == key)
        .order_by(col(ReleaseRow.released_at).desc(), col(ReleaseRow.name).desc())
    ).all()
    newest = next(
        (row for pattern in (FINAL, VERSION, NUMBER) for row in rows if pattern.match(row.version)),
        None,
    )
    if newest is None:
        return []
    claims = [Claim(property="version", value=newest.version)]
    if newest.released_at:
        day = newest.released_at.date().isoformat()
        claims.append(Claim(property="release_date", value=day))
    return claims


def _publisher_claims(session: Session, repository: Repository) -> list[Claim]:
    organisation = attributed_organisation(session, repository)
    if organisation is None:
        return []
    claims = [Claim(property="organisation", value=organisation.name)]
    if organisation.uri != organisation.website:  # an account's address is no official identifier
        claims.append(Claim(property="organisation_uri", value=organisation.uri))
    return claims


def _claims(session: Session, repository: Repository) -> list[StatedClaim]:
    rows = session.exec(
        select(ClaimRow).where(
            col(ClaimRow.repository_id) == repository.id, col(ClaimRow.ended_at).is_(None)
        )
    )
    denied = denied_statements(session, repository.id)
    return [
        StatedClaim(
            property=row.property, value=row.value, basis=row.basis, id=row.id, lang=row.lang,
            path=row.path, confidence=row.confidence,
        )
        for row in rows
        if statement(row) not in denied
    ]  # fmt: skip


def _fork_class(
    session: Session, repository: Repository, stated: Sequence[StatedClaim]
) -> str | None:
    aliases = session.exec(
        select(RepositoryAlias.url).where(col(RepositoryAlias.repository_id) == repository.id)
    ).all()
    root = [c for c in stated if c.basis == "publiccode" and "/" not in (c.path or "")]
    declared = next((c.value for c in root if c.property == "repository_url"), None)
    based_on: Any = next((c.value for c in root if c.property == "is_based_on"), [])
    return fork_class(
        frozenset({repository.url, *aliases}),
        is_forge_fork=repository.is_fork,
        declared_url=_canonical(declared),
        based_on=[u for u in map(_canonical, _listed(based_on)) if u],
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _canonical(value: Any) -> str | None:
    text = value.get("url") if isinstance(value, dict) else value
    if not isinstance(text, str):
        return None
    try:
        return canonical_repository_url(text)
    except BlockedUrl:
        return None


def _id(repository: Repository) -> int:
    if repository.id is None:
        raise ValueError("the repository is not stored yet")
    return repository.id


def _component(session: Session, repository: Repository, now: datetime) -> Component:
    found = session.exec(
        select(Component).where(col(Component.repository_id) == repository.id)
    ).first()
    if found:
        return found
    component = Component(
        uuid=str(uuid.uuid4()),
        slug=_free_slug(session, repository_slug(repository.url)),
        repository_id=_id(repository),
        name=repository.path,
        created_at=now,
        updated_at=now,
        revision=0,
        is_demo=repository.is_demo,
    )
    session.add(component)
    session.flush()
    return component


def _free_slug(session: Session, slug: str) -> str:
    candidate, number = slug, 2
    while session.exec(select(Component.id).where(col(Component.slug) == candidate)).first():
        candidate, number = slugify(f"{slug}-{number}", limit=100), number + 1
    return candidate


def _values(
    session: Session, repository: Repository, fields: Sequence[Resolved], now: datetime
) -> dict[str, Any]:
    """Return the columns of the component that lists and searches read."""
    organisation = attributed_organisation(session, repository)
    names = _by_language(fields, "name")
    licence = _one(fields, "licence")
    status = _one(fields, "status")
    return {
        "organisation_id": organisation.id if organisation else None,
        "origin_id": _origin_id(session, repository),
        "country": organisation.country if organisation else None,
        "region": organisation.region if organisation else None,
        "name": _preferred(names, repository.path)[:400],
        "names": names,
        "descriptions": _by_language(fields, "short_description"),
        "licence": licence and str(licence)[:400],
        "licence_class": category(str(licence)) if licence else "unknown",
        "language": _main_language(session, repository),
        "activity": activity(
            days_since_commit=_days_since(repository.last_commit_at, now),
            archived=repository.state in {RepositoryState.ARCHIVED, RepositoryState.GONE},
            obsolete=status == "obsolete",
        ),
        "status": status and str(status)[:20],
        "software_type": str(_one(fields, "software_type") or "")[:60] or None,
        "categories": _strings(_one(fields, "categories")),
        "topics": _strings(_one(fields, "topics")),
        "version": str(_one(fields, "version") or "")[:200] or None,
        "released_at": _date(_one(fields, "release_date")),
        "last_commit_at": repository.last_commit_at,
        "conflicts": sum(field.is_conflict for field in fields),
    }


def _one(fields: Iterable[Resolved], name: str) -> Any:
    return next((field.value for field in fields if field.property == name), None)


def _by_language(fields: Iterable[Resolved], name: str) -> dict[str, Any]:
    return {f.lang or "": f.value for f in fields if f.property == name and f.value}


def _preferred(names: dict[str, Any], fallback: str) -> str:
    """Return the name to sort by: English, else without a language, else the first by tag."""
    for lang in ("en", "", *sorted(names)):
        if lang in names:
            return str(names[lang])
    return fallback


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _date(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC) if value else None
    except ValueError:
        return None


def _days_since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds() / 86_400


def _main_language(session: Session, repository: Repository) -> str | None:
    return session.exec(
        select(LanguageRow.name)
        .where(col(LanguageRow.repository_id) == repository.id)
        .order_by(col(LanguageRow.size).desc(), col(LanguageRow.name))
        .limit(1)
    ).first()


def _origin_id(session: Session, repository: Repository) -> int | None:
    """Return the component that this technical fork stems from, where it is in the catalogue."""
    if repository.fork_class not in TECHNICAL_FORKS or not repository.parent_url:
        return None
    return session.exec(
        select(Component.id)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(col(Repository.url) == repository.parent_url, col(Repository.id) != repository.id)
    ).first()


def _write_fields(session: Session, component: Component, fields: Sequence[Resolved]) -> bool:
    stored = session.exec(
        select(ComponentField).where(col(ComponentField.component_id) == component.id)
    ).all()
    before = {(f.property, f.lang, repr(f.value), f.claim_id, f.is_conflict) for f in stored}
    after = {(f.property, f.lang, repr(f.value), f.claim_id, f.is_conflict) for f in fields}
    if before == after:
        return False
    session.execute(delete(ComponentField).where(col(ComponentField.component_id) == component.id))
    for field in fields:
        session.add(
            ComponentField(
                component_id=component.id or 0, property=field.property, lang=field.lang,
                value=field.value, basis=field.basis, claim_id=field.claim_id,
                is_conflict=field.is_conflict,
            )
        )  # fmt: skip
    return True


def _touch(session: Session, component: Component, values: dict[str, Any], now: datetime) -> None:
    """Write new values, raise the revision, tell the index outbox and the change log."""
    changes = changes_of(component, values)
    component.sqlmodel_update({**values, "updated_at": now, "revision": component.revision + 1})
    session.add(component)
    session.flush()
    session.add(IndexOutbox(component_id=component.id or 0, revision=component.revision))
    for kind, detail in changes:
        note_change(session, component, kind, now, detail)


def _judge(session: Session, repository: Repository, component: Component, now: datetime) -> None:
    """Say anew whether obstacles are found. It tells the index alone: the publisher did nothing."""
    found = readiness_of(session, component, repository, now)
    if component.readiness == found:
        return
    component.sqlmodel_update({"readiness": found, "revision": component.revision + 1})
    session.add(component)
    session.add(IndexOutbox(component_id=component.id or 0, revision=component.revision))


def _link_forks(
    session: Session, repository: Repository, component: Component, now: datetime
) -> None:
    """Count the forks of the origin, and adopt forks that were crawled before their origin."""
    waiting = session.exec(
        select(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(
            col(Repository.parent_url) == repository.url,
            col(Repository.fork_class).in_(TECHNICAL_FORKS),
            col(Component.origin_id).is_(None),
            col(Component.id) != component.id,
        )
    ).all()
    for fork in waiting:
        _touch(session, fork, {"origin_id": component.id}, now)
    for origin_id in {component.id, component.origin_id} - {None}:
        _count_forks(session, origin_id or 0, now)


def _count_forks(session: Session, origin_id: int, now: datetime) -> None:
    count = session.exec(
        select(func.count()).select_from(Component).where(col(Component.origin_id) == origin_id)
    ).one()
    origin = session.get(Component, origin_id)
    if origin and origin.fork_count != count:
        _touch(session, origin, {"fork_count": count}, now)
