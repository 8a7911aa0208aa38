"""Person-months: of source code by its size, of history by who worked in which month, of adapting.

Sources: Boehm et al., Software Cost Estimation with COCOMO II (2000), nominal calibration; the
formulae and a worked example of each stand in `docs/savings.md`.
"""

from collections.abc import Sequence
from typing import Final

A: Final = 2.94
E: Final = 1.0997  # 0.91 + 0.01 * 18.97, the sum of the nominal scale factors
HOURS: Final = 152  # of a person-month
MAX_COMMITS: Final = 12  # of one author in one month; more are counted as so many
# Of COCOMO II's model of adapting, where nothing is known: some assessment, nominal structure,
# somewhat familiar.
ASSESSMENT: Final = 4.0
UNDERSTANDING: Final = 30.0
UNFAMILIARITY: Final = 0.4


def size_effort(lines: float) -> float:
    """Return the person-months of writing that many lines of source code, comments left out."""
    return float(A * (lines / 1000) ** E) if lines > 0 else 0.0


def history_effort(author_months: Sequence[int], full: float) -> float:
    """Return the person-months of a history: each author's month counts min(1, commits / full).

    `author_months[k]` is the number of months in which an author made k + 1 commits; the last one
    counts those with more too. `full` is θ, the commits of a whole month of work, 3 to 12.
    """
    return sum(
        count * min(1.0, commits / full) for commits, count in enumerate(author_months, start=1)
    )


def adaptation(modified: float) -> float:
    """Return what adapting costs as a share of writing: COCOMO II's AAM, may be more than 1.

    `modified` is the share of design and code that is changed and has to be integrated, 0 to 1.
    """
    changed = 100 * modified  # AAF = 0.4 DM + 0.3 CM + 0.3 IM, here all the same
    if changed <= 50:
        return (ASSESSMENT + changed * (1 + 0.02 * UNDERSTANDING * UNFAMILIARITY)) / 100
    return (ASSESSMENT + changed + UNDERSTANDING * UNFAMILIARITY) / 100
