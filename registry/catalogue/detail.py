"""All that is known of one component, with the source of every value."""

from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.cards import load_cards, pick_text
from registry.catalogue.denied import denied_statements, disputed_statements, statement
from registry.catalogue.log import events_of, repository_view
from registry.catalogue.peer_views import listings_of, records_of
from registry.catalogue.readmodels import (
    Alternative,
    ComponentDetail,
    DependencyView,
    DocumentView,
    Link,
    PackageView,
    Provenance,
    ReleaseView,
    ResolvedField,
    Share,
    Text,
)
from registry.db.tables import (
    ClaimRow,
    Component,
    ComponentField,
    DependencyRow,
    DocumentRow,
    LanguageRow,
    PackageRow,
    PeerRecord,
    ReleaseRow,
    Repository,
    SubmoduleRow,
)
from registry.db.tombstones import missing_component
from registry.domain.identity import swhid
from registry.domain.links import file_url, package_url
from registry.domain.properties import KEPT
from registry.errors import NotFound

MAX_RELEASES = 50
MAX_DEPENDENCIES = 2_000
MAX_FORKS = 200


def load_detail(session: Session, slug: str, *, lang: str = "en") -> ComponentDetail:
    """Return the component with this slug, or raise `NotFound`."""
    component, repository = _rows(session, slug)
    key = component.repository_id
    fields = _fields(session, component, repository)
    readme = _readme(session, key)
    return ComponentDetail(
        card=load_cards(session, [component.id or 0], lang=lang)[0],
        uuid=component.uuid,
        repository=repository_view(session, repository),
        descriptions=_texts(fields, "short_description"),
        long_description=pick_text(
            {f.lang or "": f.value for f in fields if f.property == "long_description"}, lang
        ),
        features=_features(fields, lang),
        readme_html=readme.html if readme else None,
        readme_source=_document_source(readme, repository) if readme else None,
        fields=fields,
        documents=_documents(session, key, repository),
        languages=_languages(session, key),
        language_basis=repository.language_basis,
        releases=_releases(session, key),
        release_count=_count(session, ReleaseRow, key),
        packages=_packages(session, key),
        dependencies=_dependencies(session, key),
        submodules=_submodules(session, key),
        community=dict(repository.community),
        forks=tuple(load_cards(session, _fork_ids(session, component.id or 0), lang=lang)),
        events=events_of(session, repository_id=key, limit=50),
        licence_source=next((f.source for f in fields if f.property == "licence"), None),
        listings=listings_of(session, repository),
        is_attribution_disputed=component.is_attribution_disputed,
        created_at=component.created_at,
        updated_at=component.updated_at,
        revision=component.revision,
    )


def _rows(session: Session, slug: str) -> tuple[Component, Repository]:
    component = session.exec(select(Component).where(col(Component.slug) == slug)).first()
    if component is None:
        raise missing_component(session, slug)
    repository = session.get(Repository, component.repository_id)
    if repository is None:
        raise NotFound(f"the repository of {slug!r} is not in the catalogue")
    return component, repository


def _texts(fields: tuple[ResolvedField, ...], name: str) -> tuple[Text, ...]:
    return tuple(Text(str(f.value), f.lang) for f in fields if f.property == name)


def _features(fields: tuple[ResolvedField, ...], lang: str) -> tuple[Text, ...]:
    by_lang = {f.lang or "": f.value for f in fields if f.property == "features"}
    for tag in (lang, "en", "", *sorted(by_lang)):
        if isinstance(by_lang.get(tag), list):
            return tuple(Text(str(value), tag or None) for value in by_lang[tag])
    return ()


def _fields(
    session: Session, component: Component, repository: Repository
) -> tuple[ResolvedField, ...]:
    held = select(ClaimRow).where(
        col(ClaimRow.repository_id) == repository.id, col(ClaimRow.ended_at).is_(None)
    )
    denied = denied_statements(session, repository.id)
    claims = {row.id: row for row in session.exec(held) if statement(row) not in denied}
    disputed = disputed_statements(session, repository.id)
    peers = records_of(session, {claim.peer_record_id for claim in claims.values()})
    rows = session.exec(
        select(ComponentField)
        .where(col(ComponentField.component_id) == component.id)
        .order_by(col(ComponentField.property), col(ComponentField.lang))
    )
    return tuple(
        ResolvedField(
            property=row.property,
            value=row.value,
            lang=row.lang,
            source=_claim_source(claims.get(row.claim_id), row.basis, repository, peers),
            is_conflict=row.is_conflict,
            is_disputed=row.claim_id in claims and statement(claims[row.claim_id]) in disputed,
            alternatives=_alternatives(row, list(claims.values()), repository, peers),
        )
        for row in rows
    )


def _claim_source(
    claim: ClaimRow | None, basis: str, repository: Repository, peers: dict[int, PeerRecord]
) -> Provenance:
    if claim is None:
        return Provenance(basis=basis)
    record = peers.get(claim.peer_record_id or 0)
    if record is not None:
        return Provenance(
            basis=claim.basis, path=record.peer, url=record.read_from, observed_at=record.read_at
        )
    if claim.basis == KEPT:  # it stands in no repository
        return Provenance(basis=KEPT, line=claim.line, observed_at=claim.observed_at)
    url = None
    if claim.path and claim.commit:
        url = file_url(
            public_url(repository), repository.forge, claim.commit, claim.path, claim.line
        )
    return Provenance(
        basis=claim.basis,
        path=claim.path,
        line=claim.line,
        commit=claim.commit,
        url=url,
        observed_at=claim.observed_at,
    )


def public_url(repository: Repository) -> str:
    """Return the address at which people look at a repository."""
    return repository.web_url or repository.url


def _alternatives(
    row: ComponentField,
    claims: list[ClaimRow],
    repository: Repository,
    peers: dict[int, PeerRecord],
) -> tuple[Alternative, ...]:
    others = [
        claim
        for claim in claims
        if claim.property == row.property
        and claim.id != row.claim_id
        and (row.lang is None or claim.lang == row.lang)
        and claim.value != row.value
    ]
    return tuple(
        Alternative(value=claim.value, source=_claim_source(claim, claim.basis, repository, peers))
        for claim in others[:10]
    )


def _readme(session: Session, key: int) -> DocumentRow | None:
    return session.exec(
        select(DocumentRow)
        .where(
            col(DocumentRow.repository_id) == key,
            col(DocumentRow.kind) == "readme",
            col(DocumentRow.ended_at).is_(None),
        )
        .order_by(func.length(DocumentRow.path), col(DocumentRow.path))
        .limit(1)
    ).first()


def _document_source(row: DocumentRow, repository: Repository) -> Provenance:
    return Provenance(
        basis=row.kind,
        path=row.path,
        commit=row.commit,
        url=file_url(public_url(repository), repository.forge, row.commit, row.path),
        observed_at=row.read_at,
    )


def _documents(session: Session, key: int, repository: Repository) -> tuple[DocumentView, ...]:
    columns = (
        DocumentRow.kind, DocumentRow.path, DocumentRow.status, DocumentRow.version,
        DocumentRow.size, DocumentRow.commit, DocumentRow.blob, DocumentRow.read_at,
        DocumentRow.diagnostics,
    )  # fmt: skip
    rows = session.execute(
        select_columns(*(col(column) for column in columns))
        .where(col(DocumentRow.repository_id) == key, col(DocumentRow.ended_at).is_(None))
        .order_by(col(DocumentRow.kind), col(DocumentRow.path))
    )
    return tuple(
        DocumentView(
            kind=row.kind, path=row.path, status=row.status, version=row.version, size=row.size,
            commit=row.commit, blob=row.blob,
            swhid=swhid("cnt", row.blob) if len(row.blob) == 40 else None,
            url=file_url(public_url(repository), repository.forge, row.commit, row.path),
            read_at=row.read_at, diagnostics=tuple(row.diagnostics or ()),
        )
        for row in rows
    )  # fmt: skip


def _languages(session: Session, key: int) -> tuple[Share, ...]:
    rows = session.execute(
        select_columns(col(LanguageRow.name), col(LanguageRow.size))
        .where(col(LanguageRow.repository_id) == key)
        .order_by(col(LanguageRow.size).desc(), col(LanguageRow.name))
    ).all()
    total = sum(size for _, size in rows) or 1
    return tuple(Share(name, size, size / total) for name, size in rows)


def _releases(session: Session, key: int) -> tuple[ReleaseView, ...]:
    rows = session.exec(
        select(ReleaseRow)
        .where(col(ReleaseRow.repository_id) == key)
        .order_by(col(ReleaseRow.released_at).desc(), col(ReleaseRow.name).desc())
        .limit(MAX_RELEASES)
    )
    return tuple(ReleaseView(r.name, r.version, r.commit, r.released_at) for r in rows)


def _count(session: Session, table: Any, key: int) -> int:
    return session.exec(
        select(func.count()).select_from(table).where(table.repository_id == key)
    ).one()


def _packages(session: Session, key: int) -> tuple[PackageView, ...]:
    rows = session.exec(
        select(PackageRow)
        .where(col(PackageRow.repository_id) == key, col(PackageRow.private).is_(False))
        .order_by(col(PackageRow.ecosystem), col(PackageRow.name))
        .limit(MAX_DEPENDENCIES)
    )
    return tuple(
        PackageView(
            ecosystem=row.ecosystem, name=row.name, version=row.version, path=row.path,
            purl=f"pkg:{row.ecosystem}/{row.name.replace(':', '/')}",
        )
        for row in rows
    )  # fmt: skip


def _dependencies(session: Session, key: int) -> tuple[DependencyView, ...]:
    rows = session.exec(
        select(DependencyRow)
        .where(col(DependencyRow.repository_id) == key, col(DependencyRow.local).is_(False))
        .order_by(col(DependencyRow.ecosystem), col(DependencyRow.path), col(DependencyRow.name))
        .limit(MAX_DEPENDENCIES)
    ).all()
    known = publishers(session, key, {(row.ecosystem, row.name) for row in rows})
    return tuple(
        DependencyView(
            ecosystem=row.ecosystem, name=row.name, spec=row.spec, scope=row.scope, path=row.path,
            line=row.line, url=row.git_url or package_url(row.ecosystem, row.name),
            component=known.get((row.ecosystem, row.name)),
        )
        for row in rows
    )  # fmt: skip


def publishers(
    session: Session, key: int, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], Link]:
    """Return the one other component that publishes each package; several claimants give none."""
    if not wanted:
        return {}
    rows = session.execute(
        select_columns(
            col(PackageRow.ecosystem),
            col(PackageRow.name),
            col(Component.slug),
            col(Component.name),
        )
        .join(Component, col(Component.repository_id) == col(PackageRow.repository_id))
        .where(
            col(PackageRow.name).in_({name for _, name in wanted}),
            col(PackageRow.repository_id) != key,
            col(PackageRow.private).is_(False),
        )
    )
    found: dict[tuple[str, str], set[Link]] = {}
    for ecosystem, name, slug, title in rows:
        found.setdefault((ecosystem, name), set()).add(Link(slug, title))
    return {
        package: next(iter(links))
        for package, links in found.items()
        if package in wanted and len(links) == 1
    }


def _submodules(session: Session, key: int) -> tuple[tuple[str, str, str | None], ...]:
    rows = session.exec(
        select(SubmoduleRow)
        .where(col(SubmoduleRow.repository_id) == key)
        .order_by(col(SubmoduleRow.path))
    )
    return tuple((row.path, row.commit, row.url) for row in rows)


def _fork_ids(session: Session, component_id: int) -> list[int]:
    rows = session.exec(
        select(col(Component.id))
        .where(col(Component.origin_id) == component_id)
        .order_by(col(Component.last_commit_at).desc(), col(Component.id))
        .limit(MAX_FORKS)
    )
    return [row for row in rows if row is not None]
