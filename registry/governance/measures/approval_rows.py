"""Approvals as lines of a file: coverage, how, by whom, and across organisations."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from registry.governance.measures.approvals import WAYS, Approvals
from registry.governance.measures.readmodels import Figures

COVERAGE, HOW, APPROVER, CROSS = "coverage", "how", "approver", "cross_review"


class ApprovalRow(Struct, frozen=True, kw_only=True):
    """A line of a file: of a period, own commits by what is recorded on them, or approvals.

    `part` is `coverage` (`approved`, `not_recorded`), `how` (`merged`, `committed`, `reviewed`,
    and `signed_off`, `co_authored`, which are no approvals), `approver` (an organisation of a lens,
    empty for nobody known), or `cross_review` (`other`, `same`, `unknown`, of approved commits).
    `low` and `high` are the bounds of a share, where it has any.
    """

    part: str
    period: str
    name: str
    count: int
    share: float | None
    low: float | None = None
    high: float | None = None
    lens: str = ""
    organisation: str = ""
    category: str = ""
    country: str | None = None


def approval_rows(found: Figures) -> Iterator[ApprovalRow]:
    """Yield the lines of every period in which anything was looked at."""
    for period in found.periods:
        if period.approvals.commits:
            yield from _coverage(period.name, period.approvals)
            yield from _approvers(period.name, period.approvals)
            yield from _cross(period.name, period.approvals)


def _coverage(period: str, found: Approvals) -> Iterator[ApprovalRow]:
    missing = found.commits - found.approved
    counts = [(COVERAGE, "approved", found.approved), (COVERAGE, "not_recorded", missing)]
    counts += [(HOW, way, getattr(found, way)) for way in (*WAYS, "signed_off", "co_authored")]
    for part, name, count in counts:
        yield ApprovalRow(
            part=part, period=period, name=name, count=count, share=count / found.commits
        )


def _approvers(period: str, found: Approvals) -> Iterator[ApprovalRow]:
    for lens in found.lenses:
        for party in lens.parties:
            yield ApprovalRow(
                part=APPROVER, period=period, name=party.name, count=party.count,
                share=party.share, lens=lens.name, organisation=party.key,
                category=party.category, country=party.country,
            )  # fmt: skip
        if lens.total:
            band = lens.unattributed
            yield ApprovalRow(
                part=APPROVER, period=period, name="", count=band.count, share=band.share,
                lens=lens.name, category="unattributed",
            )  # fmt: skip


def _cross(period: str, found: Approvals) -> Iterable[ApprovalRow]:
    for cross in found.cross:
        bounds = cross.share
        yield ApprovalRow(
            part=CROSS, period=period, name="other", count=cross.other, share=bounds.value,
            low=bounds.low, high=bounds.high, lens=cross.lens,
        )  # fmt: skip
        for name, count in (("same", cross.same), ("unknown", cross.unknown)):
            share = count / found.approved if found.approved else None
            yield ApprovalRow(
                part=CROSS, period=period, name=name, count=count, share=share, lens=cross.lens
            )
