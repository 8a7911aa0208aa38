"""From an evaluation to the figures of the method page: each detector, and its calibration."""

import hashlib
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


def _detector(kind: EdgeKind, judged: Iterable[Judged]) -> DetectorMethod:
    """Count what one kind found, found wrongly and missed.

    A copy that another kind found is not missed by the pair of detectors, but by this one.
    """
    right = wrong = missed = 0
    for item in judged:
        is_found = kind.value in item.found.kinds
        right += is_found and item.label.relation not in _FALSE | _SAYS_NOTHING
        wrong += is_found and item.label.relation in _FALSE
        missed += not is_found and item.label.relation in _FINDS[kind]
    return detector_figures(
        kind.value, EdgeTag.MEASURED.value, right=right, wrong=wrong, missed=missed
    )


def _calibration(judged: Sequence[Judged]) -> Calibration:
    """State of each claim what the other half of the families taught, and hold it against truth."""
    claims = list(_claims(judged))
    stated = []
    for kind, family, is_right in claims:
        others = [right for k, f, right in claims if k == kind and _half(f) != _half(family)]
        mean, low, _ = interval(sum(others), len(others) - sum(others))
        stated.append((tier(mean, low), mean, is_right))
    return calibrate(stated)


def _claims(judged: Iterable[Judged]) -> Iterator[tuple[str, str, bool]]:
    """Yield (kind, family, whether it is right) of each claim that a label judges."""
    for item in judged:
        if item.label.relation not in _SAYS_NOTHING:
            for kind in sorted(item.found.kinds):
                yield kind, item.label.family, item.label.relation not in _FALSE


def _half(family: str) -> int:
    return hashlib.sha256(family.encode()).digest()[0] % 2


def tier(mean: float, low: float) -> str:
    """Return the label of a probability with the lower end of its 95 % interval (design §4.7)."""
    if mean >= 0.95 and low >= 0.90:
        return VERIFIED
    return LIKELY if mean >= 0.80 else POSSIBLE
