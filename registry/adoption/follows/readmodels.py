"""What is told of following: frozen structs, never table rows."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from registry.catalogue.readmodels import Link


class FollowView(Struct, frozen=True, kw_only=True):
    """Something that an account follows: a component, or else an organisation."""

    id: int
    component: Link | None
    organisation: Link | None
    by_mail: bool
    created_at: datetime


class MailStatus(Struct, frozen=True, kw_only=True):
    """Mail of an account: `address` is told to its person alone; none where none was given.

    `waits` says that the link that confirms it was sent, `problem` why the last mail failed.
    """

    is_on: bool
    address: str = ""
    is_confirmed: bool = False
    waits: bool = False
    problem: str = ""


class Happening(Struct, frozen=True, kw_only=True):
    """One change of a component that somebody follows."""

    kind: str
    slug: str
    name: str
    detail: Mapping[str, Any]
    at: datetime


class Ending(Struct, frozen=True, kw_only=True):
    """Something that ends soon unless somebody confirms it: a statement of use, or a need."""

    kind: Literal["adoption", "need"]
    id: int
    name: str
    organisation: Link
    ends_on: date

    @property
    def subject(self) -> str:
        """The name under which it is remembered that somebody was reminded."""
        return f"{self.kind}:{self.id}"


class News(Struct, frozen=True, kw_only=True):
    """What a digest tells: `more` is how many changes did not fit."""

    happenings: tuple[Happening, ...]
    endings: tuple[Ending, ...]
    more: int = 0
