"""The health route answers by what the catalogue can do."""

from dataclasses import replace

import pytest
from litestar.testing import TestClient

from registry.errors import Unavailable
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.web_apps import BASE
from tests.support.web_fakes import web_services
from web.app import create_app
from web.health import health


class BrokenCatalogue(InMemoryCatalogue):
    def totals(self):
        raise Unavailable("the database does not answer")


@pytest.mark.parametrize(("kind", "status"), [(InMemoryCatalogue, 200), (BrokenCatalogue, 503)])
def test_health_says_whether_the_catalogue_can_be_read(kind, status):
    services = web_services()
    broken = replace(services, catalogue=kind())
    with TestClient(create_app(broken, [health]), base_url=BASE) as client:
        assert client.get("/health").status_code == status
