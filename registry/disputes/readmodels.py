"""Objections and confirmations as pages, API and command line read them."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from registry.lineage.readmodels import EdgeView


class Named(Struct, frozen=True):
    """An organisation or a component: its name and slug."""

    name: str
    slug: str


class DisputedField(Struct, frozen=True):
    """A value of a component as it was shown: its property and language, and the source.

    `value` is null where it is said to be personal data, but for those who review.
    """

    property: str
    lang: str | None
    basis: str
    value: Any


class DisputedAffiliation(Struct, frozen=True):
    """Whom a domain or an organisation (`subject`) is said to work for."""

    key: str
    subject: str
    name: str


class DisputedSaving(Struct, frozen=True):
    """What `organisation` reports that reuse of `component` saved it: its number and amount."""

    number: int
    component: Named
    organisation: Named
    low: int
    high: int
    currency: str


class DisputeView(Struct, frozen=True, kw_only=True):
    """An objection to `edge`, to the attribution of `component` to `organisation`, to its
    `field`, to `affiliation`, or to a reported `saving`.

    `by` is the organisation for which a member objected, on the `side` (origin, reuser,
    attributed, affiliated, reporter); null where anybody did. `reason` is null where it is not
    public. `answer` is what the other side says, `reply` what the operator decided. `state` is
    open, accepted, rejected, or withdrawn by who sent it.
    """

    id: int
    category: str
    state: str
    by: Named | None
    side: str | None
    edge: EdgeView | None
    component: Named | None
    organisation: Named | None
    field: DisputedField | None = None
    affiliation: DisputedAffiliation | None = None
    saving: DisputedSaving | None = None
    reason: str | None
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    reply: str | None
    reviewed_at: datetime | None


class DisputeCase(Struct, frozen=True, kw_only=True):
    """An objection with what the reader may do about it."""

    dispute: DisputeView
    may_answer: bool
    may_decide: bool
    may_withdraw: bool


class LabelView(Struct, frozen=True, kw_only=True):
    """What an organisation on one side says of an edge: `confirmed` or `denied`."""

    organisation: Named
    verdict: str
    at: datetime


class Standing(Struct, frozen=True, kw_only=True):
    """What somebody may do about an edge: for which organisations they object, or confirm it."""

    objects_for: tuple[str, ...] = ()
    confirms_for: tuple[str, ...] = ()
