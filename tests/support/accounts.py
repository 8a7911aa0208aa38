"""People of the tests: accounts in every role, signed in without a provider."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from registry.accounts.actors import Role
from registry.accounts.secrets import digest
from registry.accounts.sessions import open_session
from registry.accounts.tokens import new_token
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import (
    Account,
    AccountState,
    ApiToken,
    Membership,
    Organisation,
)
from web.auth.forgery import csrf_token

BROWSER = "Firefox on Linux"


class Person(Struct, frozen=True):
    """Somebody signed in: the secret of the session, as the cookie of plain http has it."""

    account: int
    secret: str

    @property
    def cookies(self) -> dict[str, str]:
        return {"session": self.secret}

    @property
    def headers(self) -> dict[str, str]:
        """Return what the person's browser sends from one of our pages."""
        return {"Cookie": f"session={self.secret}", "Sec-Fetch-Site": "same-origin"}

    @property
    def csrf(self) -> str:
        """Return the token that forms of this session hold."""
        return csrf_token(self.secret)


def add_organisation(database: Database, slug: str = "town") -> int:
    """Add an organisation and return its number."""
    with database.write() as session:
        organisation = Organisation(
            slug=slug, uri=f"https://{slug}.example/", name=slug.title(), created_at=utc_now()
        )
        session.add(organisation)
        session.flush()
        return organisation.id or 0


def add_account(
    database: Database,
    name: str = "Ada",
    roles: Mapping[int, Role] | None = None,
    *,
    is_operator: bool = False,
    state: AccountState = AccountState.ACTIVE,
) -> int:
    """Add an account with its roles by organisation and return its number."""
    with database.write() as session:
        account = Account(name=name, is_operator=is_operator, state=state, created_at=utc_now())
        session.add(account)
        session.flush()
        for organisation, role in (roles or {}).items():
            session.add(
                Membership(
                    account_id=account.id or 0,
                    organisation_id=organisation,
                    role=role,
                    since=utc_now(),
                )
            )
        return account.id or 0


def sign_in(database: Database, account: int, at: datetime | None = None) -> Person:
    """Open a session for an account, now or at another time."""
    with database.write() as session:
        return Person(account, open_session(session, account, "test", BROWSER, at or utc_now()))


def add_token(
    database: Database,
    account: int,
    scopes: tuple[str, ...],
    organisation: int | None = None,
    at: datetime | None = None,
) -> str:
    """Make an API token of 30 days for an account and return it."""
    token, now = new_token(), at or utc_now()
    with database.write() as session:
        session.add(
            ApiToken(
                key_hash=digest(token),
                account_id=account,
                name="of a test",
                ending=token[-4:],
                scopes=list(scopes),
                organisation_id=organisation,
                created_at=now,
                expires_at=now + timedelta(days=30),
            )
        )
    return token
