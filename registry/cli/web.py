"""Joining the web to the parts of a running registry."""

from typing import TYPE_CHECKING

import msgspec

from registry.cli.build import Registry

if TYPE_CHECKING:  # Litestar takes two seconds to import
    from litestar import Litestar


def build_app(registry: Registry, served_at: str) -> "Litestar":
    """Return the web application over the catalogue of this registry."""
    from web.app import create_app
    from web.services import Services

    web = registry.settings.web
    if not web.base_url:
        web = msgspec.structs.replace(web, base_url=served_at)
    return create_app(Services(catalogue=registry.catalogue, settings=web))
