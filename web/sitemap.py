"""`/sitemap.xml` and `/robots.txt`: what search engines and harvesters may visit, and what changed.

Protocol: sitemaps.org 0.9, with at most 50,000 addresses a file; ResourceSync reads the same.
"""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from litestar import Response, get
from litestar.params import FromPath

from registry.errors import NotFound
from web.services import Services, ServicesDependency

MOST: Final = 50_000
_SPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Pages of one person, and those that cost work: nothing of them is found by a search.
_CLOSED: Final = (
    "/account", "/claims", "/invitations", "/mail/", "/publish/", "/reuse-actions/", "/sign-in",
)  # fmt: skip
_HEADERS: Final = {"Cache-Control": "public, max-age=3600"}


@get("/robots.txt", sync_to_thread=False, include_in_schema=False)
def robots(services: ServicesDependency) -> Response[str]:
    """Close the pages of accounts and drafts, in every language, and name the sitemap."""
    closed = [f"Disallow: {start}{path}" for path in _CLOSED for start in ("", "/*")]
    lines = ["User-agent: *", *closed, f"Sitemap: {_base(services)}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=_HEADERS)


@get("/sitemap.xml", sync_to_thread=True, include_in_schema=False)
def index(services: ServicesDependency) -> Response[str]:
    """Name the files that hold the addresses of all listed components."""
    base = escape(_base(services))
    files = "".join(
        f"<sitemap><loc>{base}/sitemaps/{place}.xml</loc></sitemap>\n"
        for place in _places(services)
    )
    return _xml(f"<sitemapindex {_SPACE}>\n{files}</sitemapindex>\n")


@get("/sitemaps/{name:str}", sync_to_thread=True, include_in_schema=False)
def addresses(services: ServicesDependency, name: FromPath[str]) -> Response[str]:
    """List components with the day of their last change, after a place that the index names."""
    place = name.removesuffix(".xml")
    if not (name.endswith(".xml") and place.isascii() and place.isdigit() and len(place) < 19):
        raise NotFound("there is no such file")
    base = escape(_base(services))
    rows, _ = services.publishing.pages(int(place), MOST)
    found = "".join(
        f"<url><loc>{base}/components/{escape(slug)}</loc>"
        f"<lastmod>{changed.date().isoformat()}</lastmod></url>\n"
        for slug, changed in rows
    )
    return _xml(f"<urlset {_SPACE}>\n{found}</urlset>\n")


def _places(services: Services) -> Iterator[int]:
    place: int | None = 0
    while place is not None:
        yield place
        _, place = services.publishing.pages(place, MOST)


def _base(services: Services) -> str:
    return services.settings.base_url.rstrip("/")


def _xml(body: str) -> Response[str]:
    return Response(_HEAD + body, media_type="application/xml", headers=_HEADERS)
