"""The method: thresholds in force, and only figures that were measured with them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from registry.errors import InvalidInput
from registry.lineage.evaluation import Evaluation, read_evaluation, write_evaluation
from registry.lineage.reading.method import method_view
from registry.lineage.readmodels import DetectorMethod
from registry.lineage.rules import RULES

COMMITS = DetectorMethod(kind="shared_commits", tag="measured", right=85, wrong=0, precision=1.0)
FOUND = Evaluation(
    rule_version=RULES.version, evaluated_at="2026-08-02", truth="truth.csv", repositories=272,
    pairs=377, detectors=(COMMITS,), brier=0.02,
)  # fmt: skip


def test_figures_come_from_the_file_of_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    write_evaluation(FOUND, path)
    assert read_evaluation(path) == FOUND
    view = method_view(RULES, read_evaluation(path), packages=94, hashes=341_542)
    assert (view.pairs, view.brier, view.calibration_error) == (377, 0.02, None)
    assert (view.background_packages, view.background_hashes) == (94, 341_542)
    assert view.detectors[0] == COMMITS
    assert [x.kind for x in view.detectors if x.right is None] == [
        "shared_files", "similar_files", "package_dependency", "submodule", "vendored_component",
        "attribution_text", "declared",
    ]  # fmt: skip
    assert [x.tag for x in view.detectors][-2:] == ["attributed", "declared"]
    assert view.thresholds["maximum_tau"] == RULES.maximum_tau
    assert "version" not in view.thresholds


def test_figures_of_other_thresholds_are_not_shown() -> None:
    older = replace(FOUND, rule_version=RULES.version - 1)
    view = method_view(RULES, older, packages=0, hashes=0)
    assert view == method_view(RULES, None, packages=0, hashes=0)
    assert (view.pairs, view.evaluated_at, view.detectors[0].right) == (None, None, None)


def test_a_file_that_is_no_evaluation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    assert read_evaluation(path) is None
    path.write_text('{"pairs": "many"}')
    with pytest.raises(InvalidInput, match="evaluate --write"):
        read_evaluation(path)
