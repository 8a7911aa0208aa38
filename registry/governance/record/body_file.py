"""A whole body as a file: what `registry body import` reads and `registry body export` writes.

Dates are `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, as they are known. Where an item names no source, that
of the file holds, but not for a decision: of what was decided there are minutes, or none are known.
"""

from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from registry.errors import InvalidInput
from registry.governance.record.readmodels import Evidence

VERSION: Final = 1


class Source(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where something can be read: an address, its day, and the SHA-256 of a file."""

    url: str
    on: str = ""
    sha256: str = ""

    @property
    def evidence(self) -> Evidence:
        """The source as it is recorded."""
        return Evidence(url=self.url, on=self.on, sha256=self.sha256)


NOT_RECORDED: Final = "not_recorded"


class Item(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What has a source of its own, or that of the file, or none on record."""

    source: Source | Literal["not_recorded"] | None = None


class FileMember(Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A member; `organisation` is its slug, where it is one of this registry."""

    name: str = ""
    organisation: str = ""
    country: str = ""
    role: str
    since: str
    until: str = ""
    dues: int = 0


class FileFact(Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A fact."""

    kind: str
    choice: str = ""
    text: str = ""
    since: str = ""
    until: str = ""


class FileRule(Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A voting rule, which decisions call by its name."""

    name: str
    weight: str = "one_each"
    threshold: str = "majority"
    quorum: int = 0
    tie_break: str = "rejected"
    open_days: int = 14
    seats: int | None = None
    roles: tuple[str, ...] = ()
    chair: str = ""


class FileDecision(
    Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):  # fmt: skip
    """A decision that ended; `amends` is the place in this list, from 1, of the one it amends."""

    title: str
    state: str
    decided_on: str
    text: str = ""
    lang: str = ""
    rule: str = ""
    amends: int | None = None
    thread_url: str = ""
    votes: dict[str, str] = {}


class FileFunding(Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Money of a payer over a time."""

    payer: str
    since: str
    until: str = ""
    country: str = ""
    amount: int | None = None
    currency: str = ""
    share: float | None = None
    purpose: str = ""


class FileContract(
    Item, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):  # fmt: skip
    """A supplier, and on behalf of whom it works."""

    supplier: str
    on_behalf_of: str
    since: str
    until: str = ""
    purpose: str = ""


class BodyFile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A body with all that is recorded of it."""

    joint_body: int
    name: str
    lang: str
    source: Source
    purpose: str = ""
    founded_on: str = ""
    components: tuple[str, ...] = ()
    members: tuple[FileMember, ...] = ()
    facts: tuple[FileFact, ...] = ()
    rules: tuple[FileRule, ...] = ()
    decisions: tuple[FileDecision, ...] = ()
    funding: tuple[FileFunding, ...] = ()
    contracts: tuple[FileContract, ...] = ()


def parse_file(value: Any) -> BodyFile:
    """Return what a file holds, or raise `InvalidInput` that says where it is none."""
    try:
        found = msgspec.convert(value, BodyFile)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"this is no file of a body: {error}") from None
    if found.joint_body != VERSION:
        raise InvalidInput(f"joint_body must be {VERSION}, the version of this form")
    return found


def file_values(body: BodyFile) -> dict[str, Any]:
    """Return a file as plain values, without what is empty."""
    values: dict[str, Any] = msgspec.to_builtins(body)
    return values
