"""The figures of the method: what an evaluation found, as a file that is shipped.

`registry lineage evaluate --write` writes it, the method page and the API quote it.
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from registry.domain.lineage import interval
from registry.errors import InvalidInput
from registry.lineage.readmodels import CalibrationTier, DetectorMethod

FILE: Final = Path(__file__).parent / "data" / "evaluation.json"


class MethodFigures(Struct, frozen=True, kw_only=True):
    """The figures of one run of the evaluation.

    `rule_version` is the version of the thresholds that were in force, `evaluated_at` the day,
    `truth` the name of the labelled set, `repositories` and `pairs` how much of it was in the
    catalogue, `catalogue` how many components that had in all. `detectors` hold precision,
    recall and support of each kind of evidence, `calibration` what became of each stated
    confidence; `brier` is the mean squared distance of the stated probability from what was
    true, `calibration_error` the mean distance of a tier's from its share of right ones, each
    weighted by its edges (ECE). What was not measured is `None`.
    """

    rule_version: int
    evaluated_at: str
    truth: str
    repositories: int
    pairs: int
    detectors: tuple[DetectorMethod, ...]
    catalogue: int | None = None
    calibration: tuple[CalibrationTier, ...] = ()
    brier: float | None = None
    calibration_error: float | None = None


class Calibration(Struct, frozen=True):
    """How far stated probabilities can be trusted: per tier, and in two numbers over all."""

    tiers: tuple[CalibrationTier, ...]
    brier: float | None
    error: float | None


def detector_figures(
    kind: str, tag: str, *, right: int, wrong: int, missed: int | None = None
) -> DetectorMethod:
    """Return precision and recall of a kind of evidence, with 95 % intervals (Jeffreys).

    `missed` counts labelled reuse that it did not find, `None` where nobody knows.
    """
    found: dict[str, float] = {}
    if right + wrong:
        _, low, high = interval(right, wrong)
        found |= {"precision": right / (right + wrong), "low": low, "high": high}
    if missed is not None and right + missed:
        _, low, high = interval(right, missed)
        found |= {"recall": right / (right + missed), "recall_low": low, "recall_high": high}
    rounded = {name: round(value, 4) for name, value in found.items()}
    return DetectorMethod(kind=kind, tag=tag, right=right, wrong=wrong, missed=missed, **rounded)


def calibrate(judged: Iterable[tuple[str, float, bool]]) -> Calibration:
    """Hold what was stated of edges against what is true of them.

    `judged` gives for each edge the tier it was put in, the stated probability that it is right,
    and whether it is.
    """
    by_tier: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for tier, stated, is_right in judged:
        by_tier[tier].append((stated, is_right))
    edges = sum(map(len, by_tier.values()))
    if not edges:
        return Calibration((), None, None)
    tiers = tuple(_tier(name, rows) for name, rows in sorted(by_tier.items()))
    rows = [row for found in by_tier.values() for row in found]
    brier = sum((stated - is_right) ** 2 for stated, is_right in rows) / edges
    error = sum(abs(tier.stated - tier.right / tier.edges) * tier.edges for tier in tiers) / edges
    return Calibration(tiers, round(brier, 4), round(error, 4))


def _tier(name: str, rows: list[tuple[float, bool]]) -> CalibrationTier:
    right = sum(is_right for _, is_right in rows)
    _, low, high = interval(right, len(rows) - right)
    return CalibrationTier(
        tier=name, edges=len(rows), right=right,
        stated=round(sum(stated for stated, _ in rows) / len(rows), 4),
        low=round(low, 4), high=round(high, 4),
    )  # fmt: skip


def read_figures(path: Path = FILE) -> MethodFigures | None:
    """Return the figures, `None` where nothing was evaluated yet."""
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=MethodFigures)
    except msgspec.MsgspecError as error:
        raise InvalidInput(
            f"{path.name} cannot be read ({error}): `registry lineage evaluate --write` makes it"
        ) from error


def write_figures(figures: MethodFigures, path: Path = FILE) -> None:
    """Write the figures, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
