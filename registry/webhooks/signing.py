"""Signatures of webhooks, as the Standard Webhooks specification has them (version 1).

What is signed is `<id>.<seconds since 1970>.<body>` with HMAC-SHA256; a secret is written as
`whsec_` and base64. GitLab signs so too.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from registry.errors import InvalidInput

PREFIX: Final = "whsec_"
TOLERANCE_SECONDS: Final = 300
_BYTES: Final = 32


def new_secret() -> str:
    """Return a fresh secret of 32 bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret; raises `InvalidInput` for what is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("a secret is whsec_ and base64") from error


def signature(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """Return the signature of a message, with its version before it."""
    signed = b".".join((message_id.encode(), str(seconds).encode(), body))
    digest = hmac.digest(key_of(secret), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver verify a message."""
    seconds = int(at.timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, message_id, seconds, body),
    }


def equal(stated: str | None, expected: Iterable[str]) -> bool:
    """Say whether a signature is one of those expected, in constant time, whatever it holds."""
    given = (stated or "").encode("utf-8", "surrogateescape")
    return any([hmac.compare_digest(given, each.encode()) for each in expected])  # noqa: C419
