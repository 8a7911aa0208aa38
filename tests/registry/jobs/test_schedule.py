"""Work at an interval, on clocks that are set forward and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.db.session import Database
from registry.jobs.schedule import every
from tests.support.examples import share

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = 3600.0


def _due(database: Database, hours: float, name: str = "daily") -> bool:
    with database.write() as session:
        return every(session, name, HOUR, START + timedelta(hours=hours))


def test_it_is_due_at_first_and_then_once_an_interval(database: Database) -> None:
    assert [_due(database, hours) for hours in (0, 0.5, 0.99, 1, 1.5, 2)] == [
        *(True, False, False),
        *(True, False, True),
    ]
    assert _due(database, 2, "other"), "each name has its own beat"


def test_a_step_forward_runs_it_early_only_once(sqlite_database: Database) -> None:
    _due(sqlite_database, 0)
    year = 8760

    assert _due(sqlite_database, year)
    assert not _due(sqlite_database, year + 0.5)
    assert not _due(sqlite_database, 0.6), "the clock is put right again"
    assert _due(sqlite_database, 1.6), "one interval later at the latest"


@settings(
    deadline=None,
    max_examples=share(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(step=st.floats(-9000, 9000), beats=st.integers(3, 12))
def test_any_clock_step_costs_at_most_one_interval(
    sqlite_database: Database, step: float, beats: int
) -> None:
    name = f"step-{step}-{beats}"
    quarter = 0.25
    runs = [
        number
        for number in range(4 * beats)
        if _due(sqlite_database, number * quarter + (step if number >= 6 else 0.0), name)
    ]
    gaps = [later - sooner for sooner, later in pairwise(runs)]

    assert sum(gap < 4 for gap in gaps) <= 1, "early at most once"
    assert all(gap < 2 * 4 for gap in gaps), "late by less than one interval"


def test_a_beat_that_is_rolled_back_is_due_again(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        assert every(session, "daily", HOUR, START)
        session.rollback()

    assert _due(sqlite_database, 0)
