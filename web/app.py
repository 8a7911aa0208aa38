"""The web application, built from its services; there is no module-level app."""

from collections.abc import Sequence

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from web.assets.manifest import load_assets
from web.assets.serving import static_files
from web.auth.declared import check_declared
from web.auth.forgery import forgery_guard
from web.auth.visit import PrivateAnswers, auth_dependencies
from web.errors import exception_handlers
from web.i18n.languages import Language, shipped_languages
from web.page_cache import KeptPages, PageCache
from web.pages.routes import page_routers
from web.pages.view import Site
from web.security import Gate
from web.services import Services

MAX_BODY = 1024 * 1024
# Paths that pages link to where they exist.
FOR_PROGRAMS = ("/api/", "/feeds/", "/badge/", "/mcp")


def create_app(
    services: Services,
    route_handlers: Sequence[ControllerRouterHandler] = (),
    languages: Sequence[Language] | None = None,
) -> Litestar:
    """Return the application; `route_handlers` are those of the API, beside the pages.

    Their operations make up `/api`, and pages link to exactly those of their paths that exist.
    """
    site = Site(services, languages or shipped_languages(), load_assets())
    api = (*services.api_routes, *route_handlers)
    app = Litestar(
        [*api, *page_routers(site, with_reference=bool(api)), static_files(site)],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            **auth_dependencies(site.base_url),
        },
        guards=[forgery_guard(site.base_url)],
        middleware=[*_page_cache(services), PrivateAnswers()],
        exception_handlers=exception_handlers(site),
        openapi_config=_openapi(services.version) if api else None,
        request_max_body_size=MAX_BODY,
        logging_config=None,
    )
    check_declared(app)
    site.api_paths = frozenset(
        route.path_format for route in app.routes if route.path_format.startswith(FOR_PROGRAMS)
    )
    app.asgi_handler = Gate(app.asgi_handler, services.settings)
    return app


def _page_cache(services: Services) -> tuple[KeptPages, ...]:
    size = services.settings.page_cache_bytes
    if services.data_state is None or not size:
        return ()
    return (KeptPages(PageCache(size), services.data_state),)


def _openapi(version: str) -> OpenAPIConfig:
    from web.api.openapi import openapi_config

    return openapi_config(version)
