"""Store the facts that lineage is measured from: history is added to, never taken away."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select as select_columns
from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.catalogue.record_facts import replace_rows
from registry.db.bulk import insert_rows
from registry.db.tables import AttributionRow, DependencySpan, FingerprintRow, PackageSpan
from registry.domain.dates import is_earlier
from registry.domain.facts import Attribution, Reading
from registry.domain.text import storable

# Caps of a reading that saw few contents or none: what it lacks may still be there.
CAPS_OF_CONTENTS: Final = frozenset({"contents", "fingerprints", "changes", "git_error", "paths"})


def record_lineage_facts(session: Session, repository_id: int, reading: Reading) -> None:
    """Write fingerprints, spans and attributions of a reading in the caller's transaction."""
    is_whole = not CAPS_OF_CONTENTS.intersection(reading.partial)
    _record_fingerprints(session, repository_id, reading, is_whole=is_whole)
    _record_attributions(session, repository_id, reading.attributions)
    if is_whole:
        replace_rows(session, PackageSpan, repository_id, _packages(repository_id, reading))
        replace_rows(session, DependencySpan, repository_id, _dependencies(repository_id, reading))


def _record_fingerprints(session: Session, key: int, reading: Reading, *, is_whole: bool) -> None:
    columns = (
        col(FingerprintRow.hash),
        col(FingerprintRow.first_seen),
        col(FingerprintRow.in_head),
    )
    stored = select_columns(*columns).where(col(FingerprintRow.repository_id) == key)
    known = {row.hash: row for row in session.execute(stored)}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for found in reading.fingerprints:
        row = {
            "hash": found.hash, "repository_id": key, "blob": bytes.fromhex(found.blob),
            "path": found.path, "first_seen": found.first_seen, "in_head": found.in_head,
            "is_third_party": False,
        }  # fmt: skip
        before = known.pop(found.hash, None)
        if before is None:
            new.append(row)
        elif is_earlier(found.first_seen, before.first_seen):
            changed.append(row)
        elif found.in_head != before.in_head:
            changed.append({"hash": found.hash, "repository_id": key, "in_head": found.in_head})
    if is_whole:
        changed += [
            {"hash": value, "repository_id": key, "in_head": False}
            for value, row in known.items()
            if row.in_head
        ]
    insert_rows(session, FingerprintRow, new)
    for row in changed:
        session.execute(_update(row))


def _update(row: Mapping[str, Any]) -> Any:
    values = {name: value for name, value in row.items() if name not in {"hash", "repository_id"}}
    return (
        update(FingerprintRow)
        .where(
            col(FingerprintRow.hash) == row["hash"],
            col(FingerprintRow.repository_id) == row["repository_id"],
        )
        .values(**values)
    )


def _packages(key: int, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "repository_id": key, "ecosystem": span.package.ecosystem,
            "name": span.package.name[:512], "path": span.package.path,
            "private": span.package.private, "blob": span.blob, "commit": span.commit,
            "first_seen": span.first_seen, "last_seen": span.last_seen,
        }
        for span in reading.package_spans
    ]  # fmt: skip


def _dependencies(key: int, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "repository_id": key, "ecosystem": span.dependency.ecosystem,
            "name": span.dependency.name[:512], "spec": span.dependency.spec,
            "scope": span.dependency.scope,
            "git_url": span.dependency.git_url and span.dependency.git_url[:2048],
            "local": span.dependency.local, "path": span.dependency.path,
            "line": span.dependency.line, "blob": span.blob, "commit": span.commit,
            "first_seen": span.first_seen, "last_seen": span.last_seen,
        }
        for span in reading.dependency_spans
    ]  # fmt: skip


def _record_attributions(session: Session, key: int, found: Iterable[Attribution]) -> None:
    """Add what is new; what history no longer tells, because it was rewritten, is kept."""
    rows = session.exec(select(AttributionRow).where(col(AttributionRow.repository_id) == key))
    stored = {(row.path, row.text): row for row in rows}
    for statement in found:
        values = storable(
            {
                "repository_id": key, "path": statement.path, "line": statement.line,
                "text": statement.text[:1000], "lang": statement.lang[:20],
                "phrase": statement.phrase[:40], "target": statement.target[:500],
                "target_url": statement.target_url and statement.target_url[:2048],
                "blob": statement.blob, "commit": statement.commit,
                "first_seen": statement.first_seen, "removed_commit": statement.removed_commit,
                "removed_at": statement.removed_at,
            }
        )  # fmt: skip
        row = stored.get((values["path"], values["text"]))
        if row is None:
            session.add(AttributionRow(**values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            session.add(row)
    session.flush()
