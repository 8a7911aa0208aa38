"""Use cases of mail addresses, in the caller's transaction: given, confirmed, and forgotten.

An address is personal data: it is sealed, nothing but the link that confirms it is sent to it
before its person opened that link, and it goes with the account, or when its person says so.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, delete, select, update

from registry.accounts import audit
from registry.accounts.sealing import Sealer
from registry.accounts.secrets import digest, is_secret, new_secret
from registry.adoption.follows.readmodels import MailStatus
from registry.db.changes import last_number
from registry.db.tables import Follow, Mail, MailAddress, MailKind, MailState
from registry.domain.addresses import ADDRESS
from registry.errors import Conflict, NotFound
from registry.texts import WrongField

CONFIRM_WITHIN: Final = timedelta(days=3)
MAX_CONFIRMATIONS: Final = 5
"""Links that confirm an address and are sent for one account within a day."""

MAX_ADDRESS: Final = 254  # RFC 5321 §4.5.3.1.3, without the brackets
_DOTS: Final = re.compile(r"^\.|\.\.|\.@|\.$")


def give_address(
    session: Session, account: int, text: str, lang: str, *, sealer: Sealer, now: datetime
) -> Mail:
    """Take an address in place of the former, and return the mail that asks to confirm it."""
    address = checked_address(text)
    _refuse_too_many(session, account, now)
    forget_address(session, account)
    secret, leave, key = new_secret(), new_secret(), f"ma_{secrets.token_hex(8)}"
    session.add(MailAddress(
        account_id=account, key=key, sealed=sealer.seal(address, key), lang=lang,
        confirm_hash=digest(secret), confirm_until=now + CONFIRM_WITHIN,
        leave_hash=digest(leave), leave_sealed=sealer.seal(leave, f"{key} leave"),
        created_at=now,
    ))  # fmt: skip
    mail_key = new_mail_key()
    mail = Mail(
        key=mail_key, account_id=account, kind=MailKind.CONFIRM, due_at=now, created_at=now,
        sealed=sealer.seal(secret, mail_key),
    )  # fmt: skip
    session.add(mail)
    session.flush()
    _note(session, account, "given", now)
    return mail


def confirm(session: Session, secret: str, now: datetime) -> None:
    """Confirm the address that a link was sent to; raises `NotFound` for a link that is over.

    What happened before is not told: the first digest begins with the next change.
    """
    row = find_by_link(session, secret)
    if row.confirm_until is None or row.confirm_until < now:
        raise NotFound("this link is not, or no longer, good: ask for another one")
    row.confirmed_at, row.confirm_hash, row.confirm_until = now, None, None
    row.seen_seq, row.due_at = last_number(session), now
    session.add(row)
    session.flush()
    _note(session, row.account_id, "confirmed", now)


def find_by_link(session: Session, secret: str) -> MailAddress:
    """Return the address that a link confirms, or raise `NotFound`."""
    found = None
    if is_secret(secret):
        query = select(MailAddress).where(col(MailAddress.confirm_hash) == digest(secret))
        found = session.exec(query).first()
    if found is None:
        raise NotFound("this link is not, or no longer, good: ask for another one")
    return found


def leave(session: Session, secret: str, now: datetime) -> None:
    """End all mail by the link in a mail; ending it twice is ending it once."""
    if not is_secret(secret):
        raise NotFound("this link is not one of ours")
    query = select(MailAddress).where(col(MailAddress.leave_hash) == digest(secret))
    row = session.exec(query).first()
    if row is not None:
        remove_address(session, row.account_id, now)


def remove_address(session: Session, account: int, now: datetime) -> None:
    """Forget the address of an account and send it nothing any more; what it follows stays."""
    if forget_address(session, account):
        session.execute(
            update(Follow).where(col(Follow.account_id) == account).values(by_mail=False)
        )
        _note(session, account, "removed", now)


def forget_address(session: Session, account: int) -> bool:
    """Delete the address of an account with the mails that wait; say whether there was one."""
    row = session.get(MailAddress, account)
    session.execute(
        delete(Mail).where(col(Mail.account_id) == account, col(Mail.state) == MailState.WAITING)
    )
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def status(session: Session, account: int, *, sealer: Sealer, is_on: bool) -> MailStatus:
    """Return what the person of an account may know of their mail."""
    row = session.get(MailAddress, account)
    if row is None:
        return MailStatus(is_on=is_on)
    last = session.exec(
        select(Mail).where(col(Mail.account_id) == account).order_by(col(Mail.id).desc())
    ).first()
    return MailStatus(
        is_on=is_on, address=sealer.open(row.sealed, row.key),
        is_confirmed=row.confirmed_at is not None, waits=row.confirm_until is not None,
        problem=last.problem if last and last.problem else "",
    )  # fmt: skip


def checked_address(text: str) -> str:
    """Return an address that mail can be sent to, or raise `WrongField`."""
    address = text.strip()
    fits = len(address) <= MAX_ADDRESS and address.isascii() and ADDRESS.fullmatch(address)
    if not fits or _DOTS.search(address.partition("@")[0]) or "_" in address.partition("@")[2]:
        raise WrongField("address", "mailbox", "must be an e-mail address such as ada@town.example")
    return address


def new_mail_key() -> str:
    """Return a fresh name of a mail."""
    return f"mail_{secrets.token_hex(12)}"


def _refuse_too_many(session: Session, account: int, now: datetime) -> None:
    query = select(func.count()).select_from(Mail).where(
        col(Mail.account_id) == account, col(Mail.kind) == MailKind.CONFIRM,
        col(Mail.created_at) > now - timedelta(days=1),
    )  # fmt: skip
    if session.exec(query).one() >= MAX_CONFIRMATIONS:
        raise Conflict("many links were asked for today: try again tomorrow")


def _note(session: Session, account: int, what: str, now: datetime) -> None:
    """Write to the audit log that the address changed, and never the address."""
    audit.append(
        session, actor=account, action=f"mail.address_{what}", subject=f"account:{account}", at=now
    )
