"""`registry backup`: a copy under writes, the drill of restoring it, and copies that fail it."""

import json
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.cli.keys import AUDIT
from registry.db.session import Database
from registry.search.indexing import drain_outbox
from tests.support.catalogue_rows import document, reading, record, register
from tests.support.command_line import CommandLine
from tests.support.registries import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    with world.registry.database.write() as session:
        for path in ("town/letters", "town/forms"):
            record(session, register(session, path, country="EE"), reading(document()))
    drain_outbox(world.registry.database, world.registry.index)
    world.registry.index.close()
    assert world.registry.signer, "the key of the audit log is made"
    return world


@pytest.fixture
def line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(world.settings.home, monkeypatch, capsys)


def _steps(line: CommandLine, path: Path, code: int = 0) -> dict[str, dict[str, str]]:
    rows = json.loads(line("backup", "verify", str(path), "--format", "json", code=code))
    return {row["step"]: row for row in rows}


def test_a_copy_is_made_of_its_own_and_restored(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(line("backup", "create").strip())
    assert path.parent == line.home / "backups"
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"registry backup verify {path}" in line.talk
    before = path.read_bytes()
    line("takedown", "add", line.json("search", "")[0]["slug"], "--category", "copyright")
    steps = _steps(line, path)
    assert list(steps) == ["pages", "schema", "index", "promises", "audit log"]
    assert {step["state"] for step in steps.values()} == {"ok"}
    assert "2 of 2 components" in steps["index"]["finding"]
    assert path.read_bytes() == before, "the drill writes into a copy of the copy"
    elsewhere = tmp_path / "restored"
    elsewhere.mkdir()
    shutil.copyfile(path, elsewhere / "registry.db")
    shutil.copytree(line.home / "keys", elsewhere / "keys")
    monkeypatch.setenv("REGISTRY_HOME", str(elsewhere))
    line("search-index", "rebuild")
    assert len(line.json("search", "")) == 2
    line("search-index", "check")


def test_no_file_is_overwritten_and_none_is_left_half(
    line: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = world.settings.home / "copy.db"
    target.write_text("mine")
    line("backup", "create", str(target), code=1)
    assert "is there already" in line.talk
    assert target.read_text() == "mine"
    target.unlink()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    line("backup", "create", str(target), code=4)
    assert [path.name for path in world.settings.home.iterdir() if "copy" in path.name] == []


def test_a_copy_made_while_rows_are_written_is_one_state(line: CommandLine, world: World) -> None:
    stop = threading.Event()
    database = world.registry.database
    with database.write() as session:
        session.execute(text("CREATE TABLE twin_a (n INTEGER)"))
        session.execute(text("CREATE TABLE twin_b (n INTEGER)"))

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database.write() as session:
                session.execute(text("INSERT INTO twin_a VALUES (:n)"), {"n": number})
                session.execute(text("INSERT INTO twin_b VALUES (:n)"), {"n": number})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [Path(line("backup", "create", str(line.home / f"{n}.db")).strip())
                 for n in range(3)]  # fmt: skip
    finally:
        stop.set()
        writer.join()
    for path in paths:
        copy = Database(f"sqlite:///{path}")
        with copy.read() as session:
            counts = [session.scalar(text(f"SELECT count(*) FROM twin_{x}")) for x in "ab"]
        copy.close()
        assert counts[0] == counts[1]
        assert _steps(line, path)["pages"]["state"] == "ok"


def test_a_damaged_copy_fails_the_drill(line: CommandLine) -> None:
    path = Path(line("backup", "create").strip())
    whole = path.read_bytes()
    middle = len(whole) // 4096 // 2 * 4096
    path.write_bytes(whole[:middle] + b"\xff" * 8192 + whole[middle + 8192 :])
    steps = _steps(line, path, code=5)
    assert [*steps.values()][-1]["state"] == "failed"
    path.write_bytes(whole[: len(whole) // 2])
    assert [*_steps(line, path, code=5).values()][-1]["state"] == "failed"


def test_a_copy_whose_audit_log_was_edited_fails_the_drill(line: CommandLine, world: World) -> None:
    line("takedown", "add", line.json("search", "")[0]["slug"], "--category", "copyright")
    with world.registry.database.write() as session:
        session.execute(text("UPDATE audit_entry SET action = 'nothing'"))
    path = Path(line("backup", "create").strip())
    assert _steps(line, path, code=5)["audit log"]["state"] == "failed"
    (world.settings.home / "keys" / AUDIT).unlink()
    assert _steps(line, path)["audit log"]["state"] == "warning"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"SQLite format 3"])
def test_what_is_no_database_is_named(line: CommandLine, content: bytes) -> None:
    path = line.home / "other.db"
    path.write_bytes(content)
    line("backup", "verify", str(path), code=2)
    assert "is no copy of a database" in line.talk
    line("backup", "verify", str(path.with_name("nofile")), code=2)


def test_on_postgresql_the_tools_of_the_server_are_named(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql://registry@127.0.0.1:1/registry")
    line("backup", "create", code=2)
    assert "pg_dump" in line.talk
