"""What is known of the licences of a component, its files and its dependencies."""

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.compatibility import verdict
from registry.catalogue.detail import publishers
from registry.db.tables import ClaimRow, Component, ComponentField, DependencyRow, DocumentRow
from registry.domain.licences import category, osi_approved
from registry.domain.obstacles import Dependency, Evidence, LicenceFacts
from registry.domain.resolve import CONSIDERED

MAX_DEPENDENCIES = 2_000
# Those that the product takes with it; what only builds or tests it does not have to fit.
_TAKEN = ("runtime", "peer")


def licence_facts(session: Session, component: Component) -> LicenceFacts:
    """Return what the rules about licences look at."""
    field = session.exec(
        select(ComponentField).where(
            col(ComponentField.component_id) == component.id,
            col(ComponentField.property) == "licence",
        )
    ).first()
    claims = _claims(session, component.repository_id)
    shown = next((place for id_, _, place in claims if field and id_ == field.claim_id), None)
    dependencies, unknown = _dependencies(session, component)
    licence = component.licence
    return LicenceFacts(
        licence=licence,
        is_approved=_approved(licence) if licence else None,
        source=shown,
        conflicting=_others(field, claims),
        files=_files(session, component.repository_id),
        dependencies=dependencies,
        unknown_dependencies=unknown,
    )


def _approved(licence: str) -> bool | None:
    """Tell whether the OSI approved a licence; None where the tables cannot say it."""
    if osi_approved(licence) or category(licence) == "public-domain":
        return True
    is_known_other = category(licence) == "open-not-osi" or licence.startswith(
        ("CC-BY-NC", "CC-BY-ND")
    )
    return False if is_known_other and " " not in licence else None


_Claim = tuple[int | None, str, Evidence | None]


def _claims(session: Session, key: int) -> list[_Claim]:
    rows = session.execute(
        select_columns(
            col(ClaimRow.id), col(ClaimRow.value), col(ClaimRow.path), col(ClaimRow.line),
            col(ClaimRow.commit), col(DocumentRow.blob),
        )
        .outerjoin(DocumentRow, col(DocumentRow.id) == col(ClaimRow.document_id))
        .where(
            col(ClaimRow.repository_id) == key,
            col(ClaimRow.property) == "licence",
            col(ClaimRow.ended_at).is_(None),
            col(ClaimRow.confidence) >= CONSIDERED,
        )
        .order_by(col(ClaimRow.id))
    )  # fmt: skip
    return [
        (row.id, str(row.value), _place(row.path, row.blob, row.line, row.commit)) for row in rows
    ]


def _place(
    path: str | None, blob: str | None, line: int | None, commit: str | None
) -> Evidence | None:
    return Evidence(path=path, blob=blob, line=line, commit=commit) if path else None


def _others(
    field: ComponentField | None, claims: list[_Claim]
) -> tuple[tuple[str, Evidence | None], ...]:
    """Return the licences that contradict the one shown, where the catalogue marks a conflict."""
    if field is None or not field.is_conflict:
        return ()
    own = _bare(str(field.value))
    return tuple((value, place) for _, value, place in claims if _bare(value) != own)


def _bare(licence: str) -> str:
    """Return a licence without what the text of a GNU licence cannot tell."""
    return licence.removesuffix("-only").removesuffix("-or-later").casefold()


def _files(session: Session, key: int) -> tuple[Evidence, ...]:
    rows = session.execute(
        select_columns(col(DocumentRow.path), col(DocumentRow.blob), col(DocumentRow.commit))
        .where(
            col(DocumentRow.repository_id) == key,
            col(DocumentRow.kind) == "licence",
            col(DocumentRow.ended_at).is_(None),
        )
        .order_by(col(DocumentRow.path))
    )
    return tuple(Evidence(path=row.path, blob=row.blob, commit=row.commit) for row in rows)


def _dependencies(session: Session, component: Component) -> tuple[tuple[Dependency, ...], int]:
    """Return the dependencies whose licences this registry knows, and how many others there are."""
    rows = session.exec(
        select(DependencyRow)
        .where(
            col(DependencyRow.repository_id) == component.repository_id,
            col(DependencyRow.local).is_(False),
            col(DependencyRow.locked).is_(False),
            col(DependencyRow.scope).in_(_TAKEN),
        )
        .order_by(col(DependencyRow.path), col(DependencyRow.name))
        .limit(MAX_DEPENDENCIES)
    ).all()
    known = publishers(session, component.repository_id, {(x.ecosystem, x.name) for x in rows})
    licences = dict(
        session.execute(
            select_columns(col(Component.slug), col(Component.licence)).where(
                col(Component.slug).in_({link.slug for link in known.values()})
            )
        ).all()
    )
    found = {}
    for row in rows:
        link = known.get((row.ecosystem, row.name))
        licence = licences.get(link.slug) if link else None
        if licence and component.licence:
            found[row.name] = Dependency(
                name=row.name,
                licence=licence,
                verdict=verdict(component.licence, licence),
                evidence=Evidence(path=row.path, line=row.line),
            )
    unknown = len({row.name for row in rows}) - len(found)
    return tuple(found.values()), unknown
