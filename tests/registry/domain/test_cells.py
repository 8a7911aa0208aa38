"""Cells of CSV: no text is taken for a formula, and numbers stay numbers."""

import pytest

from registry.domain.cells import cell_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "  =1", "＝1", "＠x"])
def test_what_a_spreadsheet_would_reckon_with_stays_text(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (0.5, "0.5"),
        ("a-b", "a-b"),
        ("", ""),
    ],
)
def test_other_values_are_as_they_are(value: object, cell: str) -> None:
    assert cell_text(value) == cell
