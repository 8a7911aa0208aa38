"""Files that people send, read in the sandbox: right answers, and one answer whatever happens."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawlers import sandbox
from crawlers.egress import Response
from crawlers.reaching import Reaching
from crawlers.sandbox import Limits, Result
from crawlers.validating import LIMITS, SandboxedFiles
from registry.errors import CrawlFailure, Unavailable
from registry.publishing.readmodels import References
from registry.settings import CrawlSettings
from tests.support.publiccode_samples import MINIMAL, extended, variant

CHOSEN = sandbox.level(CrawlSettings())
FILES = SandboxedFiles(partial(sandbox.run, chosen=CHOSEN))


class Reached:
    """Knows what is there."""

    def __init__(self, **known: bool | None) -> None:
        self.known = {name.replace("_", "."): is_there for name, is_there in known.items()}
        self.asked = References()

    def look(self, references: References) -> Mapping[str, bool | None]:
        self.asked = references
        return self.known


def dying(*rest: object, **options: object) -> Result:
    raise CrawlFailure("timeout", "more than 15 seconds")


def test_a_file_goes_through_a_child_and_comes_back_judged_and_mended() -> None:
    data = variant('"0"', '"0.2"')
    found = FILES.validate(data)
    assert (found.status, found.warnings, found.fixes) == ("valid", 1, 1)
    assert FILES.mend(data).text == MINIMAL
    composed = FILES.compose(data, {"name": "Other", "legal.license": "MIT"})
    assert "name: Other" in composed.text
    assert composed.given["legal.license"].value == "MIT"
    assert composed.validation.status == "valid"


def test_pictures_are_looked_for_where_they_are_named() -> None:
    reached = Reached(logo_svg=False)
    found = FILES.validate(extended("logo: logo.svg\n"), reached=reached)
    assert [problem.path for problem in found.problems] == ["logo"]
    assert reached.asked.paths == ("logo.svg",)
    assert reached.asked.urls == ("https://git.example.org/town/bench-register",)
    assert FILES.validate(extended("logo: logo.svg\n"), reached=Reached()).problems == ()


@pytest.mark.parametrize("reason", ["timeout", "memory", "crashed", "too_large"])
def test_a_file_that_kills_its_child_is_told_so(reason: str) -> None:
    def run(*rest: object, **options: object) -> Result:
        raise CrawlFailure(reason)

    files = SandboxedFiles(run)
    assert files.validate(b"a: 1").problems[0].message.endswith(f"({reason})")
    assert files.mend(b"a: 1").text == "a: 1"
    assert files.compose(b"a: 1", {}).validation.status == "unparseable"


def test_a_real_limit_ends_the_child() -> None:
    tight: Limits = replace(LIMITS, wall_seconds=0.05)
    files = SandboxedFiles(partial(sandbox.run, chosen=CHOSEN), tight)
    assert "timeout" in files.validate(b"a: 1").problems[0].message


def test_a_child_that_answers_nonsense_or_fails_is_a_problem_of_the_file() -> None:
    for result in (Result(0, b"\xc1", ""), Result(1, b"", "MemoryError")):
        files = SandboxedFiles(lambda *rest, result=result, **options: result)
        assert files.validate(b"a: 1").status == "unparseable"


def test_a_file_that_is_too_large_starts_no_child() -> None:
    found = SandboxedFiles(dying).validate(b"x" * (256 * 1024 + 1))
    assert found.problems[0].message == "The file is larger than 256 KiB"


def test_trouble_that_is_not_the_files_may_pass() -> None:
    def run(*rest: object, **options: object) -> Result:
        raise CrawlFailure("sandbox_missing")

    with pytest.raises(Unavailable):
        SandboxedFiles(run).validate(b"a: 1")


def test_the_file_stage_tells_absent_from_not_known(tmp_path: Path) -> None:
    (tmp_path / "there.svg").touch()
    statuses = {"https://a": 200, "https://b": 404, "https://c": 403, "https://d": 503}
    failures = {"https://e": "too_slow", "https://f": "too_large", "https://g": "blocked_address"}

    def get(url: str, *, max_bytes: int, total_seconds: float) -> Response:
        if url in failures:
            raise CrawlFailure(failures[url])
        return Response(statuses[url], {}, b"", url)

    asked = References(("there.svg", "gone.svg", "../etc"), (*statuses, *failures))
    found = Reaching(get, tmp_path).look(asked)
    assert found == {
        "there.svg": True, "gone.svg": False, "../etc": False,
        "https://a": True, "https://b": False, "https://c": None, "https://d": None,
        "https://e": None, "https://f": True, "https://g": None,
    }  # fmt: skip
    assert Reaching(get, None).look(References(("x.svg",))) == {"x.svg": None}


def test_the_child_imports_no_engine_of_the_server() -> None:
    code = (
        "import sys, crawlers.validator as v; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'litestar', 'sqlalchemy', 'pygit2', 'httpcore2', 'duckdb'}))"
    )
    result = sandbox.run("parse", [sys.executable, "-c", code], chosen=CHOSEN)
    assert result.stdout.decode().strip() == "[]", result.stderr
