"""What the web asks of accounts, each in one short transaction."""

from registry.accounts.actors import Actor
from registry.accounts.sessions import (
    Lifetimes,
    SignedIn,
    end_session,
    find_session,
    touch_session,
)
from registry.accounts.tokens import find_token, is_token, note_use
from registry.clock import Clock, utc_now
from registry.db.session import Database
from registry.errors import Unauthenticated


class Accounts:
    """Accounts over the database of the registry."""

    def __init__(
        self,
        database: Database,
        lifetimes: Lifetimes = Lifetimes(),  # noqa: B008 - a frozen value
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._lifetimes = lifetimes
        self._clock = clock

    def signed_in(self, secret: str) -> SignedIn | None:
        """Return the session with this id and its actor; `None` for one that is not in force."""
        now = self._clock()
        with self._database.read() as session:
            found = find_session(session, secret, now, self._lifetimes)
        if found is not None and found.is_due:
            with self._database.write() as session:
                touch_session(session, found.session, now)
        return found

    def actor_of_token(self, token: str) -> Actor:
        """Return who acts by an API token; raises `Unauthenticated` for one not in force."""
        now = self._clock()
        if not is_token(token):
            raise Unauthenticated("this is no API token of this registry")
        with self._database.read() as session:
            found = find_token(session, token, now)
        if found is None:
            raise Unauthenticated("this API token is not in force: it was revoked, or it is over")
        token_id, actor, is_due = found
        if is_due:
            with self._database.write() as session:
                note_use(session, token_id, now)
        return actor

    def sign_out(self, account_id: int, session_id: int) -> None:
        """End the session in which somebody is signed in."""
        with self._database.write() as session:
            end_session(session, account_id, session_id)
