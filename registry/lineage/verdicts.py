"""From measured values to a verdict and a direction: every threshold comes from the rules."""

from typing import Final

from msgspec import Struct

from registry.domain.lineage import Measure
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

    `share` is the part of the first transfer that speaks for it.
    """

    origin: int | None
    basis: str
    share: float = 0.0


def judge(values: PairValues, rules: Rules) -> Verdict:
    """Return the verdict on a pair."""
    files, prints = values.files, values.fingerprints
    by_files, by_prints = _files_pass(files, rules), _fingerprints_pass(prints, rules)
    is_near = by_files or by_prints or files.weight >= 15 or prints.weight >= 15
    if not (by_files or by_prints):
        return Verdict(BELOW, is_near=is_near)
    is_common = _is_common(files, rules) or _is_common(prints, rules)
    direct_files = by_files and not is_common and files.tau < rules.maximum_tau
    direct_prints = by_prints and not is_common and prints.tau < rules.maximum_tau
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


def _fingerprints_pass(prints: Measure, rules: Rules) -> bool:
    """Ask for a good share of the smaller side, or for several files that are much alike, or for
    work that was seen growing on one side and came to the other at once."""
    if prints.weight < rules.similar_weight:
        return False
    is_much = prints.strong_pairs >= rules.strong_pairs and (
        prints.containment >= rules.similar_containment
    )
    is_alike = prints.strong_pairs >= rules.alike_pairs and prints.weight >= rules.alike_weight
    return (
        is_much
        or (is_alike and (_is_written(prints, rules) or _is_part(prints, rules)))
        or (_is_taken(prints, rules))
    )


def _is_part(prints: Measure, rules: Rules) -> bool:
    return prints.containment >= rules.similar_containment / 2


def _is_written(shared: Measure, rules: Rules) -> bool:
    """Tell whether the earlier side got the shared part bit by bit, as one does who writes it."""
    days = shared.days_a if shared.start_gap_days >= 0 else shared.days_b
    return days >= rules.written_days


def _is_taken(prints: Measure, rules: Rules) -> bool:
    return (
        _is_written(prints, rules)
        and prints.weight >= rules.taken_weight
        and prints.strong_pairs >= rules.taken_pairs
        and prints.tau <= rules.taken_tau
        and prints.holders == 0
        and prints.had >= rules.taken_share * prints.arrived
        and prints.arrived >= rules.minimum_files
    )


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
    """Return which cluster was first, from what the later one got first.

    Where the later side wrote the files step by step that the earlier one has as finished ones
    in one import, the dates contradict the work, and the direction is not known (threat E2).
    """
    both = (values.files, values.fingerprints)
    leading = max(both, key=lambda m: m.weight)
    if not leading.arrived or abs(leading.start_gap_days) < rules.minimum_gap_days:
        return Direction(None, "same_time")
    agreeing = [m for m in both if m.start_gap_days * leading.start_gap_days > 0]
    share = sum(m.had for m in agreeing) / sum(m.arrived for m in agreeing)
    if share < rules.transfer_share:
        return Direction(None, "conflict", share)
    if _is_contradicted(values.files, rules, first_is_a=leading.start_gap_days > 0):
        return Direction(None, "dates_contradict_work", share)
    return Direction(a if leading.start_gap_days > 0 else b, "first_transfer", share)


def _is_contradicted(files: Measure, rules: Rules, *, first_is_a: bool) -> bool:
    sides = [(files.import_a, files.versions_a), (files.import_b, files.versions_b)]
    (bulk, versions), (_, later_versions) = sides if first_is_a else sides[::-1]
    return (
        files.count >= rules.minimum_files
        and bulk >= rules.finished_bulk
        and versions <= rules.finished_versions
        and later_versions >= rules.worked_versions
    )
