"""Use cases of following, in the caller's transaction: each target is followed once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.adoption.actions import find_component
from registry.adoption.follows.matches import forget_waiting, remember
from registry.adoption.follows.readmodels import FollowView, searched
from registry.adoption.follows.searches import search_key
from registry.catalogue.readmodels import Link
from registry.db.organisations import find_organisation
from registry.db.tables import Component, Follow, Organisation
from registry.errors import Conflict, NotFound
from registry.jobs.rows import insert_missing

MAX_FOLLOWS: Final = 500
MAX_SEARCHES: Final = 50


def follow(
    session: Session,
    account: int,
    *,
    component: str = "",
    organisation: str = "",
    by_mail: bool,
    now: datetime,
) -> Follow:
    """Follow a component or else an organisation, by slug; again only changes `by_mail`."""
    if component.strip():
        number = find_component(session, component.strip().replace("\0", "")[:120])[0].id
        target: dict[str, Any] = {"component_id": number, "key": f"{account}:component:{number}"}
    else:
        number = find_organisation(session, organisation.strip()[:120]).id
        target = {"organisation_id": number, "key": f"{account}:organisation:{number}"}
    return _follow(session, account, target, by_mail=by_mail, now=now)


def follow_search(
    session: Session,
    account: int,
    question: str,
    matches: Sequence[int],
    *,
    by_mail: bool,
    now: datetime,
) -> Follow:
    """Follow a search in its fixed form; `matches` is what it finds now, and no news."""
    key = search_key(question)
    target = {"search": question, "search_key": key, "key": f"{account}:search:{key}"}
    made = _follow(session, account, target, by_mail=by_mail, now=now)
    if made.looked_at is None:
        remember(session, made, matches, now)
    return made


def _follow(
    session: Session, account: int, target: dict[str, Any], *, by_mail: bool, now: datetime
) -> Follow:
    row = {
        "component_id": None, "organisation_id": None, "search": None, "search_key": None,
        "account_id": account, "by_mail": by_mail, "created_at": now, **target,
    }  # fmt: skip
    if insert_missing(session, Follow, [row], col(Follow.id)):
        _refuse_too_many(session, account)
    found = session.exec(select(Follow).where(col(Follow.key) == row["key"])).one()
    set_mail(session, found, by_mail=by_mail)
    return found


def set_mail(session: Session, row: Follow, *, by_mail: bool) -> None:
    """Put something that is followed into digests, or take it out with what waits there."""
    row.by_mail = by_mail
    session.add(row)
    session.flush()
    if not by_mail:
        forget_waiting(session, row)


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
            search=searched(row.search),
        )
        for row, component, body in session.execute(wanted)
    ]  # fmt: skip


def _refuse_too_many(session: Session, account: int) -> None:
    count = select(func.count()).select_from(Follow).where(col(Follow.account_id) == account)
    if session.exec(count).one() > MAX_FOLLOWS:
        raise Conflict(f"an account follows at most {MAX_FOLLOWS}: end one first")
    if session.exec(count.where(col(Follow.search_key).is_not(None))).one() > MAX_SEARCHES:
        raise Conflict(f"an account follows at most {MAX_SEARCHES} searches: end one first")
