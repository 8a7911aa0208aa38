"""The audit log as others see it: entries, signed checkpoints, and proofs against them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from registry.accounts.actors import Actor
from registry.accounts.audit import entry_bytes
from registry.accounts.authorise import Action, authorise
from registry.accounts.notes import Signer
from registry.db.session import Database
from registry.db.tables import AuditCheckpoint, AuditEntry
from registry.domain.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof
from registry.errors import InvalidInput, NotFound

# What everybody may read: how the registry came to say what it says of public bodies and code.
PUBLIC_AREAS: Final = ("ownership", "takedown", "dispute")


class AuditLine(Struct, frozen=True):
    """An entry; `actor` is the id of an account, or null for the registry and its operator."""

    index: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    detail: Mapping[str, Any]


class AuditProof(Struct, frozen=True):
    """An entry as it was hashed, and the hashes that lead from it to the root of a checkpoint.

    `entry` is the canonical JSON of the entry, `proof` a list of hashes in hexadecimal
    (RFC 9162 §2.1.3), `checkpoint` the signed note.
    """

    index: int
    entry: str
    proof: tuple[str, ...]
    checkpoint: str


def list_entries(
    session: Session,
    *,
    since: datetime | None = None,
    subject: str | None = None,
    after: int | None = None,
    limit: int,
    only_public: bool = False,
) -> tuple[AuditLine, ...]:
    """Return entries, the oldest first: from a time on, of one subject, after an index."""
    columns = (AuditEntry.index, AuditEntry.at, AuditEntry.actor, AuditEntry.action,
               AuditEntry.subject, AuditEntry.detail)  # fmt: skip
    query = select(*(col(each) for each in columns)).order_by(col(AuditEntry.index)).limit(limit)
    if since is not None:
        query = query.where(col(AuditEntry.at) >= since)
    if subject is not None:
        query = query.where(col(AuditEntry.subject) == subject)
    if after is not None:
        query = query.where(col(AuditEntry.index) > after)
    if only_public:
        query = query.where(_is_public())
    return tuple(AuditLine(*row) for row in session.execute(query))


def _is_public() -> ColumnElement[bool]:
    return or_(*(col(AuditEntry.action).startswith(f"{area}.") for area in PUBLIC_AREAS))


def write_checkpoint(session: Session, signer: Signer, now: datetime) -> str:
    """Sign where the log stands, keep it, and return the note."""
    size, root = _top(session)
    note = signer.note(size, root)
    if size and session.get(AuditCheckpoint, size) is None:
        session.add(AuditCheckpoint(size=size, root_hash=root.hex(), note=note, at=now))
    return note


def latest_checkpoint(session: Session) -> str:
    """Return the note of the newest checkpoint; raises `NotFound` before the first."""
    query = select(col(AuditCheckpoint.note)).order_by(col(AuditCheckpoint.size).desc()).limit(1)
    note = session.execute(query).scalar()
    if note is None:
        raise NotFound("the audit log has no checkpoint yet")
    return str(note)


def prove_entry(session: Session, index: int, signer: Signer) -> AuditProof:
    """Return what shows anybody that an entry is in the log as it stands now."""
    row = session.get(AuditEntry, index)
    if row is None:
        raise NotFound(f"the audit log has no entry {index}")
    leaves = _leaves(session)
    content = {name: getattr(row, name) for name in
               ("at", "actor", "action", "subject", "detail")}  # fmt: skip
    proof = tuple(node.hex() for node in inclusion_proof(leaves, index))
    note = signer.note(len(leaves), bytes.fromhex(_root_at(session, len(leaves))))
    return AuditProof(index, entry_bytes(index, **content).decode(), proof, note)


def prove_consistency(session: Session, earlier: int) -> tuple[str, ...]:
    """Return the hashes that show that the log still begins with its first `earlier` entries."""
    leaves = _leaves(session)
    if not 0 < earlier <= len(leaves):
        raise InvalidInput(f"the log has {len(leaves)} entries: {earlier} is no earlier size")
    return tuple(node.hex() for node in consistency_proof(leaves, earlier))


def _top(session: Session) -> tuple[int, bytes]:
    size = session.execute(select(func.max(col(AuditEntry.index)))).scalar()
    if size is None:
        return 0, EMPTY_ROOT
    return size + 1, bytes.fromhex(_root_at(session, size + 1))


def _root_at(session: Session, size: int) -> str:
    query = select(col(AuditEntry.root_hash)).where(col(AuditEntry.index) == size - 1)
    return str(session.execute(query).scalar_one())


def _leaves(session: Session) -> list[bytes]:
    query = select(col(AuditEntry.leaf_hash)).order_by(col(AuditEntry.index))
    return [bytes.fromhex(text) for text in session.execute(query).scalars()]


class AuditLog:
    """What the web may ask of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self,
        actor: Actor,
        *,
        since: datetime | None = None,
        subject: str | None = None,
        after: int | None = None,
        limit: int,
    ) -> tuple[AuditLine, ...]:
        """Return entries, the oldest first; raises what `authorise` raises."""
        authorise(actor, Action.READ_AUDIT)
        with self._database.read() as session:
            return list_entries(session, since=since, subject=subject, after=after, limit=limit)

    def checkpoint(self) -> str:
        """Return the newest checkpoint, which is public; raises `NotFound` before the first."""
        with self._database.read() as session:
            return latest_checkpoint(session)
