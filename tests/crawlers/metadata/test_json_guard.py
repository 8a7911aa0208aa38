import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.json_guard import MAX_BYTES, UnreadableJson, key_lines, load, load_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"  \n", b"{", b"[1,", b"{'a': 1}", b'{"a": NaN}', b'"\\ud800"', b"[" * 200_000,
        b'{"a":' * 100_000, b"1" * 5_000, b"1e999", b"\xff\xfe", b'{"a": 1} x', b"nul",
        b'"' + b"x" * MAX_BYTES + b'"', b'"\xed\xa0\x80"', b"\x00", b"# {{ template }}",
    ],
)  # fmt: skip
def test_bad_json_is_refused_with_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(UnreadableJson):
        load(data)


@pytest.mark.parametrize(
    ("data", "line"), [(b'{"a": 1,\n"b": tru}', 2), (b'{\n\n"a": 1', 3), (b"x", 1)]
)
def test_the_line_of_the_fault_is_told(data: bytes, line: int) -> None:
    with pytest.raises(UnreadableJson) as caught:
        load(data)
    assert caught.value.line == line


def test_a_byte_order_mark_is_skipped_and_objects_can_be_demanded() -> None:
    assert load(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    with pytest.raises(UnreadableJson, match="no JSON object"):
        load_object(b"[1]")


def test_a_larger_cap_can_be_given() -> None:
    data = b'"' + b"x" * MAX_BYTES + b'"'
    assert len(load(data, max_bytes=2 * MAX_BYTES)) == MAX_BYTES


def test_the_lines_of_keys_follow_objects_and_lists() -> None:
    data = b'{\n"a": {"b": 1,\n"c": [\n{"d": "x:{"},\n{"d": 2}]},\n"e\\"f": null}'
    assert key_lines(data) == {
        ("a",): 2, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0, "d"): 4, ("a", "c", 1, "d"): 5,
        ('e"f',): 6,
    }  # fmt: skip


@given(JSON)
def test_what_the_standard_library_writes_is_read(value: object) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8", "replace")
    assert load(text) == json.loads(text)
    if isinstance(value, dict):
        tops = {path[0] for path in key_lines(text) if len(path) == 1}
        assert tops == set(json.loads(text))


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_the_error(data: bytes) -> None:
    line = 1
    try:
        load(data)
    except UnreadableJson as error:
        line = error.line
    assert 1 <= line <= data.count(b"\n") + 1
