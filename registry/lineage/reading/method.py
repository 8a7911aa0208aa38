"""The method as it is in force: thresholds, and what the evaluation measured."""

from typing import Any, Final

import msgspec

from registry.db.tables.lineage import EdgeKind, EdgeTag
from registry.lineage.evaluation import Evaluation
from registry.lineage.readmodels import DetectorMethod, MethodView
from registry.lineage.rules import Rules

TAG_OF: Final = {
    EdgeKind.ATTRIBUTION_TEXT: EdgeTag.ATTRIBUTED,
    EdgeKind.DECLARED: EdgeTag.DECLARED,
}


def method_view(
    rules: Rules, evaluation: Evaluation | None, *, packages: int, hashes: int
) -> MethodView:
    """Return what the method page shows; figures of other thresholds than these are left out."""
    figures: dict[str, Any] = {}
    measured: dict[str, DetectorMethod] = {}
    if evaluation is not None and evaluation.rule_version == rules.version:
        measured = {item.kind: item for item in evaluation.detectors}
        names = ("evaluated_at", "truth", "repositories", "pairs", "brier", "calibration_error")
        figures = {name: getattr(evaluation, name) for name in names}
    thresholds = {
        name: float(value)
        for name, value in msgspec.structs.asdict(rules).items()
        if name != "version"
    }
    return MethodView(
        rule_version=rules.version,
        thresholds=thresholds,
        detectors=tuple(
            measured.get(kind.value)
            or DetectorMethod(kind=kind.value, tag=TAG_OF.get(kind, EdgeTag.MEASURED).value)
            for kind in EdgeKind
        ),
        background_packages=packages,
        background_hashes=hashes,
        **figures,
    )
