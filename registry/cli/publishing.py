"""What the publish wizard knows of repositories: joined from the catalogue, the store and the
crawler, which know nothing of each other."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import ComponentDetail, DocumentView, Provenance, ResolvedField
from registry.catalogue.sources import find_repository
from registry.db.tables import Repository, RepositoryState
from registry.domain import publiccode_lists as lists
from registry.errors import Conflict, Gone, InvalidInput
from registry.publishing.draftmodels import Facts, KnownValue, Looked, Origin
from registry.publishing.fields import BY_NAME

if TYPE_CHECKING:
    from crawlers.forges.infer import SourceSpec
    from registry.cli.build import Registry
    from registry.gitstore.contents import GitContents

MAX_LISTED: Final = 500
# People wait: their repositories come before the ones that are checked again.
PRIORITY: Final = 50
MAX_WAITING: Final = 500
# Property of the catalogue → question of the wizard.
_PROPERTIES: Final = {
    "name": "name",
    "software_type": "software_type",
    "status": "status",
    "platforms": "platforms",
    "categories": "categories",
    "landing_url": "landing_url",
    "version": "version",
    "release_date": "release_date",
    "short_description": "short_description",
    "long_description": "long_description",
    "features": "features",
    "licence": "licence",
    "organisation": "organisation_name",
    "organisation_uri": "organisation_uri",
    "maintenance_type": "maintenance",
    "interface_languages": "languages",
}
_RELEASE: Final = re.compile(r"v?(\d+)\.\d+.*")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


class CataloguedRepositories:
    """Looks into a registry, and puts into its queue what is not there yet."""

    def __init__(self, registry: "Registry", contents: "GitContents") -> None:
        self._registry = registry
        self._contents = contents

    def look(self, url: str) -> Looked:
        """Return what there is at an address; see `registry.publishing.port.Repositories`."""
        spec = self._spec(url)
        if spec.kind == "organisation":
            return self._organisation(spec.url)
        with self._registry.database.read() as session:
            row = find_repository(session, spec.url)
        if row is None:
            return Looked(url=spec.url, state="new")
        if row.state == RepositoryState.TAKEN_DOWN:
            raise Gone("this repository was removed from the registry on purpose")
        if row.last_crawled_at is None:
            state = "failed" if row.last_outcome else "reading"
            return Looked(url=row.url, state=state, reason=row.last_outcome)  # type: ignore[arg-type]
        view, _ = self._registry.catalogue.repository_log(row.id or 0)
        if view.component is None:
            return Looked(url=row.url, state="failed", reason=row.last_outcome)
        facts = self._facts(self._registry.catalogue.component(view.component))
        return Looked(url=row.url, state="known", facts=facts)

    def ask_for(self, url: str) -> None:
        """Add a repository to the sources of the crawler, and put its crawl into the queue."""
        from crawlers.adding import Entry, add_entry
        from crawlers.pipeline import crawl_job

        registry, spec = self._registry, self._spec(url)
        waiting = registry.queue.counts().get("crawl.repository", {}).get("waiting", 0)
        if waiting > MAX_WAITING:
            raise Conflict("many repositories wait to be read: try again in an hour")
        with registry.database.write() as session:
            add_entry(session, Entry(spec=spec), registry.clock())
            row = find_repository(session, spec.url)
            if row is not None:
                job = crawl_job(row, registry.settings.crawl, priority=PRIORITY)
                registry.queue.enqueue(session, [job])

    def address(self, url: str) -> tuple[str, str]:
        """Return what an organisation's address names; see `OrganisationSources`."""
        spec = self._spec(url)
        if spec.kind != "organisation":
            raise InvalidInput("this is not the address of an organisation at its forge")
        return spec.text, spec.url

    def add(self, session: Session, spec: str, *, name: str, country: str) -> None:
        """Add an organisation to the sources of the crawler, and put its listing into the
        queue."""
        from crawlers.adding import Entry, add_entry
        from crawlers.discovery import discover_job
        from crawlers.forges.infer import parse_source

        registry = self._registry
        allowed = frozenset(registry.settings.crawl.allow_hosts)
        parsed = parse_source(spec, allow_http_hosts=allowed)
        entry = Entry(spec=parsed, name=name, country=country)
        source, _ = add_entry(session, entry, registry.clock())
        registry.queue.enqueue(session, [discover_job(source)])

    def _spec(self, url: str) -> "SourceSpec":
        """Return what an address names, or raise `InvalidInput` where it may not be read."""
        from crawlers.forges.infer import parse_source

        text = url.strip()
        allowed = frozenset(self._registry.settings.crawl.allow_hosts)
        spec = parse_source(text if "://" in text else f"https://{text}", allow_http_hosts=allowed)
        if spec.kind == "list":
            return msgspec.structs.replace(spec, kind="repository")
        return spec

    def _organisation(self, url: str) -> Looked:
        start = url.rstrip("/") + "/"
        query = (
            select(Repository.url)
            .where(
                col(Repository.url).startswith(start, autoescape=True),
                col(Repository.last_crawled_at).is_not(None),
                col(Repository.state) != RepositoryState.TAKEN_DOWN,
            )
            .order_by(col(Repository.url))
            .limit(MAX_LISTED)
        )
        with self._registry.database.read() as session:
            found = tuple(session.exec(query))
        state = "organisation" if found else "new"
        return Looked(url=url, state=state, kind="organisation", repositories=found)  # type: ignore[arg-type]

    def _facts(self, detail: ComponentDetail) -> Facts:
        repository = detail.repository
        document = _own_file(detail)
        base = self._contents.contents(repository.url, document.blob) if document else None
        texts = [f.lang for f in detail.fields if f.property == "short_description" and f.lang]
        lang = "en" if not texts or "en" in texts else texts[0]
        return Facts(
            url=repository.url,
            web_url=repository.web_url or repository.url,
            forge=repository.forge,
            branch=repository.default_branch or "main",
            slug=detail.card.slug,
            lang=lang,
            values=dict(_values(detail, lang)),
            path=document.path if document else "publiccode.yml",
            has_file=document is not None,
            base=base.decode("utf-8", "replace") if base else None,
        )


def _own_file(detail: ComponentDetail) -> DocumentView | None:
    """Return the publiccode.yml nearest to the root."""
    files = [document for document in detail.documents if document.kind == "publiccode"]
    return min(files, key=lambda x: (x.path.count("/"), x.path), default=None)


def _values(detail: ComponentDetail, lang: str) -> Iterator[tuple[str, KnownValue]]:
    fields = [
        field
        for field in detail.fields
        if field.property in _PROPERTIES
        and field.lang in (None, lang)
        and not _is_of_a_part(field.source)
    ]
    for found in sorted(fields, key=lambda f: f.lang is not None):
        name = _PROPERTIES[found.property]
        value = _fitting(name, found)
        if value is not None:
            yield name, KnownValue(value=value, origin=_origin(found.source))
    if not any(field.property == "status" for field in fields) and (status := _maturity(detail)):
        yield "status", KnownValue(value=status, origin=Origin(basis="tags"))
    if detail.repository.is_fork and detail.repository.parent_url:
        origin = Origin(basis="forge")
        yield "is_based_on", KnownValue(value=detail.repository.parent_url, origin=origin)


def _is_of_a_part(source: Provenance) -> bool:
    """Say whether a manifest in a folder tells it: often one of a copied library."""
    return source.basis == "manifest" and "/" in (source.path or "")


def _origin(source: Provenance) -> Origin:
    return Origin(
        basis=source.basis, path=source.path, line=source.line, commit=source.commit, url=source.url
    )


def _fitting(name: str, found: ResolvedField) -> Any:
    """Return a value as the file takes it, or None where it takes none such."""
    question, value = BY_NAME[name], found.value
    if question.kind == "lines":
        return [str(item) for item in value] if isinstance(value, list) and value else None
    if not isinstance(value, str) or not value.strip():
        return None
    if question.choices and value not in question.choices:
        return None
    if name == "release_date":
        return day[0] if (day := _DATE.match(value)) else None
    if name == "organisation_uri" and not value.startswith(("http", "urn:")):
        return None
    return value


def _maturity(detail: ComponentDetail) -> str | None:
    """Return the development status that the newest release tells; nobody stated it."""
    version = _RELEASE.fullmatch(detail.card.version or "")
    if not version:
        return None
    status = "stable" if int(version[1]) else "beta"
    return status if status in lists.DEVELOPMENT_STATUSES else None
