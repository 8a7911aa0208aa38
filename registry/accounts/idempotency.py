"""Requests that are sent again: done once, and answered with the first answer.

Source: draft-ietf-httpapi-idempotency-key-header-07. A request is remembered for a day, for the
account that sent it; the answer is sealed, since it may hold a secret that is shown once.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, update
from sqlmodel import Session, col

from registry.accounts.sealing import Sealer
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import IdempotentRequest
from registry.errors import Conflict, Unavailable
from registry.jobs.rows import insert_missing

KEPT: Final = timedelta(hours=24)
# A request that is in flight for longer died with its process: it may be sent again.
LONGEST_FLIGHT: Final = timedelta(minutes=5)
MAX_KEY: Final = 255


class Answer(Struct, frozen=True):
    """What was answered: the status, the headers that belong to the content, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class KeyReused(Conflict):
    """The key belongs to another request (HTTP 422)."""


def fingerprint(*parts: bytes) -> str:
    """Return the hash of all that was asked."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Idempotency:
    """The requests of the last day that carried a key, by account."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def begin(self, account: int, key: str, asked: str) -> Answer | None:
        """Return the answer of a request that was done; none when it is to be done now.

        Raises `KeyReused` when the key belongs to another request, and `Conflict` while the same
        request is being done.
        """
        now = self._clock()
        row = {
            "account_id": account, "key": key, "fingerprint": asked, "begun_at": now,
            "status": None, "headers": {}, "body": None,
        }  # fmt: skip
        with self._database.write() as session:
            if insert_missing(session, IdempotentRequest, [row], col(IdempotentRequest.key)):
                return None
            found = session.get_one(IdempotentRequest, (account, key), with_for_update=True)
            if _is_over(found, now):
                found.sqlmodel_update(row)
                return None
            if found.fingerprint != asked:
                raise KeyReused("this Idempotency-Key was used for another request")
            if found.status is None:
                raise Conflict("the request with this Idempotency-Key is still being done")
            return self._answer(found)

    def finish(self, account: int, key: str, answer: Answer) -> None:
        """Keep the answer of a request."""
        bound_to = f"{account}:{key}"
        body = self._sealer.seal(answer.body.decode("latin-1"), bound_to)
        values = {"status": answer.status, "headers": dict(answer.headers), "body": body}
        with self._database.write() as session:
            session.execute(_row(update(IdempotentRequest), account, key).values(**values))

    def forget(self, account: int, key: str) -> None:
        """Let a request that was not done be sent again."""
        with self._database.write() as session:
            session.execute(_row(delete(IdempotentRequest), account, key))

    def _answer(self, found: IdempotentRequest) -> Answer:
        try:
            body = self._sealer.open(found.body or "", f"{found.account_id}:{found.key}")
        except Unavailable:  # the key of the instance was replaced: only the answer is lost
            raise Conflict("this request was done; its answer cannot be read any more") from None
        return Answer(found.status or 0, found.headers, body.encode("latin-1"))


def prune_requests(session: Session, now: datetime) -> None:
    """Forget requests of more than a day ago."""
    session.execute(delete(IdempotentRequest).where(col(IdempotentRequest.begun_at) < now - KEPT))


def _is_over(found: IdempotentRequest, now: datetime) -> bool:
    age = now - found.begun_at
    return age > (LONGEST_FLIGHT if found.status is None else KEPT)


def _row(statement: Any, account: int, key: str) -> Any:
    return statement.where(
        col(IdempotentRequest.account_id) == account, col(IdempotentRequest.key) == key
    )
