"""Digests: which are due, and what they tell.

A digest is named by the numbers of the changes that it tells of, so that it tells the same at
every try; its reminders are written down with it. The next one begins where it ended.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_
from sqlmodel import Session, col, delete, select

from registry.accounts.actors import Role
from registry.adoption.follows.addresses import new_mail_key
from registry.adoption.follows.endings import endings
from registry.adoption.follows.matches import are_waiting, put_into, take_out, told_by
from registry.adoption.follows.readmodels import Ending, Happening, News
from registry.db.changes import last_number
from registry.db.tables import (
    Account,
    AccountState,
    Change,
    ChangeKind,
    Component,
    Follow,
    Mail,
    MailAddress,
    MailKind,
    MailState,
    Membership,
    Organisation,
    Reminder,
)

EVERY: Final = timedelta(days=1)
LOOK_AGAIN: Final = timedelta(hours=1)
SHOWN: Final = 100
_BATCH: Final = 200
# That a field changed, or that reuse was counted anew, is no news for a mail.
_TOLD: Final = tuple(set(ChangeKind) - {ChangeKind.UPDATED, ChangeKind.REUSE})
_SPEAKS: Final = (Role.MAINTAINER, Role.OWNER)


def write_due_digests(session: Session, now: datetime) -> int:
    """Write a digest for each confirmed address for which it is time and there is news."""
    rows = session.exec(
        select(MailAddress)
        .join(Account, col(Account.id) == col(MailAddress.account_id))
        .where(
            col(MailAddress.confirmed_at).is_not(None), col(MailAddress.due_at) <= now,
            col(Account.state) == AccountState.ACTIVE,
        )
        .order_by(col(MailAddress.due_at))
        .limit(_BATCH)
    ).all()  # fmt: skip
    return sum(_write_digest(session, row, now) for row in rows)


def news_of(session: Session, mail: Mail) -> News:
    """Return what a digest tells."""
    told, more = _happenings(session, mail.account_id, mail.from_seq, mail.to_seq)
    reminded = session.exec(select(Reminder).where(col(Reminder.mail_id) == mail.id)).all()
    wanted = {(x.subject, x.ends_on) for x in reminded}
    found = endings(session, _spoken_for(session, mail.account_id), mail.created_at)
    due = tuple(x for x in found if (x.subject, x.ends_on) in wanted)
    return News(happenings=told, endings=due, found=told_by(session, mail), more=more)


def give_back(session: Session, mail: Mail) -> None:
    """Let the next digest tell what one that could not be sent would have told."""
    address = session.get(MailAddress, mail.account_id)
    if address is not None and mail.kind is MailKind.DIGEST:
        address.seen_seq = min(address.seen_seq, mail.from_seq)
        session.add(address)
        session.execute(delete(Reminder).where(col(Reminder.mail_id) == mail.id))
        take_out(session, mail)


def _write_digest(session: Session, address: MailAddress, now: datetime) -> bool:
    address.due_at = now + LOOK_AGAIN
    session.add(address)
    waiting = select(Mail.id).where(
        col(Mail.account_id) == address.account_id, col(Mail.state) == MailState.WAITING
    )
    if session.exec(waiting).first() is not None:
        return False
    last = last_number(session)
    told, _ = _happenings(session, address.account_id, address.seen_seq, last)
    due = _not_reminded(session, address.account_id, now)
    begun, address.seen_seq = address.seen_seq, last
    since = address.confirmed_at
    if not (told or due or are_waiting(session, address.account_id, since)):
        return False
    address.due_at = now + EVERY
    mail = Mail(
        key=new_mail_key(), account_id=address.account_id, kind=MailKind.DIGEST,
        from_seq=begun, to_seq=last, due_at=now, created_at=now,
    )  # fmt: skip
    session.add(mail)
    session.flush()
    put_into(session, mail, since)
    session.add_all(
        Reminder(mail_id=mail.id or 0, account_id=address.account_id, subject=x.subject,
                 ends_on=x.ends_on)
        for x in due
    )  # fmt: skip
    session.flush()
    return True


def _not_reminded(session: Session, account: int, now: datetime) -> list[Ending]:
    """Return what ends soon and was not told yet, for who follows anything by mail."""
    follows = select(Follow.id).where(
        col(Follow.account_id) == account, col(Follow.by_mail).is_(True)
    )
    if session.exec(follows).first() is None:
        return []
    rows = session.exec(select(Reminder).where(col(Reminder.account_id) == account)).all()
    known = {(x.subject, x.ends_on) for x in rows}
    found = endings(session, _spoken_for(session, account), now)
    return [x for x in found if (x.subject, x.ends_on) not in known]


def _spoken_for(session: Session, account: int) -> list[int]:
    return list(session.exec(
        select(Membership.organisation_id).where(
            col(Membership.account_id) == account, col(Membership.role).in_(_SPEAKS)
        )
    ))  # fmt: skip


def _happenings(
    session: Session, account: int, after: int, last: int
) -> tuple[tuple[Happening, ...], int]:
    """Return the changes that an account is told of, and how many more there are."""
    components, bodies = _followed(session, account)
    if not (components or bodies):
        return (), 0
    rows = session.exec(
        select(Change)
        .where(
            col(Change.seq) > after, col(Change.seq) <= last, col(Change.kind).in_(_TOLD),
            or_(col(Change.uuid).in_(components), col(Change.organisation).in_(bodies)),
        )
        .order_by(col(Change.seq))
    )  # fmt: skip
    told = [
        row for row in rows
        if row.at >= min(x for x in (components.get(row.uuid), bodies.get(row.organisation or ""))
                         if x is not None)
    ]  # fmt: skip
    return tuple(_happening(x) for x in told[:SHOWN]), max(0, len(told) - SHOWN)


def _followed(session: Session, account: int) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Return since when an account follows components (by UUID) and organisations (by slug)."""
    by_mail = (col(Follow.account_id) == account, col(Follow.by_mail).is_(True))
    components: Sequence[tuple[str, datetime]] = session.exec(
        select(Component.uuid, Follow.created_at)
        .join(Follow, col(Follow.component_id) == col(Component.id))
        .where(*by_mail)
    ).all()
    bodies: Sequence[tuple[str, datetime]] = session.exec(
        select(Organisation.slug, Follow.created_at)
        .join(Follow, col(Follow.organisation_id) == col(Organisation.id))
        .where(*by_mail)
    ).all()
    return dict(components), dict(bodies)


def _happening(row: Change) -> Happening:
    return Happening(
        kind=row.kind.value, slug=row.slug, name=row.name, detail=dict(row.detail), at=row.at
    )
