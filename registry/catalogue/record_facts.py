"""Store the facts of a reading by difference: history is only added to, HEAD is replaced."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.record_trailers import record_trailers
from registry.db.base import Model
from registry.db.bulk import insert_rows
from registry.db.tables import (
    CommitRow,
    DependencyRow,
    LanguageRow,
    PackageRow,
    PathRow,
    ReleaseRow,
    SubmoduleRow,
)
from registry.domain.dates import is_earlier
from registry.domain.facts import Reading
from registry.domain.text import storable

# Caps of a reading that did not see everything: what it lacks may still be there.
CAPS_OF_COMMITS = frozenset({"commits", "record_size", "git_error"})
CAPS_OF_PATHS = frozenset(
    {"paths", "record_size", "entries", "depth", "missing_tree", "repeated_folders"}
)


def record_facts(
    session: Session,
    repository_id: int,
    reading: Reading,
    hasher: Callable[[str], tuple[bytes, str]],
) -> None:
    """Write commits, paths and the small facts of a reading in the caller's transaction."""
    _record_commits(session, repository_id, reading, hasher)
    record_trailers(session, repository_id, reading, hasher)
    _record_paths(session, repository_id, reading)
    _record_small_facts(session, repository_id, reading)


def moment(seconds: int | None) -> datetime | None:
    """Return whole seconds since 1970 as a time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _record_commits(
    session: Session, key: int, reading: Reading, hasher: Callable[[str], tuple[bytes, str]]
) -> None:
    known = {
        row.id: row._asdict()
        for row in session.execute(
            select_columns(
                col(CommitRow.id), col(CommitRow.on_main), col(CommitRow.flags),
                col(CommitRow.committer_key), col(CommitRow.committer_domain),
                col(CommitRow.merger_key), col(CommitRow.merger_domain),
            ).where(col(CommitRow.repository_id) == key)
        )
    }  # fmt: skip
    new, changed = [], []
    for commit in reading.commits:
        commit_id = bytes.fromhex(commit.id)
        committer = hasher(commit.committer) if commit.committer else (None, None)
        merger = hasher(commit.merger) if commit.merger else (None, None)
        read = {
            "on_main": commit.on_main, "flags": ",".join(commit.flags),
            "committer_key": committer[0], "committer_domain": committer[1],
            "merger_key": merger[0], "merger_domain": merger[1],
        }  # fmt: skip
        before = known.pop(commit_id, None)
        if before is None:
            author_key, domain = hasher(commit.email)
            new.append(
                {
                    "repository_id": key,
                    "id": commit_id,
                    "parents": b"".join(bytes.fromhex(parent) for parent in commit.parents),
                    "author_time": commit.author_time,
                    "commit_time": commit.commit_time,
                    "author_key": author_key,
                    "author_domain": domain,
                    **read,
                }
            )
        elif any(before[name] != value for name, value in read.items()):
            changed.append({"repository_id": key, "id": commit_id, **read})
    if not CAPS_OF_COMMITS.intersection(reading.partial):
        # What no ref reaches any more is kept, but it is not on the main line.
        left = (commit_id for commit_id, before in known.items() if before["on_main"])
        gone = [{"repository_id": key, "id": left_id, "on_main": False} for left_id in left]
        _update_rows(session, CommitRow, gone)
    insert_rows(session, CommitRow, new)
    _update_rows(session, CommitRow, changed)


def _record_paths(session: Session, key: int, reading: Reading) -> None:
    known = {
        (row.blob, row.path): row for row in session.execute(_PATHS, {"repository": key}).all()
    }
    new, changed = [], []
    for seen in reading.paths:
        row = {
            "repository_id": key,
            "blob": bytes.fromhex(seen.blob),
            "path": seen.path,
            "commit": bytes.fromhex(seen.commit),
            "first_seen": seen.time,
            "in_head": seen.in_head,
            "size": seen.size,
            "is_generated": seen.is_generated,
        }
        before = known.pop((row["blob"], seen.path), None)
        if before is None:
            new.append(row)
        elif _differs(row, before):
            # What was seen first stays, also when history was rewritten.
            if not is_earlier(seen.time, before.first_seen):
                row |= {"commit": before.commit, "first_seen": before.first_seen}
            if seen.size is None:
                row |= {"size": before.size, "is_generated": before.is_generated}
            changed.append(row)
    if not CAPS_OF_PATHS.intersection(reading.partial):
        changed += [
            {"repository_id": key, **row._asdict(), "in_head": False}
            for row in known.values()
            if row.in_head
        ]
    insert_rows(session, PathRow, new)
    _update_rows(session, PathRow, changed)


def _differs(row: Mapping[str, Any], before: Any) -> bool:
    return bool(
        is_earlier(row["first_seen"], before.first_seen)
        or row["in_head"] != before.in_head
        or (row["size"] is not None and row["size"] != before.size)
    )


_PATHS = select_columns(
    col(PathRow.blob), col(PathRow.path), col(PathRow.commit), col(PathRow.first_seen),
    col(PathRow.in_head), col(PathRow.size), col(PathRow.is_generated),
).where(col(PathRow.repository_id) == bindparam("repository"))  # fmt: skip


def _update_rows(session: Session, table: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(update(table), rows)


def _record_small_facts(session: Session, key: int, reading: Reading) -> None:
    """Replace the facts that describe HEAD and the tags, where they differ from what is stored."""
    replace_rows(
        session, ReleaseRow, key,
        [
            {
                "repository_id": key, "name": r.name[:512], "commit": r.commit,
                "tag_object": r.tag_object, "version": r.version[:512],
                "released_at": moment(r.time),
            }
            for r in _unique(reading.releases, lambda r: r.name[:512])
        ],
    )  # fmt: skip
    replace_rows(
        session, LanguageRow, key,
        [
            {"repository_id": key, "name": x.name, "size": x.size, "files": x.files}
            for x in reading.languages
        ],
    )  # fmt: skip
    replace_rows(
        session, SubmoduleRow, key,
        [
            {"repository_id": key, "path": x.path, "commit": x.commit, "url": x.url}
            for x in reading.submodules
        ],
    )  # fmt: skip
    replace_rows(
        session, PackageRow, key,
        [
            {
                "repository_id": key, "ecosystem": p.ecosystem, "name": p.name[:512],
                "version": p.version and p.version[:200], "path": p.path, "private": p.private,
            }
            for p in reading.packages
        ],
    )  # fmt: skip
    replace_rows(
        session, DependencyRow, key,
        [
            {
                "repository_id": key, "ecosystem": d.ecosystem, "name": d.name[:512],
                "spec": d.spec, "scope": d.scope, "git_url": d.git_url and d.git_url[:2048],
                "path": d.path, "line": d.line, "local": d.local, "locked": d.locked,
            }
            for d in reading.dependencies
        ],
    )  # fmt: skip


def _unique(items: Iterable[Any], key: Callable[[Any], Any]) -> list[Any]:
    return list({key(item): item for item in items}.values())


def replace_rows(
    session: Session, table: type[Model], key: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Replace all rows of a repository in a table where they differ from what is stored."""
    rows = [storable(row) for row in rows]
    names = [name for name in table.model_fields if name != "id"]
    columns = [table.__table__.c[name] for name in names]  # type: ignore[attr-defined]
    owner = table.__table__.c["repository_id"]  # type: ignore[attr-defined]
    stored = session.execute(select(*columns).where(owner == key)).all()
    if _as_set(stored) == {tuple(_plain(row[name]) for name in names) for row in rows}:
        return
    session.execute(delete(table).where(owner == key))
    insert_rows(session, table, rows)


def _as_set(rows: Iterable[Any]) -> set[tuple[Any, ...]]:
    return {tuple(_plain(value) for value in row) for row in rows}


def _plain(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value
