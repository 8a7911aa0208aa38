"""Which part of a file a request asks for."""

from pathlib import Path

import pytest

from web.ranges import Span, asked_span, part_of

TAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-9", Span(0, 10)),
        ("bytes=0-99", Span(0, 10)),
        ("bytes=3-", Span(3, 7)),
        ("Bytes=3-4", Span(3, 2)),
        ("bytes= 3-4 ", Span(3, 2)),
        ("bytes=-3", Span(7, 3)),
        ("bytes=-99", Span(0, 10)),
        ("bytes=9-9999999999999999999", Span(9, 1)),
        # What cannot be had.
        ("bytes=10-", Span(10, 0)),
        ("bytes=10-12", Span(10, 0)),
        ("bytes=-0", Span(10, 0)),
        # What is passed over.
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,3-4", None),
        ("bytes=0-99999999999999999999", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=-1-2", None),
        ("lines=0-1", None),
        ("0-1", None),
    ],
)
def test_one_range_of_bytes_is_understood(header: str | None, span: Span | None) -> None:
    assert asked_span(header, None, size=10, tag=TAG) == span


@pytest.mark.parametrize(
    ("if_range", "is_part"),
    [(TAG, True), (f" {TAG}", True), (f"W/{TAG}", False), ('"other"', False), ("", False),
     ("Fri, 27 Nov 2026 03:00:00 GMT", False)],
)  # fmt: skip
def test_a_part_of_another_file_is_not_wanted(if_range: str, is_part: bool) -> None:
    found = asked_span("bytes=2-", if_range, size=10, tag=TAG)
    assert found == (Span(2, 8) if is_part else None)


def test_an_empty_file_has_no_part() -> None:
    for header in ("bytes=0-", "bytes=-5"):
        found = asked_span(header, None, size=0, tag=TAG)
        assert found is not None
        assert (found.length, found.content_range(0)) == (0, "bytes */0")


def test_the_bytes_are_those_of_the_part(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 4_000)
    whole = path.read_bytes()
    for span in (Span(0, 1), Span(255, 700_000), Span(len(whole) - 3, 3)):
        assert b"".join(part_of(path, span)) == whole[span.first : span.first + span.length]
    assert b"".join(part_of(path, Span(len(whole) - 3, 99))) == whole[-3:]
