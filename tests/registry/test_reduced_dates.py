"""Days, months and years, told as precisely as they are known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.reduced_dates import ReducedDate, Unit, can_meet, first_day, read_date

DATES = st.builds(ReducedDate, st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("2017-12", date(2017, 12, 1), date(2018, 1, 1)),
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1)),
        (" 2020-02-28 ", date(2020, 2, 28), date(2020, 2, 29)),
    ],
)
def test_what_is_written_is_a_span_of_days(text: str, first: date, after: date) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.first, found.after, str(found)) == (first, after, text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "17", "2017-13", "2017-00", "2017-02-30", "2017-3", "2017-03-7", "2017/2018", "0000",
     "201703", "2017-03-07T00:00", "twenty", "٢٠١٧", "2017-03-07-01"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None
    with pytest.raises(ValueError, match="no date"):
        first_day(text)


@given(DATES)
def test_a_date_is_read_as_it_was_written(date_: ReducedDate) -> None:
    found = read_date(str(date_))
    assert found is not None
    assert (found.unit, str(found)) == (date_.unit, str(date_))
    assert found.first < found.after <= found.first + timedelta(days=366)


def test_what_ended_in_a_month_may_go_on_in_it() -> None:
    assert can_meet("2021-05", "2021-05-27")
    assert can_meet("2021-05-27", "2021")
    assert not can_meet("2021-05", "2021-06")
    assert not can_meet("", "2021")
