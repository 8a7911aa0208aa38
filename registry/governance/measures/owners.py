"""The organisations whose teams own code by CODEOWNERS, led to who they are."""

from collections.abc import Collection, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from registry.catalogue.readmodels import Link
from registry.db.tables import GovernanceFileRow, Level, Organisation, Repository
from registry.domain.governance_files import GovernanceFile
from registry.domain.links import file_url
from registry.governance.declared.organisations import by_namespace
from registry.governance.measures.affiliations import rows_for
from registry.governance.measures.names import Names
from registry.governance.measures.parties import GOVERNMENT, NOT_RECORDED, Party
from registry.governance.measures.recorded import Citation
from registry.governance.measures.rights import Owner

_KIND: Final = "code_owners"
_NOT_PUBLIC: Final = frozenset({Level.COMPANY, Level.NGO, Level.UNKNOWN})


def owners_of(session: Session, repositories: Collection[int]) -> list[Owner]:
    """Return the organisations that own code in some repositories, by the file that forges take."""
    rows = session.execute(
        select(GovernanceFileRow, Repository)
        .join(Repository, col(Repository.id) == col(GovernanceFileRow.repository_id))
        .where(
            col(GovernanceFileRow.repository_id).in_(sorted(repositories)),
            col(GovernanceFileRow.kind) == _KIND,
        )
        .order_by(col(Repository.id))
    ).all()
    return [owner for row, repository in rows for owner in _of_file(session, row, repository)]


def _of_file(session: Session, row: GovernanceFileRow, repository: Repository) -> Iterator[Owner]:
    told = {**row.data, "kind": row.kind, "path": row.path, "blob": row.blob}
    file = msgspec.convert(told, GovernanceFile)
    if not file.organisations:
        return
    links = by_namespace(session, repository.host, [x.name for x in file.organisations])
    names = Names(rows_for(session, [repository.url]))
    place = repository.web_url or repository.url
    for named in file.organisations:
        url = file_url(place, repository.forge, row.commit, row.path, named.line)
        link = links.get(named.name.lower()) or _holder(session, repository, named.name)
        known = _party(session, link, names)
        yield Owner(
            name=named.name,
            known=known,
            is_attributed=known is not None and names.party(known.key) is not None,
            rules=named.rules,
            source=Citation(basis="file", url=url, commit=row.commit),
        )


def _holder(session: Session, repository: Repository, name: str) -> Link | None:
    """Return whose repository it is, where the name is that of the namespace in which it lies."""
    is_here = repository.path.strip("/").split("/")[0].lower() == name.lower()
    if not is_here or repository.organisation_id is None:
        return None
    row = session.get_one(Organisation, repository.organisation_id)
    return Link(row.slug, row.name)


def _party(session: Session, link: Link | None, names: Names) -> Party | None:
    """Return who an organisation of this registry is: as commits are attributed, or itself."""
    if link is None:
        return None
    key = names.key_of(link.name) or names.key_of(link.slug)
    known = names.party(key) if key else None
    if known is not None:
        return known
    query: Any = select(Organisation).where(col(Organisation.slug) == link.slug)
    row: Organisation = session.execute(query).scalar_one()
    category = NOT_RECORDED if row.level in _NOT_PUBLIC else GOVERNMENT
    return Party(row.slug, row.name, category, row.country)
