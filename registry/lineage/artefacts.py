"""Which contents of a repository can tell of reuse: the index that pairs are measured with.

Third-party code is the main error of every such measure, so it is left out here once: by path and
name, by size, by what a file says of itself, and by the background index.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from registry.db.bulk import insert_rows
from registry.db.tables import FileArtefact, FingerprintRow, LineageState, PathRow
from registry.domain.dates import EARLIEST
from registry.domain.fingerprints import file_hash
from registry.lineage.rules import RULES
from registry.lineage.telling import is_telling, library_names

VERSION: Final = 6
EMPTY_BLOB: Final = bytes.fromhex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")


class ThirdParty(Protocol):
    """The background index of what packages publish."""

    @property
    def digest(self) -> str:
        """The version of the index."""

    @property
    def packages(self) -> Sequence[str]:
        """The packages that are known: `npm:@scope/name@1.0`."""

    def package_of_file(self, hash: int) -> str | None:  # noqa: A002 - the field's own word
        """Return the package that publishes a content."""

    def package_of_fingerprint(self, hash: int) -> str | None:  # noqa: A002
        """Return the package that publishes a piece of code."""


class Content(NamedTuple):
    """A content of a repository with all that is known of it."""

    blob: bytes
    path: str
    commit: bytes
    first_seen: int
    size: int | None
    is_generated: bool


def index_repository(
    session: Session, repository_id: int, background: ThirdParty, now: datetime
) -> bool:
    """Bring the artefacts of a repository up to its facts; tell whether anything changed."""
    contents = list(_contents(session, repository_id))
    prints = _fingerprints(session, repository_id)
    state = session.get(LineageState, repository_id)
    version = f"{VERSION}.{RULES.version}.{background.digest[:32]}"
    digest = _digest(contents, prints)
    if state and (state.facts_digest, state.index_version) == (digest, version):
        return False
    third_party = _third_party_blobs(prints, background)
    libraries = library_names(background.packages)
    rows = list(_file_rows(repository_id, contents, third_party, background, libraries))
    telling = _mark_fingerprints(session, repository_id, prints, third_party, background, libraries)
    _write_files(session, repository_id, rows)
    row = state or LineageState(repository_id=repository_id, updated_at=now)
    row.sqlmodel_update(
        {
            "facts_digest": digest, "index_version": version, "artefacts": len(rows),
            "fingerprints": telling, "updated_at": now,
        }
    )  # fmt: skip
    session.add(row)
    session.flush()
    return True


def _contents(session: Session, repository_id: int) -> Iterator[Content]:
    columns = (
        col(PathRow.blob), col(PathRow.path), col(PathRow.commit), col(PathRow.first_seen),
        col(PathRow.size), col(PathRow.is_generated),
    )  # fmt: skip
    rows = session.execute(select(*columns).where(col(PathRow.repository_id) == repository_id))
    return (Content(*row) for row in rows)


def _fingerprints(session: Session, repository_id: int) -> list[Any]:
    columns = (
        col(FingerprintRow.hash), col(FingerprintRow.blob), col(FingerprintRow.path),
        col(FingerprintRow.first_seen), col(FingerprintRow.is_third_party),
    )  # fmt: skip
    found = select(*columns).where(col(FingerprintRow.repository_id) == repository_id)
    return list(session.execute(found))


def _digest(contents: Iterable[Content], prints: Iterable[Any]) -> str:
    """Return a digest of the facts that does not depend on the order in which they are read."""
    total = 0
    for content in contents:
        key = b"%b\0%b\0%d\0%d" % (
            content.blob, content.path.encode("utf-8", "replace"), content.first_seen,
            content.size or 0,
        )  # fmt: skip
        total += int.from_bytes(hashlib.blake2b(key, digest_size=16).digest(), "big")
    for row in prints:
        key = b"%d\0%d" % (row.hash, row.first_seen)
        total += int.from_bytes(hashlib.blake2b(key, digest_size=16).digest(), "big")
    return f"{total % (1 << 256):064x}"


def _third_party_blobs(prints: Iterable[Any], background: ThirdParty) -> frozenset[bytes]:
    """Return files of which a good part stands in published packages: they are copies, edited."""
    known: Counter[bytes] = Counter()
    total: Counter[bytes] = Counter()
    for row in prints:
        total[row.blob] += 1
        known[row.blob] += background.package_of_fingerprint(row.hash) is not None
    return frozenset(
        blob for blob, count in known.items() if count >= RULES.background_share * total[blob] > 0
    )


def _file_rows(
    repository_id: int,
    contents: list[Content],
    third_party: frozenset[bytes],
    background: ThirdParty,
    libraries: frozenset[str],
) -> Iterator[dict[str, Any]]:
    by_commit = Counter(content.commit for content in contents)
    ranks = _ranks(contents)
    places: dict[bytes, list[Content]] = defaultdict(list)
    for content in contents:
        places[content.blob].append(content)
    for blob, found in places.items():
        value = file_hash(blob)
        if (
            blob != EMPTY_BLOB
            and blob not in third_party
            and all(is_telling(content.path, libraries) for content in found)
            and not any(_is_minor(content) for content in found)
            and background.package_of_file(value) is None
        ):
            first = min(found, key=lambda content: (content.first_seen, content.path))
            yield {
                "hash": value, "repository_id": repository_id,
                "first_seen": 0 if first.first_seen <= EARLIEST else first.first_seen,
                "is_import": by_commit[first.commit] > RULES.import_files,
                "versions": ranks[(first.path, blob)],
            }  # fmt: skip


def _ranks(contents: Iterable[Content]) -> dict[tuple[str, bytes], int]:
    """Return which content of its path each is, in the order of time, from 1."""
    found: dict[tuple[str, bytes], int] = {}
    counts: Counter[str] = Counter()
    for content in sorted(contents, key=lambda x: (x.first_seen, x.blob)):
        counts[content.path] += 1
        found[(content.path, content.blob)] = counts[content.path]
    return found


def _is_minor(content: Content) -> bool:
    return content.is_generated or (content.size is not None and content.size < RULES.minimum_bytes)


def _write_files(session: Session, repository_id: int, rows: list[dict[str, Any]]) -> None:
    """Replace the artefacts of a repository by difference: most of them stay as they are."""
    columns = (
        col(FileArtefact.hash), col(FileArtefact.first_seen), col(FileArtefact.is_import),
        col(FileArtefact.versions),
    )  # fmt: skip
    stored = select(*columns).where(col(FileArtefact.repository_id) == repository_id)
    known = {row.hash: tuple(row)[1:] for row in session.execute(stored)}
    wanted = {row["hash"]: (row["first_seen"], row["is_import"], row["versions"]) for row in rows}
    gone = [value for value in known if wanted.get(value) != known[value]]
    for start in range(0, len(gone), 500):
        session.execute(
            delete(FileArtefact).where(
                col(FileArtefact.repository_id) == repository_id,
                col(FileArtefact.hash).in_(gone[start : start + 500]),
            )
        )
    unique = {row["hash"]: row for row in rows if known.get(row["hash"]) != wanted[row["hash"]]}
    insert_rows(session, FileArtefact, unique.values())


def _mark_fingerprints(
    session: Session,
    repository_id: int,
    prints: list[Any],
    third_party: frozenset[bytes],
    background: ThirdParty,
    libraries: frozenset[str],
) -> int:
    """Mark the fingerprints that are no sign of reuse; return how many remain."""
    changed: dict[bool, list[int]] = {True: [], False: []}
    remaining = 0
    for row in prints:
        is_third_party = (
            row.blob in third_party
            or not is_telling(row.path, libraries)
            or background.package_of_fingerprint(row.hash) is not None
        )
        remaining += not is_third_party
        if is_third_party != row.is_third_party:
            changed[is_third_party].append(row.hash)
    for value, hashes in changed.items():
        for start in range(0, len(hashes), 500):
            session.execute(
                update(FingerprintRow)
                .where(
                    col(FingerprintRow.repository_id) == repository_id,
                    col(FingerprintRow.hash).in_(hashes[start : start + 500]),
                )
                .values(is_third_party=value)
            )
    return remaining
