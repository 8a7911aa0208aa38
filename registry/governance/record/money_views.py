"""Reading money and suppliers of a body."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import FundingLine, Organisation, SupplierContract
from registry.entered import told
from registry.governance.record.money_models import ContractView, FundingView
from registry.governance.record.provenance import provenance


def funding_of(session: Session, body: int) -> tuple[FundingView, ...]:
    """Return the money for a body, the newest first."""
    return tuple(
        FundingView(
            id=row.id, payer=row.payer, country=row.country, amount=row.amount,
            currency=row.currency, share=row.share, since=told(row, "since") or "",
            until=told(row, "until"), purpose=row.purpose, source=provenance(row, entered),
        )
        for row, entered in _rows(session, FundingLine, body)
    )  # fmt: skip


def contracts_of(session: Session, body: int) -> tuple[ContractView, ...]:
    """Return the suppliers of a body, the newest contract first."""
    return tuple(
        ContractView(
            id=row.id, supplier=row.supplier, on_behalf_of=row.on_behalf_of,
            since=told(row, "since") or "", until=told(row, "until"), purpose=row.purpose,
            source=provenance(row, entered),
        )
        for row, entered in _rows(session, SupplierContract, body)
    )  # fmt: skip


def _rows(session: Session, table: Any, body: int) -> Any:
    return session.execute(
        select(table, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == col(table.entered_by_id))
        .where(col(table.body_id) == body)
        .order_by(col(table.since).desc(), col(table.id))
    )
