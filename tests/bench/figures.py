"""What a part of the benchmark gives, how it is printed, and the machine it was measured on."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from registry.db.session import _sqlite_module


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, beside what, and whether the aim is met.

    `figure` and `baseline` are texts with their unit; `met` is None where there is no aim.
    """

    name: str
    figure: str
    baseline: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {None: "", True: "met", False: "NOT MET"}[self.met]
        return (self.name, self.figure, self.baseline, ratio, self.aim, verdict)


HEADINGS = ("what", "figure", "baseline", "ratio", "aim", "")


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print one table."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    print(f"\n{title}")
    for number, row in enumerate(rows):
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if number == 0:
            print("  ".join("-" * width for width in widths))


def at_most(ratio: float, limit: float) -> dict[str, object]:
    """Return the fields of a ratio that should not be above `limit`."""
    return {"ratio": ratio, "aim": f"≤ {limit:g}", "met": ratio <= limit}


def machine() -> str:
    """Describe where the figures come from: two figures compare only on the same machine."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    sqlite = _sqlite_module().sqlite_version
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite {sqlite}, {git.strip()}, {load_average()}"
    )


def load_average() -> str:
    """Return the load at this moment: a machine that does other work too gives noisy times."""
    return "load " + "/".join(f"{number:.1f}" for number in os.getloadavg())
