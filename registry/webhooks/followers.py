"""Writing down what followers are to be told of, in the transaction of the change.

An event becomes one notice for each account that follows what it concerns and is sent mails;
`registry.adoption.follows` makes mails of them when their time has come. Nothing is written for
who has no confirmed address: they read the feeds.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from registry.db.tables import (
    Account,
    AccountState,
    Follow,
    FollowNotice,
    MailAddress,
    MailState,
    Pace,
)
from registry.db.tables.follow import IS_UNTOLD

SOON: Final = timedelta(seconds=60)
HOUR_OF_DIGESTS: Final = 6
"""The hour, in UTC, at which daily and (on Mondays) weekly mails are made."""
_ORDER: Final = tuple(Pace)


def listening_followers(
    session: Session,
    event: str,
    components: set[int | None],
    organisations: set[int | None],
    needs: set[int | None],
) -> list[Follow]:
    """Return the follow of each account that is to be told of an event: its quickest one."""
    query = (
        select(Follow)
        .join(MailAddress, col(MailAddress.account_id) == col(Follow.account_id))
        .join(Account, col(Account.id) == col(Follow.account_id))
        .where(
            col(MailAddress.state) == MailState.ACTIVE,
            col(Account.state) == AccountState.ACTIVE,
            or_(
                col(Follow.component_id).in_(components),
                col(Follow.organisation_id).in_(organisations),
                col(Follow.need_id).in_(needs),
            ),
        )
        .order_by(col(Follow.id))
    )
    found: dict[int, Follow] = {}
    for follow in session.scalars(query):
        before = found.get(follow.account_id)
        is_quicker = before and _ORDER.index(follow.pace) < _ORDER.index(before.pace)
        if event in follow.events and (before is None or is_quicker):
            found[follow.account_id] = follow
    return list(found.values())


def write_notices(
    session: Session,
    follows: Iterable[Follow],
    event: str,
    subject: str,
    data: Mapping[str, Any],
    at: datetime,
) -> None:
    """Add a notice for each follow; one that nobody was told of yet takes the new data."""
    rows = [
        {"follow_id": follow.id, "event": event, "subject": subject, "data": dict(data), "at": at,
         "due_at": due_at(follow.pace, at)}
        for follow in follows
    ]  # fmt: skip
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(FollowNotice).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["follow_id", "event", "subject"],
            index_where=IS_UNTOLD,
            set_={"data": statement.excluded.data, "at": statement.excluded.at},
        )
    )


def due_at(pace: Pace, at: datetime) -> datetime:
    """Return when a mail is to be made of what happened at a moment (aware, UTC)."""
    if pace is Pace.IMMEDIATE:
        return at + SOON
    day = at.replace(hour=HOUR_OF_DIGESTS, minute=0, second=0, microsecond=0)
    if day <= at:
        day += timedelta(days=1)
    return day if pace is Pace.DAILY else day + timedelta(days=-day.weekday() % 7)
