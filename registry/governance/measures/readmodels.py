"""What pages, API and command line read of contributions: counts and shares, never people."""

from datetime import date, datetime

from msgspec import Struct

from registry.governance.measures.formulae import Bounds
from registry.governance.measures.shares import LensView

MEASURES = ("absence", "people_for_80", "elephant", "effective", "diversity")


class ContributionQuery(Struct, frozen=True, kw_only=True):
    """What is counted: commits that are no merges, of people, of the component's own history."""

    with_merges: bool = False
    with_bots: bool = False
    with_inherited: bool = False


class Period(Struct, frozen=True, kw_only=True):
    """What was done in a stretch of time: `all` of it, or in the `window` of 18 months.

    `lenses` are who wrote and on whose behalf. `integration` is who put work in: merges, and
    commits of others. `people` counts addresses that did something, `people_for_80` those that did
    80 % of it; `None` where they are fewer than five. `absence` is the contributor absence factor,
    `elephant`, `diversity` (Simpson's D) and `effective` (N_eff) are of the organisations on whose
    behalf the work was done.
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
    integration: LensView
    elephant: Bounds
    diversity: Bounds
    effective: Bounds


class Contributions(Struct, frozen=True, kw_only=True):
    """Who works on a component, by organisation.

    `years` are those of the columns of the shares. `bots` and `inherited` count what was left out,
    unless it was asked for. `verified` is the share whose addresses are proven: signatures are not
    checked, so it is 0. `counted_at` is `None` where nothing was counted yet.
    """

    slug: str
    query: ContributionQuery
    counted_at: datetime | None
    head: str | None
    years: tuple[int, ...]
    bots: int
    inherited: int
    verified: float
    periods: tuple[Period, ...]
    affiliations: tuple["AffiliationView", ...]


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
