"""Which addresses of a peer are asked, in which order, and where its pages end."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

from crawlers.forges.client import Api, ForgeClient
from crawlers.forges.infer import SourceSpec
from crawlers.peers.reading import PeerReader
from crawlers.peers.software_catalog import next_cursor
from crawlers.peers.worker import MAX_ANSWER, Answer
from registry.domain.peers import Batch
from registry.errors import CrawlFailure, NotFound

MAX_PAGES: Final = 2_000
PAGE_SIZE: Final = 50


class Page(Struct, frozen=True):
    """One answer: where it was read, and its records."""

    read_from: str
    batch: Batch


Walk = Callable[[SourceSpec, ForgeClient, PeerReader, dict[str, Any]], Iterator[Page]]


def pages_of(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Yield the answers of a peer to the end, or raise `CrawlFailure` where that is not reached."""
    yield from _WALKS[spec.protocol or ""](spec, client, reader, options)


def first_addresses(spec: SourceSpec) -> list[str]:
    """Return the addresses that a harvest begins with: what a dry run shows."""
    parts = _PARTS.get(spec.protocol or "")
    return [spec.url + path for path in parts] if parts else [spec.url]


def _software_catalog(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Read catalogues (newer servers have them), then publishers, then software."""
    api = client.api(spec.url, spec.host)
    for path in _PARTS["catalog"]:
        try:
            yield from _cursor_pages(spec.url, path, api, reader, options)
        except NotFound:
            if not path.startswith("/catalogs"):
                raise


def _cursor_pages(
    root: str, path: str, api: Api, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Follow the cursors, with our own parameters on each request.

    The server's filter by time looks at the day of creation and misses updates, so all is read.
    """
    seen: set[str] = set()
    asked = path
    for _ in range(MAX_PAGES):
        page = _page("catalog", root, asked, api, reader, options)
        yield page
        if page.batch.next is None:
            return
        cursor = next_cursor(page.batch.next, root + asked)
        if cursor is None:
            raise CrawlFailure("malformed", f"{path}: the link to the next page leads elsewhere")
        if cursor in seen:
            raise CrawlFailure("malformed", f"{path}: a page names itself as its next")
        seen.add(cursor)
        asked = f"{path}&page%5Bafter%5D={quote(cursor, safe='')}"
    raise CrawlFailure("too_large", f"{path}: more than {MAX_PAGES} pages")


def _page(
    protocol: str, root: str, path: str, api: Api, reader: PeerReader, options: dict[str, Any]
) -> Page:
    content = api.read(path, max_bytes=MAX_ANSWER)
    answer = Answer(root + path, content.body)
    return Page(answer.read_from, reader.read(protocol, (answer,), options))


def origin_of(url: str) -> tuple[str, str]:
    """Return the root and the rest of a URL, as an `Api` wants them."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    return root, url.removeprefix(root) or "/"


_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "catalog": (
        f"/catalogs?all=true&page%5Bsize%5D={PAGE_SIZE}",
        f"/publishers?all=true&page%5Bsize%5D={PAGE_SIZE}",
        f"/software?all=true&page%5Bsize%5D={PAGE_SIZE}",
    ),
}
_WALKS: Final[dict[str, Walk]] = {"catalog": _software_catalog}
