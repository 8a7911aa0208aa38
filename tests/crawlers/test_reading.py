"""When the reader dies: the repository is read all the same, and the bad file pays alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from crawlers.mainline import MainLine
from crawlers.metadata.wanted import Wanted
from crawlers.reader import Request, Survey
from crawlers.reading import Reader
from crawlers.sandbox import Kind, Limits, Result
from registry.domain.facts import Document, Package, Reading, Version
from registry.errors import CrawlFailure

HERE = Path("/nowhere")
SURVEY = Survey(
    "a" * 40, (), (), (),
    (Wanted("readme", "README.md", "1" * 40), Wanted("manifest", "package.json", "2" * 40)),
    MainLine(("3" * 40,), {"package.json": (Version("4" * 40, 5, "2" * 40),)}, ("changes",)),
)  # fmt: skip
READING = Reading(head="a" * 40, default_branch="main")


class Scripted:
    """A sandbox that answers as told, and remembers what it was asked."""

    def __init__(self, script: Callable[[Request], object]) -> None:
        self.script = script
        self.asked: list[tuple[Kind, Request, float]] = []

    def __call__(
        self,
        kind: Kind,
        argv: Sequence[str],
        *,
        stdin: bytes,
        limits: Limits,
        readable: Sequence[Path],
    ) -> Result:
        request = msgspec.msgpack.decode(stdin, type=Request)
        self.asked.append((kind, request, limits.wall_seconds))
        found = self.script(request)
        if isinstance(found, Result):
            return found
        return Result(0, msgspec.msgpack.encode(found), "")


def _document(path: str) -> Document:
    data = {"packages": [Package(ecosystem="npm", name="n", path=path)], "dependencies": []}
    return Document(kind="manifest", path=path, blob="2" * 40, size=1, sha256="x", data=data)


@pytest.mark.parametrize("reason", ["crashed", "memory", "timeout", "too_large"])
def test_a_document_that_kills_the_reader_costs_itself_alone(reason: str) -> None:
    def script(request: Request) -> object:
        if request.action == "read" and request.with_documents:
            raise CrawlFailure(reason)
        if request.action == "read":
            return READING
        if request.document and request.document.kind == "readme":
            raise CrawlFailure(reason)
        return _document("package.json")

    sandbox = Scripted(script)
    reading = Reader(sandbox, sample=0).read(HERE, SURVEY, 1)
    bad, good = reading.documents
    assert (bad.path, bad.status, bad.blob) == ("README.md", "unparseable", "1" * 40)
    assert reason in bad.diagnostics[0].message
    assert good.path == "package.json"
    assert [package.name for package in reading.packages] == ["n"]
    assert [kind for kind, *_ in sandbox.asked] == ["read", "read", "parse", "parse"]


def test_what_the_survey_saw_of_the_main_line_is_read_with_the_rest() -> None:
    sandbox = Scripted(lambda _request: READING)
    assert Reader(sandbox, sample=0).read(HERE, SURVEY, 1) == READING
    ((_, request, _),) = sandbox.asked
    assert (request.main_line, request.with_documents) == (SURVEY.main_line, True)


@pytest.mark.parametrize("reason", ["memory", "timeout"])
def test_a_reading_that_fails_again_without_its_documents_has_failed(reason: str) -> None:
    def script(_request: Request) -> object:
        raise CrawlFailure(reason)

    sandbox = Scripted(script)
    with pytest.raises(CrawlFailure, match=reason):
        Reader(sandbox, sample=0).read(HERE, SURVEY, 1)
    assert [request.with_documents for _, request, _ in sandbox.asked] == [True, False]


def test_other_failures_are_passed_on() -> None:
    def script(_request: Request) -> object:
        raise CrawlFailure("disk_full")

    with pytest.raises(CrawlFailure, match="disk_full"):
        Reader(Scripted(script), sample=0).read(HERE, SURVEY, 1)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result(1, b"", "Traceback\nValueError: odd"), "crashed: ValueError: odd"),
        (Result(1, b"", "Traceback\nMemoryError"), "memory"),
        (Result(0, b"\xc1 no MessagePack", ""), "crashed"),
        (Result(0, msgspec.msgpack.encode({"head": 7}), ""), "crashed"),
        (Result(0, b"", ""), "crashed"),
    ],
)
def test_an_answer_that_is_none_is_a_typed_failure(result: Result, reason: str) -> None:
    with pytest.raises(CrawlFailure, match=reason):
        Reader(Scripted(lambda _request: result), sample=0).survey(HERE, 1)


def test_the_time_that_the_operator_allows_is_the_limit() -> None:
    sandbox = Scripted(lambda _request: SURVEY)
    Reader(sandbox, sample=7, fingerprint_files=9, seconds=12).survey(HERE, 1)
    kind, request, seconds = sandbox.asked[0]
    assert (kind, request.sample, request.fingerprint_files, seconds) == ("read", 7, 9, 12)
