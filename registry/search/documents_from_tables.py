"""Reading search documents from the tables, a batch of components by a handful of queries."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.edges import is_measured_total
from registry.db.tables import (
    Component,
    ComponentField,
    DocumentRow,
    Organisation,
    PackageRow,
    Repository,
)
from registry.db.tables.lineage import EdgeTotal
from registry.search.documents import README_CHARACTERS, SearchDocument, Texts

MAX_TEXT: Final = 10_000
MAX_ITEMS: Final = 50
# The languages in which a country's name leads to its components.
COUNTRY_NAME_LANGUAGES: Final = ("en", "fr", "es", "de")
_FIELDS: Final = ("long_description", "features", "interface_languages")


def read_documents(session: Session, ids: Sequence[int]) -> list[SearchDocument]:
    """Return the documents of the components in order of id; `ids` is one batch."""
    rows = session.execute(
        select(
            *(col(getattr(Component, name)).label(name) for name in _COMPONENT_COLUMNS),
            col(Repository.path).label("path"),
            col(Repository.forge).label("forge"),
            col(Repository.state).label("state"),
            col(Repository.is_fork).label("is_fork"),
            col(Organisation.slug).label("organisation"),
            col(Organisation.name).label("organisation_name"),
            col(EdgeTotal.organisations).label("reuse_organisations"),
            col(EdgeTotal.foreign_countries).label("reuse_countries"),
        )
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .outerjoin(EdgeTotal, is_measured_total())
        .where(col(Component.id).in_(ids))
        .order_by(col(Component.id))
    ).all()
    repositories = [row.repository_id for row in rows]
    fields = _fields(session, ids)
    packages = _packages(session, repositories)
    readmes = _readmes(session, repositories)
    return [
        _document(
            row, fields[row.id], packages[row.repository_id], readmes.get(row.repository_id, "")
        )
        for row in rows
    ]


_COMPONENT_COLUMNS: Final = (
    "id",
    "revision",
    "slug",
    "repository_id",
    "origin_id",
    "country",
    "region",
    "name",
    "names",
    "descriptions",
    "licence",
    "licence_class",
    "language",
    "activity",
    "readiness",
    "categories",
    "topics",
    "updated_at",
    "created_at",
)


def _document(
    row: Any, fields: dict[str, Texts | list[str]], packages: list[str], readme: str
) -> SearchDocument:
    languages = fields.get("interface_languages")
    return SearchDocument(
        id=row.id,
        revision=row.revision,
        slug=row.slug,
        names=text_by_language(row.names) or {"": clean(row.name)},
        descriptions=text_by_language(row.descriptions),
        long_texts=text_by_language(fields.get("long_description")),
        features=text_by_language(fields.get("features")),
        topics=_strings(row.topics),
        categories=_strings(row.categories),
        packages=tuple(packages),
        readme=readme,
        path=row.path,
        organisation=row.organisation,
        organisation_name=clean(row.organisation_name or ""),
        country=row.country,
        region=row.region,
        places=country_names(row.country or ""),
        licence=row.licence,
        licence_class=row.licence_class,
        language=row.language,
        ui_languages=_strings(languages),
        activity=row.activity,
        readiness=row.readiness,
        forge=row.forge,
        state=row.state.value,
        is_fork=row.is_fork or row.origin_id is not None,
        reuse_organisations=row.reuse_organisations or 0,
        reuse_countries=row.reuse_countries or 0,
        updated_at=_seconds(row.updated_at),
        created_at=_seconds(row.created_at),
    )


def _fields(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the long texts by language, and the list of interface languages, per component."""
    rows = session.execute(
        select(
            col(ComponentField.component_id),
            col(ComponentField.property),
            col(ComponentField.lang),
            col(ComponentField.value),
        )
        .where(col(ComponentField.component_id).in_(ids))
        .where(col(ComponentField.property).in_(_FIELDS))
        .order_by(col(ComponentField.id))
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for component, name, lang, value in rows:
        if name == "interface_languages":
            found[component].setdefault(name, []).extend(_strings(value))
            continue
        texts = found[component].setdefault(name, {})
        text = value if isinstance(value, str) else "\n".join(_strings(value))
        texts[lang or ""] = f"{texts.get(lang or '', '')}\n{text}".strip()[:MAX_TEXT]
    return found


def _packages(session: Session, repositories: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(col(PackageRow.repository_id), col(PackageRow.name))
        .where(col(PackageRow.repository_id).in_(repositories))
        .where(col(PackageRow.private).is_(False))
        .order_by(col(PackageRow.id))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for repository, name in rows:
        if len(found[repository]) < MAX_ITEMS:
            found[repository].append(clean(name))
    return found


def _readmes(session: Session, repositories: Sequence[int]) -> dict[int, str]:
    """Return the beginning of each README; the one nearest to the root counts."""
    # Only the beginning leaves the database: a README may be large.
    rows = session.execute(
        select(
            col(DocumentRow.repository_id),
            col(DocumentRow.path),
            col(DocumentRow.text).op("||")("").label("text"),
        )
        .where(col(DocumentRow.repository_id).in_(repositories))
        .where(col(DocumentRow.kind) == "readme")
        .where(col(DocumentRow.ended_at).is_(None))
    ).all()
    found: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: (row.path.count("/"), row.path)):
        if row.text:
            found.setdefault(row.repository_id, clean(row.text)[:README_CHARACTERS])
    return found


def text_by_language(value: Any) -> Texts:
    """Return the texts of a JSON object from language to text; anything else is left out."""
    if not isinstance(value, dict):
        return {}
    return {
        str(lang): clean(text) for lang, text in value.items() if isinstance(text, str) and text
    }


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        return ()
    return tuple(clean(item) for item in value[:MAX_ITEMS] if isinstance(item, str) and item)


def clean(text: str) -> str:
    """Return a bounded text without the control and private-use characters that engines use."""
    kept = text[:MAX_TEXT].translate(_DROPPED)
    return kept.encode("utf-8", "replace").decode("utf-8")


_DROPPED: Final = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xE000, 0xE001]
)


@lru_cache(maxsize=300)
def country_names(code: str) -> tuple[str, ...]:
    """Return the names of a country in the languages of `COUNTRY_NAME_LANGUAGES`."""
    names = (Locale(lang).territories.get(code) for lang in COUNTRY_NAME_LANGUAGES)
    return tuple(dict.fromkeys(str(name) for name in names if name))


def _seconds(time: datetime) -> int:
    return calendar.timegm(time.utctimetuple())
