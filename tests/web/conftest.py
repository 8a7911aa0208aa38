"""One application and client for all tests of pages that only read."""

from collections.abc import Iterator

import pytest
import structlog
from litestar import Litestar
from litestar.testing import TestClient

from registry.logs import configure
from registry.settings import LogSettings
from tests.support.web_apps import asked, sample_app
from tests.support.web_fakes import web_services


@pytest.fixture(scope="package", autouse=True)
def logging_as_served() -> Iterator[None]:
    configure(LogSettings(format="json"))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="package")
def client() -> Iterator[TestClient[Litestar]]:
    with asked(sample_app()) as opened:
        yield opened


@pytest.fixture(scope="package")
def empty_client() -> Iterator[TestClient[Litestar]]:
    with asked(sample_app(web_services(is_empty=True))) as opened:
        yield opened
