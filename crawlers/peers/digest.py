"""The digest by which two statements of a peer are told to be the same."""

import hashlib
from typing import Any

import msgspec


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON-like value, whatever the order of its keys."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
