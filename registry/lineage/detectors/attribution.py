"""Attribution: a text in a repository says that its code comes from somewhere.

Definition: a README, notice, licence or page held, at any time, a sentence by which code was taken
from a repository of the catalogue, whose address stands with it, or from a named source without a
repository. All sentences about one origin are one edge; it is *since removed* when none stands
any more. A sentence that came along with copied history or files is that of the older repository.
Blind spots: names without an address, except those of named sources; texts in source files;
sentences in other words than the known ones; what is true of a folder only.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    AttributionRow,
    Component,
    EdgeKind,
    EdgeState,
    EdgeTag,
    NamedSource,
    Organisation,
    Repository,
    RepositoryAlias,
)
from registry.domain.attribution import same
from registry.domain.attribution_phrases import REUSE
from registry.domain.attribution_sense import says_reuse
from registry.lineage.findings import Finding
from registry.lineage.inherited import own_statements
from registry.lineage.ownership import repository_of_url

_SHORT = re.compile(r"[\w-]{1,40}/[\w.-]{1,100}")
_FORKED: Final = frozenset({"forked_from", "mirror_of"})
_WEAK: Final = frozenset({"built_on", "developed_by"})
MAX_SHOWN: Final = 300

Origin = tuple[str, int]  # ("repository" or "source", id)


def find(session: Session, repository_id: int) -> list[Finding]:
    """Return the origins that the texts of a repository name."""
    by_origin: dict[Origin, list[AttributionRow]] = defaultdict(list)
    sources = _other_sources(session, repository_id)
    for row in own_statements(session, repository_id, statements(session, repository_id)):
        origin = _origin(session, row, repository_id, sources)
        if origin is not None:
            by_origin[origin].append(row)
    return [_finding(repository_id, origin, rows) for origin, rows in sorted(by_origin.items())]


def statements(session: Session, repository_id: int) -> list[AttributionRow]:
    """Return the sentences of a repository by which code of others was taken, the oldest first."""
    rows = session.execute(
        select(AttributionRow).where(
            col(AttributionRow.repository_id) == repository_id,
            col(AttributionRow.phrase).in_(sorted(REUSE)),
        )
    ).scalars()
    own = _addresses(session, repository_id)
    found = [row for row in rows if says_reuse(row.text, row.phrase, own)]
    return sorted(found, key=lambda row: (row.first_seen, row.path.count("/"), row.path, row.line))


def _addresses(session: Session, repository_id: int) -> frozenset[str]:
    repository = session.get(Repository, repository_id)
    aliases = session.execute(
        select(col(RepositoryAlias.url)).where(col(RepositoryAlias.repository_id) == repository_id)
    ).scalars()
    return frozenset(aliases) | ({repository.url} if repository else frozenset())


def _other_sources(session: Session, repository_id: int) -> list[tuple[int, re.Pattern[str]]]:
    """Return the sources without a repository, but for the body that the repository belongs to."""
    body = session.execute(
        select(col(Organisation.name))
        .join(Component, col(Component.organisation_id) == col(Organisation.id))
        .where(col(Component.repository_id) == repository_id)
    ).scalar()
    found = []
    for source in session.execute(select(NamedSource).order_by(col(NamedSource.slug))).scalars():
        names = [same(name) for name in source.patterns.splitlines() if name.strip()]
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
        if names and source.id is not None and not pattern.search(same(body or "")):
            found.append((source.id, pattern))
    return found


def _origin(
    session: Session,
    row: AttributionRow,
    repository_id: int,
    sources: Iterable[tuple[int, re.Pattern[str]]],
) -> Origin | None:
    address = row.target_url or (row.target if "://" in row.target else None)
    key = repository_of_url(session, address) if address else None
    if key is None and row.phrase in _FORKED and _SHORT.fullmatch(row.target):
        key = repository_of_url(session, f"https://github.com/{row.target}")
    if key is not None:
        return None if key == repository_id else ("repository", key)
    target = same(row.target)
    return next((("source", key) for key, names in sources if names.search(target)), None)


def _finding(repository_id: int, origin: Origin, rows: Sequence[AttributionRow]) -> Finding:
    kind, key = origin
    first = rows[0]
    ends = [row.removed_at for row in rows]
    gone = [end for end in ends if end is not None]
    is_gone = len(gone) == len(ends)
    return Finding(
        kind=EdgeKind.ATTRIBUTION_TEXT,
        tag=EdgeTag.ATTRIBUTED,
        reuser_repository_id=repository_id,
        origin_repository_id=key if kind == "repository" else None,
        origin_source_id=key if kind == "source" else None,
        direction_basis="text",
        first_seen=first.first_seen,
        last_seen=max(gone) if is_gone else None,
        state=EdgeState.SINCE_REMOVED if is_gone else EdgeState.CURRENT,
        strength={
            "path": first.path, "line": first.line, "text": first.text[:MAX_SHOWN],
            "phrase": first.phrase, "removed_commit": first.removed_commit, "mentions": len(rows),
        },
        evidence={"attribution_id": first.id},
        confidence=_confidence(kind, rows),
    )  # fmt: skip


def _confidence(kind: str, rows: Sequence[AttributionRow]) -> str:
    """An address, or a phrase that can hardly mean anything else, makes it likely."""
    if kind == "repository" and any(row.phrase != "built_on" for row in rows):
        return "likely"
    return "likely" if any(row.phrase not in _WEAK for row in rows) else "possible"
