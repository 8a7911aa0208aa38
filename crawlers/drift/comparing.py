"""Comparing two repositories of the store: the worker in the sandbox, and contents that it wants.

Contents are fetched in batches within a budget, those that matter most first; what was not fetched
was not looked at, and the answer says so.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from crawlers import mirrors
from crawlers.reading import Run
from crawlers.sandbox import KINDS, Limits
from registry.adoption.drift.subject import Subject
from registry.domain.drift import DriftMeasured, DriftRequest
from registry.errors import CrawlFailure
from registry.settings import CrawlSettings, DriftSettings

BATCH: Final = 250


class Store(Protocol):
    """What is asked of the git transport."""

    def place(self, canonical_url: str) -> Path:
        """Return where a repository is, or would be."""

    def fetch_blobs(
        self, directory: Path, transport: mirrors.Transport, oids: Iterable[str], *, budget: int
    ) -> int:
        """Bring contents into a repository within a budget of bytes; return the bytes received."""


class Compared(Struct, frozen=True):
    """What was measured, if anything, and why not all of it could be."""

    measured: DriftMeasured | None
    reason: str = ""


class Comparer:
    """Compares the two sides of a pair."""

    def __init__(
        self, run: Run, store: Store, crawl: CrawlSettings, settings: DriftSettings
    ) -> None:
        self._run = run
        self._store = store
        self._crawl = crawl
        self._settings = settings
        self._limits: Limits = msgspec.structs.replace(
            KINDS["read"], wall_seconds=crawl.read_seconds
        )

    def compare(self, subject: Subject, now: int) -> Compared:
        """Measure a pair; a repository that is not in the store is an answer."""
        if subject.counted is None:
            return Compared(None, "history_cut")
        places = [self._store.place(side.url) for side in (subject.origin, subject.reuser)]
        if not all(place.is_dir() for place in places):
            return Compared(None, "not_stored")
        request = DriftRequest(
            origin=str(places[0]),
            origin_head=subject.origin.head,
            reuser=str(places[1]),
            reuser_head=subject.reuser.head,
            now=now,
            sought=subject.sought,
            shared=subject.shared,
            max_contents=self._settings.max_files,
        )
        try:
            return self._measured(request, subject)
        except CrawlFailure as failure:
            return Compared(None, failure.reason)

    def _measured(self, request: DriftRequest, subject: Subject) -> Compared:
        first = self._ask(request)
        wanted = (
            (subject.origin.url, first.wanted_of_origin),
            (subject.reuser.url, first.wanted_of_reuser),
        )
        if not any(oids for _, oids in wanted):
            return Compared(first)
        received, reason = 0, ""
        for url, oids in wanted:
            try:
                received += self._fetch(url, oids, self._settings.max_bytes - received)
            except CrawlFailure:  # of one that is gone, the histories are still here
                reason = "contents_not_fetched"
        return Compared(self._ask(request), reason)

    def _fetch(self, url: str, wanted: tuple[str, ...], budget: int) -> int:
        """Fetch contents in batches until the budget is spent; return the bytes received."""
        received = 0
        transport = mirrors.resolve(url, self._crawl.mirrors)
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            received += self._store.fetch_blobs(
                self._store.place(url), transport, batch, budget=max(1, budget - received)
            )
        return received

    def _ask(self, request: DriftRequest) -> DriftMeasured:
        result = self._run(
            "read",
            [sys.executable, "-m", "crawlers.drift.measure"],
            stdin=msgspec.msgpack.encode(request),
            limits=self._limits,
            readable=[Path(request.origin), Path(request.reuser)],
        )
        if result.exit_code != 0:
            reason = "memory" if "MemoryError" in result.stderr else "crashed"
            raise CrawlFailure(reason, result.stderr.strip().rpartition("\n")[2])
        try:
            return msgspec.msgpack.decode(result.stdout, type=DriftMeasured)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise CrawlFailure("crashed", "the answer cannot be decoded") from error
