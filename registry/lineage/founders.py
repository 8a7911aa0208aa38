"""Whose the copies of a family are: of a fork and its origin that both hold them, the origin's."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Table, func, select
from sqlmodel import Session

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import EdgeKind
from registry.domain.sampling import spread
from registry.lineage.ancestry import parents
from registry.lineage.findings import Finding

_TABLES: Final = {
    EdgeKind.SHARED_FILES: Model.metadata.tables["file_artefact"],
    EdgeKind.SIMILAR_FILES: Model.metadata.tables["fingerprint_fact"],
}
_LOOKED_AT: Final = 400
_ENOUGH: Final = 0.9


def at_founders(session: Session, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings of copies between the repositories that had them first in their families.

    A fork inherits the history of its origin with all its times, so that both seem to have had
    the copies since the same day.
    """
    return [
        msgspec.structs.replace(
            finding,
            origin_repository_id=_founder(session, finding, finding.origin_repository_id or 0),
            reuser_repository_id=_founder(session, finding, finding.reuser_repository_id),
        )
        for finding in findings
    ]


def _founder(session: Session, finding: Finding, repository: int) -> int:
    seen = {repository}
    while True:
        above = min(parents(session, {repository}).get(repository, ()), default=None)
        if above is None or above in seen or not _had(session, finding, above, repository):
            return repository
        repository = above
        seen.add(above)


def _had(session: Session, finding: Finding, above: int, repository: int) -> bool:
    """Tell whether the origin of a fork had most of the copies no later than the fork."""
    table: Table = _TABLES[finding.kind]
    mine, theirs = table.alias("mine"), table.alias("theirs")
    held = had = 0
    for batch in batches(spread(sorted(finding.evidence["hashes"]), _LOOKED_AT), _LOOKED_AT):
        is_asked = (mine.c.repository_id == repository, mine.c.hash.in_(batch))
        held += int(
            session.execute(select(func.count()).select_from(mine).where(*is_asked)).scalar_one()
        )
        both = mine.join(theirs, theirs.c.hash == mine.c.hash)
        is_earlier = theirs.c.first_seen <= mine.c.first_seen
        had += int(
            session.execute(
                select(func.count())
                .select_from(both)
                .where(*is_asked, theirs.c.repository_id == above, is_earlier)
            ).scalar_one()
        )
    return bool(held) and had >= _ENOUGH * held
