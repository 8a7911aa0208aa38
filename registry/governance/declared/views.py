"""Reading what a repository declares of its governance, with the place of every statement."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

import msgspec
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import Link
from registry.db.tables import ClaimRow, Component, DocumentRow, GovernanceFileRow, Repository
from registry.domain.governance_files import KINDS, GovernanceFile
from registry.domain.links import file_url
from registry.governance.declared.organisations import by_address, by_namespace
from registry.governance.declared.readmodels import (
    Contractor,
    Declared,
    FileView,
    Funder,
    Maintenance,
    NamedOrganisation,
    Place,
    StatementView,
)

SINCE_VERSION: Final = 6  # of the reader: older readings did not look for these files
_PROPERTIES: Final = ("maintenance_type", "contractors", "funded_by")
_PUBLICCODE: Final = "publiccode"
_Placed = Callable[[str, str, int | None], Place]


def declared_of(session: Session, component: Component, now: datetime) -> Declared:
    """Return what the repository of a component declares."""
    repository = session.get_one(Repository, component.repository_id)
    placed = partial(_place, repository)
    claims = _claims(session, component.repository_id)
    known = by_address(session, [_text(item, name) for claim in claims for item in _items(claim)
                                 for name in ("website", "uri")])  # fmt: skip
    is_looked_at = repository.reader_version >= SINCE_VERSION
    return Declared(
        looked_at=repository.last_crawled_at if is_looked_at else None,
        commit=repository.head_commit or "",
        files=_files(session, repository, placed),
        maintenance=_maintenance(session, claims, placed),
        contractors=tuple(
            _contractor(item, place, known, now.date())
            for item, place in _placed_items(claims, "contractors", placed)
        ),
        funders=tuple(
            Funder(name=_text(item, "name"), uri=_text(item, "uri"),
                   known=known.get(_text(item, "uri")), place=place)
            for item, place in _placed_items(claims, "funded_by", placed)
        ),
    )  # fmt: skip


def _place(repository: Repository, path: str, commit: str, line: int | None) -> Place:
    url = file_url(repository.web_url or repository.url, repository.forge, commit, path, line)
    return Place(path=path, line=line, commit=commit, url=url)


def _files(session: Session, repository: Repository, placed: _Placed) -> tuple[FileView, ...]:
    rows = session.exec(
        select(GovernanceFileRow).where(col(GovernanceFileRow.repository_id) == repository.id)
    ).all()
    told = [(row, _file(row)) for row in rows]
    names = [named.name for _, file in told for named in file.organisations]
    known = by_namespace(session, repository.host, names)
    ordered = sorted(told, key=lambda pair: (KINDS.index(pair[0].kind), pair[0].path))
    return tuple(_file_view(row, file, known, placed) for row, file in ordered)


def _file(row: GovernanceFileRow) -> GovernanceFile:
    told = {**row.data, "kind": row.kind, "path": row.path, "blob": row.blob}
    return msgspec.convert(told, GovernanceFile)


def _file_view(
    row: GovernanceFileRow, file: GovernanceFile, known: Mapping[str, Link], placed: _Placed
) -> FileView:
    at = partial(placed, row.path, row.commit)
    return FileView(
        kind=file.kind, blob=file.blob, place=at(None), problem=file.problem,
        first_on=_day(file.first_time), last_on=_day(file.last_time), changes=file.changes,
        rules=file.rules, unread=file.unread, owners=file.owners, teams=file.teams,
        entries=file.entries, approvers=file.approvers, reviewers=file.reviewers,
        places=file.places, coverage=file.coverage,
        faults=file.body.faults if file.body else (),
        organisations=tuple(
            NamedOrganisation(name=x.name, rules=x.rules, known=known.get(x.name.lower()),
                              place=at(x.line))
            for x in file.organisations
        ),
        statements=tuple(
            StatementView(model=x.model, quote=x.quote, place=at(x.line)) for x in file.statements
        ),
    )  # fmt: skip


def _day(time: int | None) -> date | None:
    return None if time is None else datetime.fromtimestamp(time, UTC).date()


def _claims(session: Session, repository_id: int) -> list[ClaimRow]:
    """Return what publiccode.yml at the root says; one in a folder may tell of something else."""
    rows = session.exec(
        select(ClaimRow)
        .where(
            col(ClaimRow.repository_id) == repository_id,
            col(ClaimRow.basis) == _PUBLICCODE,
            col(ClaimRow.property).in_(_PROPERTIES),
            col(ClaimRow.path).not_like("%/%"),
            col(ClaimRow.ended_at).is_(None),
        )
        .order_by(col(ClaimRow.path))
    ).all()
    first: dict[str, ClaimRow] = {}
    for row in rows:
        first.setdefault(row.property, row)
    return list(first.values())


def _items(claim: ClaimRow) -> list[dict[str, Any]]:
    return [x for x in claim.value if isinstance(x, dict)] if isinstance(claim.value, list) else []


def _placed_items(
    claims: Sequence[ClaimRow], name: str, placed: _Placed
) -> list[tuple[dict[str, Any], Place]]:
    return [
        (item, placed(claim.path or "", claim.commit or "", item.get("line") or claim.line))
        for claim in claims
        if claim.property == name
        for item in _items(claim)
    ]


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _contractor(
    item: Mapping[str, Any], place: Place, known: Mapping[str, Link], today: date
) -> Contractor:
    try:
        until = date.fromisoformat(_text(item, "until"))
    except ValueError:
        until = None
    website = _text(item, "website")
    return Contractor(
        name=_text(item, "name"), until=until, has_ended=until is not None and until < today,
        website=website, known=known.get(website), place=place,
    )  # fmt: skip


def _maintenance(
    session: Session, claims: Sequence[ClaimRow], placed: _Placed
) -> Maintenance | None:
    claim = next((x for x in claims if x.property == "maintenance_type"), None)
    if claim is None:
        return None
    document = session.get(DocumentRow, claim.document_id) if claim.document_id else None
    kept = document.data if document is not None and isinstance(document.data, dict) else {}
    told = kept.get("maintenance")
    contacts = told.get("contacts") if isinstance(told, dict) else None
    return Maintenance(
        kind=str(claim.value), contacts=len(contacts) if isinstance(contacts, list) else 0,
        place=placed(claim.path or "", claim.commit or "", claim.line),
    )  # fmt: skip
