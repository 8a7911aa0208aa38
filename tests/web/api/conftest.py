"""The application over the sample catalogue, built once: its tests only read, or object."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.service import Catalogue
from registry.db.session import Database
from registry.lineage.service import Lineage
from registry.publishing.service import Publishing
from tests.support.api_samples import NOW, api_client, filled_database, sample_catalogue
from tests.support.reuse_samples import lineage_over


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Yield a filled SQLite database."""
    with filled_database(tmp_path_factory.mktemp("api")) as database:
        yield database


@pytest.fixture(scope="session")
def catalogue(filled: Database) -> Catalogue:
    """Return the real catalogue over the sample."""
    return sample_catalogue(filled)


@pytest.fixture(scope="session")
def lineage(filled: Database) -> Lineage:
    """Return the real questions about reuse over the sample."""
    return lineage_over(filled)


@pytest.fixture(scope="session")
def api(filled: Database, catalogue: Catalogue, lineage: Lineage) -> Iterator[TestClient[Litestar]]:
    """Yield a client of the whole application."""
    publishing = Publishing(filled, lambda: NOW)
    with api_client(catalogue, lineage=lineage, publishing=publishing) as client:
        yield client
