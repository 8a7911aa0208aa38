"""What taking over needs of the outside: somebody who asks a forge to fork."""

from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from registry.adoption.destinations import Destination, Original

Refusal: TypeAlias = Literal[
    "bad_token",
    "forbidden",
    "name_taken",
    "not_found",
    "refused",
    "rate_limited",
    "unavailable",
    "other_forge",
]


class ForkAnswer(Struct, frozen=True, kw_only=True):
    """What the forge said: the address of the fork, or why there is none.

    The forge may still be copying. `detail` are its own words, short and plain; `wait_seconds` is
    how long it asks to be left alone.
    """

    url: str | None = None
    refusal: Refusal | None = None
    detail: str = ""
    wait_seconds: float | None = None


class Forker(Protocol):
    """Asks a forge for a fork, once; the token is not kept, and not written anywhere."""

    def fork(
        self, original: Original, to: Destination, token: str, *, default_branch_only: bool
    ) -> ForkAnswer:
        """Ask for a fork and return the answer; a forge that cannot be reached is `unavailable`."""
