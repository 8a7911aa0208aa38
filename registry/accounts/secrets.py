"""Secrets that are handed out once: made by the system's generator, kept as their SHA-256.

They hold 256 bits, so that a plain hash is enough: there is nothing to guess.
"""

import hashlib
import re
import secrets
from typing import Final

_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_secret() -> str:
    """Return a new secret of 256 bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def is_secret(text: str) -> bool:
    """Say whether a text has the form of a secret of ours; nothing is looked up for another."""
    return _FORM.fullmatch(text) is not None
