"""Sending mails: one try at a time, each written down, and never two of one digest.

When a worker dies between the server's answer and writing it down, the mail is sent again, with
the same Message-ID (RFC 5322 §3.6.4): more SMTP does not allow.
"""

from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct
from sqlalchemy import delete, select
from sqlmodel import Session, col

from registry.accounts.sealing import Sealer
from registry.adoption.follows.digests import give_back, news_of
from registry.adoption.follows.readmodels import News
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Mail, MailAddress, MailKind, MailState
from registry.errors import RegistryError
from registry.jobs.port import NewJob, RunningJob

SEND: Final = "mail.send"
# From five minutes to eleven hours, about a day in all.
RETRY_SECONDS: Final = (300, 900, 2_700, 7_200, 14_400, 21_600, 39_240)
KEPT: Final = timedelta(days=30)
_BATCH: Final = 500


class MailFailure(RegistryError):
    """A mail was not taken; `is_final` says that this mailbox will take none."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Letter(Struct, frozen=True):
    """What a mail says: one line, and plain text."""

    subject: str
    text: str


class Envelope(Struct, frozen=True, kw_only=True):
    """A mail as it is handed to the server; `leave_url` ends all mail with one POST (RFC 8058)."""

    key: str
    to: str
    letter: Letter
    lang: str
    at: datetime
    leave_url: str | None


class Letters(Protocol):
    """What mails say, in the language of who reads them."""

    def confirmation(self, lang: str, secret: str) -> Letter:
        """Return the mail that asks to confirm an address."""

    def digest(self, lang: str, news: News, leave: str) -> Letter:
        """Return a digest; `leave` is the secret by which its reader ends all mail."""

    def leave_url(self, lang: str, leave: str) -> str:
        """Return the address at which all mail is ended."""


class Post(Protocol):
    """How a mail leaves."""

    def __call__(self, envelope: Envelope) -> None:
        """Hand a mail over, or raise `MailFailure`."""


def mails_due(session: Session, now: datetime) -> list[NewJob]:
    """Return the jobs of mails whose time has come, the longest due first."""
    query = (
        select(col(Mail.id))
        .where(col(Mail.state) == MailState.WAITING, col(Mail.due_at) <= now)
        .order_by(col(Mail.due_at), col(Mail.id))
        .limit(_BATCH)
    )
    return [send_job(number) for number in session.scalars(query) if number is not None]


def send_job(number: int) -> NewJob:
    """Return the job of one try; mails go one after the other."""
    return NewJob(task=SEND, key=str(number), payload={"mail_id": number}, lane="smtp", priority=20)


def prune_mails(session: Session, now: datetime) -> None:
    """Forget mails that were sent or given up longer than 30 days ago, with their reminders.

    What these told of has ended by then.
    """
    over = col(Mail.finished_at) < now - KEPT
    session.execute(delete(Mail).where(over))


class Mailer:
    """Runs the jobs of mails."""

    def __init__(
        self, database: Database, sealer: Sealer, letters: Letters, post: Post, clock: Clock
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._letters = letters
        self._post = post
        self._clock = clock

    def send(self, job: RunningJob) -> None:
        """Try a mail once, and write down what became of it."""
        number = int(job.payload["mail_id"])
        with self._database.write() as session:
            job.confirm(session)
            envelope = self._envelope(session, number)
        if envelope is None:
            return
        failure: MailFailure | None = None
        try:
            self._post(envelope)
        except MailFailure as error:
            failure = error
        with self._database.write() as session:
            job.complete(session)
            _record(session, number, failure, self._clock())

    def _envelope(self, session: Session, number: int) -> Envelope | None:
        """Return a mail as it is sent; none when there is nothing to send any more."""
        mail = session.get(Mail, number)
        if mail is None or mail.state is not MailState.WAITING or mail.due_at > self._clock():
            return None
        address = session.get(MailAddress, mail.account_id)
        is_digest = mail.kind is MailKind.DIGEST
        if address is None or (is_digest and address.confirmed_at is None):
            _end(mail, MailState.FAILED, "there is no confirmed address", self._clock())
            return None
        leave = self._sealer.open(address.leave_sealed, f"{address.key} leave")
        return Envelope(
            key=mail.key, to=self._sealer.open(address.sealed, address.key), lang=address.lang,
            letter=self._letter(session, mail, address.lang, leave), at=mail.created_at,
            leave_url=self._letters.leave_url(address.lang, leave) if is_digest else None,
        )  # fmt: skip

    def _letter(self, session: Session, mail: Mail, lang: str, leave: str) -> Letter:
        if mail.kind is MailKind.DIGEST:
            return self._letters.digest(lang, news_of(session, mail), leave)
        secret = self._sealer.open(mail.sealed or "", mail.key)
        return self._letters.confirmation(lang, secret)


def _record(session: Session, number: int, failure: MailFailure | None, now: datetime) -> None:
    mail = session.get(Mail, number)
    if mail is None:  # the address was removed meanwhile
        return
    mail.attempts += 1
    if failure is None:
        mail.sealed = None
        _end(mail, MailState.SENT, "", now)
        return
    mail.problem = str(failure)[:200]
    if not failure.is_final and mail.attempts <= len(RETRY_SECONDS):
        mail.due_at = now + timedelta(seconds=RETRY_SECONDS[mail.attempts - 1])
        return
    _end(mail, MailState.FAILED, mail.problem, now)
    give_back(session, mail)
    address = session.get(MailAddress, mail.account_id)
    if failure.is_final and address is not None:
        address.confirmed_at = None  # nothing is sent to it before it is confirmed again
        session.add(address)


def _end(mail: Mail, state: MailState, problem: str, now: datetime) -> None:
    mail.state, mail.problem, mail.finished_at = state, problem, now
