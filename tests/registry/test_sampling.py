"""Samples that are the same each time."""

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.sampling import spread


@given(count=st.integers(0, 300), most=st.integers(2, 50))
def test_a_sample_keeps_order_and_both_ends(count: int, most: int) -> None:
    items = list(range(count))
    found = spread(items, most)
    assert len(found) == min(count, most)
    assert found == sorted(set(found))
    assert found[:1] + found[-1:] == items[:1] + items[-1:]


def test_it_goes_evenly_over_the_whole() -> None:
    assert spread(range(100), 4) == [0, 33, 66, 99]
