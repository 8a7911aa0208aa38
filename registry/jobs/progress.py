"""Progress of long work for people and for logs: how much is done, how fast, how long to go."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

LINE_SECONDS = 10.0


class Progress:
    """Counts finished and failed steps; a bar on a terminal, else one line every ten seconds.

    `total` is the number of steps that are known so far (`set_total` corrects it), `label` what a
    step is, in the plural. `clock` gives seconds that never go back. Use it as a context manager:
    the end writes the final state. One thread at a time may call it.
    """

    def __init__(
        self,
        total: int,
        label: str,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self.label = label
        self.done = 0
        self.failed = 0
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._started = self._last_line = clock()
        self._bar = _bar(self._stream) if self._stream.isatty() else None
        self._task: TaskID | None = None

    @property
    def finished(self) -> int:
        """Steps that ended, well or not."""
        return self.done + self.failed

    @property
    def rate(self) -> float:
        """Finished steps a second since the begin; 0 before the first."""
        elapsed = self._clock() - self._started
        return self.finished / elapsed if elapsed > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the rest is done at this rate, or None while that is unknown."""
        left = max(self.total - self.finished, 0)
        if not left:
            return 0.0
        return left / self.rate if self.rate else None

    def set_total(self, total: int) -> None:
        """Correct the number of steps; never less than those that are finished."""
        self.total = max(total, self.finished)
        self._show()

    def advance(self, *, failed: bool = False) -> None:
        """Count one more step, done or failed."""
        if failed:
            self.failed += 1
        else:
            self.done += 1
        self.total = max(self.total, self.finished)
        self._show()

    def describe(self) -> str:
        """Return the state in one line."""
        parts = [f"{self.finished} of {self.total} {self.label}"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        if self.finished:
            parts.append(f"{self.rate:.1f} a second")
        left = self.seconds_left
        if left:
            parts.append(f"{duration(left)} left")
        return ", ".join(parts)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._task = self._bar.add_task(self.label, total=self.total, state=self.describe())
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._show()
            self._bar.stop()
        elif self.finished:
            self._write_line()

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task, completed=self.finished, total=self.total, state=self.describe()
            )
        elif self._bar is None and self._clock() - self._last_line >= LINE_SECONDS:
            self._write_line()

    def _write_line(self) -> None:
        self._last_line = self._clock()
        self._stream.write(self.describe() + "\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """Return a duration in its two largest units, such as `3 min 20 s`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _bar(stream: TextIO) -> Bar:
    state = TextColumn("{task.fields[state]}", markup=False)
    return Bar(BarColumn(), state, console=Console(file=stream))
