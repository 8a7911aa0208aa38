"""From measured values to a verdict and a direction: every threshold comes from the rules."""

from typing import Final

from msgspec import Struct

from registry.domain.lineage import Measure, probability_first
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
    """Which cluster of a pair is the origin, if that is known, and from what."""

    origin: int | None
    basis: str
    probability: float = 0.5


def judge(values: PairValues, rules: Rules) -> Verdict:
    """Return the verdict on a pair."""
    files, prints = values.files, values.fingerprints
    by_files, by_prints = _files_pass(files, rules), _fingerprints_pass(prints, rules)
    is_near = by_files or by_prints or files.weight >= 15 or prints.weight >= 15
    if not (by_files or by_prints):
        return Verdict(BELOW, is_near=is_near)
    direct_files = by_files and files.tau < rules.maximum_tau
    direct_prints = by_prints and prints.tau < rules.maximum_tau
    if direct_files or direct_prints:
        return Verdict(DIRECT, direct_files, direct_prints, is_near=True)
    leading = files if by_files else prints
    known = leading.upstream if leading.cover >= rules.upstream_cover else None
    return Verdict(COMMON_UPSTREAM, by_files, by_prints, known, is_near=True)


def _files_pass(files: Measure, rules: Rules) -> bool:
    return (
        files.count >= rules.minimum_files
        and files.weight >= rules.minimum_weight
        and files.containment >= rules.minimum_containment
    )


def _fingerprints_pass(prints: Measure, rules: Rules) -> bool:
    return (
        prints.weight >= rules.similar_weight
        and prints.containment >= rules.similar_containment
        and prints.strong_pairs >= rules.strong_pairs
    )


def direction(a: int, b: int, values: PairValues, rules: Rules) -> Direction:
    """Return which cluster was first, from when each got what they share."""
    leading = max((values.files, values.fingerprints), key=lambda m: m.count)
    first, second = leading.first_a, leading.first_b
    votes_a, votes_b = leading.votes_a, leading.votes_b
    if first + second == 0:
        return Direction(None, "")
    days = votes_a + votes_b
    probability = probability_first(votes_a, days)
    if days >= rules.minimum_days:
        if probability >= rules.direction_probability:
            return Direction(a, "first_seen", probability)
        if 1 - probability >= rules.direction_probability:
            return Direction(b, "first_seen", 1 - probability)
        return Direction(None, "conflict", max(probability, 1 - probability))
    if second == 0 and leading.gap_days >= 1:
        return Direction(a, "import", probability)
    if first == 0 and leading.gap_days <= -1:
        return Direction(b, "import", 1 - probability)
    return Direction(None, "too_few_days", max(probability, 1 - probability))
