"""Running the reader in the sandbox: one worker for a repository, its answers decoded with care.

When the worker dies on the documents of a repository, they are read one by one, so that a bad
file costs one `unparseable` document and not the repository.
"""

import compileall
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar, cast

import msgspec
from msgspec.structs import replace

from crawlers.metadata.wanted import Wanted
from crawlers.reader import Request, Survey, manifest_facts, unread
from crawlers.sandbox import KINDS, Kind, Limits, Result
from registry.domain.facts import Dependency, Document, Package, Reading
from registry.errors import CrawlFailure

T = TypeVar("T")
# Failures of the worker that one hostile file can cause.
_BY_A_FILE = frozenset({"crashed", "memory", "timeout", "too_large"})


class Run(Protocol):
    """Start a program in the sandbox and return how it ended."""

    def __call__(
        self,
        kind: Kind,
        argv: Sequence[str],
        *,
        stdin: bytes,
        limits: Limits,
        readable: Sequence[Path],
    ) -> Result:
        """Run `argv` under `limits`, or raise `CrawlFailure`."""
        ...


class Reader:
    """Reads finished bare repositories; holds no state between them.

    `sample` is the number of source files whose sizes are measured, `fingerprint_files` that of
    those whose code is fingerprinted, `seconds` the wall time of one reading (by default that of
    the sandbox's table).
    """

    def __init__(
        self,
        run: Run,
        *,
        sample: int,
        fingerprint_files: int = 0,
        seconds: float | None = None,
    ) -> None:
        self._run = run
        self._sample = sample
        self._fingerprint_files = fingerprint_files
        wall = seconds or KINDS["read"].wall_seconds
        self._limits = {**KINDS, "read": replace(KINDS["read"], wall_seconds=wall)}
        _compile_worker()

    def survey(self, directory: Path, now: int) -> Survey:
        """Return what HEAD holds and which contents are still missing."""
        request = Request(
            "survey", str(directory), now,
            sample=self._sample, fingerprint_files=self._fingerprint_files,
        )  # fmt: skip
        return self._ask(request, directory, Survey)

    def read(self, directory: Path, survey: Survey, now: int) -> Reading:
        """Return all facts; documents that kill the worker are marked as unparseable."""
        whole = Request("read", str(directory), now, main_line=survey.main_line)
        try:
            return self._ask(whole, directory, Reading)
        except CrawlFailure as failure:
            if failure.reason not in _BY_A_FILE:
                raise
        bare = Request("read", str(directory), now, with_documents=False)
        reading = self._ask(bare, directory, Reading)
        documents = [self._document(directory, item, now) for item in survey.documents]
        found = tuple(document for document in documents if document is not None)
        return replace(
            reading,
            documents=found,
            packages=manifest_facts(found, "packages", Package),
            dependencies=manifest_facts(found, "dependencies", Dependency),
        )

    def _document(self, directory: Path, item: Wanted, now: int) -> Document | None:
        request = Request("document", str(directory), now, document=item)
        try:
            return self._ask(
                request, directory, cast("type[Document | None]", Document | None), kind="parse"
            )
        except CrawlFailure as failure:
            if failure.reason not in _BY_A_FILE:
                raise
            why = f"the file could not be read within its limits ({failure.reason})"
            return unread(item, why)

    def _ask(self, request: Request, directory: Path, kind_of: type[T], kind: Kind = "read") -> T:
        result = self._run(
            kind,
            [sys.executable, "-m", "crawlers.reader"],
            stdin=msgspec.msgpack.encode(request),
            limits=self._limits[kind],
            readable=[directory],
        )
        if result.exit_code != 0:
            reason = "memory" if "MemoryError" in result.stderr else "crashed"
            raise CrawlFailure(reason, result.stderr.strip().rpartition("\n")[2])
        try:
            return msgspec.msgpack.decode(result.stdout, type=kind_of)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise CrawlFailure("crashed", "the reader's answer cannot be decoded") from error


def _compile_worker() -> None:
    """Bring the worker's byte code to disk: it starts anew for each reading, and cannot write."""
    if not sys.dont_write_bytecode:
        for folder in (Path(__file__).parent, Path(__file__).parents[1] / "registry" / "domain"):
            compileall.compile_dir(folder, quiet=2)
