"""Text that every database can store."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.text import storable

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_nothing_that_postgresql_refuses_is_left(value: object) -> None:
    found = storable(value)
    json.dumps(found, allow_nan=False)
    assert "\\x00" not in repr(found).replace("\\\\", "")
    assert storable(found) == found


def test_only_what_must_be_replaced_is() -> None:
    assert storable({"a\0": ["b\0c", 1.5, None, True]}) == {
        "a\ufffd": ["b\ufffdc", 1.5, None, True]
    }
    assert storable(math.inf) == "inf"
    assert storable(("x",)) == ["x"]
