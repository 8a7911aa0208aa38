"""Running the worker of a peer's answers in the sandbox, and keeping one bad record from the rest.

When the worker dies on an answer, its records are read one by one, so that a hostile one costs
itself and not the harvest.
"""

import sys
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from crawlers.peers.answers import Answer
from crawlers.peers.worker import MAX_ANSWER, Request
from crawlers.reading import Run
from crawlers.sandbox import KINDS
from registry.domain.peers import Batch, joined
from registry.errors import CrawlFailure

MAX_RECORDS_ALONE: Final = 100
_LIMITS: Final = replace(
    KINDS["parse"],
    cpu_seconds=60,
    wall_seconds=120,
    stdin_bytes=4 * MAX_ANSWER,
    stdout_bytes=8 * MAX_ANSWER,
)
# Failures of the worker that one hostile record can cause.
_BY_A_RECORD: Final = frozenset({"crashed", "memory", "timeout", "too_large"})


class PeerReader:
    """Reads answers of peers; holds no state between them."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self, protocol: str, answers: tuple[Answer, ...], options: dict[str, Any]) -> Batch:
        """Return the records of answers; what killed the worker is a problem in words."""
        request = Request(protocol, answers, options)
        try:
            return self._ask(request)
        except CrawlFailure as failure:
            if failure.reason not in _BY_A_RECORD:
                raise
        if len(answers) > 1:
            return joined([self.read(protocol, (answer,), options) for answer in answers])
        return self._one_by_one(request)

    def _one_by_one(self, request: Request) -> Batch:
        found: list[Batch] = []
        for position in range(MAX_RECORDS_ALONE):
            try:
                batch = self._ask(replace(request, only=position))
            except CrawlFailure as failure:
                if failure.reason not in _BY_A_RECORD:
                    raise
                batch = Batch(problems=(f"entry {position} ended its reader ({failure.reason})",))
            found.append(batch)
            if not batch.records and not batch.problems:
                break
        return joined(found)

    def _ask(self, request: Request) -> Batch:
        result = self._run(
            "parse",
            [sys.executable, "-m", "crawlers.peers.worker"],
            stdin=msgspec.msgpack.encode(request),
            limits=_LIMITS,
            readable=[],
        )
        if result.exit_code != 0:
            reason = "memory" if "MemoryError" in result.stderr else "crashed"
            raise CrawlFailure(reason, result.stderr.strip().rpartition("\n")[2])
        try:
            return msgspec.msgpack.decode(result.stdout, type=Batch)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise CrawlFailure("crashed", "the reader's answer cannot be decoded") from error
