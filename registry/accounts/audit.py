"""The audit log: what was done, by whom, in an order that cannot be changed unseen.

Entries are the leaves of a Merkle tree (RFC 9162); a leaf is the entry as canonical JSON
(RFC 8785). An entry is written in the transaction of what it tells of: both are there, or none.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import rfc8785
from sqlalchemy import select, update
from sqlmodel import Session, col

from registry.db.bulk import insert_rows
from registry.db.tables import AuditEntry, RegistryState
from registry.domain.merkle import leaf_hash, root_of_peaks, with_leaf
from registry.errors import InvalidInput
from registry.jobs.rows import insert_missing

JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

MAX_SUBJECT: Final = 2048
MAX_DETAIL: Final = 16 * 1024
HEAD: Final = "audit.head"
_ACTION: Final = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,29}", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@<>()\[\]\",;:/]+@(?=[\w-]+\.[\w.-]+)")


def append(
    session: Session,
    *,
    actor: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, JsonValue] = {},
    at: datetime,
) -> None:
    """Write an entry in the transaction of `session`, a write transaction.

    `actor` is the id of an account, or None for the registry and its operator on the command
    line; `action` is `area.verb_in_the_past`, such as `membership.granted`; `subject` names what
    it was done to by kind and id (`organisation:12`) or by its URL; `detail` is JSON that holds
    no secret and no free text about people. The local part of an e-mail address is left out
    wherever one stands. `at` is aware.

    Appends are in one order: from here to the end of its transaction, every other that appends
    waits. So append late in a transaction. Raises `InvalidInput` for what cannot be stored.
    """
    entry = _entry(actor, action, subject, detail, at)
    index, peaks = _locked_head(session)
    leaf = leaf_hash(entry_bytes(index, **entry))
    peaks = with_leaf(peaks, index, leaf)
    row = {"index": index, "leaf_hash": leaf.hex(), "root_hash": root_of_peaks(peaks).hex()}
    insert_rows(session, AuditEntry, [row | entry])
    _move_head(session, index + 1, peaks, at)


def entry_bytes(
    index: int,
    *,
    at: datetime,
    actor: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> bytes:
    """Return the canonical JSON of an entry: what its leaf is the hash of."""
    content: dict[str, Any] = {
        "index": index, "at": moment(at), "actor": actor, "action": action, "subject": subject,
        "detail": dict(detail),
    }  # fmt: skip
    try:
        return rfc8785.dumps(content)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise InvalidInput(f"an entry of the audit log must be plain JSON: {error}") from error


def moment(at: datetime) -> str:
    """Return a moment as the log writes it: UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _entry(
    actor: int | None, action: str, subject: str, detail: Mapping[str, JsonValue], at: datetime
) -> dict[str, Any]:
    if not _ACTION.fullmatch(action):
        raise InvalidInput(f"{action!r} is no action: write area.verb")
    if at.tzinfo is None:
        raise InvalidInput("the time of an audit entry must carry a time zone")
    entry = {
        "at": at, "actor": actor, "action": action, "subject": _plain(subject)[:MAX_SUBJECT],
        "detail": _without_people(dict(detail)),
    }  # fmt: skip
    if len(entry_bytes(0, **entry)) > MAX_DETAIL + MAX_SUBJECT:
        raise InvalidInput(f"the detail of an audit entry is larger than {MAX_DETAIL} bytes")
    return entry


def _without_people(value: Any) -> Any:
    """Return JSON as it may be kept for ever: e-mail addresses reduced to their domain."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, Mapping):
        return {_plain(str(key)): _without_people(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_people(each) for each in value]
    return value


def _plain(text: str) -> str:
    """Return a text that both databases and JSON can hold, without the people in it."""
    storable = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return _EMAIL.sub("…@", storable)


def _locked_head(session: Session) -> tuple[int, tuple[bytes, ...]]:
    """Return size and peaks of the tree; nobody else can until the transaction ends."""
    start = {"key": HEAD, "value": {"size": 0, "peaks": []}, "updated_at": datetime.now(UTC)}
    query = select(col(RegistryState.value)).where(col(RegistryState.key) == HEAD)
    value = session.execute(query.with_for_update()).scalar()
    if value is None:
        insert_missing(session, RegistryState, [start], col(RegistryState.key))
        value = session.execute(query.with_for_update()).scalar_one()
    return value["size"], tuple(bytes.fromhex(peak) for peak in value["peaks"])


def _move_head(session: Session, size: int, peaks: tuple[bytes, ...], at: datetime) -> None:
    value = {"size": size, "peaks": [peak.hex() for peak in peaks]}
    row = update(RegistryState).where(col(RegistryState.key) == HEAD)
    session.execute(row.values(value=value, updated_at=at))
