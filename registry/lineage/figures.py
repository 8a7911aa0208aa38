"""From an evaluation to the figures of the method page: each detector, and its calibration."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from registry.db.tables import EdgeKind, EdgeTag
from registry.domain.lineage import interval
from registry.lineage.evaluate import Evaluation
from registry.lineage.evaluation import (
    Calibration,
    MethodFigures,
    calibrate,
    detector_figures,
)
from registry.lineage.found import Judged
from registry.lineage.readmodels import DetectorMethod
from registry.lineage.rules import RULES
from registry.lineage.truth import (
    COPIED,
    DEPENDS,
    FORKED,
    HAS_SUBMODULE,
    SAME_BODY,
    UNRELATED,
    UPSTREAM,
)

# Which labels each kind of evidence should find; of all others it should not speak.
_FINDS: Final = {
    EdgeKind.SHARED_COMMITS: frozenset({FORKED}),
    EdgeKind.SHARED_FILES: frozenset({COPIED}),
    EdgeKind.SIMILAR_FILES: frozenset({COPIED}),
    EdgeKind.PACKAGE_DEPENDENCY: frozenset({DEPENDS}),
    EdgeKind.SUBMODULE: frozenset({HAS_SUBMODULE}),
}
_SAYS_NOTHING: Final = frozenset({SAME_BODY})
_FALSE: Final = frozenset({UNRELATED, UPSTREAM})
VERIFIED, LIKELY, POSSIBLE = "verified", "likely", "possible"


def method_figures(
    found: Evaluation, judged: Sequence[Judged], *, truth: str, day: str, catalogue: int
) -> MethodFigures:
    """Return what the method page shows of an evaluation."""
    calibration = _calibration(judged)
    return MethodFigures(
        rule_version=RULES.version,
        evaluated_at=day,
        truth=truth,
        repositories=found.repositories,
        pairs=found.pairs,
        catalogue=catalogue,
        detectors=tuple(_detector(kind, judged) for kind in _FINDS),
        calibration=calibration.tiers,
        brier=calibration.brier,
        calibration_error=calibration.error,
    )


def _detector(kind: EdgeKind, judged: Sequence[Judged]) -> DetectorMethod:
    """Count what one kind found, found wrongly and missed.

    A copy that another kind found is not missed by the pair of detectors, but by this one.
    """
    judgements = [_is_right(kind, item) for item in judged if kind.value in item.found.kinds]
    missed = sum(
        kind.value not in item.found.kinds and item.label.relation in _FINDS[kind]
        for item in judged
    )
    right, wrong = judgements.count(True), judgements.count(False)
    return detector_figures(
        kind.value, EdgeTag.MEASURED.value, right=right, wrong=wrong, missed=missed
    )


def _is_right(kind: EdgeKind, item: Judged) -> bool | None:
    """Tell whether a claim is right, `None` where the label does not say.

    Who has no code in common may depend on the other all the same.
    """
    relation = item.label.relation
    if kind in {EdgeKind.PACKAGE_DEPENDENCY, EdgeKind.SUBMODULE}:
        is_labelled = relation in _FINDS[kind]
        return item.found.depends == item.label.dependent if is_labelled else None
    return None if relation in _SAYS_NOTHING else relation not in _FALSE


def _calibration(judged: Sequence[Judged]) -> Calibration:
    """State of each claim what all other families taught, and hold it against the truth."""
    claims = list(_claims(judged))
    stated = []
    for kind, family, is_right in claims:
        others = [right for k, f, right in claims if k == kind and f != family]
        mean, low, _ = interval(sum(others), len(others) - sum(others))
        stated.append((tier(mean, low), mean, is_right))
    return calibrate(stated)


def _claims(judged: Iterable[Judged]) -> Iterator[tuple[str, str, bool]]:
    """Yield (kind, family, whether it is right) of each claim that a label judges."""
    for item in judged:
        for kind in sorted(item.found.kinds):
            is_right = _is_right(EdgeKind(kind), item)
            if is_right is not None:
                yield kind, _family(item), is_right


def _family(judged: Judged) -> str:
    """Return the family of a label; pairs of none, or found one by one, stand for themselves."""
    label = judged.label
    is_shared = label.family and label.family not in {"adjudicated", "hard_negative"}
    return label.family if is_shared else label.repo_a.rpartition("/")[0]


def tier(mean: float, low: float) -> str:
    """Return the label of a probability with the lower end of its 95 % interval (design §4.7)."""
    if mean >= 0.95 and low >= 0.90:
        return VERIFIED
    return LIKELY if mean >= 0.80 else POSSIBLE
