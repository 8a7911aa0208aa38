"""Whether the audit log is what it was: entry by entry, and against every signed checkpoint."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts.audit import HEAD, entry_bytes
from registry.accounts.notes import Checkpoint, Verifier
from registry.db.tables import AuditCheckpoint, AuditEntry, RegistryState
from registry.domain.merkle import leaf_hash, root_of_peaks, with_leaf
from registry.errors import InvalidInput

_PAGE: Final = 2_000


class Tampering(Struct, frozen=True):
    """The first entry that is not what it was, and how that is known."""

    index: int
    what: str


class AuditState(Struct, frozen=True):
    """Size and root of the verified log, and what is wrong with it, if anything is."""

    size: int
    root: bytes
    tampering: Tampering | None = None


def verify_log(
    session: Session, verifier: Verifier, outside: Sequence[Checkpoint] = ()
) -> AuditState:
    """Read the whole log, and hold it against its own checkpoints and those kept `outside`.

    An entry that was edited, swapped or taken out is named by its index. Where somebody changed
    an entry and computed all later hashes anew, the first checkpoint after it tells, and the
    index is the first one that the checkpoint before it does not cover.
    """
    head = _head(session)  # before the entries, so that none can be missing behind it
    kept = _kept(session, verifier)
    if isinstance(kept, Tampering):
        return AuditState(0, b"", kept)
    return _Reading(session, head, [*kept, *outside]).verify()


class _Reading:
    """One reading of the log from its beginning."""

    def __init__(
        self, session: Session, head: tuple[int, bytes], known: Sequence[Checkpoint]
    ) -> None:
        self._session = session
        self._known: dict[int, set[bytes]] = {head[0]: {head[1]}}
        for checkpoint in known:
            self._known.setdefault(checkpoint.size, set()).add(checkpoint.root)
        self._size = 0
        self._peaks: tuple[bytes, ...] = ()
        self._covered = 0

    def verify(self) -> AuditState:
        found = self._differs() or self._first_wrong() or self._ends_early()
        return AuditState(self._size, root_of_peaks(self._peaks), found)

    def _first_wrong(self) -> Tampering | None:
        """Read page by page; where a column cannot even be decoded, row by row from there."""
        for page in (_PAGE, 1):
            try:
                return next(self._wrong(page), None)
            except ValueError:
                continue
        return Tampering(self._size, "the entry cannot be read")

    def _wrong(self, page: int) -> Iterator[Tampering]:
        for row in _entries(self._session, self._size, page):
            if wrong := self._of_entry(row):
                yield Tampering(self._size, wrong)
            self._size += 1
            if tampering := self._differs():
                yield tampering

    def _of_entry(self, row: Mapping[str, Any]) -> str:
        if row["index"] != self._size:
            return "the entry is missing"
        content = {name: row[name] for name in ("at", "actor", "action", "subject", "detail")}
        try:
            leaf = leaf_hash(entry_bytes(self._size, **content))
        except (InvalidInput, TypeError, AttributeError):
            leaf = b""
        if leaf.hex() != row["leaf_hash"]:
            return "the entry is not the one that was written"
        self._peaks = with_leaf(self._peaks, self._size, leaf)
        if root_of_peaks(self._peaks).hex() != row["root_hash"]:
            return "the entry does not follow the ones before it"
        return ""

    def _differs(self) -> Tampering | None:
        """Hold the tree so far against what is known of it at this size."""
        roots = self._known.pop(self._size, None)
        if roots is None:
            return None
        if roots != {root_of_peaks(self._peaks)}:
            what = f"the first {self._size} entries are not those that a checkpoint states"
            return Tampering(min(self._covered, max(0, self._size - 1)), what)
        self._covered = self._size
        return None

    def _ends_early(self) -> Tampering | None:
        if self._known:
            what = f"the log ends here, but had {max(self._known)} entries"
            return Tampering(self._size, what)
        if _head(self._session)[0] < self._size:
            return Tampering(_head(self._session)[0], "the registry did not write the entry")
        return None


def _entries(session: Session, first: int, page: int) -> Iterator[Mapping[str, Any]]:
    """Yield the entries from an index on, in order and by their columns."""
    columns = AuditEntry.metadata.tables["audit_entry"].columns
    while True:
        query = select(*columns).where(col(AuditEntry.index) >= first)
        rows = session.execute(query.order_by(col(AuditEntry.index)).limit(page)).mappings().all()
        yield from (dict(row) for row in rows)
        if len(rows) < page:
            return
        first = rows[-1]["index"] + 1


def _head(session: Session) -> tuple[int, bytes]:
    query = select(col(RegistryState.value)).where(col(RegistryState.key) == HEAD)
    value = session.execute(query).scalar() or {"size": 0, "peaks": []}
    return value["size"], root_of_peaks([bytes.fromhex(peak) for peak in value["peaks"]])


def _kept(session: Session, verifier: Verifier) -> list[Checkpoint] | Tampering:
    """Return the checkpoints of the database, each signed and as its columns say."""
    found: list[Checkpoint] = []
    for row in session.scalars(select(AuditCheckpoint).order_by(col(AuditCheckpoint.size))):
        try:
            checkpoint = verifier.open(row.note)
        except InvalidInput as error:
            return Tampering(row.size, str(error))
        if (checkpoint.size, checkpoint.root.hex()) != (row.size, row.root_hash):
            return Tampering(row.size, "a checkpoint was moved to another size or root")
        found.append(checkpoint)
    return found
