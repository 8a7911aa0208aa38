"""On whose behalf suppliers worked, by the contracts that bodies have on record."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import BodyComponent, Component, SupplierContract
from registry.domain.identity import slugify
from registry.governance.measures.days import day_at
from registry.governance.measures.names import Names
from registry.governance.measures.parties import GOVERNMENT, Party, Tie
from registry.governance.record.consent import is_consented


def contract_ties(session: Session, repository_id: int, names: Names) -> list[Tie]:
    """Return what contracts say of work in a repository that a body governs.

    Suppliers, and whom they work for, are the organisations of the affiliations that bear their
    names; a name that no affiliation knows is its own organisation.
    """
    return [_tie(row, names) for row in contracts_of(session, [repository_id])]


def _tie(row: SupplierContract, names: Names) -> Tie:
    supplier = names.key_of(row.supplier, row.since, row.until) or slugify(row.supplier)
    client = names.key_of(row.on_behalf_of, row.since, row.until) or slugify(row.on_behalf_of)
    return Tie(
        kind="organisation",
        subject=supplier,
        party=names.party(client) or Party(client, row.on_behalf_of, GOVERNMENT),
        since=day_at(row.since),
        until=day_at(row.until) - 1 if row.until else None,
    )


def contracts_of(session: Session, repositories: Iterable[int]) -> list[SupplierContract]:
    """Return the contracts of the bodies that govern what is in some repositories.

    Of bodies alone to which the side of the component agrees.
    """
    numbers = (
        select(col(SupplierContract.id))
        .join(BodyComponent, col(BodyComponent.body_id) == col(SupplierContract.body_id))
        .join(Component, col(Component.id) == col(BodyComponent.component_id))
        .where(col(Component.repository_id).in_(sorted(repositories)), is_consented())
    )
    # Rows are not made distinct: PostgreSQL cannot compare their JSON.
    query = (
        select(SupplierContract)
        .where(col(SupplierContract.id).in_(numbers))
        .order_by(col(SupplierContract.id))
    )
    return list(session.execute(query).scalars())
