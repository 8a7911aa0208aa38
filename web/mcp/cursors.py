"""Where an answer goes on: a cursor belongs to one tool and to one question."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from registry.errors import InvalidInput

MAX_CURSOR = 400
MAX_PLACE = 10_000


def digest_of(arguments: Mapping[str, Any]) -> str:
    """Return what tells one question from another: all arguments but those that turn pages."""
    asked = {name: x for name, x in arguments.items() if name not in {"cursor", "limit", "fields"}}
    canonical = json.dumps(asked, sort_keys=True)  # takes half characters, too
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def cursor_of(tool: str, question: str, place: str | int) -> str:
    """Return the cursor of a place: where the catalogue goes on, or a number of items."""
    encoded = msgspec.json.encode((tool, question, place))
    return base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def place_of(cursor: str, tool: str, question: str) -> str | int:
    """Return the place that a cursor of this tool and question names.

    Raises `InvalidInput` for any other one.
    """
    try:
        found, asked, place = msgspec.json.decode(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True),
            type=tuple[str, str, str | int],
        )
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise InvalidInput("cursor: this is not a cursor that this registry gave out") from None
    if (found, asked) != (tool, question):
        raise InvalidInput(
            "cursor: it belongs to another question; send it with the same arguments as before, "
            "or leave it out to begin anew"
        )
    if isinstance(place, int) and not 0 <= place <= MAX_PLACE:
        raise InvalidInput("cursor: this is not a cursor that this registry gave out")
    return place
