"""What followed searches found anew: each component once, and each in one digest."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.adoption.follows.readmodels import Found, searched
from registry.catalogue.readmodels import Link
from registry.db.bulk import insert_rows
from registry.db.tables import Component, Follow, FollowMatch, Mail, Repository
from registry.db.tables.repository import UNLISTED

NEVER_MAILED: Final = 0
SHOWN: Final = 20


def remember(session: Session, follow: Follow, ids: Iterable[int], now: datetime) -> list[int]:
    """Write down what a search finds and did not find before; return it, in the given order.

    The first time nothing is news. What is not listed is left out: the index may be behind.
    """
    known = set(session.exec(
        select(FollowMatch.component_id).where(col(FollowMatch.follow_id) == follow.id)
    ))  # fmt: skip
    fresh = [x for x in ids if x not in known]
    listed = _listed(session, fresh)
    found = [x for x in fresh if x in listed]
    waits = follow.by_mail and follow.looked_at is not None
    row = {"follow_id": follow.id, "mail_id": None if waits else NEVER_MAILED, "found_at": now}
    insert_rows(session, FollowMatch, [{**row, "component_id": x} for x in found])
    is_first, follow.looked_at = follow.looked_at is None, now
    session.add(follow)
    session.flush()
    return [] if is_first else found


def forget_waiting(session: Session, follow: Follow) -> None:
    """Let what waits be told by no digest: mail is not asked for any more."""
    waiting = col(FollowMatch.follow_id) == follow.id, col(FollowMatch.mail_id).is_(None)
    session.execute(update(FollowMatch).where(*waiting).values(mail_id=NEVER_MAILED))


def are_waiting(session: Session, account: int, since: datetime | None) -> bool:
    """Say whether there is anything that a digest of this account would tell."""
    query = select(FollowMatch.component_id).where(*_waiting(account, since)).limit(1)
    return session.exec(query).first() is not None


def put_into(session: Session, mail: Mail, since: datetime | None) -> None:
    """Let a digest tell all that waits since the address was confirmed."""
    waiting = _waiting(mail.account_id, since)
    session.execute(
        update(FollowMatch).where(*waiting).values(mail_id=mail.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def take_out(session: Session, mail: Mail) -> None:
    """Let the next digest tell what one that could not be sent would have told."""
    held = col(FollowMatch.mail_id) == mail.id
    session.execute(update(FollowMatch).where(held).values(mail_id=None))


def told_by(session: Session, mail: Mail) -> tuple[Found, ...]:
    """Return what a digest tells of each search, the first followed first."""
    rows = session.execute(
        select_columns(Follow, func.count())
        .join(FollowMatch, col(FollowMatch.follow_id) == col(Follow.id))
        .where(col(FollowMatch.mail_id) == mail.id)
        .group_by(*Follow.__table__.columns)  # type: ignore[attr-defined]
        .order_by(col(Follow.id))
    ).all()
    told = [(searched(row.search), _links(session, mail, row), count) for row, count in rows]
    return tuple(
        Found(search=search, components=links, more=max(0, count - SHOWN))
        for search, links, count in told
        if search is not None and links
    )


def _links(session: Session, mail: Mail, follow: Follow) -> tuple[Link, ...]:
    query = (
        select_columns(col(Component.slug), col(Component.name))
        .join(FollowMatch, col(FollowMatch.component_id) == col(Component.id))
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(
            col(FollowMatch.mail_id) == mail.id, col(FollowMatch.follow_id) == follow.id,
            *_shown(),
        )
        .order_by(col(Component.id).desc())
        .limit(SHOWN)
    )  # fmt: skip
    return tuple(Link(row.slug, row.name) for row in session.execute(query))


def _waiting(account: int, since: datetime | None) -> tuple[Any, ...]:
    own = select(Follow.id).where(col(Follow.account_id) == account)
    late = () if since is None else (col(FollowMatch.found_at) >= since,)
    return col(FollowMatch.follow_id).in_(own), col(FollowMatch.mail_id).is_(None), *late


def _shown() -> tuple[Any, ...]:
    return col(Component.is_taken_down).is_(False), col(Repository.state).not_in(UNLISTED)


def _listed(session: Session, ids: Sequence[int]) -> set[int]:
    """Return which of these have a page."""
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        query = (
            select(Component.id)
            .join(Repository, col(Repository.id) == col(Component.repository_id))
            .where(col(Component.id).in_(ids[start : start + 500]), *_shown())
        )
        found |= {x for x in session.exec(query) if x is not None}
    return found
