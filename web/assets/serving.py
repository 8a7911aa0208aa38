"""Serving the static files from memory, by exact name."""

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import FromPath

from registry.errors import NotFound
from web.assets.manifest import TYPES
from web.pages.routes import COMPRESSION
from web.pages.view import Site

FOREVER = "public, max-age=31536000, immutable"


def static_files(site: Site) -> HTTPRouteHandler:
    """Return the handler of `/static/<name>`; names hold a hash, so they never change."""

    @get(
        "/static/{name:str}",
        include_in_schema=False,
        sync_to_thread=False,
        middleware=[DefineMiddleware(CompressionMiddleware, config=COMPRESSION)],
    )
    def static_file(name: FromPath[str]) -> Response[Any]:
        """Send one file."""
        content = site.assets.files.get(name)
        if content is None:
            raise NotFound(f"There is no file {name[:80]!r}.")
        media = TYPES[f".{name.rpartition('.')[2]}"]
        return Response(content, media_type=media, headers={"Cache-Control": FOREVER})

    return static_file
