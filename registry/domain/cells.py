"""A value as a cell of CSV: what a spreadsheet would reckon with stays text."""

from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a text that spreadsheets take for a formula (OWASP, CSV injection); the full-width
forms are taken for the same signs by some."""


def cell_text(value: Any) -> str:
    """Return a value as a cell: empty for nothing, `true` and `false`, texts with `'` before."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_formula = isinstance(value, str) and text.lstrip(" ").startswith(FORMULA)
    return f"'{text}" if is_formula else text
