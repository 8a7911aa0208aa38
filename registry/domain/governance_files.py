"""What files of a repository say of who governs it, as facts: counts and places, never people.

Made in the sandbox from hostile bytes. An owner is counted; of `@organisation/team` the part before
the stroke is kept, since a person has no teams. No handle, name or address of a person is kept.
"""

from typing import Any, Final

from msgspec import Struct

KINDS: Final = ("governance", "body", "code_owners", "maintainers", "owners")
MODELS: Final = (
    "lazy_consensus", "consensus", "consent", "majority", "super_majority", "unanimity",
    "single_leader",
)  # fmt: skip
"""Ways to decide that are looked for in GOVERNANCE, in English alone."""


class Named(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation at the forge that owns code by its teams: in how many rules, first where."""

    name: str
    rules: int
    line: int


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence that states how decisions are made; what may name somebody in it is withheld."""

    model: str
    quote: str
    line: int


class Coverage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many of the files at HEAD that were looked at, of all, have an owner by the last match.

    Of large repositories a sample, evenly spread over the sorted paths, is looked at.
    """

    owned: int
    looked_at: int
    files: int


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong in a file: the field (`members[2].since`), its line, and why."""

    field: str
    line: int
    message: str


class BodySaid(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file of a joint body as it stands in a repository: its values, as plain data, the lines
    of its items by place (`facts[0]`), and what is wrong; without values nothing can be taken."""

    sha256: str
    values: dict[str, Any] | None = None
    lines: dict[str, int] = {}
    faults: tuple[Fault, ...] = ()


class GovernanceFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file about governance at HEAD; `problem` says why it could not be read, if so.

    `rules` are those of CODEOWNERS, `unread` those of a form that forges do not support; `owners`
    distinct people, teams and addresses together, `teams` the teams among them. `entries` are
    lines of MAINTAINERS that name somebody, `approvers` and `reviewers` those of OWNERS, as used
    in Kubernetes. `body` is what the file of a joint body says. `places` counts files of that name
    in the whole tree. Times and commits are of the main line, absent where its history was not
    read; `changes` counts its commits there.
    """

    kind: str
    path: str
    blob: str
    problem: str = ""
    rules: int | None = None
    unread: int = 0
    owners: int | None = None
    teams: int | None = None
    organisations: tuple[Named, ...] = ()
    coverage: Coverage | None = None
    entries: int | None = None
    approvers: int | None = None
    reviewers: int | None = None
    places: int = 1
    statements: tuple[Statement, ...] = ()
    body: BodySaid | None = None
    first_commit: str = ""
    first_time: int | None = None
    last_commit: str = ""
    last_time: int | None = None
    changes: int | None = None
