"""Secrets that must be usable again, kept so that the database alone does not give them away.

AES-256-GCM (NIST SP 800-38D) with a key of this instance; each text is bound to the row that it
belongs to, so that it cannot be moved to another.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.errors import Unavailable

_KEY_ID: Final = 4
_NONCE: Final = 12


class Sealer:
    """Seals with the first key and opens with any of them, so that keys can be replaced."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {hashlib.sha256(key).digest()[:_KEY_ID]: AESGCM(key[:32]) for key in keys}

    def seal(self, text: str, bound_to: str) -> str:
        """Return a text that only the key opens, and only together with `bound_to`."""
        key_id, cipher = next(iter(self._keys.items()))
        nonce = secrets.token_bytes(_NONCE)
        sealed = cipher.encrypt(nonce, text.encode(), bound_to.encode())
        return base64.b64encode(key_id + nonce + sealed).decode()

    def open(self, sealed: str, bound_to: str) -> str:
        """Return the text; raises `Unavailable` when the key is another or the text was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            cipher = self._keys[raw[:_KEY_ID]]
            nonce, rest = raw[_KEY_ID : _KEY_ID + _NONCE], raw[_KEY_ID + _NONCE :]
            return cipher.decrypt(nonce, rest, bound_to.encode()).decode()
        except (KeyError, InvalidTag, ValueError, binascii.Error) as error:
            raise Unavailable(
                "the key that sealed this secret is not in the keys folder"
            ) from error
