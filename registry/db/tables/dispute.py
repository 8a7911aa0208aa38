"""Objections to what the registry says, and what owners say of edges."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from registry.db.base import Model


class Dispute(Model, table=True):
    """Somebody says that something is wrong; an operator reviews it. About exactly one of five.

    An edge; the attribution of a component to the organisation `attributed_id`; one field of a
    component: `property` in `lang`, as it was shown then (`value`, stated by `basis`); an
    affiliation; or a saving that an organisation reports. Where the sender is a member of an
    organisation that is concerned, that is `organisation_id`, and `side` is the end of the edge on
    which it stands (`origin`, `reuser`), `attributed`, `affiliated`, or `reporter` of a saving:
    then what is objected to is disputed at once, and the reason is public. Of others the reason is
    shown once it was accepted. `answer` is what the other side says, `reply` what the operator
    decided, and `state` open, accepted, rejected or withdrawn by who sent it.
    """

    id: int | None = Field(default=None, primary_key=True)
    edge_id: int | None = Field(default=None, foreign_key="edge.id", index=True, ondelete="CASCADE")
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    affiliation_id: int | None = Field(
        default=None, foreign_key="affiliation.id", index=True, ondelete="CASCADE"
    )
    saving_id: int | None = Field(
        default=None, foreign_key="reported_saving.id", index=True, ondelete="CASCADE"
    )
    attributed_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="CASCADE"
    )
    property: str | None = Field(default=None, max_length=40)
    lang: str | None = Field(default=None, max_length=40)
    value: Any = Field(default=None, sa_type=JSON, nullable=True)
    basis: str | None = Field(default=None, max_length=20)
    category: str = Field(max_length=30)
    reason: str = Field(max_length=2000)
    state: str = Field(default="open", max_length=20, index=True)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL"
    )
    side: str | None = Field(default=None, max_length=10)
    created_at: datetime
    answer: str | None = Field(default=None, max_length=2000)
    answered_at: datetime | None = None
    reply: str | None = Field(default=None, max_length=2000)
    reviewed_at: datetime | None = None


class EdgeLabel(Model, table=True):
    """What an organisation on one side says of an edge: a judgement that calibration learns from.

    `verdict` is `confirmed`, said by an owner, or `denied`, by an objection that was accepted; one
    for each edge and organisation, the latest counts.
    """

    __tablename__ = "edge_label"

    edge_id: int = Field(foreign_key="edge.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(
        foreign_key="organisation.id", primary_key=True, ondelete="CASCADE"
    )
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    verdict: str = Field(max_length=20)
    at: datetime
