import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawlers import sandbox
from crawlers.sandbox import KINDS, Level, levels
from registry.domain.crawl import REASONS
from registry.errors import CrawlFailure, InvalidInput
from registry.settings import CrawlSettings

PYTHON = sys.executable
STRICT = sandbox.level(CrawlSettings()) == "strict"
needs_bubblewrap = pytest.mark.skipif(not STRICT, reason="bubblewrap does not work here")


@pytest.fixture(params=["limits", pytest.param("strict", marks=needs_bubblewrap)])
def chosen(request: pytest.FixtureRequest) -> Level:
    return request.param  # type: ignore[no-any-return]


def _python(code: str, chosen: Level, **more: object) -> sandbox.Result:
    return sandbox.run("parse", [PYTHON, "-c", code], chosen=chosen, **more)  # type: ignore[arg-type]


def _failure(code: str, chosen: Level, **limits: float) -> CrawlFailure:
    with pytest.raises(CrawlFailure) as caught:
        _python(code, chosen, limits=replace(KINDS["parse"], **limits))
    assert caught.value.reason in REASONS
    return caught.value


def test_child_gets_its_input_and_gives_its_output(chosen: Level) -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read()[::-1]); sys.stderr.write('note')"
    result = _python(code, chosen, stdin=b"abc" * 100_000)
    assert result == sandbox.Result(0, b"cba" * 100_000, "note")


@pytest.mark.parametrize("code", [1, 2, 127, 128])
def test_exit_code_is_the_childs_own(chosen: Level, code: int) -> None:
    assert _python(f"raise SystemExit({code})", chosen).exit_code == code


def test_child_that_sleeps_is_ended_at_the_wall_limit(chosen: Level) -> None:
    failure = _failure("import time; time.sleep(60)", chosen, wall_seconds=0.3)
    assert failure.reason == "timeout"


def test_child_that_closes_its_output_and_stays_is_ended_too(chosen: Level) -> None:
    code = "import os, time; os.close(1); os.close(2); os.close(0); time.sleep(60)"
    assert _failure(code, chosen, wall_seconds=0.3).reason == "timeout"


def test_child_that_spins_is_ended_at_its_processor_time(chosen: Level) -> None:
    failure = _failure("while True: pass", chosen, cpu_seconds=1, wall_seconds=30)
    assert (failure.reason, "processor" in failure.detail) == ("timeout", True)


def test_child_that_needs_too_much_memory_fails_as_such(chosen: Level) -> None:
    assert _failure("bytearray(10**9)", chosen).reason == "memory"


def test_endless_output_is_ended_at_its_limit(chosen: Level) -> None:
    failure = _failure("while True: print('x' * 999)", chosen, stdout_bytes=100_000)
    assert failure.reason == "too_large"


def test_endless_error_output_keeps_its_end_only(chosen: Level) -> None:
    code = "import sys; sys.stderr.write('x' * 100_000 + '\\x1b[2J' + 'end')"
    result = _python(code, chosen)
    assert result.stderr.endswith("x[2Jend")
    assert len(result.stderr) < KINDS["parse"].stderr_bytes


def test_crash_names_its_signal(chosen: Level) -> None:
    failure = _failure("import os; os.kill(os.getpid(), 11)", chosen)
    assert (failure.reason, failure.detail) == ("crashed", "SIGSEGV")


def test_too_much_input_is_refused_before_the_child_starts() -> None:
    with pytest.raises(CrawlFailure, match="too_large"):
        sandbox.run("render", ["/nonexistent"], b"x" * (KINDS["render"].stdin_bytes + 1))


def test_reader_may_not_write_a_file(chosen: Level, tmp_path: Path) -> None:
    code = f"f = open({str(tmp_path / 'x')!r}, 'wb', buffering=0); f.write(b'abc')"
    assert _python(code, chosen, writable=[tmp_path]).exit_code == 1
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_environment_holds_nothing_of_the_parent(
    chosen: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    shown = _python("import os; print(dict(os.environ))", chosen, environment={"EXTRA": "1"})
    assert b"canary" not in shown.stdout
    assert b"no_proxy" not in shown.stdout
    assert b"'EXTRA': '1'" in shown.stdout


def test_worker_can_import_the_project_and_its_packages(chosen: Level) -> None:
    code = "import crawlers.sandbox, registry.settings, msgspec; print('fine')"
    assert _python(code, chosen).stdout == b"fine\n"


def test_grandchildren_end_with_the_child(chosen: Level) -> None:
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    before = _own_children()
    assert _failure(code, chosen, wall_seconds=0.5).reason == "timeout"
    assert _own_children() == before


def _own_children() -> set[str]:
    mine = str(os.getpid())
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == mine:
            found.add(stat.parent.name)
    return found


@needs_bubblewrap
def test_strict_child_sees_only_what_it_is_given(tmp_path: Path) -> None:
    given, hidden = tmp_path / "given", tmp_path / "hidden"
    for folder in (given, hidden):
        folder.mkdir()
        (folder / "file").write_text("content")
    code = (
        "import sys\n"
        "for path in sys.argv[1:]:\n"
        "    try: print(open(path).read())\n"
        "    except OSError as error: print(type(error).__name__)\n"
        "try: open(sys.argv[1], 'w')\n"
        "except OSError as error: print(error.errno)"
    )
    paths = [str(given / "file"), str(hidden / "file"), "/etc/shadow", "/etc/passwd"]
    result = sandbox.run("read", [PYTHON, "-c", code, *paths], chosen="strict", readable=[given])
    assert result.stdout.decode().split() == ["content", *["FileNotFoundError"] * 3, "30"]


@needs_bubblewrap
def test_strict_child_reaches_no_network() -> None:
    with __import__("socket").create_server(("127.0.0.1", 0)) as listener:
        code = (
            f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}))"
        )
        result = _python(code, "strict")
    assert result.exit_code == 1
    assert "ConnectionRefusedError" in result.stderr


@needs_bubblewrap
def test_strict_child_sees_no_other_process() -> None:
    result = _python("import os; print(sum(n.isdigit() for n in os.listdir('/proc')))", "strict")
    assert int(result.stdout) <= 2


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_bubblewrap_works", lambda: False)


@pytest.mark.usefixtures("no_bubblewrap")
def test_level_falls_back_only_where_the_operator_lets_it() -> None:
    assert sandbox.level(CrawlSettings(sandbox="auto")) == "limits"
    with pytest.raises(InvalidInput, match="bubblewrap"):
        sandbox.level(CrawlSettings(sandbox="strict"))


def test_level_limits_is_what_the_operator_chose() -> None:
    assert sandbox.level(CrawlSettings(sandbox="limits")) == "limits"


@pytest.mark.parametrize("kind", ["read", "parse", "render"])
def test_no_kind_that_reads_foreign_bytes_may_write_files(kind: sandbox.Kind) -> None:
    assert KINDS[kind].file_bytes == 0
