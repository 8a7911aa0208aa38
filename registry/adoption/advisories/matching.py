"""Which components an advisory is about, and what of it is looked for in their forks.

It is about a component when it names its repository (in a range, or by the address of a commit or
of the package), or a package that the component publishes: of several that name the package as
theirs, the one that lineage found to be its owner. Forks, which keep the name, are none.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session, col

from registry.adoption.advisories.announce import announce_advisory
from registry.db.bulk import batches
from registry.db.tables import (
    Advisory,
    AdvisoryLink,
    Component,
    ComponentAdvisory,
    Drift,
    PackageSpan,
    Repository,
    RepositoryAlias,
)
from registry.domain.drift import SoughtFix
from registry.lineage.ownership import owner


def match_advisories(session: Session, advisories: Iterable[int], now: datetime) -> int:
    """Lead advisories to components, tell of what is new, return how many.

    One that was about a component by what it named, and does not name it any more, is led away.
    """
    only = frozenset(advisories)
    found = {
        (component, advisory): basis
        for component, advisory, basis in (*_by_package(session, only), *_by_url(session, only))
    }
    _lead_away(session, only, found)
    return link_components(session, found, now)


def _lead_away(
    session: Session, only: Collection[int], found: Mapping[tuple[int, int], str]
) -> None:
    rows = session.execute(
        select(col(ComponentAdvisory.component_id), col(ComponentAdvisory.advisory_id)).where(
            col(ComponentAdvisory.basis).in_(("package", "repository"))
        )
    ).all()
    for component, advisory in rows:
        if advisory in only and (component, advisory) not in found:
            session.execute(
                delete(ComponentAdvisory).where(
                    col(ComponentAdvisory.component_id) == component,
                    col(ComponentAdvisory.advisory_id) == advisory,
                )
            )


def link_components(session: Session, found: dict[tuple[int, int], str], now: datetime) -> int:
    """Write which advisory is about which component, for reasons; return how many are new."""
    known: set[tuple[int, int]] = set()
    for batch in batches(sorted({component for component, _ in found}), 400):
        rows = session.execute(
            select(col(ComponentAdvisory.component_id), col(ComponentAdvisory.advisory_id)).where(
                col(ComponentAdvisory.component_id).in_(batch)
            )
        )
        known |= {(row[0], row[1]) for row in rows}
    new = sorted(set(found) - known)
    for component, advisory in new:
        session.add(
            ComponentAdvisory(
                component_id=component,
                advisory_id=advisory,
                basis=found[component, advisory],
                matched_at=now,
            )
        )
        announce_advisory(session, component, advisory, now)
    session.flush()
    return len(new)


def _by_url(session: Session, only: Collection[int]) -> Iterator[tuple[int, int, str]]:
    for table, column, key in (
        (Repository, col(Repository.url), col(Repository.id)),
        (RepositoryAlias, col(RepositoryAlias.url), col(RepositoryAlias.repository_id)),
    ):
        query = (
            select(col(Component.id), col(AdvisoryLink.advisory_id))
            .select_from(AdvisoryLink)
            .join(table, column == col(AdvisoryLink.value))
            .join(Component, col(Component.repository_id) == key)
            .where(col(AdvisoryLink.kind) == "repository")
        )
        for component, advisory in session.execute(query):
            if advisory in only:
                yield component, advisory, "repository"


def _by_package(session: Session, only: Collection[int]) -> Iterator[tuple[int, int, str]]:
    package = col(PackageSpan.ecosystem) + ":" + col(PackageSpan.name)
    query = (
        select(col(PackageSpan.ecosystem), col(PackageSpan.name), col(AdvisoryLink.advisory_id))
        .join(AdvisoryLink, col(AdvisoryLink.value) == package)
        .where(col(AdvisoryLink.kind) == "package")
        .distinct()
    )
    owners: dict[tuple[str, str], int | None] = {}
    for ecosystem, name, advisory in session.execute(query).all():
        if advisory not in only:
            continue
        if (ecosystem, name) not in owners:
            owners[ecosystem, name] = _component_of(session, ecosystem, name)
        component = owners[ecosystem, name]
        if component is not None:
            yield component, advisory, "package"


def _component_of(session: Session, ecosystem: str, name: str) -> int | None:
    claimant = owner(session, ecosystem, name)
    if claimant is None:
        return None
    return session.execute(
        select(col(Component.id)).where(col(Component.repository_id) == claimant.repository)
    ).scalar()


def match_all_mentions(session: Session, now: datetime) -> int:
    """Lead what is known by now to the components whose missed commits name it."""
    said: dict[int, set[str]] = {}
    for origin, detail in session.execute(select(col(Drift.origin_id), col(Drift.detail))):
        said.setdefault(origin, set()).update(name for _, name in detail.get("mentioned", ()))
    return sum(match_mentions(session, origin, said[origin], now) for origin in sorted(said))


def match_mentions(session: Session, component: int, names: Iterable[str], now: datetime) -> int:
    """Lead the advisories that commits of a component name to it; return how many are new."""
    found: dict[tuple[int, int], str] = {}
    for batch in batches(sorted({name.upper() for name in names}), 400):
        rows = session.execute(
            select(col(AdvisoryLink.advisory_id)).where(
                col(AdvisoryLink.kind) == "name", col(AdvisoryLink.value).in_(batch)
            )
        )
        found |= {(component, advisory): "message" for advisory in rows.scalars()}
    return link_components(session, found, now)


def sought_fixes(session: Session, component: int) -> tuple[SoughtFix, ...]:
    """Return what is looked for in forks of a component: one for each flaw.

    Several records can tell of one flaw: those that share a name are one, that of the first id.
    """
    rows = session.execute(
        select(col(Advisory.id), col(AdvisoryLink.kind), col(AdvisoryLink.value))
        .join(ComponentAdvisory, col(ComponentAdvisory.advisory_id) == col(Advisory.id))
        .join(AdvisoryLink, col(AdvisoryLink.advisory_id) == col(Advisory.id))
        .where(
            col(ComponentAdvisory.component_id) == component,
            col(Advisory.withdrawn_at).is_(None),
            col(AdvisoryLink.kind).in_(("name", "fix", "introduced")),
        )
        .order_by(col(Advisory.key), col(AdvisoryLink.kind), col(AdvisoryLink.value))
    )
    by_advisory: dict[int, dict[str, list[str]]] = {}
    for advisory, kind, value in rows:
        by_advisory.setdefault(advisory, {}).setdefault(kind, []).append(value)
    return tuple(_merged(by_advisory))


def _merged(by_advisory: dict[int, dict[str, list[str]]]) -> Iterator[SoughtFix]:
    groups: list[tuple[int, dict[str, set[str]]]] = []
    for advisory, links in by_advisory.items():
        parts = {kind: set(links.get(kind, ())) for kind in ("name", "fix", "introduced")}
        same = [group for group in groups if group[1]["name"] & parts["name"]]
        groups = [group for group in groups if group not in same]
        for _, others in same:  # several, where this record is the first to name them together
            for kind, values in others.items():
                parts[kind] |= values
        groups.append((same[0][0] if same else advisory, parts))
    for advisory, parts in groups:
        yield SoughtFix(
            advisory, tuple(sorted(parts["name"])), tuple(sorted(parts["fix"])),
            tuple(sorted(parts["introduced"])),
        )  # fmt: skip


def sought_digest(sought: Sequence[SoughtFix]) -> str:
    """Return a digest of what is looked for; empty for nothing."""
    return hashlib.sha256(msgspec.json.encode(sought)).hexdigest() if sought else ""


def sought_digests(session: Session, components: Iterable[int]) -> dict[int, str]:
    """Return the digests of those of the components of which there are advisories."""
    concerned = set(
        session.execute(select(col(ComponentAdvisory.component_id)).distinct()).scalars()
    )
    return {
        component: sought_digest(sought_fixes(session, component))
        for component in sorted(concerned.intersection(components))
    }
