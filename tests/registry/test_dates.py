"""Which dates of commits are believed."""

import pytest

from registry.domain.dates import EARLIEST, believed, believed_text, is_earlier

NOW = 1_700_000_000
DAY = 86_400


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (-5, EARLIEST), (0, EARLIEST), (EARLIEST, EARLIEST), (EARLIEST + 1, EARLIEST + 1),
        (NOW + DAY, NOW + DAY), (NOW + DAY + 1, NOW + DAY), (99_999_999_999, NOW + DAY),
    ],
)  # fmt: skip
def test_what_was_before_git_or_is_to_come_is_not_believed(said: int, kept: int) -> None:
    assert believed(said, NOW) == kept
    assert believed_text(str(said), NOW) == kept


@pytest.mark.parametrize("said", ["", "soon", "1e9", "0x10", "9" * 5_000])
def test_what_is_no_number_is_the_earliest(said: str) -> None:
    assert believed_text(said, NOW) == EARLIEST


@pytest.mark.parametrize(
    ("found", "stored", "is_so"),
    [
        (NOW, NOW + 1, True), (NOW, NOW, False), (NOW + 1, NOW, False),
        (NOW, EARLIEST, True), (EARLIEST, NOW, False), (EARLIEST, EARLIEST, False),
    ],
)  # fmt: skip
def test_a_time_that_is_not_known_gives_way_to_one_that_is(
    found: int, stored: int, is_so: bool
) -> None:
    assert is_earlier(found, stored) is is_so
