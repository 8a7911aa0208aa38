"""Striking out what was entered wrongly: it leaves the record, the audit log keeps all of it.

What was so and is no longer is not struck out: it ended, on a day.
"""

from typing import Any, Final

from sqlmodel import Session, col, select

from registry.db.tables import BodyFact, FundingLine, JointBody, SupplierContract
from registry.entered import told
from registry.errors import Forbidden, NotFound
from registry.governance.record.checks import ONE_AT_A_TIME
from registry.governance.record.writing import Entry
from registry.texts import public_text

ROWS: Final = {"fact": BodyFact, "funding": FundingLine, "contract": SupplierContract}
MAX_REASON: Final = 400
_DAYS: Final = ("since", "until", "source_on")
_TOLD: Final = (
    "kind", "choice", "text", "payer", "country", "amount", "currency", "share", "supplier",
    "on_behalf_of", "purpose", "source_url", "source_sha256",
)  # fmt: skip


def strike(
    session: Session, body: JointBody, what: str, number: int, reason: str, entry: Entry
) -> None:
    """Strike out a fact, money or a contract; only who entered it may, and the operator.

    Raises `WrongField` without a reason, `NotFound`, and `Forbidden`.
    """
    table: Any = ROWS.get(what)
    row = session.get(table, number) if table else None
    if row is None or row.body_id != body.id:
        raise NotFound(f"there is no such {what[:20]} of this body")
    if entry.organisation is not None and row.entered_by_id != entry.organisation:
        raise Forbidden("only the organisation that entered it, or the operator, strikes it out")
    why = public_text(reason, "reason", MAX_REASON)
    entry.note(session, body, f"{what}_struck", number=number, reason=why, was=_values(row))
    if isinstance(row, BodyFact) and row.kind in ONE_AT_A_TIME:
        _let_former_hold(session, row)
    session.delete(row)
    body.updated_at = entry.at


def _let_former_hold(session: Session, struck: BodyFact) -> None:
    """Let the fact hold on that ended only because this one took its place."""
    former = session.exec(
        select(BodyFact).where(
            BodyFact.body_id == struck.body_id, BodyFact.kind == struck.kind,
            col(BodyFact.id) < struck.id,
            BodyFact.until == (struck.since or struck.entered_at.date()),
        )
    ).all()  # fmt: skip
    for row in former:
        row.until = None
        rest = {name: unit for name, unit in (row.precision or {}).items() if name != "until"}
        row.precision = rest or None


def _values(row: Any) -> dict[str, Any]:
    """Return what the row said: enough to enter it again."""
    days = {name: told(row, name) for name in _DAYS}
    rest = {name: getattr(row, name, None) for name in _TOLD}
    rest |= {"kind": row.kind.value} if isinstance(row, BodyFact) else {}
    return {name: value for name, value in {**rest, **days}.items() if value not in (None, "")}
