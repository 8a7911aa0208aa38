"""Measuring what was counted of a component, or of all that a body governs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    ApprovalCount,
    BodyComponent,
    Component,
    Contribution,
    ContributionCount,
    JointBody,
    Repository,
)
from registry.errors import NotFound
from registry.governance.measures.affiliations import (
    attributor_of,
    is_within,
    list_affiliations,
    rows_for,
)
from registry.governance.measures.approvals import Approved, Group, attribute_groups
from registry.governance.measures.contracts import contract_ties
from registry.governance.measures.figures import figures_of
from registry.governance.measures.names import Names
from registry.governance.measures.readmodels import (
    AffiliationView,
    BodyWork,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.works import Tally, Work, attribute

_COLUMNS: Final = (
    col(Contribution.day), col(Contribution.author_key), col(Contribution.author_domain),
    col(Contribution.is_bot), col(Contribution.is_own), col(Contribution.commits),
    col(Contribution.merges), col(Contribution.put_in), col(Contribution.reviewed),
    col(Contribution.approvals),
)  # fmt: skip


_GROUP: Final = (
    col(ApprovalCount.day), col(ApprovalCount.author_domain), col(ApprovalCount.is_own),
    col(ApprovalCount.approvers), col(ApprovalCount.commits), col(ApprovalCount.committed),
    col(ApprovalCount.merged), col(ApprovalCount.reviewed), col(ApprovalCount.signed_off),
    col(ApprovalCount.co_authored),
)  # fmt: skip


def measure_component(
    session: Session, component: Component, query: ContributionQuery, now: datetime
) -> Contributions:
    """Return who works on a component, measured now."""
    works, approved = _works(session, component.repository_id)
    url = session.get_one(Repository, component.repository_id).url
    count = session.get(ContributionCount, component.repository_id)
    return Contributions(
        slug=component.slug,
        query=query,
        counted_at=count.counted_at if count else None,
        head=count.head if count else None,
        affiliations=_affiliations(session, url, [work.tally for work in works]),
        **figures_of(works, query, now.date(), approved),
    )


def measure_body(session: Session, body: JointBody, now: datetime) -> BodyWork:
    """Return who works on the components of a body together, measured now."""
    repositories = repositories_of(session, body.id or 0)
    found = [_works(session, key) for key in repositories]
    works = [work for of_one, _ in found for work in of_one]
    approved = [group for _, of_one in found for group in of_one]
    counted = session.execute(
        select(col(ContributionCount.repository_id)).where(
            col(ContributionCount.repository_id).in_(repositories)
        )
    )
    return BodyWork(
        slug=body.slug,
        components=len(repositories),
        counted=len(counted.all()),
        **figures_of(works, ContributionQuery(), now.date(), approved),
    )


def repositories_of(session: Session, body: int) -> tuple[int, ...]:
    """Return the repositories of the components that a body governs."""
    query = (
        select(col(Component.repository_id))
        .join(BodyComponent, col(BodyComponent.component_id) == col(Component.id))
        .where(col(BodyComponent.body_id) == body, col(BodyComponent.until).is_(None))
        .distinct()
        .order_by(col(Component.repository_id))
    )
    return tuple(session.execute(query).scalars())


def load_tallies(session: Session, repository_id: int) -> list[Tally]:
    """Return the counts of a repository."""
    rows = session.execute(
        select(*_COLUMNS).where(col(Contribution.repository_id) == repository_id)
    )
    return [Tally(*row) for row in rows]


def component_of(session: Session, slug: str) -> Component:
    """Return a component, or raise `NotFound`."""
    query = select(Component).where(col(Component.slug) == slug.replace("\0", ""))
    component: Component | None = session.execute(query).scalar()
    if component is None:
        raise NotFound(f"there is no component {slug!r}")
    return component


def _works(session: Session, repository_id: int) -> tuple[list[Work], list[Approved]]:
    """Return what was counted of a repository, attributed: work, and commits by approvers."""
    tallies = load_tallies(session, repository_id)
    url = session.get_one(Repository, repository_id).url
    domains = {tally.domain for tally in tallies}
    rows = rows_for(session, [url])
    more = contract_ties(session, repository_id, Names(rows))
    attributor = attributor_of(session, rows, domains, more)
    groups = session.execute(
        select(*_GROUP).where(col(ApprovalCount.repository_id) == repository_id)
    )
    approved = attribute_groups((Group(*row) for row in groups), attributor)
    return attribute(tallies, attributor), approved


def _affiliations(
    session: Session, url: str, tallies: Sequence[Tally]
) -> tuple[AffiliationView, ...]:
    """Return the affiliations on which the attribution of a repository rests."""
    domains = {tally.domain for tally in tallies}
    found = [x for x in list_affiliations(session) if is_within(url, x.scope)]
    used = [x for x in found if x.kind == "domain" and _is_above(x.subject, domains)]
    keys = {x.organisation for x in used}
    while more := {x.organisation for x in found if _is_of(x, keys)} - keys:
        keys |= more
    return tuple(x for x in found if x in used or _is_of(x, keys) or _names(x, keys))


def _names(view: AffiliationView, keys: set[str]) -> bool:
    return view.kind == "name" and view.organisation in keys


def _is_of(view: AffiliationView, keys: set[str]) -> bool:
    return view.kind == "organisation" and view.subject in keys


def _is_above(name: str, domains: Iterable[str]) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for domain in domains)
