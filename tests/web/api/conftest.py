"""The application over the sample catalogue, built once: the API only reads."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.service import Catalogue
from tests.support.api_samples import api_client, filled_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """Yield the real catalogue over a filled SQLite database."""
    with filled_catalogue(tmp_path_factory.mktemp("api")) as found:
        yield found


@pytest.fixture(scope="session")
def api(catalogue: Catalogue) -> Iterator[TestClient[Litestar]]:
    """Yield a client of the whole application."""
    with api_client(catalogue) as client:
        yield client
