"""API tokens: `gcr_`, 32 random characters, and six of a checksum, so that a typing mistake or a
guess is told from a token without looking anywhere.

The form is GitHub's (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/):
a prefix by which scanners of secrets find lost tokens, and a CRC-32 in base 62.
"""

import re
import secrets
import string
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Row, select, update
from sqlmodel import Session, col

from registry.accounts.actors import Actor
from registry.accounts.audit import append
from registry.accounts.authorise import Scope
from registry.accounts.secrets import digest
from registry.accounts.sessions import roles_of
from registry.db.tables.account import Account, AccountState, ApiToken
from registry.db.tables.organisation import Organisation
from registry.errors import Conflict, InvalidInput, NotFound

PREFIX: Final = "gcr_"
RANDOM_LENGTH: Final = 32
CHECK_LENGTH: Final = 6
MAX_NAME: Final = 100
MAX_DAYS: Final = 365
MAX_TOKENS: Final = 50
BASE62: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECK_LENGTH}}}", re.ASCII)


def new_token() -> str:
    """Return a new token of 190 random bits."""
    body = PREFIX + "".join(secrets.choice(BASE62) for _ in range(RANDOM_LENGTH))
    return body + _check_digits(body)


def is_token(text: str) -> bool:
    """Say whether a text may be one of our tokens: its form and its checksum are right."""
    return (
        _FORM.fullmatch(text) is not None
        and _check_digits(text[:-CHECK_LENGTH]) == text[-CHECK_LENGTH:]
    )


def _check_digits(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK_LENGTH):
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return digits


class TokenView(Struct, frozen=True):
    """A token as its owner sees it: never the token itself, but for its last characters."""

    id: int
    name: str
    ending: str
    scopes: tuple[str, ...]
    organisation: str | None
    created_at: datetime
    expires_at: datetime
    used_on: date | None


class TokenRequest(Struct, frozen=True):
    """What a token is to be made for; `organisation` narrows it to one, by its number."""

    name: str
    scopes: tuple[str, ...]
    days: int
    organisation: int | None = None


def create_token(
    session: Session, account: int, asked: TokenRequest, now: datetime
) -> tuple[int, str]:
    """Make a token; return its number and the token, which nobody can be told again.

    Raises `InvalidInput`, whose text begins with the field that has to be mended.
    """
    name = " ".join("".join(x for x in asked.name if x.isprintable()).split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInput(f"name must be 1 to {MAX_NAME} characters")
    if not asked.scopes or not set(asked.scopes) <= set(Scope):
        raise InvalidInput(f"scopes must be some of {', '.join(Scope)}")
    if not 0 < asked.days <= MAX_DAYS:
        raise InvalidInput(f"days must be 1 to {MAX_DAYS}")
    if asked.organisation is not None and asked.organisation not in roles_of(session, account):
        raise InvalidInput("organisation must be one of yours")
    if len(_in_force(session, account, now)) >= MAX_TOKENS:
        raise Conflict(f"an account has {MAX_TOKENS} tokens at most: revoke one first")
    token = new_token()
    row = ApiToken(
        key_hash=digest(token), account_id=account, name=name, ending=token[-4:],
        scopes=sorted(set(asked.scopes)), organisation_id=asked.organisation, created_at=now,
        expires_at=now + timedelta(days=asked.days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    append(session, actor=account, action="token.created", subject=f"token:{row.id}",
           detail={"scopes": row.scopes, "organisation": row.organisation_id}, at=now)  # fmt: skip
    return row.id or 0, token


def list_tokens(session: Session, account: int, now: datetime) -> tuple[TokenView, ...]:
    """Return the tokens of an account that are in force, the newest first."""
    return tuple(
        TokenView(
            id=row.id or 0, name=row.name, ending=row.ending, scopes=tuple(row.scopes),
            organisation=name, created_at=row.created_at, expires_at=row.expires_at,
            used_on=row.used_on,
        )
        for row, name in map(tuple, _in_force(session, account, now))
    )  # fmt: skip


def revoke_token(session: Session, account: int, number: int, now: datetime) -> None:
    """End a token at once; raises `NotFound` where the account has none such in force."""
    ended = session.execute(
        update(ApiToken)
        .where(
            col(ApiToken.id) == number,
            col(ApiToken.account_id) == account,
            col(ApiToken.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise NotFound("there is no such token")
    append(session, actor=account, action="token.revoked", subject=f"token:{number}", at=now)


def _in_force(session: Session, account: int, now: datetime) -> Sequence[Row[Any]]:
    return session.execute(
        select(ApiToken, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(ApiToken.organisation_id))
        .where(
            col(ApiToken.account_id) == account,
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > now,
        )
        .order_by(col(ApiToken.id).desc())
    ).all()


def find_token(session: Session, token: str, now: datetime) -> tuple[int, Actor, bool] | None:
    """Return number, actor, and whether today's use has to be noted, of a token in force."""
    if not is_token(token):
        return None
    found = session.execute(
        select(
            col(ApiToken.id),
            col(ApiToken.scopes),
            col(ApiToken.organisation_id),
            col(ApiToken.used_on),
            col(Account.id).label("account"),
            col(Account.is_operator),
        )
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(
            col(ApiToken.key_hash) == digest(token),
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > now,
            col(Account.state) == AccountState.ACTIVE,
        )
    ).one_or_none()
    if found is None:
        return None
    return found.id, _actor(session, found), found.used_on != now.date()


def _actor(session: Session, row: Row[Any]) -> Actor:
    """Return the actor of a token: its account, narrowed to its scopes and its organisation."""
    roles = roles_of(session, row.account)
    if row.organisation_id is not None:
        roles = {key: role for key, role in roles.items() if key == row.organisation_id}
    operates = row.is_operator and row.organisation_id is None and Scope.OPERATE in row.scopes
    return Actor(
        account=row.account,
        is_operator=operates,
        roles=roles,
        scopes=frozenset(row.scopes),
    )


def note_use(session: Session, token_id: int, now: datetime) -> None:
    """Note the day on which a token was used last."""
    session.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_on=now.date()))
