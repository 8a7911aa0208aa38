"""Applications over the in-memory catalogue, ready to be asked or served."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from litestar import Litestar, Router, get
from litestar.params import FromPath, FromQuery
from litestar.testing import TestClient

from registry.errors import Conflict, Gone, RegistryError, Unavailable
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.web_fakes import web_services
from web.app import create_app
from web.services import Services

BASE = "http://127.0.0.1:8000"
FAILURES: dict[str, Callable[[], Exception]] = {
    "gone": lambda: Gone("taken out on request"),
    "busy": lambda: Unavailable("the database is busy", retry_after=7.4),
    "conflict": lambda: Conflict("not now"),
    "odd": lambda: RegistryError("an error that nobody mapped"),
    "bug": lambda: ZeroDivisionError("secret detail"),
}


@get("/components", sync_to_thread=False, tags=["Components"])
def list_components(q: FromQuery[str] = "") -> list[str]:
    """Find components."""
    return [q]


@get("/components/{slug:str}", sync_to_thread=False, tags=["Components"])
def show_component(slug: FromPath[str]) -> dict[str, str]:
    """Show one component."""
    return {"slug": slug}


@get("/failures/{name:str}", sync_to_thread=False, tags=["Failures"])
def fail(name: FromPath[str]) -> None:
    """Fail in the way that is named."""
    error = FAILURES[name]()
    raise error


@get("/broken", sync_to_thread=False, include_in_schema=False)
def broken() -> None:
    """Fail as a page would."""
    error = FAILURES["bug"]()
    raise error


def api_stub() -> Router:
    """Return a small API, as another part of the web would mount it."""
    return Router("/api/v1", route_handlers=[list_components, show_component, fail])


def sample_app(services: Services | None = None, **options: Any) -> Litestar:
    """Return an application with the small API and a page that breaks."""
    return create_app(services or web_services(), [api_stub(), broken], **options)


@contextmanager
def asked(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """Open a client that does not follow redirects and shows answers to errors."""
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


class BrokenCatalogue(InMemoryCatalogue):
    """A catalogue whose totals are the error that it was given last."""

    error: Exception = RegistryError("no error was given")

    def totals(self) -> Any:
        """Fail."""
        raise self.error


def failing_services(catalogue: BrokenCatalogue) -> Services:
    """Return services whose home page fails."""
    return replace(web_services(), catalogue=catalogue)
