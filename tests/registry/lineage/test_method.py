"""The method: thresholds in force, and only figures that were measured with them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from registry.errors import InvalidInput
from registry.lineage.evaluation import (
    MethodFigures,
    calibrate,
    detector_figures,
    read_figures,
    write_figures,
)
from registry.lineage.reading.method import method_view
from registry.lineage.readmodels import DetectorMethod
from registry.lineage.rules import RULES

COMMITS = DetectorMethod(kind="shared_commits", tag="measured", right=85, wrong=0, precision=1.0)
FOUND = MethodFigures(
    rule_version=RULES.version, evaluated_at="2026-08-02", truth="truth.csv", repositories=272,
    pairs=377, detectors=(COMMITS,), brier=0.02, catalogue=40_000,
    calibration=calibrate([("verified", 0.98, True)]).tiers,
)  # fmt: skip


def test_figures_come_from_the_file_of_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    write_figures(FOUND, path)
    assert read_figures(path) == FOUND
    view = method_view(RULES, read_figures(path), packages=94, hashes=341_542)
    assert (view.pairs, view.brier, view.calibration_error) == (377, 0.02, None)
    assert (view.background_packages, view.background_hashes) == (94, 341_542)
    assert view.detectors[0] == COMMITS
    assert (view.catalogue, view.calibration) == (40_000, FOUND.calibration)
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
    assert read_figures(path) is None
    path.write_text('{"pairs": "many"}')
    with pytest.raises(InvalidInput, match="evaluate --write"):
        read_figures(path)


def test_the_support_of_a_detector_gives_its_shares_and_how_sure_they_are() -> None:
    forks = detector_figures("shared_commits", "measured", right=85, wrong=0, missed=4)
    assert (forks.precision, forks.recall) == (1.0, 0.9551)
    assert forks.low is not None
    assert forks.low > 0.957
    assert forks.recall_low is not None
    assert forks.recall_high is not None
    assert forks.recall_low < 0.9551 < forks.recall_high < 1
    declared = detector_figures("declared", "declared", right=1, wrong=6)
    assert (declared.precision, declared.recall, declared.recall_low) == (0.1429, None, None)
    nothing = detector_figures("submodule", "measured", right=0, wrong=0, missed=0)
    assert (nothing.precision, nothing.recall, nothing.low) == (None, None, None)


def test_what_was_stated_is_held_against_what_is_true() -> None:
    found = calibrate([
        ("verified", 0.9, True), ("verified", 1.0, True), ("likely", 0.8, True),
        ("likely", 0.8, False),
    ])  # fmt: skip
    likely, verified = found.tiers
    assert (verified.edges, verified.right, verified.stated) == (2, 2, 0.95)
    assert (likely.edges, likely.right, likely.stated) == (2, 1, 0.8)
    assert likely.low < 0.5 < likely.high
    assert found.brier == round((0.01 + 0 + 0.04 + 0.64) / 4, 4)
    assert found.error == round((0.05 * 2 + 0.3 * 2) / 4, 4)
    assert calibrate([]).brier is None
