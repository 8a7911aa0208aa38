"""Working the queue in the foreground: progress, a first Ctrl-C that ends well, a summary."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from registry.cli.build import Registry
from registry.cli.output import talk
from registry.jobs.port import JobEvent
from registry.jobs.progress import Progress

CRAWL_TASKS = (
    "crawl.source", "crawl.repository", "search.index", "lineage.update", "drift.measure",
    "governance.count", "governance.measure", "demo.body",
)  # fmt: skip


@contextmanager
def stopped_by_signals(stop: threading.Event, message: str) -> Iterator[None]:
    """Set `stop` at the first Ctrl-C or SIGTERM; a second Ctrl-C ends at once."""

    def finish(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()
        talk.print(message)

    before = {number: signal.signal(number, finish) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work_until_idle(registry: Registry) -> int:
    """Do every job that is due; return how many repositories failed in this run."""
    from crawlers.given_up import note_given_up
    from registry.cli.crawling import handlers

    stop = threading.Event()
    waiting = registry.queue.counts().get("crawl.repository", {}).get("waiting", 0)
    progress = Progress(total=waiting, label="repositories")
    failures: dict[str, int] = {}

    def note(event: JobEvent) -> None:
        if event.task == "crawl.source" and event.kind == "done":
            counts = registry.queue.counts().get("crawl.repository", {})
            progress.set_total(progress.finished + counts.get("waiting", 0))
        if event.task != "crawl.repository" or event.kind == "started":
            return
        failed = event.kind in {"dead", "retried"}
        if failed:
            failures[event.reason] = failures.get(event.reason, 0) + 1
        progress.advance(failed=failed)

    with (
        progress,
        stopped_by_signals(stop, "Finishing the current repository; then: registry crawl run"),
    ):
        registry.queue.work(
            handlers(registry),
            concurrency=registry.settings.crawl.workers,
            stop=stop,
            until_idle=True,
            tasks=CRAWL_TASKS,
            on_event=note,
        )
    note_given_up(registry.database, registry.queue, registry.clock)
    _summarise(registry, failures)
    return sum(failures.values())


def _summarise(registry: Registry, failures: dict[str, int]) -> None:
    totals = registry.catalogue.totals()
    talk.print(
        f"{totals.components} components of {totals.organisations} organisations "
        f"in {totals.countries} countries."
    )
    for group in registry.catalogue.crawl_status().failures:
        if group.reason in failures:
            talk.print(f"  {failures[group.reason]} × {group.cause}. {group.next_step}.")
    waiting = registry.queue.counts().get("crawl.repository", {}).get("waiting", 0)
    if waiting:
        talk.print(f"{waiting} repositories wait. To go on: registry crawl run")
