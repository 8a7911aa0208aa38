"""From measured values to a verdict and a direction: every threshold comes from the rules."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct

from registry.domain.lineage import DAY, Measure
from registry.lineage.rules import Rules

DIRECT: Final = "direct"
COMMON_UPSTREAM: Final = "common_upstream"
BELOW: Final = "below"


class PairValues(Struct, frozen=True):
    """All that was measured between two clusters, by files and by fingerprints."""

    files: Measure
    fingerprints: Measure


class Verdict(Struct, frozen=True):
    """What the values say: direct reuse by which kinds, or a common upstream (perhaps known).

    `is_near` says that the pair is worth storing: near enough to a threshold to be looked at
    again when the table of rules changes.
    """

    name: str
    by_files: bool = False
    by_fingerprints: bool = False
    upstream: int | None = None
    is_near: bool = False


class Direction(Struct, frozen=True):
    """Which cluster of a pair is the origin, if that is known, and from what.

    `share` is the part of what they share, or of the first transfer, that speaks for it.
    """

    origin: int | None
    basis: str
    share: float = 0.0


class Sight(NamedTuple):
    """When a forge created the oldest repository of a cluster, if it says so, and when the
    registry was first told of one. Seconds since 1970."""

    created: int | None
    added: int


def judge(values: PairValues, rules: Rules) -> Verdict:
    """Return the verdict on a pair."""
    files, prints = values.files, values.fingerprints
    by_files, by_prints = _files_pass(files, rules), _fingerprints_pass(values, rules)
    is_near = by_files or by_prints or max(files.weight, prints.weight) >= rules.near_weight
    if not (by_files or by_prints):
        return Verdict(BELOW, is_near=is_near)
    is_common = _is_common(files, rules) or _is_common(prints, rules)
    direct_files = by_files and not is_common and _is_own(files, rules)
    direct_prints = by_prints and not is_common and _is_own(prints, rules)
    if direct_files or direct_prints:
        return Verdict(DIRECT, direct_files, direct_prints, is_near=True)
    leading = max((files, prints), key=lambda m: m.weight)
    known = leading.upstream if leading.cover >= rules.upstream_cover else None
    return Verdict(COMMON_UPSTREAM, by_files, by_prints, known, is_near=True)


def _files_pass(files: Measure, rules: Rules) -> bool:
    return (
        files.count >= rules.minimum_files
        and files.weight >= rules.minimum_weight
        and files.containment >= rules.minimum_containment
    )


def _fingerprints_pass(values: PairValues, rules: Rules) -> bool:
    """Ask for a good share of the smaller side, or for several files that are much alike, or for
    work that grew on one side and came to the other at once."""
    prints = values.fingerprints
    if prints.weight < rules.similar_weight:
        return False
    is_much = prints.containment >= rules.similar_containment
    is_part = prints.containment >= rules.similar_containment / 2
    is_taken = _is_taken(values, rules)
    is_alike = prints.weight >= rules.alike_weight and prints.strong_pairs >= rules.alike_pairs
    return (
        (is_much and prints.strong_pairs >= rules.strong_pairs)
        or (is_alike and (is_part or is_taken))
        or (is_taken and _is_nobody_elses(values, rules))
    )


def _is_taken(values: PairValues, rules: Rules) -> bool:
    """Tell whether the earlier side got the shared part bit by bit, as one does who writes it,
    and the later one what stood there when it began."""
    prints = values.fingerprints
    is_a = prints.start_gap_days >= 0
    days = max((m.days_a if is_a else m.days_b) for m in (values.files, prints))
    return (
        days >= rules.written_days
        and prints.arrived >= rules.minimum_files
        and prints.had >= rules.taken_share * prints.arrived
    )


def _is_nobody_elses(values: PairValues, rules: Rules) -> bool:
    files, prints = values.files, values.fingerprints
    return (
        files.weight + prints.weight >= rules.taken_weight
        and prints.strong_pairs >= rules.taken_pairs
        and prints.tau <= rules.taken_tau
        and prints.holders == 0
    )


def _is_own(shared: Measure, rules: Rules) -> bool:
    """Tell whether older third parties hold little of it, less yet where both got it in bulk."""
    is_bulk = min(shared.import_a, shared.import_b) >= rules.bulk_share
    return shared.tau < (rules.maximum_tau_in_bulk if is_bulk else rules.maximum_tau)


def _is_common(shared: Measure, rules: Rules) -> bool:
    """Tell whether so many others hold what two share that none of them need be its origin.

    Unless the earlier side wrote it, over many days and not in bulk: then the others took it too.
    """
    is_many = shared.holders >= rules.maximum_holders and shared.weight >= rules.minimum_weight
    days, bulk = (
        (shared.days_a, shared.import_a)
        if shared.start_gap_days >= 0
        else (shared.days_b, shared.import_b)
    )
    return is_many and not (days >= rules.author_days and bulk <= rules.author_bulk)


def direction(a: int, b: int, values: PairValues, rules: Rules) -> Direction:
    """Return which cluster was first: that which had most of what they share before the other.

    Where code went both ways, the first transfer decides: who had what the later side got first.
    Commit dates can be forged (threat E2). Where the earlier side has as finished files of one
    day what the later one is seen writing, the dates contradict the work, and the direction is
    not known.
    """
    values = _without_sampled(values, rules)
    leading = max((values.files, values.fingerprints), key=lambda m: m.weight)
    found = _by_majority(a, b, values, rules) or _by_transfer(a, b, values, leading, rules)
    if found.origin is not None and _is_written_later(leading, rules, first_is_a=found.origin == a):
        return Direction(None, "dates_contradict_work", found.share)
    return found


def _without_sampled(values: PairValues, rules: Rules) -> PairValues:
    """Leave fingerprints out where files say the opposite and the gap is within their error.

    Files are dated exactly; fingerprints are read of one state a year, and may be late by that.
    """
    files, prints = values.files, values.fingerprints
    difference = (files.first_a - files.first_b) * (prints.first_a - prints.first_b)
    if difference < 0 and abs(prints.start_gap_days) < rules.sampled_days:
        return PairValues(files, Measure())
    return values


def _by_majority(a: int, b: int, values: PairValues, rules: Rules) -> Direction | None:
    first_a = values.files.first_a + values.fingerprints.first_a
    first_b = values.files.first_b + values.fingerprints.first_b
    if first_a + first_b < rules.minimum_files:
        return None
    share = max(first_a, first_b) / (first_a + first_b)
    if share < rules.first_share:
        return None
    return Direction(a if first_a > first_b else b, "first_seen", share)


def _by_transfer(a: int, b: int, values: PairValues, leading: Measure, rules: Rules) -> Direction:
    if not leading.arrived or abs(leading.start_gap_days) < rules.minimum_gap_days:
        return Direction(None, "same_time")
    both = (values.files, values.fingerprints)
    agreeing = [m for m in both if m.start_gap_days * leading.start_gap_days > 0]
    share = sum(m.had for m in agreeing) / sum(m.arrived for m in agreeing)
    if share < rules.transfer_share:
        return Direction(None, "conflict", share)
    return Direction(a if leading.start_gap_days > 0 else b, "first_transfer", share)


def _is_written_later(leading: Measure, rules: Rules, *, first_is_a: bool) -> bool:
    days, later_days = (
        (leading.days_a, leading.days_b) if first_is_a else (leading.days_b, leading.days_a)
    )
    return (
        days == 1
        and later_days >= rules.written_days
        and leading.arrived < rules.taken_share * leading.count
    )


def confirmed(
    found: Direction, a: int, b: int, sights: Mapping[int, Sight], rules: Rules
) -> Direction:
    """Hold a direction from commit dates against what cannot be forged with them.

    That is when the forge created the repositories, and, where no forge says so, when the
    registry was told of them. Where the dates decide nothing, the forge's word does.
    """
    if a not in sights or b not in sights:
        return found
    margin = rules.sight_margin_days * DAY
    created = sights[a].created, sights[b].created
    if found.origin is None:
        if found.basis == "dates_contradict_work" or None in created:
            return found
        gap = (created[1] or 0) - (created[0] or 0)
        return Direction(a if gap > 0 else b, "forge_creation") if abs(gap) > margin else found
    origin, reuser = (a, b) if found.origin == a else (b, a)
    first, second = sights[origin], sights[reuser]
    if first.created is not None and second.created is not None:
        is_late, basis = first.created > second.created + margin, "dates_contradict_forge"
    else:
        is_late, basis = first.added > second.added + margin, "dates_contradict_first_sight"
    return Direction(None, basis, found.share) if is_late else found
