"""Places that a proof points at: a content at a path in a commit, found again among the facts."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import CommitRow, PathRow
from registry.domain.fingerprints import file_hash

JsonObject = dict[str, Any]
# Stands in a path for bytes that are no UTF-8: nobody finds a file by such a name again.
_UNREADABLE: Final = "\ufffd"


class End(NamedTuple):
    """A repository as a proof names it."""

    repository: int
    url: str
    head: str


class Held(NamedTuple):
    """A content that a repository holds: where it stood first on the main line."""

    blob: bytes
    path: str
    commit: bytes
    first_seen: int


def swhid(kind: str, oid: str, **qualifiers: str) -> str:
    """Return the SWHID of an object (specification 1.2): `cnt` a content, `rev` a commit."""
    parts = [f"swh:1:{kind}:{oid}"]
    parts += [f"{name}={text}" for name, text in qualifiers.items() if text]
    return ";".join(parts)


def commit_place(end: End, commit: str, time: int | None = None) -> JsonObject:
    """Return a commit of a repository as a place."""
    place: JsonObject = {
        "commit": commit, "swhid": swhid("rev", commit, origin=end.url.replace(";", "%3B"))
    }  # fmt: skip
    return place | ({"time": time} if time is not None and time >= 0 else {})


def file_place(
    end: End,
    path: str,
    blob: str,
    commit: str,
    *,
    time: int | None = None,
    line: int | None = None,
) -> JsonObject:
    """Return a content at a path in a commit as a place."""
    place: JsonObject = {
        "path": path, "blob": blob, "commit": commit,
        "swhid": swhid(
            "cnt", blob, origin=end.url.replace(";", "%3B"), anchor=f"swh:1:rev:{commit}",
            path=f"/{quote(path, safe='/')}", lines=str(line or ""),
        ),
    }  # fmt: skip
    place |= {"time": time} if time is not None and time >= 0 else {}
    return place | ({"line": line} if line else {})


def place_of(end: End, held: Held) -> JsonObject:
    """Return a held content as a place."""
    return file_place(end, held.path, held.blob.hex(), held.commit.hex(), time=held.first_seen)


def held_by_hash(session: Session, repository: int, hashes: Iterable[int]) -> dict[int, list[Held]]:
    """Return where a repository holds contents, by the first 64 bits of their ids, earliest first.

    Two contents with the same 64 bits are both returned: the other side tells which is meant.
    """
    found: dict[int, list[Held]] = {}
    for batch in batches(sorted(set(hashes)), 100):
        lows = [value.to_bytes(8, "big", signed=True) for value in batch]
        ranges = [
            and_(col(PathRow.blob) >= low, col(PathRow.blob) < low + b"\xff" * 25) for low in lows
        ]
        for held in _held(session, repository, or_(*ranges)):
            found.setdefault(file_hash(held.blob), []).append(held)
    for places in found.values():
        places.sort(key=_order)
    return found


def held_by_blob(session: Session, repository: int, blobs: Iterable[bytes]) -> list[Held]:
    """Return where a repository holds contents, by their whole ids, earliest first."""
    found: list[Held] = []
    for batch in batches(sorted(set(blobs)), 400):
        found += _held(session, repository, col(PathRow.blob).in_(batch))
    return sorted(found, key=_order)


def _held(session: Session, repository: int, condition: Any) -> list[Held]:
    rows = session.execute(
        select(
            col(PathRow.blob), col(PathRow.path), col(PathRow.commit), col(PathRow.first_seen)
        ).where(col(PathRow.repository_id) == repository, condition)
    )
    return [Held(*row) for row in rows if _UNREADABLE not in row[1]]


def _order(held: Held) -> tuple[int, str, bytes]:
    return (held.first_seen, held.path, held.blob)


def has_commit(session: Session, repository: int, commit: str) -> bool:
    """Tell whether a branch or tag of a repository reaches a commit."""
    return session.get(CommitRow, (repository, bytes.fromhex(commit))) is not None
