"""A small catalogue in a real database, and the application over it, for the tests of the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session

from registry.catalogue.service import Catalogue
from registry.db.session import Database
from registry.db.tables import (
    ClaimRow,
    Component,
    ComponentField,
    CrawlEvent,
    DependencyRow,
    DocumentRow,
    LanguageRow,
    Organisation,
    ReleaseRow,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
    SubmoduleRow,
)
from registry.jobs.embedded import EmbeddedQueue
from registry.search.database_search import DatabaseSearch
from registry.search.port import SearchIndex
from registry.settings import WebSettings
from tests.support.databases import fresh_sqlite
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app
from web.i18n.languages import shipped_languages
from web.ports.disputes import DisputesPort
from web.ports.lineage import Lineage
from web.ports.publishing import Publishing

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8000"
COUNT = 47
FORMULA = '=HYPERLINK("http://x.example","open")'
HOSTILE = '<b>&"\x08 ]]> \ufffe end'
COMMIT = "a" * 40
# Two are enough to see that the API leads to pages in the language asked for; each costs time.
LANGUAGES = shipped_languages()[:2]
SETTINGS = WebSettings(base_url=BASE, requests_per_minute=0)


def fill(session: Session) -> None:
    """Write the sample: three organisations, 47 listed components, one whose repository moved."""
    session.add_all(_organisations())
    session.flush()
    session.add_all(
        [
            Source(id=1, spec="code.example/city", kind="organisation", forge="gitlab",
                   host="code.example", country="EE", organisation_id=1, added_at=NOW),
        ]
    )  # fmt: skip
    session.flush()
    session.add_all(_repository(number) for number in range(1, COUNT + 2))
    session.flush()
    session.add_all(_component(number) for number in range(1, COUNT + 2))
    session.flush()
    for fact in _facts():
        session.add(fact)
        session.flush()


def _organisations() -> list[Organisation]:
    rows = (("city", "City", "EE"), ("province", "Province", "CA"), ("agency", FORMULA, "CA"))
    return [
        Organisation(
            id=number, slug=slug, uri=f"https://{slug}.example", name=name, country=country,
            region="CA-ON" if slug == "province" else None, level="local", created_at=NOW,
        )
        for number, (slug, name, country) in enumerate(rows, 1)
    ]  # fmt: skip


def _repository(number: int) -> Repository:
    has_moved = number > COUNT
    return Repository(
        id=number, url=f"https://code.example/city/part-{number:02}", host="code.example",
        forge="gitlab" if number % 2 else "gitea", path=f"city/part-{number:02}", source_id=1,
        organisation_id=1 + number % 3,
        state=RepositoryState.MOVED if has_moved else RepositoryState.ACTIVE, state_since=NOW,
        head_commit=COMMIT, commit_count=number, last_crawled_at=NOW, last_checked_at=NOW,
        last_outcome="auth" if has_moved else "crawled", added_at=NOW,
        web_url="javascript:alert(1)" if number == 3 else None,
    )  # fmt: skip


def _component(number: int) -> Component:
    organisation = 1 + number % 3
    names: dict[str, Any] = {"en": f"Part {number:02}", "fr": f"Partie {number:02}"}
    descriptions: dict[str, Any] = {"en": f"Form number {number} for people"}
    if number == 1:
        names = {"en": FORMULA}
    if number == 2:
        descriptions = {"en": HOSTILE}
    if number == 4:
        descriptions = {"en": "a lone surrogate: \ud800"}
    return Component(
        id=number, uuid=f"00000000-0000-4000-8000-{number:012}", slug=f"part-{number:02}",
        repository_id=number, organisation_id=organisation,
        origin_id=5 if number in {6, 7} else None,
        country="EE" if organisation == 1 else "CA", region="CA-ON" if organisation == 2 else None,
        name=names["en"], names=names, descriptions=descriptions,
        licence="EUPL-1.2" if number % 2 else "MIT", licence_class="weak",
        language="Python" if number % 4 else "Java", activity="active" if number % 5 else "quiet",
        categories=["form-builder"] if number < 10 else [], fork_count=2 if number == 5 else 0,
        last_commit_at=NOW - timedelta(days=number), created_at=NOW - timedelta(days=100 - number),
        updated_at=NOW - timedelta(hours=number),
    )  # fmt: skip


def _facts() -> list[Any]:
    return [
        CrawlEvent(repository_id=5, at=NOW, stage="fetch", outcome="too_slow", detail="at 60 s"),
        RepositoryAlias(url="https://code.example/old/name", repository_id=5, since=NOW),
        DependencyRow(repository_id=5, ecosystem="pypi", name="jinja2", path="a.txt", line=3),
        SubmoduleRow(repository_id=5, path="lib", commit=COMMIT, url="https://code.example/l/i"),
        LanguageRow(repository_id=5, name="Python", size=900, files=3),
        ReleaseRow(
            repository_id=5, name="v1.0", commit=COMMIT, version="1.0", released_at=NOW
        ),
        DocumentRow(
            id=1, repository_id=5, kind="publiccode", path="publiccode.yml", blob="b" * 40,
            commit=COMMIT, sha256="c" * 64, size=100, status="valid", read_at=NOW,
        ),
        ClaimRow(
            id=1, repository_id=5, document_id=1, property="licence", value="EUPL-1.2",
            basis="publiccode", path="publiccode.yml", line=7, commit=COMMIT, observed_at=NOW,
        ),
        ComponentField(
            component_id=5, property="licence", value="EUPL-1.2", basis="publiccode", claim_id=1
        ),
        ComponentField(
            component_id=5, property="interface_languages", value=["en", "fr"], basis="publiccode"
        ),
    ]  # fmt: skip


def sample_catalogue(database: Database) -> Catalogue:
    """Return the real catalogue over a database, searched without an index."""
    queue = EmbeddedQueue(database, clock=lambda: NOW)
    index = cast("SearchIndex", DatabaseSearch(database))
    return Catalogue(database, index, queue, lambda: NOW)


@contextmanager
def filled_database(folder: Path) -> Iterator[Database]:
    """Yield a database with the sample, and with edges between its components."""
    from tests.support.reuse_samples import fill_reuse  # its edges join these components

    database = fresh_sqlite(folder)
    try:
        with database.write() as session:
            fill(session)
            fill_reuse(session)
        yield database
    finally:
        database.close()


def api_app(
    catalogue: Any,
    clock: Callable[[], float] = lambda: 0.0,
    lineage: Lineage | None = None,
    publishing: Publishing | None = None,
    disputes: DisputesPort | None = None,
    **settings: Any,
) -> Litestar:
    """Return the whole application with the API; no rate limit unless the settings say so."""
    parts = web_services(settings=msgspec.structs.replace(SETTINGS, **settings))
    return create_app(
        replace(
            parts,
            catalogue=catalogue,
            lineage=lineage or parts.lineage,
            disputes=disputes or parts.disputes,
            publishing=publishing or parts.publishing,
            as_of=lambda: NOW,
            api_routes=api_routers(clock),
        ),
        languages=LANGUAGES,
    )


@contextmanager
def api_client(
    catalogue: Any,
    clock: Callable[[], float] = lambda: 0.0,
    lineage: Lineage | None = None,
    publishing: Publishing | None = None,
    disputes: DisputesPort | None = None,
    **settings: Any,
) -> Iterator[TestClient[Litestar]]:
    """Yield a client that sees answers to errors as a stranger does."""
    app = api_app(catalogue, clock, lineage, publishing, disputes, **settings)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client
