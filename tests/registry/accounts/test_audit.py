"""The audit log: entries are numbered without gaps, hashed, and hold nobody's address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts import audit
from registry.db.session import Database
from registry.db.tables import AuditEntry
from registry.domain import merkle
from registry.errors import InvalidInput

NOW = datetime(2026, 11, 26, 3, 41, tzinfo=UTC)


def _append(session: Session, subject: str = "organisation:1", **changed: Any) -> None:
    given: dict[str, Any] = {"actor": 7, "action": "membership.granted", "at": NOW}
    audit.append(session, subject=subject, **(given | changed))


def _entries(database: Database) -> list[AuditEntry]:
    with database.read() as session:
        return list(session.scalars(select(AuditEntry).order_by(col(AuditEntry.index))))


def test_entries_are_numbered_from_zero_and_make_up_the_tree(database: Database) -> None:
    with database.write() as session:
        for number in range(3):
            _append(session, f"organisation:{number}", detail={"role": "owner", "n": number})
    with database.write() as session:
        _append(session, actor=None)
    found = _entries(database)
    assert [entry.index for entry in found] == [0, 1, 2, 3]
    leaves = [bytes.fromhex(entry.leaf_hash) for entry in found]
    for entry, leaf in zip(found, leaves, strict=True):
        content = {name: getattr(entry, name) for name in
                   ("at", "actor", "action", "subject", "detail")}  # fmt: skip
        assert merkle.leaf_hash(audit.entry_bytes(entry.index, **content)) == leaf
        assert entry.root_hash == merkle.root(leaves[: entry.index + 1]).hex()


def test_an_entry_is_canonical_json() -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=2)))
    content: dict[str, Any] = {
        "at": summer, "actor": None, "action": "a.b", "subject": "é", "detail": {"b": 1, "a": []}
    }  # fmt: skip
    assert audit.entry_bytes(5, **content).decode() == (
        '{"action":"a.b","actor":null,"at":"2026-11-26T03:41:00.000000Z",'
        '"detail":{"a":[],"b":1},"index":5,"subject":"é"}'
    )


def test_what_is_undone_leaves_no_entry_and_no_gap(database: Database) -> None:
    def undone() -> None:
        with database.write() as session:
            _append(session)
            raise RuntimeError("the change could not be made")

    with pytest.raises(RuntimeError):
        undone()
    with database.write() as session:
        _append(session)
    assert [entry.index for entry in _entries(database)] == [0]


def test_many_writers_at_once_leave_one_order_without_gaps(database: Database) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            _append(session, f"organisation:{number}")
            _append(session, f"component:{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    found = _entries(database)
    assert [entry.index for entry in found] == list(range(80))
    assert len({entry.subject for entry in found}) == 80
    assert found[-1].root_hash == merkle.root([bytes.fromhex(e.leaf_hash) for e in found]).hex()


def test_addresses_of_people_are_not_kept(sqlite_database: Database) -> None:
    detail: dict[str, Any] = {
        "text": "ask Jane <jane.doe@gov.ab.ca>", "list": ["mailto:a@b.org", 1.5, None, True],
        "c@d.eu": {"url": "https://user@host.example/x"},
    }  # fmt: skip
    with sqlite_database.write() as session:
        _append(session, "jane.doe@gov.ab.ca", detail=detail)
    (entry,) = _entries(sqlite_database)
    assert entry.subject == "…@gov.ab.ca"
    assert entry.detail == {
        "text": "ask Jane <…@gov.ab.ca>", "list": ["mailto:…@b.org", 1.5, None, True],
        "…@d.eu": {"url": "https://…@host.example/x"},
    }  # fmt: skip


def test_odd_text_is_kept_in_a_form_that_every_database_takes(database: Database) -> None:
    with database.write() as session:
        _append(session, "a\0b" + "x" * 3000, detail={"half": "\ud800", "nul": ["\0"]})
    (entry,) = _entries(database)
    assert entry.subject == "a\ufffdb" + "x" * 2045
    assert entry.detail == {"half": "?", "nul": ["\ufffd"]}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"action": "granted"}, "no action"),
        ({"action": "Membership.granted"}, "no action"),
        ({"at": NOW.replace(tzinfo=None)}, "time zone"),
        ({"detail": {"at": NOW}}, "plain JSON"),
        ({"detail": {"n": 2**60}}, "plain JSON"),
        ({"detail": {"text": "x" * 20_000}}, "larger than"),
    ],
)
def test_what_cannot_be_an_entry_is_refused(
    sqlite_database: Database, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message), sqlite_database.write() as session:
        _append(session, **changed)
    assert _entries(sqlite_database) == []
