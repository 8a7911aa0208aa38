"""Objections as the API takes and returns them."""

from datetime import datetime

from msgspec import Struct

from registry.disputes.readmodels import (
    DisputedAffiliation,
    DisputedField,
    DisputedSaving,
    DisputeView,
    Named,
)
from web.api.call import Call


class DisputeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An objection to an edge, by its key, or to a component, by its slug.

    Of a component it is to the value of `property`, in `lang` where it has languages, else to its
    organisation. Or it is to an affiliation, by its key, or to a reported saving, by its number.
    """

    category: str
    reason: str
    evidence: str | None = None
    component: str | None = None
    property: str | None = None
    lang: str | None = None
    affiliation: str | None = None
    saving: int | None = None


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the other side says."""

    answer: str


class DecisionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator decides, and why."""

    accept: bool
    reply: str


class DisputeItem(Struct, frozen=True, kw_only=True):
    """An objection to `evidence`, to the attribution of `component` to `organisation`, to its
    `field`, to `affiliation`, or to a reported `saving`.

    `by` is the organisation for which a member objected, on the `side` (origin, reuser,
    attributed, affiliated, reporter); null where anybody did. `reason` is null while it is not
    public: of others than members it is shown once it was accepted. `reply` is the operator's.
    """

    id: int
    category: str
    state: str
    by: Named | None
    side: str | None
    evidence: str | None
    component: str | None
    organisation: str | None
    field: DisputedField | None = None
    affiliation: DisputedAffiliation | None = None
    saving: DisputedSaving | None = None
    reason: str | None
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    reply: str | None
    reviewed_at: datetime | None
    api_url: str
    html_url: str


class DisputePage(Struct, frozen=True, kw_only=True):
    """Objections, the newest first."""

    items: tuple[DisputeItem, ...]
    next: str | None


def dispute_item(call: Call, found: DisputeView) -> DisputeItem:
    """Return an objection with its links; what it is about by key and slugs."""
    return DisputeItem(
        id=found.id, category=found.category, state=found.state, side=found.side, by=found.by,
        evidence=found.edge.key if found.edge else None,
        component=found.component.slug if found.component else None,
        organisation=found.organisation.slug if found.organisation else None,
        field=found.field, affiliation=found.affiliation, saving=found.saving,
        reason=found.reason,
        created_at=found.created_at, answer=found.answer, answered_at=found.answered_at,
        reply=found.reply, reviewed_at=found.reviewed_at,
        api_url=call.api_url("disputes", str(found.id)),
        html_url=call.page_url("disputes", str(found.id)),
    )  # fmt: skip
