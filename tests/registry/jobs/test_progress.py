"""Progress as people and logs see it."""

import io

from registry.jobs.progress import Progress, duration


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_every_ten_seconds_and_one_at_the_end() -> None:
    clock, stream = Clock(), io.StringIO()

    with Progress(8, "repositories", stream=stream, clock=clock) as progress:
        for second in range(1, 5):
            clock.now = second * 4.0
            progress.advance(failed=second == 2)

    assert stream.getvalue().splitlines() == [
        "3 of 8 repositories, 1 failed, 0.2 a second, 20 s left",
        "4 of 8 repositories, 1 failed, 0.2 a second, 16 s left",
    ]


def test_nothing_to_do_says_nothing() -> None:
    stream = io.StringIO()

    with Progress(0, "repositories", stream=stream):
        pass

    assert stream.getvalue() == ""


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()

    with Progress(2, "repositories", stream=stream, clock=Clock()) as progress:
        progress.advance()

    assert "1 of 2 repositories" in stream.getvalue()
    assert "\x1b[" in stream.getvalue(), "it draws over itself"


def test_the_time_left_is_unknown_before_the_first_step_and_nothing_after_the_last() -> None:
    clock = Clock()
    progress = Progress(1, "steps", stream=io.StringIO(), clock=clock)
    assert progress.seconds_left is None
    assert progress.describe() == "0 of 1 steps"

    clock.now = 2.0
    progress.advance()

    assert progress.seconds_left == 0.0
    assert progress.describe() == "1 of 1 steps, 0.5 a second"


def test_the_total_grows_with_what_is_found_and_never_below_what_is_finished() -> None:
    progress = Progress(1, "steps", stream=io.StringIO(), clock=Clock())
    progress.advance()
    progress.advance()
    assert (progress.finished, progress.total) == (2, 2)

    progress.set_total(9)
    assert progress.total == 9
    progress.set_total(1)
    assert progress.total == 2


def test_durations_have_at_most_two_units() -> None:
    assert [duration(seconds) for seconds in (0.2, 59.6, 3599, 3600, 90_061)] == [
        "0 s",
        "1 min 0 s",
        "59 min 59 s",
        "1 h 0 min",
        "25 h 1 min",
    ]
