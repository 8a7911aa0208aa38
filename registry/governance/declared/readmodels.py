"""What a repository declares of its governance, as pages and the API show it."""

from datetime import date, datetime

from msgspec import Struct

from registry.catalogue.readmodels import Link
from registry.domain.governance_files import Coverage, Fault


class Place(Struct, frozen=True, kw_only=True):
    """Where something stands: a file at a commit, a line of it, and the address to look at it."""

    path: str
    line: int | None
    commit: str
    url: str


class NamedOrganisation(Struct, frozen=True, kw_only=True):
    """An organisation at the forge whose teams own code; `known` is that of the registry."""

    name: str
    rules: int
    known: Link | None
    place: Place


class StatementView(Struct, frozen=True, kw_only=True):
    """A way to decide that a text states, in its own words; names of people are withheld."""

    model: str
    quote: str
    place: Place


class FileView(Struct, frozen=True, kw_only=True):
    """A file about governance; what a file of its kind does not tell is absent.

    `owners` counts distinct people, teams and addresses, `teams` the teams among them, `entries`
    lines that name somebody; `approvers` and `reviewers` are those of OWNERS. `unread` are rules
    of a form that forges do not support, `places` how many files of the name there are.
    `faults` say what is wrong in the file of a joint body.
    """

    kind: str
    blob: str
    place: Place
    problem: str = ""
    first_on: date | None = None
    last_on: date | None = None
    changes: int | None = None
    rules: int | None = None
    unread: int = 0
    owners: int | None = None
    teams: int | None = None
    entries: int | None = None
    approvers: int | None = None
    reviewers: int | None = None
    places: int = 1
    coverage: Coverage | None = None
    organisations: tuple[NamedOrganisation, ...] = ()
    statements: tuple[StatementView, ...] = ()
    faults: tuple[Fault, ...] = ()


class Contractor(Struct, frozen=True, kw_only=True):
    """An organisation under contract for upkeep; `has_ended` where its last day is over."""

    name: str
    until: date | None
    has_ended: bool
    website: str
    known: Link | None
    place: Place


class Funder(Struct, frozen=True, kw_only=True):
    """Who funded the software, as publiccode.yml says."""

    name: str
    uri: str
    known: Link | None
    place: Place


class Maintenance(Struct, frozen=True, kw_only=True):
    """How the software is maintained, as publiccode.yml says; of contacts their number alone."""

    kind: str
    contacts: int
    place: Place


class Declared(Struct, frozen=True, kw_only=True):
    """All that the files of a repository say of its governance.

    `looked_at` is when it was read last, absent where its files were not looked at for this.
    """

    looked_at: datetime | None
    commit: str
    files: tuple[FileView, ...]
    maintenance: Maintenance | None
    contractors: tuple[Contractor, ...]
    funders: tuple[Funder, ...]
