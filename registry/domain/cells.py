"""A value as a cell of CSV: what a spreadsheet would reckon with stays text."""

from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a text that spreadsheets take for a formula (OWASP, CSV injection); the full-width
forms are taken for the same signs by some."""


_SUSPECT: Final = frozenset({*FORMULA, " ", ""})


def cell_text(value: Any) -> str:
    """Return a value as a cell: empty for nothing, `true` and `false`, texts with `'` before."""
    if isinstance(value, str):
        # Most texts are told by their first character: files have millions of cells.
        is_formula = value[:1] in _SUSPECT and value.lstrip(" ").startswith(FORMULA)
        return f"'{value}" if is_formula else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
