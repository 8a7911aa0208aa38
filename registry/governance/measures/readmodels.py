"""What pages, API and command line read of contributions: counts and shares, never people."""

from datetime import date, datetime

from msgspec import Struct

from registry.governance.measures.activity import Activity
from registry.governance.measures.approvals import Approvals
from registry.governance.measures.formulae import Bounds
from registry.governance.measures.history import Handover, Phase, Sector
from registry.governance.measures.shares import LensView

MEASURES = ("absence", "people_for_80", "elephant", "effective", "diversity")


class ContributionQuery(Struct, frozen=True, kw_only=True):
    """What is counted: commits that are no merges, of people, of the component's own history."""

    with_merges: bool = False
    with_bots: bool = False
    with_inherited: bool = False


class Concentration(Struct, frozen=True, kw_only=True):
    """On how few organisations something rests, by those on whose behalf it was done.

    `elephant` is the elephant factor, `diversity` Simpson's D, `effective` N_eff; `coverage` is the
    share that is attributed.
    """

    elephant: Bounds
    diversity: Bounds
    effective: Bounds
    coverage: float


class Period(Struct, frozen=True, kw_only=True):
    """What was done in a stretch of time: `all` of it, or in the `window` of 547 days.

    `lenses` are who wrote and on whose behalf; `merging` the same of who put work in: merges, and
    commits of others, on the line of first parents. `integrated` are, on whose behalf, merges and
    approvals: what was put in, and reviews of which trailers alone tell. `people` counts addresses
    that did something, `people_for_80` those that did 80 % of it; `None` where they are fewer than
    five. `absence` is the contributor absence factor; `work` and `integration` tell on how few
    organisations writing, and merging and approving, rest.
    """

    name: str
    since: date | None
    commits: int
    merges: int
    put_in: int
    people: int | None
    people_for_80: int | None
    absence: int
    lenses: tuple[LensView, ...]
    merging: tuple[LensView, ...]
    integrated: LensView
    approvals: Approvals
    work: Concentration
    integration: Concentration


class Figures(Struct, frozen=True, kw_only=True):
    """Who works on a component, or on all that a body governs, by organisation.

    `years` are those of the columns of the shares, `until` the last day that was looked at. `bots`
    and `inherited` count what was left out, unless it was asked for. `verified` is the share whose
    addresses are proven: signatures are not checked, so it is 0. `phases` and `handovers` are of
    both lenses.
    """

    until: date
    years: tuple[int, ...]
    bots: int
    inherited: int
    verified: float
    periods: tuple[Period, ...]
    phases: tuple[Phase, ...]
    handovers: tuple[Handover, ...]
    sectors: tuple[Sector, ...]
    activity: Activity


class Contributions(Figures, frozen=True, kw_only=True):
    """Who works on a component; `counted_at` is `None` where nothing was counted yet."""

    slug: str
    query: ContributionQuery
    counted_at: datetime | None
    head: str | None
    affiliations: tuple["AffiliationView", ...]


class BodyWork(Figures, frozen=True, kw_only=True):
    """Who works on the components of a body together; `counted` of the `components` were counted.

    A commit that stands in several of them counts in each, but for what a fork inherited.
    """

    slug: str
    components: int
    counted: int


class ShareRow(Struct, frozen=True, kw_only=True):
    """A line of a file: what an organisation did in a period, or in one year of all the time.

    `organisation` is empty for what is attributed to nobody; `share` is that of the period or year.
    """

    lens: str
    period: str
    organisation: str
    name: str
    category: str
    country: str | None
    commits: int
    share: float


class AffiliationView(Struct, frozen=True, kw_only=True):
    """Whom a domain or an organisation works for, with the source; see `docs/governance.md`.

    `kind` is `domain` or `organisation`, `category` the class of the organisation that is named.
    `state` is `current`, `disputed` or `withdrawn`.
    """

    key: str
    kind: str
    subject: str
    organisation: str
    name: str
    category: str
    country: str | None
    scope: str
    since: date | None
    until: date | None
    source_url: str
    state: str
    changed_at: datetime
