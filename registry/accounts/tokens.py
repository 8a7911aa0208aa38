"""API tokens: `gcr_`, 32 random characters, and six of a checksum, so that a typing mistake or a
guess is told from a token without looking anywhere.

The form is GitHub's (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/):
a prefix by which scanners of secrets find lost tokens, and a CRC-32 in base 62.
"""

import re
import secrets
import string
import zlib
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlmodel import Session, col

from registry.accounts.actors import Actor
from registry.accounts.authorise import Scope
from registry.accounts.secrets import digest
from registry.accounts.sessions import roles_of
from registry.db.tables.account import Account, AccountState, ApiToken

PREFIX: Final = "gcr_"
RANDOM_LENGTH: Final = 32
CHECK_LENGTH: Final = 6
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
