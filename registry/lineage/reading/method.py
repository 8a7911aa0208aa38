"""The method as it is in force: thresholds, and what the evaluation measured."""

from typing import Any, Final

import msgspec

from registry.db.tables.lineage import EdgeKind, EdgeTag
from registry.lineage.evaluation import MethodFigures
from registry.lineage.readmodels import DetectorMethod, MethodView
from registry.lineage.rules import Rules

TAG_OF: Final = {
    EdgeKind.ATTRIBUTION_TEXT: EdgeTag.ATTRIBUTED,
    EdgeKind.DECLARED: EdgeTag.DECLARED,
}
FIGURES: Final = (
    "evaluated_at", "truth", "repositories", "pairs", "catalogue", "calibration", "brier",
    "calibration_error",
)  # fmt: skip


def method_view(
    rules: Rules, measured: MethodFigures | None, *, packages: int, hashes: int
) -> MethodView:
    """Return what the method page shows; figures of other thresholds than these are left out."""
    figures: dict[str, Any] = {}
    by_kind: dict[str, DetectorMethod] = {}
    if measured is not None and measured.rule_version == rules.version:
        by_kind = {item.kind: item for item in measured.detectors}
        figures = {name: getattr(measured, name) for name in FIGURES}
    thresholds = {
        name: float(value)
        for name, value in msgspec.structs.asdict(rules).items()
        if name != "version"
    }
    return MethodView(
        rule_version=rules.version,
        thresholds=thresholds,
        detectors=tuple(
            by_kind.get(kind.value)
            or DetectorMethod(kind=kind.value, tag=TAG_OF.get(kind, EdgeTag.MEASURED).value)
            for kind in EdgeKind
        ),
        background_packages=packages,
        background_hashes=hashes,
        **figures,
    )
