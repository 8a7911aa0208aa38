"""Two files side by side: which lines are the same, changed, removed or added."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

CONTEXT: Final = 3
MAX_SHOWN: Final = 400
# Above this a comparison could take seconds: what is compared was written by strangers.
MAX_LINES: Final = 1_000
MAX_WIDTH: Final = 300
# Addresses of people are in many files; they need no second place where they can be found.
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}\.[\w.-]{1,190})")


class DiffRow(Struct, frozen=True):
    """A line of both files; `kind` is same, changed, removed, added, or gap for equal lines."""

    kind: str
    left_number: int = 0
    left: str = ""
    right_number: int = 0
    right: str = ""


class Diff(Struct, frozen=True):
    """The rows, and whether there were more of them than are shown."""

    rows: tuple[DiffRow, ...]
    is_cut: bool


def lines_of(content: bytes) -> list[str] | None:
    """Return the lines of a text, or `None` where it is none."""
    if b"\0" in content[:8000]:
        return None
    return content.decode("utf-8", "replace").splitlines()


def side_by_side(left: list[str], right: list[str]) -> Diff | None:
    """Return the difference, equal runs shortened; `None` where the files are too long."""
    if max(len(left), len(right)) > MAX_LINES:
        return None
    rows: list[DiffRow] = []
    for row in _rows(left, right):
        if len(rows) == MAX_SHOWN:
            return Diff(tuple(rows), is_cut=True)
        rows.append(row)
    return Diff(tuple(rows), is_cut=False)


def _rows(left: list[str], right: list[str]) -> Iterator[DiffRow]:
    matcher = SequenceMatcher(None, left, right)
    last_left, last_right = 0, 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if group[0][1] > last_left or group[0][3] > last_right:
            yield DiffRow("gap")
        for operation, start, end, other, until in group:
            yield from _pairs(operation, left, right, (start, end), (other, until))
        last_left, last_right = group[-1][2], group[-1][4]
    if last_left < len(left) or last_right < len(right):
        yield DiffRow("gap")


def _pairs(
    operation: str, left: list[str], right: list[str], here: tuple[int, int], there: tuple[int, int]
) -> Iterator[DiffRow]:
    longest = max(here[1] - here[0], there[1] - there[0])
    kind = {"equal": "same", "replace": "changed", "delete": "removed", "insert": "added"}
    for step in range(longest):
        a, b = here[0] + step, there[0] + step
        has_left, has_right = a < here[1], b < there[1]
        yield DiffRow(
            kind[operation] if has_left and has_right else "removed" if has_left else "added",
            a + 1 if has_left else 0,
            _short(left[a]) if has_left else "",
            b + 1 if has_right else 0,
            _short(right[b]) if has_right else "",
        )


def _short(line: str) -> str:
    line = _ADDRESS.sub(r"…@\1", line.expandtabs(4))
    return line if len(line) <= MAX_WIDTH else f"{line[: MAX_WIDTH - 1]}…"
