import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.values import (
    bounded,
    clean_text,
    iso_date,
    one_line,
    one_or_many,
    text_list,
    web_url,
)
from crawlers.metadata.vocabulary import development_status


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2020-03-01", "2020-03-01"), ("2020-03-01T10:00:00Z", "2020-03-01"),
        ("2020-3-1", "2020-03-01"), ("2021-03", "2021-03-01"), ("2020/12/31", "2020-12-31"),
        (42736, "2017-01-01"), ("42736", "2017-01-01"), (43831.5, "2020-01-01"),
        ("2020-02-30", None), ("31.12.2020", None), (20_000, None), (None, None), (True, None),
        ("soon", None), ({}, None), ("99999", None), ("0000-01-01", None),
    ],
)  # fmt: skip
def test_dates_are_read_from_iso_text_and_spreadsheet_serials(
    value: object, date: str | None
) -> None:
    assert iso_date(value) == date


@pytest.mark.parametrize(
    "value",
    ["private", "", "ftp://x.example", "javascript:alert(1)", "https://", "https://u:p@x.example/",
     "https://x.example/a b", "https://[bad", "x" * 3_000, 7, None, "//x.example/a"],
)  # fmt: skip
def test_only_plain_web_addresses_are_addresses(value: object) -> None:
    assert web_url(value) is None


def test_text_loses_control_and_direction_characters() -> None:
    assert clean_text("a\x00b\u202ec\r\nd ") == "abc\nd"
    assert one_line(" a\n\tb ") == "a b"
    assert clean_text({"a": 1}) is None
    assert clean_text(True) is None
    assert one_line("x" * 500) == "x" * 300


def test_one_or_many_and_text_lists() -> None:
    assert one_or_many(None) == []
    assert one_or_many("a") == ["a"]
    assert len(one_or_many(list(range(900)))) == 500
    assert text_list(["a", "a", None, {}, " b "]) == ["a", "b"]


def test_a_bounded_copy_limits_depth_and_items() -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    assert str(bounded(deep)).count("[") <= 26
    assert len(bounded(list(range(50_000)))) < 20_001
    assert bounded({"a": 2**70, "b": float("inf"), "c": "x" * 30_000})["a"] == str(2**70)


@given(
    st.recursive(
        st.none() | st.floats() | st.integers() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_a_bounded_copy_can_always_be_sent(value: object) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(bounded(value))) == bounded(value)


@pytest.mark.parametrize(
    ("word", "status"),
    [("Release Candidate", "beta"), ("production", "stable"), ("RELEASED", "stable"),
     ("Archival", "obsolete"), ("wip", "development"), ("Actif", "stable"), (" ", None),
     ("https://www.repostatus.org/#inactive", "obsolete"), ("whatever", None), (None, None)],
)  # fmt: skip
def test_words_of_other_standards_become_our_status(word: str | None, status: str | None) -> None:
    assert development_status(word) == status
