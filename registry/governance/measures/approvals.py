"""Approvals as a measure: how much of the work somebody else took in or reviewed, and who did.

Of most repositories git alone tells little: what is reviewed at a forge and squashed there has no
trace. So every number stands beside its coverage, and a commit on which nobody else is recorded is
*not recorded*, never *not reviewed*. Sources: CHAOSS, "Change Request Reviews" and "Self-Merge
Rates"; OpenSSF Scorecard, "Code-Review", for which who merges the work of another reviewed it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from registry.governance.measures.formulae import Bounds
from registry.governance.measures.parties import (
    LENSES,
    NOT_RECORDED,
    Attribution,
    Attributor,
    Party,
)
from registry.governance.measures.shares import LensView, Weight, lens_view
from registry.governance.measures.works import Work

APPROVED: Final[Weight] = lambda tally: tally.approvals  # noqa: E731
WAYS: Final = ("merged", "committed", "reviewed")
OTHER, SAME, UNKNOWN = "other", "same", "unknown"


class Group(Struct, frozen=True):
    """Commits of one day, domain of authors, and set of approvers' domains, as counted."""

    day: int
    domain: str
    is_own: bool
    approvers: str | None
    commits: int
    committed: int
    merged: int
    reviewed: int
    signed_off: int
    co_authored: int


class Approved(Struct, frozen=True):
    """A group, with for whom its authors and its approvers stand, where it has approvers."""

    group: Group
    author: Attribution | None = None
    approvers: tuple[Attribution, ...] = ()


class CrossReview(Struct, frozen=True, kw_only=True):
    """Approved commits by whether another organisation than the author's approved them.

    `share` is that of `other`: at least, of what is known, and at most.
    """

    lens: str
    other: int
    same: int
    unknown: int
    share: Bounds


class Approvals(Struct, frozen=True, kw_only=True):
    """Own commits of people, without merges, and those on which somebody else is recorded.

    `coverage` is the share of `commits` that are `approved`; the rest is not recorded. `merged`,
    `committed` and `reviewed` say how (a commit may be recorded in several ways), `signed_off` and
    `co_authored` count commits with such a trailer. `lenses` are who approved, by commits and
    people: shares and the band add up to 1. Where `commits` is 0 nothing was looked at.
    """

    commits: int
    approved: int
    coverage: float
    merged: int
    committed: int
    reviewed: int
    signed_off: int
    co_authored: int
    lenses: tuple[LensView, ...]
    cross: tuple[CrossReview, ...]


def attribute_groups(groups: Iterable[Group], attributor: Attributor) -> list[Approved]:
    """Return groups with for whom their people stand."""
    return [
        Approved(group)
        if group.approvers is None
        else Approved(
            group,
            attributor.of(group.domain, group.day),
            tuple(attributor.of(name, group.day) for name in group.approvers.split(" ")),
        )
        for group in groups
    ]


def approvals_of(
    found: Sequence[Approved], works: Sequence[Work], years: Sequence[int]
) -> Approvals:
    """Return how much was approved, and by whom: `works` are those that the approvals are of."""
    groups = [item.group for item in found]
    commits = sum(group.commits for group in groups)
    approved = sum(group.commits for group in groups if group.approvers is not None)
    return Approvals(
        commits=commits,
        approved=approved,
        coverage=approved / commits if commits else 0.0,
        merged=sum(group.merged for group in groups),
        committed=sum(group.committed for group in groups),
        reviewed=sum(group.reviewed for group in groups),
        signed_off=sum(group.signed_off for group in groups),
        co_authored=sum(group.co_authored for group in groups),
        lenses=tuple(lens_view(lens, works, APPROVED, years) for lens in LENSES),
        cross=tuple(_cross(lens, found) for lens in LENSES),
    )


def _cross(lens: str, found: Iterable[Approved]) -> CrossReview:
    counts = {OTHER: 0, SAME: 0, UNKNOWN: 0}
    for item in found:
        if item.group.approvers is not None:
            counts[_kind(lens, item)] += item.group.commits
    other, same, unknown = counts.values()
    total = other + same + unknown
    return CrossReview(
        lens=lens, other=other, same=same, unknown=unknown,
        share=Bounds(
            other / total if total else None,
            other / (other + same) if other + same else None,
            (other + unknown) / total if total else None,
        ),
    )  # fmt: skip


def _kind(lens: str, item: Approved) -> str:
    """Tell whether another organisation approved; a domain that no record knows is of nobody."""
    author = _organisation(lens, item.author)
    approvers = {_organisation(lens, who) for who in item.approvers}
    if author and approvers - {author, ""}:
        return OTHER
    return SAME if author and approvers == {author} else UNKNOWN


def _organisation(lens: str, who: Attribution | None) -> str:
    if who is None:
        return ""
    party = who.wrote if lens == LENSES[0] else who.behalf
    is_known = isinstance(party, Party) and party.category != NOT_RECORDED
    return party.key if isinstance(party, Party) and is_known else ""
