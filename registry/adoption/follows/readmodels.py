"""What is told of following: frozen structs, never table rows."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from msgspec import Struct

from registry.catalogue.readmodels import Link


class FollowedSearch(Struct, frozen=True):
    """A search: `question` as it stands in its address, and `label`, its values in one line."""

    question: str
    label: str


def searched(question: str | None) -> FollowedSearch | None:
    """Return a stored search for people to read; none where there is none."""
    if question is None:
        return None
    label = " · ".join(value for name, value in parse_qsl(question) if name != "lang")
    return FollowedSearch(question, label)


class FollowView(Struct, frozen=True, kw_only=True):
    """Something that an account follows: a component, an organisation, or a search."""

    id: int
    component: Link | None
    organisation: Link | None
    search: FollowedSearch | None = None
    by_mail: bool
    created_at: datetime

    @property
    def name(self) -> str:
        """What it is called."""
        link = self.component or self.organisation
        return link.name if link else self.search.label if self.search else ""


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


class Found(Struct, frozen=True, kw_only=True):
    """What a followed search found anew: `more` is how many components did not fit."""

    search: FollowedSearch
    components: tuple[Link, ...]
    more: int = 0


class News(Struct, frozen=True, kw_only=True):
    """What a digest tells: `more` is how many changes did not fit."""

    happenings: tuple[Happening, ...]
    endings: tuple[Ending, ...]
    found: tuple[Found, ...] = ()
    more: int = 0
