"""On whose behalf suppliers worked, by the contracts that bodies have on record."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import BodyComponent, Component, SupplierContract
from registry.domain.identity import slugify
from registry.governance.measures.days import day_at
from registry.governance.measures.parties import GOVERNMENT, Party, Tie


def contract_ties(session: Session, repository_id: int) -> list[Tie]:
    """Return what contracts say of work in a repository that a body governs.

    A supplier is the organisation of the affiliations whose short name its name gives.
    """
    return [
        Tie(
            kind="organisation",
            subject=slugify(row.supplier),
            party=Party(slugify(row.on_behalf_of), row.on_behalf_of, GOVERNMENT),
            since=day_at(row.since),
            until=day_at(row.until) - 1 if row.until else None,
        )
        for row in contracts_of(session, [repository_id])
    ]


def contracts_of(session: Session, repositories: Iterable[int]) -> list[SupplierContract]:
    """Return the contracts of the bodies that govern what is in some repositories."""
    query = (
        select(SupplierContract)
        .join(BodyComponent, col(BodyComponent.body_id) == col(SupplierContract.body_id))
        .join(Component, col(Component.id) == col(BodyComponent.component_id))
        .where(col(Component.repository_id).in_(sorted(repositories)))
        .distinct()
        .order_by(col(SupplierContract.id))
    )
    return list(session.execute(query).scalars())
