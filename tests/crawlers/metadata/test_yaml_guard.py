"""Hostile and plain YAML through the guard."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.yaml_guard import Mapping, Scalar, Sequence, UnreadableYaml, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("0.4", 0.4),
        ("0.4.0", "0.4.0"),
        ("2024-05-01", "2024-05-01"),
        ("12", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ('"0.4"', "0.4"),
        ("'true'", "true"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = load(f"key: {text}\n".encode()).plain()["key"]
    assert found == value
    assert type(found) is type(value)


def test_numbers_that_json_cannot_hold_come_out_as_their_text() -> None:
    node = load(b"[.inf, -.INF, .nan, 99999999999999999999, 1e999]")
    assert isinstance(node, Sequence)
    first, second = node.items[0], node.items[1]
    assert isinstance(first, Scalar)
    assert first.value == math.inf
    assert isinstance(second, Scalar)
    assert second.value == -math.inf
    assert node.plain() == [".inf", "-.INF", ".nan", "99999999999999999999", "1e999"]
    json.dumps(node.plain(), allow_nan=False)


def test_keys_are_texts_even_where_they_look_like_other_types() -> None:
    assert load(b"no: 1\n2: b\nnull: c\n").plain() == {"no": 1, "2": "b", "null": "c"}


def test_every_key_and_value_knows_its_line_and_column_from_one() -> None:
    node = load(b"# note\nfirst: a\nblock:\n  inner:\n    - x\n    - {deep: y}\n")
    assert isinstance(node, Mapping)
    block = node.entry("block")
    assert block is not None
    assert (block.key.line, block.key.column) == (3, 1)
    assert isinstance(block.value, Mapping)
    assert (block.value.line, block.value.column) == (4, 3)
    items = block.value.get("inner")
    assert isinstance(items, Sequence)
    assert [(item.line, item.column) for item in items.items] == [(5, 7), (6, 7)]
    assert node.get("absent") is None


@pytest.mark.parametrize(
    ("data", "words", "line"),
    [
        (b"a: &x [1]\nb: *x\n", "anchors", 1),
        (b"b: *x\n", "aliases", 1),
        (b"a: !!binary aGk=\n", "tags", 1),
        (b"a: !thing {}\n", "tags", 1),
        (b"a: 1\n<<: {b: 2}\n", "merge keys", 2),
        (b"a: 1\nb: 2\na: 3\n", "'a' is given twice", 3),
        (b"x:\n  '1': a\n  1: b\n", "'1' is given twice", 3),
        (b"a: 1\n---\nb: 2\n", "more than one YAML document", 2),
        (b"? [a, b]\n: c\n", "simple value", 1),
        (b"", "no YAML document", 1),
        (b"# only a comment\n", "no YAML document", 1),
        (b"a: 1\nb: \xff\n", "not UTF-8", 2),
        ("a: 1".encode("utf-16"), "not UTF-8", 1),
        (b"a: \x00\n", "forbids", 1),
        (b'a: "\\ud800"\n', "surrogate", 1),
        (b'a: "\\UFFFFFFFF"\n', "not valid YAML", 1),
        (b"a:\n\tb: 1\n", "not valid YAML", 2),
        (b"a: 'open\n", "not valid YAML", 2),
        (b"%YAML 3.0\n---\na: 1\n", "not valid YAML", 1),
    ],
)
def test_dangerous_or_broken_text_is_refused_at_its_place(
    data: bytes, words: str, line: int
) -> None:
    with pytest.raises(UnreadableYaml) as caught:
        load(data)
    assert words in caught.value.message
    assert caught.value.line == line
    assert caught.value.column >= 1


@pytest.mark.parametrize("opening", [b"[", b"{", b"- ", b"[\n", b"{a: "])
def test_deep_nesting_ends_with_a_typed_error(opening: bytes) -> None:
    with pytest.raises(UnreadableYaml, match="deeper than 40"):
        load(opening * (30_000 // len(opening)))


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    levels = [b'l0: &l0 ["lol"]']
    levels += [b"l%d: &l%d [%s]" % (n, n, b",".join([b"*l%d" % (n - 1)] * 9)) for n in range(1, 10)]
    with pytest.raises(UnreadableYaml, match="anchors"):
        load(b"\n".join(levels))


def test_size_events_and_depth_have_limits_that_callers_can_set() -> None:
    assert load(b"[1, 2]", max_bytes=6, max_events=20, max_depth=1).plain() == [1, 2]
    with pytest.raises(UnreadableYaml, match="larger than 5 bytes"):
        load(b"[1, 2]", max_bytes=5)
    with pytest.raises(UnreadableYaml, match="more than 4 items"):
        load(b"[1, 2]", max_events=4)
    with pytest.raises(UnreadableYaml, match="deeper than 1 levels"):
        load(b"[[1]]", max_depth=1)


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert load(b"\xef\xbb\xbfname: x\n").plain() == {"name": "x"}


_PIECES = st.sampled_from(
    [
        *"a\n[]{}'\"\\|>%!?\t#~\x85\u2028",
        "&x",
        "*x",
        ": ",
        "- ",
        "  ",
        "---",
        "...",
        "|9",
        "<<",
        "\\UFFFFFFFF",
        "%YAML 1.1",
    ]
)


@given(st.lists(_PIECES, max_size=40).map(lambda parts: "".join(parts).encode()) | st.binary())
def test_any_bytes_give_json_like_data_or_the_one_typed_error(data: bytes) -> None:
    try:
        node = load(data)
    except UnreadableYaml as error:
        place = (error.line, error.column)
    else:
        place = (node.line, node.column)
        json.dumps(node.plain(), allow_nan=False).encode()
    assert min(place) >= 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner),
        max_leaves=15,
    )
)
def test_json_is_read_as_json(value: object) -> None:
    assert load(json.dumps(value).encode()).plain() == value
