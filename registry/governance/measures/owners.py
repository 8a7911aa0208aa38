"""The organisations whose teams own code by CODEOWNERS, led to who they are."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from registry.catalogue.readmodels import Link
from registry.db.tables import GovernanceFileRow, Level, Organisation, Repository
from registry.domain.governance_files import GovernanceFile
from registry.domain.links import file_url
from registry.governance.declared.organisations import by_namespace
from registry.governance.measures.affiliations import is_within, rows_for
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
    found = [_Found(_file(row), row, repository) for row, repository in rows]
    named = [x for x in found if x.file.organisations]
    known = _Known(session, named)
    return [owner for x in named for owner in _owners(session, x, known)]


class _Found(NamedTuple):
    file: GovernanceFile
    row: GovernanceFileRow
    repository: Repository


class _Known:
    """What is asked once for all files: organisations by namespace, and affiliations."""

    def __init__(self, session: Session, found: Sequence[_Found]) -> None:
        self._rows = rows_for(session, {x.repository.url for x in found}) if found else []
        names: dict[str, set[str]] = {}
        for x in found:
            names.setdefault(x.repository.host, set()).update(n.name for n in x.file.organisations)
        self._links = {host: by_namespace(session, host, some) for host, some in names.items()}

    def link(self, host: str, name: str) -> Link | None:
        return self._links[host].get(name.lower())

    def names(self, url: str) -> Names:
        return Names(row for row in self._rows if is_within(url, row.scope))


def _file(row: GovernanceFileRow) -> GovernanceFile:
    told = {**row.data, "kind": row.kind, "path": row.path, "blob": row.blob}
    return msgspec.convert(told, GovernanceFile)


def _owners(session: Session, found: _Found, known: _Known) -> Iterator[Owner]:
    file, row, repository = found
    names = known.names(repository.url)
    place = repository.web_url or repository.url
    for named in file.organisations:
        link = known.link(repository.host, named.name) or _holder(session, repository, named.name)
        party = _party(session, link, names)
        url = file_url(place, repository.forge, row.commit, row.path, named.line)
        yield Owner(
            name=named.name,
            known=party,
            is_attributed=party is not None and names.party(party.key) is not None,
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
