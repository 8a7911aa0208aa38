"""What is told of joint bodies, and what is asked to be recorded: frozen structs, never rows.

Dates are texts, as precisely as they are known: `2017`, `2017-03` or `2017-03-07` (EDTF). What ends
goes up to and without a day, and to the end of a month or year.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from registry.catalogue.readmodels import Link

DecisionStanding = Literal["proposed", "voting", "adopted", "rejected", "superseded"]


class Evidence(Struct, frozen=True, kw_only=True):
    """Where something can be read: an address, its day, and the SHA-256 of a file that proves it.

    What is not known is empty.
    """

    url: str = ""
    on: str = ""
    sha256: str = ""


class NewMember(Struct, frozen=True, kw_only=True):
    """A member to be: an organisation by its slug, its role, from when, and its dues."""

    organisation: str
    role: str
    since: str = ""
    dues: int = 0


class NewFact(Struct, frozen=True, kw_only=True):
    """A fact to be recorded; `choice` is of the list of its kind, where there is one."""

    kind: str
    choice: str = ""
    text: str = ""
    since: str = ""
    until: str = ""


class NewRule(Struct, frozen=True, kw_only=True):
    """A part of a body that decides, and its voting rule, to be recorded.

    `roles` are the roles of members that vote, those that govern where none is named; `chair` is
    the slug or name of a member. `quorum` is percent, `open_days` how long a voting lasts at most.
    """

    name: str
    weight: str = "one_each"
    threshold: str = "majority"
    quorum: int = 0
    tie_break: str = "rejected"
    open_days: int = 14
    seats: int | None = None
    roles: tuple[str, ...] = ()
    chair: str = ""


class NewBody(Struct, frozen=True, kw_only=True):
    """A body to be recorded: its founding members but for the one who records it are invited.

    `evidence` is that of the instrument, which founding, members, components and the voting rule
    are read from.
    """

    name: str
    lang: str
    instrument: str
    instrument_text: str
    evidence: Evidence
    founded_on: str = ""
    purpose: str = ""
    role: str = "strategic"
    dues: int = 0
    components: tuple[str, ...] = ()
    members: tuple[NewMember, ...] = ()
    rule: NewRule | None = None


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a record can be read, and who entered it; the operator, where nobody is named."""

    url: str | None
    on: str | None
    sha256: str | None
    entered_by: Link | None
    entered_at: datetime


class MemberView(Struct, frozen=True, kw_only=True):
    """A member of a body: up to and without `until`; `state` says whether it agreed itself."""

    id: int
    name: str
    organisation: Link | None
    country: str | None
    role: str
    state: str
    dues: int
    since: str
    until: str | None
    is_current: bool
    source: Provenance


class FactView(Struct, frozen=True, kw_only=True):
    """A fact that is recorded of a body."""

    id: int
    kind: str
    choice: str
    text: str
    since: str | None
    until: str | None
    source: Provenance


class ComponentOfBody(Struct, frozen=True, kw_only=True):
    """A component that a body governs, or, with `until`, governed."""

    component: Link
    since: str | None = None
    until: str | None = None
    source: Provenance


class BodyItem(Struct, frozen=True, kw_only=True):
    """A body in a list; `members` are those of today, `countries` theirs."""

    slug: str
    name: str
    purpose: str
    lang: str
    founded_on: str | None
    members: int
    countries: tuple[str, ...]
    components: int
    decisions: int
    updated_at: datetime
    is_demo: bool = False


class BodyQuery(Struct, frozen=True, kw_only=True):
    """Which bodies are asked for, by number after `after`."""

    country: str | None = None
    organisation: str | None = None
    component: str | None = None
    after: int | None = None
    limit: int = 50
