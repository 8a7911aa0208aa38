"""One answer of a peer, and the choice of one entry in it."""

from typing import Any

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """Where an answer was read, or the name of a file, and its bytes."""

    read_from: str
    body: bytes


def only_one(entries: list[Any], only: int | None) -> list[tuple[int, Any]]:
    """Return the entries with their positions: all of them, or the one at a position."""
    chosen = entries if only is None else entries[only : only + 1]
    return list(enumerate(chosen, only or 0))
