"""What pages, API and command line read of drift: frozen structs, never table rows."""

from datetime import datetime

from msgspec import Struct


class Party(Struct, frozen=True, kw_only=True):
    """A component on one side; `state` is that of its repository (`gone`, `archived` …)."""

    slug: str
    name: str
    url: str
    forge: str = "git"
    state: str = "active"
    organisation: str | None = None
    organisation_slug: str | None = None
    country: str | None = None
    is_demo: bool = False


class MissedCommit(Struct, frozen=True, kw_only=True):
    """A commit of the upstream that the fork lacks; `url` is where to read it.

    `state` is `missing`, or `edited` where the fork changed the same files itself; `is_clean` says
    that the fork holds all its files at an older version, so that it applies as it is.
    """

    commit: str
    url: str
    at: datetime
    subject: str
    state: str
    files: int
    is_clean: bool


class DriftView(Struct, frozen=True, kw_only=True):
    """How far a component is from one that its code comes from; what is not known is `None`.

    `state` is `measured`, `counted` (commits alone) or `not_known`; `reason` says why not more.
    `distance` is more than 1 where other forks stand between. `fixes_missing` counts alerts that
    are not muted, `fixes_not_known` the advisories of which nobody can tell.
    `compare_url` is where the forge shows both side by side. `caps` are limits that were reached.
    """

    origin: Party
    reuser: Party
    edge: str | None = None
    distance: int
    state: str
    reason: str
    is_related: bool
    behind: int | None = None
    behind_merges: int
    equivalent: int
    absorbed: int
    missing: int | None = None
    edited: int
    gone: int
    ahead: int | None = None
    ahead_merges: int
    ahead_equivalent: int
    compared: int
    comparable: int
    parallel: int | None = None
    parallel_paths: tuple[str, ...]
    files_held: int | None = None
    files_older: int | None = None
    base_commit: str | None = None
    base_at: datetime | None = None
    synced_at: datetime | None = None
    sync_basis: str
    fixes_missing: int
    fixes_not_known: int
    origin_head: str | None = None
    reuser_head: str | None = None
    compare_url: str | None = None
    commits: tuple[MissedCommit, ...]
    caps: tuple[str, ...]
    looked_at: datetime


class AdvisoryAddress(Struct, frozen=True):
    """An address that an advisory names; `type` is that of the OSV format, as FIX or WEB."""

    type: str
    url: str


class FixView(Struct, frozen=True, kw_only=True):
    """A fix of a published advisory that a fork lacks, or of which nobody can tell.

    `state` is `missing`, `not_known`, `muted` or `ended`. `command` takes the fix over; it is empty
    where the commit is not known. `basis` says how the commit was found, `reason` why it is not
    known whether the fork has it.
    """

    key: str
    state: str
    fork: Party
    upstream: Party
    advisory: str
    aliases: tuple[str, ...]
    summary: str
    severity: str | None = None
    vector: str | None = None
    advisory_url: str
    links: tuple[AdvisoryAddress, ...]
    published_at: datetime
    basis: str
    reason: str
    commit: str | None = None
    commit_url: str | None = None
    commit_at: datetime | None = None
    subject: str
    command: str
    compare_url: str | None = None
    found_at: datetime
    changed_at: datetime
    ended_at: datetime | None = None
    ended_because: str
    muted_at: datetime | None = None
    mute_reason: str
    looked_at: datetime | None = None


class ComponentDrift(Struct, frozen=True, kw_only=True):
    """The drift of a component from what its code comes from, and of its forks from it."""

    slug: str
    upstreams: tuple[DriftView, ...]
    forks: tuple[DriftView, ...]
    forks_in_all: int
    fixes: tuple[FixView, ...]
    advisories: int
    advisories_as_of: datetime | None = None


class FixQuery(Struct, frozen=True, kw_only=True):
    """A question for missed fixes; filters add up. `state` is by default what is missing now."""

    component: str | None = None
    upstream: str | None = None
    organisation: str | None = None
    country: str | None = None
    advisory: str | None = None
    severity: tuple[str, ...] = ()
    state: tuple[str, ...] = ("missing",)
    after: int | None = None
    limit: int = 50


class FixPage(Struct, frozen=True, kw_only=True):
    """A page of missed fixes, the latest changed first, and where to go on."""

    items: tuple[FixView, ...]
    next: int | None = None


class DriftSummary(Struct, frozen=True, kw_only=True):
    """The one line that a component has about its drift.

    `origin` is the nearest upstream, `None` for what is neither fork nor copy; `files_held` and
    `files_older` stand where there is no common commit. `forks` counts those that are compared
    with it.
    """

    origin: Party | None = None
    is_related: bool = False
    behind: int | None = None
    missing: int | None = None
    ahead: int | None = None
    files_held: int | None = None
    files_older: int | None = None
    fixes_missing: int = 0
    forks: int = 0
    looked_at: datetime | None = None
