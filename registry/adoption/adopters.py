"""Use cases of adopters: a verified organisation states that it uses a component, in the caller's
transaction.

No pull request is needed, and nobody answers for others: who states it holds a role in the
organisation, which a proof or an operator gave. A statement ends after twelve months unless it is
confirmed. What is measured is never added to it.
"""

from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.adoption.actions import find_component
from registry.db.changes import note_change
from registry.db.organisations import find_organisation
from registry.db.tables import Adoption, ChangeKind, Component, Organisation
from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl, InvalidInput, NotFound
from registry.jobs.rows import insert_missing
from registry.texts import WrongField, public_contact, public_line

VALID: Final = timedelta(days=365)
DUE: Final = timedelta(days=30)
HOWS: Final = ("as_is", "adapted")


class NewAdoption(Struct, frozen=True, kw_only=True):
    """What an organisation states, component and organisation by their slugs."""

    component: str
    organisation: str
    version: str = ""
    used_since: str = ""
    in_production: bool | None = None
    how: str | None = None
    contact: str = ""
    repository_url: str = ""


def declare(
    session: Session,
    actor: Actor,
    new: NewAdoption,
    now: datetime,
    *,
    as_operator: bool = False,
    allow_http_hosts: frozenset[str] = frozenset(),
) -> Adoption:
    """Write down that an organisation uses a component; what it stated before is replaced.

    Raises `NotFound`, `Gone`, `Forbidden`, `Unauthenticated`, or `WrongField`. `as_operator` is
    for the command line, where no account acts.
    """
    body = find_organisation(session, new.organisation)
    if not as_operator:
        authorise(actor, Action.DECLARE_ADOPTION, body.id)
    component, repository = find_component(session, new.component)
    values = checked(new, now, allow_http_hosts)
    if values["repository_url"] == repository.url:
        raise WrongField("repository_url", "own", "is the component itself: name your own copy")
    if component.organisation_id == body.id:
        raise WrongField("organisation", "own", "has the component itself")
    values |= {
        "account_id": actor.account, "confirmed_at": now, "expires_at": now + VALID,
        "withdrawn_at": None,
    }  # fmt: skip
    key = {"component_id": component.id, "organisation_id": body.id}
    insert_missing(session, Adoption, [key | values | {"declared_at": now}], col(Adoption.id))
    adoption = session.exec(
        select(Adoption)
        .where(col(Adoption.component_id) == component.id, col(Adoption.organisation_id) == body.id)
        .with_for_update()
    ).one()
    if adoption.withdrawn_at is not None:
        adoption.declared_at = now  # a new statement, not the old one confirmed
    adoption.sqlmodel_update(values)
    session.add(adoption)
    _note(session, adoption, component, "declared", actor.account, now)
    return adoption


def renew(
    session: Session, actor: Actor, number: int, now: datetime, *, as_operator: bool = False
) -> Adoption:
    """Confirm a statement for another twelve months; one that was withdrawn is declared anew."""
    adoption = _own(session, actor, number, as_operator=as_operator)
    if adoption.withdrawn_at is not None:
        raise InvalidInput(f"adoption {number} was withdrawn: declare it anew")
    adoption.confirmed_at, adoption.expires_at = now, now + VALID
    session.add(adoption)
    component = session.get_one(Component, adoption.component_id)
    _note(session, adoption, component, "renewed", actor.account, now)
    return adoption


def withdraw(
    session: Session, actor: Actor, number: int, now: datetime, *, as_operator: bool = False
) -> Adoption:
    """End a statement; it is no longer shown, and what was measured stays. Twice is once."""
    adoption = _own(session, actor, number, as_operator=as_operator)
    if adoption.withdrawn_at is None:
        adoption.withdrawn_at, adoption.contact = now, ""
        session.add(adoption)
        component = session.get_one(Component, adoption.component_id)
        _note(session, adoption, component, "withdrawn", actor.account, now)
    return adoption


def checked(new: NewAdoption, now: datetime, allow_http_hosts: frozenset[str]) -> dict[str, object]:
    """Return the columns of a statement, or raise `WrongField` naming the field to mend."""
    if new.how is not None and new.how not in HOWS:
        raise WrongField("how", "choice", f"must be one of {', '.join(HOWS)}")
    return {
        "version": public_line(new.version, "version", 100, least=0),
        "used_since": _since(new.used_since.strip(), now),
        "in_production": new.in_production,
        "how": new.how,
        "contact": public_contact(new.contact) if new.contact.strip() else "",
        "repository_url": _repository(new.repository_url.strip(), allow_http_hosts),
    }


def _since(text: str, now: datetime) -> date | None:
    if not text:
        return None
    whole = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)
    try:
        day = date.fromisoformat(whole)
    except ValueError:
        raise WrongField(
            "used_since", "date", "must be a day as 2026-01-31, or a month or year"
        ) from None
    if not date(1990, 1, 1) <= day <= now.date():
        raise WrongField("used_since", "date", "lies before 1990 or in the future")
    return day


def _repository(text: str, allow_http_hosts: frozenset[str]) -> str | None:
    if not text:
        return None
    try:
        return canonical_repository_url(text, allow_http_hosts=allow_http_hosts)
    except BlockedUrl as error:
        raise WrongField("repository_url", "url", f"cannot be: {error}") from None


def _own(session: Session, actor: Actor, number: int, *, as_operator: bool) -> Adoption:
    adoption = session.get(Adoption, number, with_for_update=True)
    if adoption is None:
        raise NotFound(f"there is no adoption {number}")
    if not as_operator:
        authorise(actor, Action.DECLARE_ADOPTION, adoption.organisation_id)
    return adoption


def _note(
    session: Session,
    adoption: Adoption,
    component: Component,
    happened: str,
    account: int | None,
    now: datetime,
) -> None:
    session.flush()
    body = session.get_one(Organisation, adoption.organisation_id)
    told = {"adoption": adoption.id, "what": happened, "by": body.name}
    note_change(session, component, ChangeKind.ADOPTERS, now, told)
    audit.append(
        session, actor=account, action=f"adoption.{happened}", subject=f"adoption:{adoption.id}",
        detail={"component": component.slug, "organisation": adoption.organisation_id}, at=now,
    )  # fmt: skip
