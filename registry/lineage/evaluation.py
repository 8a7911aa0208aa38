"""What the evaluation found, as a file that is shipped: the method page quotes it."""

import os
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from registry.errors import InvalidInput
from registry.lineage.readmodels import DetectorMethod

FILE: Final = Path(__file__).parent / "data" / "evaluation.json"


class Evaluation(Struct, frozen=True, kw_only=True):
    """The figures of one run of `registry lineage evaluate`; `truth` names the labelled set.

    `rule_version` is the version of the thresholds that were in force.
    """

    rule_version: int
    evaluated_at: str
    truth: str
    repositories: int
    pairs: int
    detectors: tuple[DetectorMethod, ...]
    brier: float | None = None
    calibration_error: float | None = None


def read_evaluation(path: Path = FILE) -> Evaluation | None:
    """Return the figures, `None` where nothing was evaluated yet."""
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Evaluation)
    except msgspec.MsgspecError as error:
        raise InvalidInput(
            f"{path.name} cannot be read ({error}): `registry lineage evaluate --write` makes it"
        ) from error


def write_evaluation(found: Evaluation, path: Path = FILE) -> None:
    """Write the figures, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
