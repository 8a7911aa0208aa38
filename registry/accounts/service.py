"""What the web asks of accounts, each in one short transaction.

Who may do what is asked before (`registry.accounts.authorise`); here it is done.
"""

from collections.abc import Sequence

from registry.accounts import sessions
from registry.accounts.actors import Actor
from registry.accounts.member_service import Members
from registry.accounts.outside import HttpClient
from registry.accounts.own import (
    AccountView,
    account_view,
    delete_account,
    rename_account,
    unlink_identity,
)
from registry.accounts.providers import Provider
from registry.accounts.sessions import Lifetimes, SessionView, SignedIn
from registry.accounts.sign_in_service import SignIn
from registry.accounts.tokens import (
    TokenRequest,
    TokenView,
    create_token,
    find_token,
    is_token,
    list_tokens,
    note_use,
    revoke_token,
)
from registry.clock import Clock, utc_now
from registry.db.session import Database
from registry.errors import Unauthenticated


class Accounts:
    """Accounts over the database of the registry; `client` reaches the providers, if any."""

    def __init__(
        self,
        database: Database,
        lifetimes: Lifetimes = Lifetimes(),  # noqa: B008 - a frozen value
        clock: Clock = utc_now,
        providers: Sequence[Provider] = (),
        client: HttpClient | None = None,
    ) -> None:
        self._database = database
        self._lifetimes = lifetimes
        self._clock = clock
        self.sign_in = SignIn(database, tuple(providers), client, lifetimes, clock)
        self.members = Members(database, clock)

    def signed_in(self, secret: str) -> SignedIn | None:
        """Return the session with this id and its actor; `None` for one that is not in force."""
        now = self._clock()
        with self._database.read() as session:
            found = sessions.find_session(session, secret, now, self._lifetimes)
        if found is not None and found.is_due:
            with self._database.write() as session:
                sessions.touch_session(session, found.session, now)
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

    def account(self, number: int) -> AccountView:
        """Return an account as its owner sees it."""
        with self._database.read() as session:
            return account_view(session, number)

    def sessions(self, account: int, current: int | None) -> tuple[SessionView, ...]:
        """Return the sessions of an account that are in force."""
        with self._database.read() as session:
            now = self._clock()
            return sessions.list_sessions(session, account, current, now, self._lifetimes)

    def end_session(self, account: int, number: int) -> None:
        """End one session of an account."""
        with self._database.write() as session:
            sessions.end_session(session, account, number)

    def end_other_sessions(self, account: int, current: int | None) -> None:
        """End all sessions of an account but the present one."""
        with self._database.write() as session:
            sessions.end_sessions(session, account, but=current)

    def rename(self, account: int, name: str) -> None:
        """Change the name that others see."""
        with self._database.write() as session:
            rename_account(session, account, name)

    def unlink(self, account: int, identity: int) -> None:
        """Take one of several identities off an account."""
        with self._database.write() as session:
            unlink_identity(session, account, identity, self._clock())

    def delete(self, account: int) -> None:
        """Delete an account; raises `Conflict` where it is the last owner of an organisation."""
        with self._database.write() as session:
            delete_account(session, account, self._clock())

    def tokens(self, account: int) -> tuple[TokenView, ...]:
        """Return the API tokens of an account that are in force."""
        with self._database.read() as session:
            return list_tokens(session, account, self._clock())

    def create_token(self, account: int, asked: TokenRequest) -> tuple[int, str]:
        """Make an API token; return its number, and the token, which is told this once."""
        with self._database.write() as session:
            return create_token(session, account, asked, self._clock())

    def revoke_token(self, account: int, number: int) -> None:
        """End an API token at once."""
        with self._database.write() as session:
            revoke_token(session, account, number, self._clock())
