"""How right the detectors are on a labelled set: recall, precision, direction, ownership.

A label speaks of a pair of repositories; a copy is found where their clusters are joined, since
forks of one family share what was copied, or where both are joined to one older cluster that they
took it from (`copy_recall_direct` leaves these out).
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlmodel import Session

from registry.lineage.found import FORK, Judged, judge_labels
from registry.lineage.places import Place
from registry.lineage.truth import (
    COPIED,
    DEPENDS,
    FORKED,
    HAS_SUBMODULE,
    SAME_BODY,
    UNRELATED,
    UPSTREAM,
    Label,
)
from registry.lineage.verdicts import COMMON_UPSTREAM, DIRECT

RANDOM_PAIRS: Final = 500
_RIGHT: Final = frozenset({COPIED, FORKED, DEPENDS, HAS_SUBMODULE})


class Shown(Struct, frozen=True):
    """A pair in a list of misses or false alarms, with the values behind the verdict."""

    repo_a: str
    repo_b: str
    relation: str
    found: str
    family: str
    values: Mapping[str, Any]


class Tally(Struct, frozen=True):
    """Found and all of one relation in one split."""

    relation: str
    split: str
    found: int
    of: int


class Evaluation(Struct, frozen=True, kw_only=True):
    """All figures of one evaluation; shares are `None` where nothing was labelled.

    `precision` is right / (right + wrong) of direct copies between organisations beyond shared
    commits; `strict_precision` counts a common upstream as wrong too. `direction` is right / all
    found copies with a labelled direction, so that "not known" is not right.
    """

    pairs: int
    absent: int
    repositories: int
    fork_recall: float | None
    copy_recall: float | None
    copy_recall_direct: float | None
    precision: float | None
    strict_precision: float | None
    direction: float | None
    direction_decided: float | None
    dependency_owner: float | None
    random_pairs: int
    random_negatives_flagged: int
    right: int
    wrong: int
    common_upstream_flagged: int
    by_relation: tuple[Tally, ...]
    misses: tuple[Shown, ...]
    false_alarms: tuple[Shown, ...]
    common_upstream: tuple[Shown, ...]
    wrong_directions: tuple[Shown, ...]
    missed_dependencies: tuple[Shown, ...]
    random_flagged: tuple[Shown, ...]
    absent_repositories: tuple[str, ...]


def evaluate(
    session: Session,
    labels: Sequence[Label],
    places: Mapping[str, Place],
    *,
    seed: int = 2020,
    random_pairs: int = RANDOM_PAIRS,
) -> tuple[Evaluation, list[Judged]]:
    """Hold what the catalogue says against labels; `places` maps the URLs of those crawled.

    Returns the figures, and each label that could be judged beside what was found.
    """
    judged = judge_labels(session, labels, places)
    drawn = draw_random(labels, places, count=random_pairs, seed=seed)
    flagged = [
        x for x in judge_labels(session, drawn, places) if x.found.relation in {DIRECT, FORK}
    ]
    return _evaluation(labels, judged, places, len(drawn), flagged), judged


def draw_random(
    labels: Iterable[Label], places: Mapping[str, Place], *, count: int, seed: int
) -> list[Label]:
    """Draw unrelated pairs of different countries: none whose clusters any label joins."""
    related = {
        frozenset((places[x.repo_a].cluster, places[x.repo_b].cluster))
        for x in labels
        if x.relation != UNRELATED and x.repo_a in places and x.repo_b in places
    }
    names = sorted(places)
    generator = random.Random(seed)  # noqa: S311 - the same pairs each time, no secret
    drawn: dict[frozenset[str], Label] = {}
    for _ in range(count * 40):
        if len(drawn) >= count or len(names) < 2:
            break
        a, b = generator.sample(names, 2)
        left, right = places[a], places[b]
        is_foreign = left.country and right.country and left.country != right.country
        joined = frozenset((left.cluster, right.cluster))
        if is_foreign and len(joined) == 2 and joined not in related:
            drawn[frozenset((a, b))] = Label(repo_a=a, repo_b=b, relation=UNRELATED)
    return list(drawn.values())


def _evaluation(
    labels: Sequence[Label],
    judged: Sequence[Judged],
    places: Mapping[str, Place],
    drawn: int,
    flagged: Sequence[Judged],
) -> Evaluation:
    forks, copies = _of(judged, FORKED), _of(judged, COPIED)
    dependencies = [*_of(judged, DEPENDS), *_of(judged, HAS_SUBMODULE)]
    claims = [x for x in judged if _is_foreign_claim(x, places)]
    right = [x for x in claims if x.label.relation in _RIGHT]
    wrong = [x for x in claims if x.label.relation == UNRELATED]
    upstream = [x for x in claims if x.label.relation == UPSTREAM]
    directed = [x for x in [*copies, *_of(judged, SAME_BODY)] if x.label.arrow and _is_joined(x)]
    decided = [x for x in directed if x.found.direction != "unknown"]
    missing = sorted({r for x in labels for r in (x.repo_a, x.repo_b) if r not in places})
    return Evaluation(
        pairs=len(judged),
        absent=len(labels) - len(judged),
        repositories=len(places),
        fork_recall=_share(sum(x.found.relation == FORK for x in forks), len(forks)),
        copy_recall=_share(sum(map(_is_found, copies)), len(copies)),
        copy_recall_direct=_share(sum(map(_is_joined, copies)), len(copies)),
        precision=_share(len(right), len(right) + len(wrong)),
        strict_precision=_share(len(right), len(right) + len(wrong) + len(upstream)),
        direction=_share(sum(map(_is_directed_right, directed)), len(directed)),
        direction_decided=_share(sum(map(_is_directed_right, decided)), len(decided)),
        dependency_owner=_share(sum(map(_is_owned_right, dependencies)), len(dependencies)),
        random_pairs=drawn,
        random_negatives_flagged=len(flagged),
        right=len(right),
        wrong=len(wrong),
        common_upstream_flagged=len(upstream),
        by_relation=tuple(_tallies(judged)),
        misses=_shown(
            [x for x in forks if x.found.relation != FORK] + [x for x in copies if not _is_found(x)]
        ),
        false_alarms=_shown(wrong),
        common_upstream=_shown(upstream),
        wrong_directions=_shown([x for x in directed if not _is_directed_right(x)]),
        missed_dependencies=_shown([x for x in dependencies if not _is_owned_right(x)]),
        random_flagged=_shown(flagged),
        absent_repositories=tuple(missing),
    )


def _of(judged: Iterable[Judged], relation: str) -> list[Judged]:
    return [x for x in judged if x.label.relation == relation]


def _is_found(judged: Judged) -> bool:
    is_explained = judged.found.relation == COMMON_UPSTREAM and judged.found.upstream is not None
    return is_explained or _is_joined(judged)


def _is_joined(judged: Judged) -> bool:
    return judged.found.relation in {FORK, DIRECT}


def _is_foreign_claim(judged: Judged, places: Mapping[str, Place]) -> bool:
    label = judged.label
    same = places[label.repo_a].owner == places[label.repo_b].owner
    return judged.found.relation == DIRECT and not same and label.relation != SAME_BODY


def _is_directed_right(judged: Judged) -> bool:
    return judged.found.direction == judged.label.arrow


def _is_owned_right(judged: Judged) -> bool:
    return judged.found.depends == judged.label.dependent


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _tallies(judged: Sequence[Judged]) -> Iterable[Tally]:
    for relation, split in sorted({(x.label.relation, x.label.split) for x in judged}):
        group = [x for x in judged if (x.label.relation, x.label.split) == (relation, split)]
        if relation in {DEPENDS, HAS_SUBMODULE}:
            found = sum(map(_is_owned_right, group))
        elif relation in {FORKED, COPIED}:
            found = sum(map(_is_found, group))
        else:
            found = sum(x.found.relation in {DIRECT, FORK} for x in group)
        yield Tally(relation, split, found, len(group))


def _shown(judged: Iterable[Judged]) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            x.label.repo_a, x.label.repo_b, f"{x.label.relation} {x.label.direction}".strip(),
            f"{x.found.relation} {x.found.direction}", x.label.family, x.found.values,
        )
        for x in judged
    )  # fmt: skip
