"""Search documents for tests, and the same as rows of the tables."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from registry.db.tables import (
    Component,
    ComponentField,
    DocumentRow,
    Organisation,
    PackageRow,
    Repository,
    RepositoryState,
)
from registry.db.tables.lineage import EdgeTotal
from registry.search.documents import SearchDocument
from registry.search.documents_from_tables import country_names

T0 = 1_700_000_000


def document(number: int, slug: str, **changes: object) -> SearchDocument:
    """Return a document with the fields that matter to a test, and plain ones else."""
    given: dict[str, object] = {
        "id": number,
        "revision": 1,
        "slug": slug,
        "names": {"": slug},
        "path": f"agency/{slug}",
        "activity": "active",
        "forge": "github",
        "updated_at": T0 + number * 1000,
        "created_at": T0 - number * 1000,
    }
    made = {**given, **changes}
    made.setdefault("places", country_names(str(made.get("country", ""))))
    return SearchDocument(**made)  # type: ignore[arg-type]


def samples() -> list[SearchDocument]:
    """Return the small catalogue that the contract is checked against."""
    return [
        document(
            1, "ria-x-tee", names={"en": "X-Road", "et": "X-tee"},
            descriptions={"en": "Secure data exchange layer", "et": "Turvaline andmevahetuskiht"},
            country="EE", organisation="ria", organisation_name="Information System Authority",
            licence="MIT", licence_class="permissive", language="Java",
            ui_languages=("et", "en"), categories=("data-exchange",),
            readiness="none_found", reuse_organisations=4, reuse_countries=2,
        ),
        document(
            2, "fi-x-road", names={"en": "X-Road"},
            descriptions={"en": "Secure data exchange layer"},
            country="FI", licence="MIT", licence_class="permissive", language="Java",
            ui_languages=("fi", "en"), categories=("data-exchange",), is_fork=True,
            readiness="found",
        ),
        document(
            3, "on-covid-assessment", names={"en": "COVID-19 self assessment"},
            descriptions={
                "en": "Tells people whether to get tested <now> & where",
                "fr": "Outil d’auto-évaluation des écoles",
            },
            country="CA", region="CA-ON", organisation="ontario",
            organisation_name="Government of Ontario", licence="Apache-2.0",
            licence_class="permissive", language="TypeScript", topics=("health",),
            ui_languages=("en", "fr"), categories=("questionnaire", "health"),
            reuse_organisations=1, reuse_countries=1,
        ),
        document(
            4, "ab-covid-assessment", names={"en": "COVID-19 self assessment"},
            descriptions={"en": "Tells people whether to get tested"},
            country="CA", region="CA-AB", licence="Apache-2.0", licence_class="permissive",
            language="TypeScript", activity="archived", state="archived",
        ),
        document(
            5, "nl-formulieren", names={"nl": "Formulieren"},
            descriptions={"nl": "Formulieren voor gemeenten", "en": "Forms for municipalities"},
            long_texts={"en": "Build a questionnaire without programming"},
            features={"en": "Accessible\nMultilingual"},
            country="NL", licence="EUPL-1.2", licence_class="copyleft", language="Python",
            packages=("@gemeente/formulieren",), forge="gitlab",
            reuse_organisations=9, reuse_countries=1,
            readme="Install with one command and open the designer",
        ),
        document(
            6, "jp-digital", names={"ja": "東京都デジタル"},
            descriptions={"ja": "行政手続きの案内"}, country="JP", licence="MIT",
            licence_class="permissive", language="Ruby", activity="quiet",
        ),
    ]  # fmt: skip


def store(session: Session, documents: list[SearchDocument]) -> None:
    """Write the rows that the documents could have been read from."""
    for item in documents:
        organisation = _organisation(session, item)
        repository = _repository(session, item)
        if item.readme:
            session.add(_readme(repository.id or 0, item))
        for package in item.packages:
            session.add(
                PackageRow(
                    repository_id=repository.id or 0, ecosystem="npm", name=package, path="p.json"
                )
            )
        session.add(
            Component(
                id=item.id,
                uuid=f"uuid-{item.id}",
                slug=item.slug,
                repository_id=repository.id or 0,
                organisation_id=organisation,
                country=item.country,
                region=item.region,
                name=item.name,
                names=item.names,
                descriptions=item.descriptions,
                licence=item.licence,
                licence_class=item.licence_class,
                language=item.language,
                activity=item.activity,
                readiness=item.readiness,
                categories=list(item.categories),
                topics=list(item.topics),
                created_at=_time(item.created_at),
                updated_at=_time(item.updated_at),
                revision=item.revision,
            )
        )
        session.flush()
        _fields(session, item)
        session.add(
            EdgeTotal(
                component_id=item.id,
                tag="measured",
                organisations=item.reuse_organisations,
                foreign_countries=item.reuse_countries,
            )
        )
        session.add(EdgeTotal(component_id=item.id, tag="declared", organisations=500))


def _fields(session: Session, item: SearchDocument) -> None:
    values: list[tuple[str, str | None, object]] = []
    values += [("long_description", lang, text) for lang, text in item.long_texts.items()]
    values += [("features", lang, text.split("\n")) for lang, text in item.features.items()]
    if item.ui_languages:
        values.append(("interface_languages", None, list(item.ui_languages)))
    for name, lang, value in values:
        session.add(
            ComponentField(
                component_id=item.id, property=name, lang=lang, value=value, basis="publiccode"
            )
        )


def _organisation(session: Session, item: SearchDocument) -> int | None:
    if not item.organisation:
        return None
    known = session.exec(select(Organisation).where(Organisation.slug == item.organisation)).first()
    if known:
        return known.id
    made = Organisation(
        slug=item.organisation,
        uri=f"https://example.org/{item.organisation}",
        name=item.organisation_name or item.organisation,
        created_at=_time(T0),
    )
    session.add(made)
    session.flush()
    return made.id


def _repository(session: Session, item: SearchDocument) -> Repository:
    made = Repository(
        url=f"https://example.org/{item.path}",
        host="example.org",
        forge=item.forge,
        path=item.path,
        state=RepositoryState(item.state),
        state_since=_time(T0),
        is_fork=item.is_fork,
        added_at=_time(T0),
    )
    session.add(made)
    session.flush()
    return made


def _readme(repository: int, item: SearchDocument) -> DocumentRow:
    return DocumentRow(
        repository_id=repository,
        kind="readme",
        path="README.md",
        blob="0" * 40,
        commit="0" * 40,
        sha256="0" * 64,
        size=len(item.readme),
        status="valid",
        text=item.readme,
        read_at=_time(T0),
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
