"""Use cases of following, in the caller's transaction: each target is followed once."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.adoption.actions import find_component
from registry.adoption.follows.readmodels import FollowView
from registry.catalogue.readmodels import Link
from registry.db.organisations import find_organisation
from registry.db.tables import Component, Follow, Organisation
from registry.errors import Conflict, InvalidInput, NotFound
from registry.jobs.rows import insert_missing

MAX_FOLLOWS: Final = 500


def follow(
    session: Session,
    account: int,
    *,
    component: str = "",
    organisation: str = "",
    by_mail: bool,
    now: datetime,
) -> Follow:
    """Follow a component or an organisation, by slug; again only changes `by_mail`."""
    if bool(component.strip()) == bool(organisation.strip()):
        raise InvalidInput("name a component or an organisation, and not both")
    row: dict[str, Any] = {"account_id": account, "by_mail": by_mail, "created_at": now}
    if component.strip():
        number = find_component(session, component.strip().replace("\0", "")[:120])[0].id
        row |= {"component_id": number, "organisation_id": None}
        row["key"] = f"{account}:component:{number}"
    else:
        number = find_organisation(session, organisation.strip()[:120]).id
        row |= {"component_id": None, "organisation_id": number}
        row["key"] = f"{account}:organisation:{number}"
    if insert_missing(session, Follow, [row], col(Follow.id)):
        _refuse_too_many(session, account)
    found = session.exec(select(Follow).where(col(Follow.key) == row["key"])).one()
    found.by_mail = by_mail
    session.add(found)
    session.flush()
    return found


def unfollow(session: Session, account: int, number: int) -> None:
    """Follow something no more."""
    session.delete(own(session, account, number))
    session.flush()


def own(session: Session, account: int, number: int) -> Follow:
    """Return what an account follows by its number; what another one follows is `NotFound`."""
    found = session.get(Follow, number)
    if found is None or found.account_id != account:
        raise NotFound(f"there is nothing followed with the number {number}")
    return found


def list_follows(session: Session, account: int, number: int | None = None) -> list[FollowView]:
    """Return what an account follows, the latest first; with `number` that one alone."""
    wanted = (
        select_columns(Follow, Component, Organisation)
        .outerjoin(Component, col(Component.id) == col(Follow.component_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Follow.organisation_id))
        .where(col(Follow.account_id) == account)
        .order_by(col(Follow.id).desc())
    )
    if number is not None:
        wanted = wanted.where(col(Follow.id) == number)
    return [
        FollowView(
            id=row.id, by_mail=row.by_mail, created_at=row.created_at,
            component=Link(component.slug, component.name) if component else None,
            organisation=Link(body.slug, body.name) if body else None,
        )
        for row, component, body in session.execute(wanted)
    ]  # fmt: skip


def _refuse_too_many(session: Session, account: int) -> None:
    count = select(func.count()).select_from(Follow).where(col(Follow.account_id) == account)
    if session.exec(count).one() > MAX_FOLLOWS:
        raise Conflict(f"an account follows at most {MAX_FOLLOWS}: end one first")
