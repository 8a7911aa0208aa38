"""Where the time of a crawl goes: the same crawl with one worker, each step timed by the clock."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.cli.build import Registry
from registry.cli.crawling import handlers
from registry.cli.working import CRAWL_TASKS
from registry.settings import from_environ
from tests.bench.figures import Figure
from tests.bench.repositories import Origins


class Watch:
    """Adds up the seconds and the calls of functions by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin
            self.calls[name] = self.calls.get(name, 0) + 1

    def over(self, owner: object, attribute: str, name: str) -> None:
        """Time a method of an object from now on."""
        setattr(owner, attribute, self.wrapped(getattr(owner, attribute), name))

    def wrapped(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.timing(name):
                return function(*arguments, **named)

        return timed


def step_figures(origins: Origins, home: Path) -> list[Figure]:
    """Crawl once in this process and return the share of every step."""
    from tests.bench.crawl import environment_of

    settings = {**environment_of(origins, home), "REGISTRY_CRAWL_WORKERS": "1"}
    registry = Registry(from_environ(settings))
    try:
        _enqueue(registry, [url for url, _ in origins.places])
        watch = Watch()
        begin = time.perf_counter()
        registry.queue.work(
            _watched(registry, watch),
            concurrency=1,
            stop=threading.Event(),
            until_idle=True,
            tasks=CRAWL_TASKS,
        )
        whole = time.perf_counter() - begin
    finally:
        registry.close()
    rest = whole - sum(watch.seconds.values())
    shares = [*watch.seconds.items(), ("queue and the rest", rest)]
    return [
        Figure(f"step: {name}", f"{seconds:.2f} s", f"{whole:.2f} s", seconds / whole)
        for name, seconds in shares
    ]


def _enqueue(registry: Registry, urls: list[str]) -> None:
    from crawlers.adding import Entry, add_entry, jobs_due
    from crawlers.forges.infer import parse_source

    with registry.database.write() as session:
        for url in urls:
            add_entry(session, Entry(spec=parse_source(url)), registry.clock())
    with registry.database.write() as session:
        jobs = jobs_due(session, registry.settings.crawl, registry.clock(), force=True)
        registry.queue.enqueue(session, jobs)


def _watched(registry: Registry, watch: Watch) -> dict[str, Any]:
    tasks: dict[str, Any] = dict(handlers(registry))
    crawler = tasks["crawl.repository"].__self__
    for attribute, name in (
        ("ls_remote", "ls-remote"),
        ("fetch", "fetch (history)"),
        ("fetch_blobs", "fetch (contents)"),
    ):
        watch.over(crawler._git, attribute, name)
    watch.over(crawler._reader, "survey", "survey")
    watch.over(crawler._reader, "read", "read")
    watch.over(crawler, "_store", "store")
    tasks["search.index"] = watch.wrapped(tasks["search.index"], "index")
    return tasks
