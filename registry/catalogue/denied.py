"""What one source states of a component and an operator agreed is wrong, and what is objected to.

An objection holds for a value as one source states it: once the source says something else, it
is shown again.
"""

import json
from typing import Any

from sqlmodel import Session, col, select

from registry.db.tables import ClaimRow, Component, Dispute

Statement = tuple[str, str | None, str, str]


def statement(of: ClaimRow | Dispute) -> Statement:
    """Return what a claim states, or what an objection to a field is about, for comparison."""
    value = json.dumps(of.value, sort_keys=True)
    return (of.property or "", of.lang, of.basis or "", value)


def denied_statements(session: Session, repository_id: int | None) -> frozenset[Statement]:
    """Return what is not believed any more of the component of a repository."""
    return _statements(session, repository_id, col(Dispute.state) == "accepted")


def disputed_statements(session: Session, repository_id: int | None) -> frozenset[Statement]:
    """Return to what members of the organisation of a component object."""
    of_members = col(Dispute.side).is_not(None)
    return _statements(session, repository_id, col(Dispute.state) == "open", of_members)


def _statements(
    session: Session, repository_id: int | None, *conditions: Any
) -> frozenset[Statement]:
    query = (
        select(Dispute)
        .join(Component, col(Component.id) == col(Dispute.component_id))
        .where(
            col(Component.repository_id) == repository_id,
            col(Dispute.property).is_not(None),
            *conditions,
        )
    )
    return frozenset(statement(found) for found in session.exec(query))
