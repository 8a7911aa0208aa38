"""What pages show of figures of work: a chart and a table for each lens, and where it stands."""

from typing import Final

from msgspec import Struct

from registry.governance.measures.commitments import Commitment
from registry.governance.measures.readmodels import BodyWork, Figures
from registry.governance.measures.shares import LensView
from registry.governance.measures.standing import Standing
from web.pages.charts.columns import Columns, columns
from web.pages.view import View

# A page that many look at is measured once for all of them; a dispute shows that much later.
KEPT_SECONDS: Final = 3.0
_APPROVALS: Final = "approvals.csv"
FORMS: Final = (("json", ""), ("csv", ".csv"))


class Panel(Struct, frozen=True):
    """A lens of all the time, with its chart and the same lens in the window."""

    lens: LensView
    recent: dict[str, float]
    recent_unattributed: float
    chart: Columns | None


class ApproverLine(Struct, frozen=True):
    """What an organisation approved, as (count, share): all the time and lately, by both lenses.

    The one without a name is what is attributed to nobody.
    """

    name: str
    category: str
    country: str | None
    cells: tuple[tuple[int, float], ...]


class Measured(Struct, frozen=True, kw_only=True):
    """What is measured of a body."""

    work: BodyWork
    standing: Standing
    panels: tuple[Panel, ...]
    commitments: tuple[Commitment, ...]
    approvers: tuple[ApproverLine, ...]
    exports: tuple[tuple[str, str], ...]


def measured_of_body(view: View, slug: str) -> Measured:
    """Return what is measured of a body."""
    work, standing, commitments = view.services.memo.get(
        f"measures of body {slug}", KEPT_SECONDS, lambda: view.services.measures.body_measures(slug)
    )
    return Measured(
        work=work,
        standing=standing,
        panels=panels_of(work),
        commitments=commitments,
        approvers=approver_lines(work),
        exports=(
            *exports_of(view, f"/api/v1/bodies/{slug}/measures"),
            *(
                (_APPROVALS, path)
                for path in [f"/api/v1/bodies/{slug}/{_APPROVALS}"]
                if view.site.offers(path)
            ),
        ),
    )


def standing_of_component(view: View, slug: str) -> Standing:
    """Return where a component stands."""
    return view.services.memo.get(
        f"standing of {slug}", KEPT_SECONDS, lambda: view.services.measures.standing(slug)
    )


def panels_of(figures: Figures) -> tuple[Panel, ...]:
    """Return both lenses."""
    recent, whole = figures.periods
    return tuple(
        _panel(lens, now, figures) for lens, now in zip(whole.lenses, recent.lenses, strict=True)
    )


def approver_lines(figures: Figures) -> tuple[ApproverLine, ...]:
    """Return who approved, those first who wrote most approvals in all the time."""
    recent, whole = figures.periods
    pairs = zip(whole.approvals.lenses, recent.approvals.lenses, strict=True)
    lenses = [lens for pair in pairs for lens in pair]
    parties = {party.key: party for lens in lenses for party in lens.parties}
    counted = [{x.key: (x.count, x.share) for x in lens.parties} for lens in lenses]
    band = tuple((lens.unattributed.count, lens.unattributed.share) for lens in lenses)
    lines = [
        ApproverLine(x.name, x.category, x.country, tuple(c.get(key, (0, 0.0)) for c in counted))
        for key, x in parties.items()
    ]
    return (*lines, ApproverLine("", "", None, band))


def exports_of(view: View, path: str) -> tuple[tuple[str, str], ...]:
    """Return the forms in which an answer of the API can be had here."""
    places = [(name, path + ending) for name, ending in FORMS]
    return tuple((name, href) for name, href in places if view.site.offers(href))


def _panel(lens: LensView, now: LensView, figures: Figures) -> Panel:
    return Panel(
        lens=lens,
        recent={party.key: party.share for party in now.parties},
        recent_unattributed=now.unattributed.share,
        chart=columns(lens, figures.years),
    )
