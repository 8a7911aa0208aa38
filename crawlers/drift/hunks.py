"""Whether a file that a fork has edited holds a fix: its lines as they were before it, or after.

Each hunk of the fix is looked for in the fork's file: with the lines around it, else without. What
was found neither as it was nor as it became is not known, and is never called missing. A file is
as it was only where at least half of the lines that the fix took away stand in it: a fork that
left before the flaw was written shares a line or two with what was mended.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import pygit2

# `absent`: a fix that takes no line of this file away, and whose lines do not stand in it.
Answer = Literal["taken", "missing", "absent", "unknown"]
_Found = Literal["taken", "missing", "unknown"]
CONTEXT: Final = 2
MAX_LINES: Final = 50_000
_SPACE: Final = re.compile(rb"\s+")
# A hunk without context must be this long to be told from a line that stands anywhere.
_TELLING: Final = 8


def holds_fix(old: bytes, new: bytes, fork: bytes) -> Answer:
    """Say whether the fork's file has what changed from `old` to `new`."""
    before, after, own = _lines(old), _lines(new), _lines(fork)
    if max(len(before), len(after), len(own)) > MAX_LINES or before == after:
        return "unknown"
    text = _joined(own)
    hunks = list(_hunks(before, after))
    found = [_hunk(left, right, context, text) for left, right, context in hunks]
    if "missing" not in found:
        return "taken" if set(found) == {"taken"} else "unknown"
    removed = [line for left, _, _ in hunks for line in left if len(line) >= _TELLING]
    if not removed:
        return "absent" if 2 * found.count("missing") >= len(found) else "unknown"
    standing = set(own)
    return "missing" if 2 * sum(x in standing for x in removed) >= len(removed) else "unknown"


def _lines(data: bytes) -> list[bytes]:
    return [_SPACE.sub(b" ", line).strip() for line in data.splitlines()]


_Context = tuple[list[bytes], list[bytes]]


def _hunks(
    before: Sequence[bytes], after: Sequence[bytes]
) -> Iterator[tuple[list[bytes], list[bytes], _Context]]:
    patch = pygit2.Patch.create_from(
        b"\n".join((*before, b"")), b"\n".join((*after, b"")), context_lines=0
    )
    for hunk in patch.hunks:
        # Where a side has no line, git counts from the line before.
        a = hunk.old_start - (1 if hunk.old_lines else 0)
        c = hunk.new_start - (1 if hunk.new_lines else 0)
        b, d = a + hunk.old_lines, c + hunk.new_lines
        if any((*before[a:b], *after[c:d])):
            around = (list(before[max(0, a - CONTEXT) : a]), list(before[b : b + CONTEXT]))
            yield list(before[a:b]), list(after[c:d]), around


def _hunk(left: list[bytes], right: list[bytes], context: _Context, text: bytes) -> _Found:
    lead, tail = context
    was = _joined([*lead, *left, *tail]) in text
    became = _joined([*lead, *right, *tail]) in text
    # A line that was added between lines that stand everywhere cannot be told to be missing.
    if was != became and _tells(left if was else right) | (_tells(lead) and _tells(tail)):
        return "missing" if was else "taken"
    if was or became or not (_tells(left) and _tells(right)):
        return "unknown"
    was, became = _joined(left) in text, _joined(right) in text
    if was != became:
        return "missing" if was else "taken"
    return "unknown"


def _tells(lines: list[bytes]) -> bool:
    return any(len(line) >= _TELLING for line in lines)


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"\n" + b"".join(line + b"\n" for line in lines)
