"""Whether a component can be used elsewhere: the obstacles found, each with its evidence."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.detail import public_url
from registry.catalogue.readmodels import Link
from registry.catalogue.replicability_licences import licence_facts
from registry.db.tables import (
    Component,
    ComponentField,
    InspectionRow,
    PackageRow,
    ReleaseRow,
    Repository,
    SignRow,
)
from registry.db.tombstones import missing_component
from registry.domain.crawl import partial_flag
from registry.domain.inspection import Inspection, Place, Sign
from registry.domain.links import file_url
from registry.domain.obstacles import (
    VERSION,
    Evidence,
    Facts,
    Obstacle,
    Outcome,
    group_of,
    judge,
    readiness,
)
from registry.errors import NotFound

# Caps of a reading that did not list every file at HEAD.
_CUT = frozenset(map(partial_flag, ("entries", "depth", "missing_tree", "repeated_folders")))


class EvidenceView(Struct, frozen=True, kw_only=True):
    """Where something shows, with a link to look at it; `line` counts from 1."""

    path: str
    line: int | None
    commit: str | None
    blob: str | None
    url: str | None


class ObstacleView(Struct, frozen=True, kw_only=True):
    """One obstacle; `values` fill the sentence of its rule, `files` are distinct, 25 at most."""

    rule: str
    group: str
    subject: str
    country: str
    files: int
    values: dict[str, str]
    evidence: tuple[EvidenceView, ...]


class RuleOutcome(Struct, frozen=True, kw_only=True):
    """What a rule gave: found, not_found, not_known or not_applicable (these two with a reason)."""

    rule: str
    group: str
    state: str
    reason: str
    obstacles: tuple[ObstacleView, ...]


class PlaceView(Struct, frozen=True, kw_only=True):
    """Something that is there: a way of deployment, a language of the interface."""

    kind: str
    evidence: EvidenceView


class Replicability(Struct, frozen=True, kw_only=True):
    """All about the use of one component elsewhere; there is no total.

    `commit` was inspected at `inspected_at`, by version `inspected_with` of the rules; these three
    and `looked_at` are missing where it was not inspected yet. `version` judged.
    """

    component: Link
    commit: str | None
    inspected_at: datetime | None
    inspected_with: int | None
    version: int
    outcomes: tuple[RuleOutcome, ...]
    deployment: tuple[PlaceView, ...]
    languages: tuple[PlaceView, ...]
    looked_at: Inspection | None

    def obstacles(self) -> tuple[ObstacleView, ...]:
        """Return every obstacle, in the order of the rules."""
        return tuple(obstacle for outcome in self.outcomes for obstacle in outcome.obstacles)


class Origin(Struct, frozen=True):
    """Where evidence can be looked at: the public address, its forge, the inspected commit."""

    url: str
    forge: str
    commit: str | None


def load_replicability(session: Session, slug: str, now: datetime) -> Replicability:
    """Return the obstacles of the component with this slug, or raise `NotFound`."""
    component = session.exec(select(Component).where(col(Component.slug) == slug)).first()
    if component is None:
        raise missing_component(session, slug)
    repository = session.get(Repository, component.repository_id)
    if repository is None:
        raise NotFound(f"the repository of {slug!r} is not in the catalogue")
    row = session.get(InspectionRow, component.repository_id)
    seen = msgspec.convert(row.data, Inspection) if row else None
    origin = Origin(public_url(repository), repository.forge, row.commit if row else None)
    facts = _facts(session, component, repository, seen, now)
    return replicability_of(
        Link(component.slug, component.name), facts, origin, row.inspected_at if row else None
    )


def readiness_of(
    session: Session, component: Component, repository: Repository, now: datetime
) -> str:
    """Return which of `registry.domain.obstacles.READINESS` holds for a component."""
    row = session.get(InspectionRow, component.repository_id)
    if row is None:
        return "not_inspected"
    seen = msgspec.convert(row.data, Inspection)
    return readiness(_facts(session, component, repository, seen, now))


def replicability_of(
    component: Link, facts: Facts, origin: Origin, inspected_at: datetime | None
) -> Replicability:
    """Judge facts, and return what people see: every place is a link."""
    seen = facts.inspection
    return Replicability(
        component=component,
        commit=origin.commit,
        inspected_at=inspected_at,
        inspected_with=seen.version if seen else None,
        version=VERSION,
        outcomes=tuple(_outcome(origin, x) for x in judge(facts)),
        deployment=_places(origin, seen.deployment if seen else ()),
        languages=_places(origin, seen.translations if seen else ()),
        looked_at=seen,
    )


def _facts(
    session: Session,
    component: Component,
    repository: Repository,
    seen: Inspection | None,
    now: datetime,
) -> Facts:
    key = component.repository_id
    return Facts(
        inspection=seen,
        signs=_signs(session, key),
        licence=licence_facts(session, component),
        packages=_packages(session, key),
        releases=session.exec(
            select(func.count()).select_from(ReleaseRow).where(col(ReleaseRow.repository_id) == key)
        ).one(),
        is_archived=component.activity == "archived",
        declared_languages=_declared(session, component),
        is_cut=bool(_CUT.intersection(repository.flags)),
        now=now,
    )


def _signs(session: Session, key: int) -> tuple[Sign, ...]:
    names = ("rule", "subject", "kind", "country", "path", "blob", "line")
    rows = session.execute(
        select_columns(*(getattr(SignRow, name) for name in names))
        .where(col(SignRow.repository_id) == key)
        .order_by(col(SignRow.id))
    )
    return tuple(Sign(**row._asdict()) for row in rows)


def _packages(session: Session, key: int) -> tuple[Place, ...]:
    rows = session.execute(
        select_columns(col(PackageRow.ecosystem), col(PackageRow.path))
        .where(col(PackageRow.repository_id) == key, col(PackageRow.private).is_(False))
        .limit(1)
    )
    return tuple(Place(kind=row.ecosystem, path=row.path, blob="") for row in rows)


def _declared(session: Session, component: Component) -> tuple[str, ...]:
    value = session.exec(
        select(ComponentField.value).where(
            col(ComponentField.component_id) == component.id,
            col(ComponentField.property) == "interface_languages",
        )
    ).first()
    return tuple(x for x in value if isinstance(x, str)) if isinstance(value, list) else ()


def _outcome(origin: Origin, found: Outcome) -> RuleOutcome:
    return RuleOutcome(
        rule=found.rule,
        group=group_of(found.rule),
        state=found.state,
        reason=found.reason,
        obstacles=tuple(_obstacle(origin, x) for x in found.obstacles),
    )


def _obstacle(origin: Origin, found: Obstacle) -> ObstacleView:
    return ObstacleView(
        rule=found.rule,
        group=group_of(found.rule),
        subject=found.subject,
        country=found.country,
        files=found.files,
        values=found.values,
        evidence=tuple(_evidence(origin, x) for x in found.evidence),
    )


def _places(origin: Origin, found: Iterable[Place]) -> tuple[PlaceView, ...]:
    return tuple(
        PlaceView(
            kind=place.kind,
            evidence=_evidence(origin, Evidence(path=place.path, blob=place.blob)),
        )
        for place in found
    )


def _evidence(origin: Origin, found: Evidence) -> EvidenceView:
    commit = found.commit or origin.commit
    url = commit and file_url(origin.url, origin.forge, commit, found.path, found.line)
    return EvidenceView(
        path=found.path, line=found.line, commit=commit, blob=found.blob or None, url=url or None
    )
