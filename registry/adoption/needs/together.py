"""What happens to an open need: others join, somebody offers, it is renewed, and it is closed."""

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.adoption.needs.writing import state_of
from registry.db.tables import (
    Component,
    Need,
    NeedJoin,
    NeedOffer,
    NeedOutcome,
    NeedState,
    OfferState,
    Organisation,
)
from registry.db.tombstones import missing_component
from registry.errors import Conflict, NotFound
from registry.jobs.rows import insert_missing
from registry.texts import WrongField, public_line, public_text, web_address
from registry.webhooks.events import emit

OPEN_FOR: Final = timedelta(days=365)
MAX_OFFER: Final = 2_000
MAX_WAITING: Final = 20
"""Offers of one account, or of one need, that nobody looked at yet."""


class NewOffer(Struct, frozen=True, kw_only=True):
    """What is offered: a component of this catalogue by its slug, or an address, and words.

    `name` is who offers, where that is no organisation of this registry.
    """

    text: str
    component: str = ""
    url: str = ""
    name: str = ""


class Closing(Struct, frozen=True, kw_only=True):
    """What became of a need: `found` names a component, `built` an address."""

    outcome: str
    component: str = ""
    url: str = ""


def need_row(session: Session, number: int, *, lock: bool = False) -> Need:
    """Return a need that was opened once, or raise `NotFound`."""
    row = session.get(Need, number, with_for_update=lock)
    if row is None or row.state is NeedState.DRAFT:
        raise NotFound(f"there is no need {number}")
    return row


def open_need(
    session: Session, row: Need, organisation: int, *, account: int | None, now: datetime
) -> None:
    """Make a draft public, in the name of an organisation."""
    body = session.get_one(Organisation, organisation)
    row.state, row.key_hash = NeedState.OPEN, None
    row.organisation_id, row.account_id, row.country = organisation, account, body.country
    row.opened_at, row.updated_at, row.expires_at = now, now, now + OPEN_FOR
    session.add(row)
    session.flush()
    _note(session, row, "opened", account, now)
    tell(session, row, "opened", now)


def renew(session: Session, row: Need, *, account: int | None, now: datetime) -> None:
    """Let a need be open for another year, also one whose time is over."""
    if row.state is NeedState.CLOSED:
        raise Conflict("the need is closed")
    row.expires_at, row.updated_at = now + OPEN_FOR, now
    _note(session, row, "renewed", account, now)


def close(
    session: Session, row: Need, closing: Closing, *, account: int | None, now: datetime
) -> None:
    """Close a need with what became of it."""
    if row.state is NeedState.CLOSED:
        raise Conflict("the need is closed already")
    if closing.outcome not in set(NeedOutcome):
        raise WrongField("outcome", "choice", f"must be one of {', '.join(NeedOutcome)}")
    row.outcome = NeedOutcome(closing.outcome)
    if row.outcome is NeedOutcome.FOUND:
        row.outcome_component_id = component_id(session, closing.component)
    if row.outcome is NeedOutcome.BUILT:
        row.outcome_url = web_address(closing.url)
    row.state, row.closed_at, row.updated_at = NeedState.CLOSED, now, now
    session.flush()
    _note(session, row, "closed", account, now)
    tell(session, row, "closed", now)


def join(
    session: Session, row: Need, organisation: int, *, account: int | None, now: datetime
) -> None:
    """Let an organisation say that it needs the same; saying it twice is saying it once."""
    _demand_open(row, now)
    if organisation == row.organisation_id:
        raise Conflict("the need is this organisation's own")
    joined = {"need_id": row.id, "organisation_id": organisation, "account_id": account,
              "joined_at": now}  # fmt: skip
    if insert_missing(session, NeedJoin, [joined], col(NeedJoin.need_id)):
        row.updated_at = now
        _note(session, row, "joined", account, now, organisation=organisation)
        tell(session, row, "joined", now)


def leave(
    session: Session, row: Need, organisation: int, *, account: int | None, now: datetime
) -> None:
    """Take back that an organisation needs the same."""
    joined = session.get(NeedJoin, (row.id, organisation))
    if joined is None:
        raise NotFound("this organisation has not joined the need")
    session.delete(joined)
    session.flush()
    _note(session, row, "left", account, now, organisation=organisation)


def offer(
    session: Session,
    row: Need,
    new: NewOffer,
    *,
    organisation: int | None,
    account: int | None,
    now: datetime,
) -> NeedOffer:
    """Take an offer; one that no organisation of this registry makes waits for a decision."""
    _demand_open(row, now)
    is_known = organisation is not None
    name = public_line(new.name, "name", 200, least=int(not is_known))
    _refuse_too_many(session, row, account)
    made = NeedOffer(
        need_id=row.id or 0, organisation_id=organisation, account_id=account,
        component_id=component_id(session, new.component) if new.component.strip() else None,
        name="" if is_known else name, text=public_text(new.text, "text", MAX_OFFER),
        url=web_address(new.url) if new.url.strip() else None,
        state=OfferState.SHOWN if is_known else OfferState.WAITING, created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, row, "offered", account, now, offer=made.id)
    if is_known:
        row.updated_at = now
        tell(session, row, "offered", now)
    return made


def decide_offer(
    session: Session, row: Need, number: int, *, show: bool, account: int | None, now: datetime
) -> None:
    """Show or refuse an offer that waits, or take one from view that is shown."""
    made = _offer(session, row, number)
    wanted = OfferState.SHOWN if show else OfferState.REFUSED
    if made.state is wanted or made.state is OfferState.WITHDRAWN:
        raise Conflict(f"the offer is {made.state.value} already")
    made.state, made.decided_at = wanted, now
    session.flush()
    _note(session, row, "offer_decided", account, now, offer=number, shown=show)
    if show:
        row.updated_at = now
        tell(session, row, "offered", now)


def withdraw_offer(
    session: Session, row: Need, number: int, *, account: int, now: datetime
) -> None:
    """Take back one's own offer."""
    made = _offer(session, row, number)
    if made.account_id != account:
        raise NotFound("there is no such offer")
    made.state, made.decided_at = OfferState.WITHDRAWN, now
    session.flush()
    _note(session, row, "offer_withdrawn", account, now, offer=number)


def tell(session: Session, row: Need, happening: str, now: datetime) -> None:
    """Tell webhooks what happened to a need."""

    def data() -> dict[str, Any]:
        return {"need": row.id, "title": row.title, "lang": row.lang, "what": happening,
                "href": f"/api/v1/needs/{row.id}"}  # fmt: skip

    emit(
        session, "need.changed", subject=f"need:{row.id}", data=data,
        organisations=[row.organisation_id], at=now,
    )  # fmt: skip


def component_id(session: Session, slug: str) -> int:
    """Return the id of a component that is listed, or raise `WrongField`."""
    found = session.exec(
        select(Component.id).where(
            col(Component.slug) == slug.strip().replace("\0", "")[:120],
            col(Component.is_taken_down).is_(False),
        )
    ).first()
    if found is None:
        reason = missing_component(session, slug.strip()[:120])
        raise WrongField("component", "unknown", f"is not listed: {reason}")
    return found


def _offer(session: Session, row: Need, number: int) -> NeedOffer:
    made = session.get(NeedOffer, number, with_for_update=True)
    if made is None or made.need_id != row.id:
        raise NotFound("there is no such offer")
    return made


def _refuse_too_many(session: Session, row: Need, account: int | None) -> None:
    waits = col(NeedOffer.state) == OfferState.WAITING
    for whose in (col(NeedOffer.account_id) == account, col(NeedOffer.need_id) == row.id):
        count = session.exec(select(func.count()).select_from(NeedOffer).where(waits, whose)).one()
        if count >= MAX_WAITING:
            raise Conflict("many offers wait to be looked at: try again later")


def _demand_open(row: Need, now: datetime) -> None:
    state = state_of(row, now)
    if state != "open":
        raise Conflict(f"the need is {state}")


def _note(
    session: Session, row: Need, what: str, account: int | None, now: datetime, **detail: Any
) -> None:
    audit.append(
        session, actor=account, action=f"need.{what}", subject=f"need:{row.id}", detail=detail,
        at=now,
    )  # fmt: skip
