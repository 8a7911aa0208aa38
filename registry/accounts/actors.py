"""Who asks for something: nobody in particular, somebody signed in, or a program with a token."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from registry.db.tables.account import Role

__all__ = ["VISITOR", "Actor", "Role"]


class Actor(Struct, frozen=True):
    """Somebody who acts; `account` is `None` for a visitor.

    `scopes` are those of an API token, and `None` for a person in a browser; the roles of a token
    that is narrowed to one organisation hold that organisation alone. `is_fresh` says that the
    person signed in so lately that another sign-in would prove nothing.
    """

    account: int | None = None
    is_operator: bool = False
    roles: Mapping[int, Role] = {}
    scopes: frozenset[str] | None = None
    is_fresh: bool = False


VISITOR: Final = Actor()
