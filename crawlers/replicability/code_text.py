"""Source code line by line without its comments: a remark about a service is no use of it."""

from collections.abc import Iterator
from typing import Final

# Longer lines are data or minified; what is behind is not looked at.
MAX_LINE: Final = 1_000
_HASH: Final = (
    ".py", ".rb", ".sh", ".bash", ".yml", ".yaml", ".toml", ".tf", ".pl", ".pm", ".r", ".conf",
    ".properties", ".ini", ".env", ".cfg", ".ex", ".exs", ".ps1", ".nix", ".jl", ".npmrc", "file",
)  # fmt: skip
_DASHES: Final = (".sql", ".lua", ".hs", ".elm", ".pgsql", ".pks", ".pkb")
_BLOCKS: Final = (("<!--", "-->"), ("{#", "#}"), ("/*", "*/"), ("<%#", "%>"), ("{{!--", "--}}"))
_QUOTES: Final = ('"""', "'''")


def code_lines(text: str, path: str) -> Iterator[tuple[int, str]]:
    """Yield the number (from 1) and the code of each line that holds any."""
    lower = path.lower()
    marks = _line_marks(lower)
    blocks = _BLOCKS if not lower.endswith(_HASH) else ()
    ending: str | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw[:MAX_LINE]
        if ending is not None:
            place = line.find(ending)
            if place < 0:
                continue
            line, ending = line[place + len(ending) :], None
        line, ending = _without_blocks(line, blocks)
        if ending is None and lower.endswith(".py"):
            line, ending = _without_docstring(line)
        line = _without_end(line, marks)
        if line.strip():
            yield number, line


def _line_marks(lower: str) -> tuple[str, ...]:
    if lower.endswith(_HASH):
        return ("#",)
    return (
        ("--",) if lower.endswith(_DASHES) else ("//", "#") if lower.endswith(".php") else ("//",)
    )


def _without_blocks(line: str, blocks: tuple[tuple[str, str], ...]) -> tuple[str, str | None]:
    """Return the line without block comments, and the end of one that goes on."""
    for begin, end in blocks:
        while (start := line.find(begin)) >= 0:
            if begin == "/*" and start and line[start - 1] not in " \t;{}(),>":
                break  # a pattern of paths such as src/*
            stop = line.find(end, start + len(begin))
            if stop < 0:
                return line[:start], end
            line = line[:start] + " " + line[stop + len(end) :]
    return line, None


def _without_docstring(line: str) -> tuple[str, str | None]:
    """Return the line without a text that stands alone, as documentation does in Python."""
    bare = line.strip().lower().lstrip("rbuf")
    for quote in _QUOTES:
        if bare.startswith(quote):
            return "", None if quote in bare[3:] else quote
    return line, None


def _without_end(line: str, marks: tuple[str, ...]) -> str:
    """Return the line up to a comment: a mark at its beginning or behind a space."""
    stripped = line.lstrip()
    if stripped.startswith((*marks, "* ", "*/")) or stripped == "*":
        return ""
    for mark in marks:
        place = line.find(" " + mark)
        if place >= 0:
            line = line[:place]
    return line
