"""One run of a handler: what it raises becomes a verdict; every failure is logged here, once."""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

from registry.errors import RegistryError
from registry.jobs.port import (
    Handler,
    JobEvent,
    LeaseLost,
    OnEvent,
    Outcome,
    RunningJob,
    WorkReport,
)
from registry.jobs.verdict import Backoff, Bury, Verdict, judge
from registry.logs import get_logger

LOST: Final = "lost"
Result = Verdict | Literal["lost"] | None
"""None after success, the verdict on a failure, or `LOST` when the lease was lost on the way."""

_log = get_logger(__name__)


def attempt(handlers: Mapping[str, Handler], job: RunningJob, backoff: Backoff) -> Result:
    """Run the handler of a job and judge what it raises."""
    try:
        handlers[job.task](job)
    except LeaseLost:
        return LOST
    except RegistryError as error:
        return judge(error, job.attempt, backoff)
    except Exception as error:  # noqa: BLE001 - the boundary: any fault must end as a verdict
        _log.exception("job_failed", task=job.task, key=job.key, attempt=job.attempt)
        return judge(error, job.attempt, backoff)
    return None


def outcome_of(result: Result) -> Outcome:
    """Return the word for a result that could be written down."""
    if result is None:
        return "done"
    if isinstance(result, str):
        return "lost"
    return "dead" if isinstance(result, Bury) else "retried"


class Tally:
    """Counts outcomes and passes events on, one at a time."""

    def __init__(self, on_event: OnEvent | None) -> None:
        self._on_event = on_event
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def started(self, job: RunningJob) -> None:
        """Note the begin of a run."""
        self._emit(JobEvent(kind="started", task=job.task, key=job.key, attempt=job.attempt))

    def ended(self, task: str, key: str, attempt: int, outcome: Outcome, result: Result) -> None:
        """Note the end of a run, and log it when it failed."""
        verdict = None if result is None or isinstance(result, str) else result
        event = JobEvent(
            kind=outcome,
            task=task,
            key=key,
            attempt=attempt,
            reason=verdict.reason if verdict else "",
            detail=verdict.detail if verdict else "",
        )
        if outcome != "done":
            _log.warning(f"job_{outcome}", task=task, key=key, attempt=attempt, reason=event.reason)
        self._emit(event)

    def _emit(self, event: JobEvent) -> None:
        with self._lock:
            self._counts[event.kind] += 1
            if self._on_event is not None:
                self._on_event(event)

    def report(self) -> WorkReport:
        """Return the counts so far."""
        counts = self._counts
        return WorkReport(
            done=counts["done"], retried=counts["retried"], dead=counts["dead"], lost=counts["lost"]
        )
