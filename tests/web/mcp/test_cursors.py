"""Cursors: of one tool and one question, and of nothing that was made up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from web.mcp.cursors import cursor_of, digest_of, place_of


@given(st.text(max_size=40) | st.integers(0, 10_000))
def test_a_cursor_leads_back_to_its_place(place: str | int) -> None:
    assert place_of(cursor_of("tool", "question", place), "tool", "question") == place


def test_a_question_is_told_by_what_is_asked_and_not_by_how_it_is_paged() -> None:
    asked = digest_of({"query": "x", "country": ["EE"]})
    assert digest_of({"country": ["EE"], "query": "x", "limit": 3, "cursor": "c"}) == asked
    assert digest_of({"query": "x", "country": ["FI"]}) != asked
    assert digest_of({"query": "\ud800"}) != asked


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda x: base64.b64encode(x).decode()))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^cursor: "):
        place_of(text, "tool", "question")


@pytest.mark.parametrize("place", [-1, 10_001, 2**80])
def test_a_number_out_of_range_is_refused(place: int) -> None:
    with pytest.raises((InvalidInput, OverflowError)):
        place_of(cursor_of("tool", "question", place), "tool", "question")
