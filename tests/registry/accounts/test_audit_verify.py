"""Tampering with the audit log: whatever is changed is found, and the first bad entry is named."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from sqlmodel import Session

from registry.accounts import audit
from registry.accounts.audit_log import (
    latest_checkpoint,
    list_entries,
    prove_consistency,
    prove_entry,
    write_checkpoint,
)
from registry.accounts.audit_verify import Tampering, verify_log
from registry.accounts.notes import Checkpoint, Signer, Verifier
from registry.db.session import Database
from registry.domain import merkle
from registry.errors import InvalidInput, NotFound
from tests.support.command_line import CommandLine
from tests.support.databases import fresh_sqlite

NOW = datetime(2026, 11, 26, 3, 41, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)
SIZE = 12


def _fill(session: Session, count: int = SIZE) -> None:
    for number in range(count):
        action = ("ownership.claimed", "token.created")[number % 2]
        audit.append(
            session, actor=number, action=action, subject=f"organisation:{number}",
            detail={"role": "owner"}, at=NOW + timedelta(minutes=number),
        )  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Database]:
    """Yield a log of twelve entries with a checkpoint after the first eight."""
    database = fresh_sqlite(tmp_path)
    with database.write() as session:
        _fill(session, 8)
        write_checkpoint(session, SIGNER, NOW)
        _fill(session, 4)
    yield database
    database.close()


def _change(log: Database, *statements: str) -> None:
    with log.write() as session:
        for statement in statements:
            session.execute(text(statement))


def _found(log: Database, *outside: Checkpoint) -> Tampering | None:
    with log.read() as session:
        return verify_log(session, SIGNER.verifier, outside).tampering


def _now(log: Database) -> Checkpoint:
    with log.write() as session:
        return SIGNER.verifier.open(write_checkpoint(session, SIGNER, NOW))


def _rewrite(log: Database, first: int) -> None:
    """Compute all hashes from `first` on anew, as somebody with the database could."""
    with log.write() as session:
        peaks: tuple[bytes, ...] = ()
        lines = list_entries(session, limit=100)
        for line in lines:
            content = {name: getattr(line, name) for name in
                       ("at", "actor", "action", "subject", "detail")}  # fmt: skip
            leaf = merkle.leaf_hash(audit.entry_bytes(line.index, **content))
            peaks = merkle.with_leaf(peaks, line.index, leaf)
            if line.index >= first:
                session.execute(
                    text(
                        'UPDATE audit_entry SET leaf_hash = :l, root_hash = :r WHERE "index" = :i'
                    ),
                    {"l": leaf.hex(), "r": merkle.root_of_peaks(peaks).hex(), "i": line.index},
                )
        session.execute(text("DELETE FROM registry_state WHERE key = 'audit.head'"))
        audit_head = {"size": len(lines), "peaks": [peak.hex() for peak in peaks]}
        session.execute(
            text("INSERT INTO registry_state VALUES ('audit.head', json(:v), :t)"),
            {"v": str(audit_head).replace("'", '"'), "t": "2026-11-26 03:41:00.000000"},
        )


def test_an_untouched_log_is_verified_to_its_root(log: Database) -> None:
    kept = _now(log)
    with log.read() as session:
        state = verify_log(session, SIGNER.verifier, [kept])
    assert (state.size, state.root, state.tampering) == (SIZE, kept.root, None)


def test_an_empty_log_is_verified(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        note = write_checkpoint(session, SIGNER, NOW)
    assert SIGNER.verifier.open(note).root == merkle.EMPTY_ROOT
    assert _found(sqlite_database, SIGNER.verifier.open(note)) is None


@pytest.mark.parametrize(
    ("statement", "index", "what"),
    [
        ("UPDATE audit_entry SET actor = 99 WHERE \"index\" = 3", 3, "not the one"),
        ("UPDATE audit_entry SET detail = '[1]' WHERE \"index\" = 3", 3, "not the one"),
        ("UPDATE audit_entry SET detail = '{\"n\": 1e400}' WHERE \"index\" = 4", 4, "not the one"),
        ("UPDATE audit_entry SET detail = '{' WHERE \"index\" = 5", 5, "cannot be read"),
        ("UPDATE audit_entry SET at = 'then' WHERE \"index\" = 6", 6, "cannot be read"),
        ("DELETE FROM audit_entry WHERE \"index\" = 2", 2, "missing"),
        ("DELETE FROM audit_entry WHERE \"index\" > 6", 7, "ends here"),
        ("DELETE FROM audit_entry", 0, "ends here"),
        ("UPDATE audit_entry SET root_hash = leaf_hash WHERE \"index\" = 9", 9, "does not follow"),
        ("UPDATE audit_entry SET leaf_hash = root_hash WHERE \"index\" = 9", 9, "not the one"),
        ("UPDATE audit_checkpoint SET size = 9", 9, "moved"),
        ("UPDATE audit_checkpoint SET note = replace(note, '8', '9')", 8, "not signed"),
    ],
)  # fmt: skip
def test_what_is_changed_in_place_is_named(
    log: Database, statement: str, index: int, what: str
) -> None:
    _change(log, statement)
    found = _found(log)
    assert found is not None
    assert found.index == index
    assert what in found.what


def test_two_entries_that_are_swapped_are_named(log: Database) -> None:
    _change(
        log,
        'UPDATE audit_entry SET "index" = 99 WHERE "index" = 4',
        'UPDATE audit_entry SET "index" = 4 WHERE "index" = 6',
        'UPDATE audit_entry SET "index" = 6 WHERE "index" = 99',
    )
    found = _found(log)
    assert found is not None
    assert found.index == 4


def test_a_rewritten_log_differs_from_its_checkpoints(log: Database) -> None:
    _change(log, 'UPDATE audit_entry SET actor = 99 WHERE "index" = 5')
    _rewrite(log, 5)
    found = _found(log)
    assert found is not None
    assert "checkpoint" in found.what
    assert found.index == 0, "nothing before the checkpoint of eight is covered by another"


def test_a_rewritten_end_differs_from_a_checkpoint_kept_elsewhere(log: Database) -> None:
    outside = _now(log)
    _change(log, 'UPDATE audit_entry SET actor = 99 WHERE "index" = 10',
            "DELETE FROM audit_checkpoint WHERE size = 12")  # fmt: skip
    _rewrite(log, 10)
    assert _found(log) is None, "without the checkpoint nobody can tell"
    found = _found(log, outside)
    assert found is not None
    assert found.index == 8, "the entries that the checkpoint of eight covers are good"


def test_a_truncated_log_ends_before_a_checkpoint_kept_elsewhere(log: Database) -> None:
    outside = _now(log)
    _change(log, 'DELETE FROM audit_entry WHERE "index" > 6', "DELETE FROM audit_checkpoint")
    _rewrite(log, 0)
    assert _found(log) is None
    assert _found(log, outside) == Tampering(7, "the log ends here, but had 12 entries")


def test_an_entry_that_the_registry_did_not_write_is_named(log: Database) -> None:
    with log.write() as session:
        head = session.execute(text("SELECT value FROM registry_state WHERE key = 'audit.head'"))
        before = head.scalar_one()
        _fill(session, 1)
        session.execute(
            text("UPDATE registry_state SET value = :v WHERE key = 'audit.head'"), {"v": before}
        )
    assert _found(log) == Tampering(12, "the registry did not write the entry")


def test_proofs_verify_without_the_log(log: Database) -> None:
    early = SIGNER.verifier.open(_latest(log))
    with log.read() as session:
        for index in range(SIZE):
            proof = prove_entry(session, index, SIGNER)
            top = SIGNER.verifier.open(proof.checkpoint)
            steps = [bytes.fromhex(step) for step in proof.proof]
            leaf = merkle.leaf_hash(proof.entry.encode())
            assert merkle.is_included(leaf, index, top.size, steps, top.root)
        steps = [bytes.fromhex(step) for step in prove_consistency(session, early.size)]
        assert merkle.is_consistent(early.size, top.size, steps, early.root, top.root)
        with pytest.raises(NotFound, match="no entry 12"):
            prove_entry(session, 12, SIGNER)
        with pytest.raises(InvalidInput, match="no earlier size"):
            prove_consistency(session, 13)


def _latest(log: Database) -> str:
    with log.read() as session:
        return latest_checkpoint(session)


def test_entries_are_listed_from_a_time_on_by_subject_and_for_the_public(log: Database) -> None:
    with log.read() as session:
        all_of_them = list_entries(session, limit=100)
        assert [line.index for line in all_of_them] == list(range(SIZE))
        late = list_entries(session, since=NOW + timedelta(minutes=7), limit=100)
        assert [line.index for line in late] == [7]
        assert len(list_entries(session, subject="organisation:1", limit=100)) == 2
        assert [line.index for line in list_entries(session, after=9, limit=1)] == [10]
        public = list_entries(session, limit=100, only_public=True)
        assert {line.action for line in public} == {"ownership.claimed"}


def test_a_note_is_what_the_specification_says() -> None:
    note = SIGNER.note(5, b"r" * 32)
    text_, _, signature = note.partition("\n\n")
    origin, size, root = text_.split("\n")
    assert (size, root) == ("5", base64.b64encode(b"r" * 32).decode())
    dash, name, encoded = signature.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", origin)
    vkey_name, vkey_hash, vkey = SIGNER.verifier.text().split("+", 2)
    raw = base64.b64decode(vkey)
    assert raw[0] == 1
    expected = hashlib.sha256(vkey_name.encode() + b"\n" + raw).digest()[:4]
    signed = base64.b64decode(encoded)
    assert signed[:4] == expected == bytes.fromhex(vkey_hash)
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[4:], (text_ + "\n").encode())
    assert Verifier.from_text(SIGNER.verifier.text()).open(note) == Checkpoint(origin, 5, b"r" * 32)


_NOTE = SIGNER.note(5, b"r" * 32)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n5\n", "\n6\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.split("\n\n")[0] + "\n\n",
        lambda note: note.replace("\u2014", "-"),
        lambda note: note.replace("=\n", "\n"),
        lambda _: Signer(b"x" * 32).note(5, b"r" * 32),
        lambda _: SIGNER.note(5, b"short"),
        lambda _: "",
        lambda _: "\ud800\n\n\u2014 x y",
        lambda note: note + "x" * 70_000,
    ],
)
def test_a_note_that_is_not_signed_or_no_checkpoint_is_refused(
    change: Callable[[str], str],
) -> None:
    with pytest.raises(InvalidInput):
        SIGNER.verifier.open(change(_NOTE))


@pytest.mark.parametrize("damaged", ["", "a+b", "a+00000000+AQ==", "a+00000000+!"])
def test_a_damaged_key_is_refused(damaged: str) -> None:
    with pytest.raises(InvalidInput):
        Verifier.from_text(damaged)
    name, _, key = SIGNER.verifier.text().split("+", 2)
    with pytest.raises(InvalidInput, match="another"):
        Verifier.from_text(f"{name}+00000000+{key}")


def test_the_commands_show_sign_verify_and_prove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = CommandLine(tmp_path, monkeypatch, capsys)
    database = fresh_sqlite(tmp_path)
    with database.write() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": _newest()})
        _fill(session)
    note = tmp_path / "checkpoint"
    line("audit", "checkpoint", "--out", str(note))
    assert line("audit", "checkpoint") == note.read_text()
    key = line("audit", "key").strip()
    with database.write() as session:
        _fill(session, 3)
    line("audit", "verify", "--checkpoint", str(note), "--key", key)
    assert "All 15 entries" in line.talk
    shown = line.json("audit", "show", "--since", "2026-11-26T03:50:00")
    assert [row["index"] for row in shown] == [9, 10, 11]
    assert line.json("audit", "prove", "3")["index"] == 3
    assert line.json("audit", "extend", str(note))["proof"]
    line("audit", "verify", "--key", "x", code=2)
    line("audit", "prove", "15", code=3)
    line("check")
    _change(database, 'UPDATE audit_entry SET actor = 99 WHERE "index" = 3')
    line("audit", "verify", code=5)
    assert "Entry 3: the entry is not the one that was written" in line.talk
    assert "entry 3 of the audit log" in line("check", code=5)
    database.close()


def _newest() -> str:
    from alembic.script import ScriptDirectory

    from registry.db import migrate

    head: Any = ScriptDirectory.from_config(migrate._config()).get_current_head()
    return str(head)
