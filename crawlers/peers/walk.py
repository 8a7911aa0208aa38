"""Which addresses of a peer are asked, in which order, and where its pages end."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

from crawlers.forges.client import Api, ForgeClient
from crawlers.forges.infer import SourceSpec
from crawlers.peers.answers import Answer
from crawlers.peers.reading import PeerReader
from crawlers.peers.software_catalog import next_cursor
from crawlers.peers.worker import MAX_ANSWER
from registry.domain.peers import Batch
from registry.errors import CrawlFailure, NotFound

MAX_PAGES: Final = 2_000
PAGE_SIZE: Final = 50
MAX_PORTION: Final = 3 * MAX_ANSWER


class Page(Struct, frozen=True):
    """One answer: where it was read, and its records."""

    read_from: str
    batch: Batch

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.batch.records or self.batch.problems)


Walk = Callable[[SourceSpec, ForgeClient, PeerReader, dict[str, Any]], Iterator[Page]]


def pages_of(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Yield the answers of a peer to the end, or raise `CrawlFailure` where that is not reached."""
    walk = _WALKS.get(spec.protocol or "", _one_document)
    yield from walk(spec, client, reader, options)


def pages_of_files(
    spec: SourceSpec, files: Iterable[Path], reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Yield recorded answers in place of those of the peer, as many files at once as fit.

    Files of one portion are read together, for some formats spread one thing over two of them.
    """
    portion: list[Answer] = []
    for file in files:
        answer = Answer(file.name, _contents(file))
        if portion and sum(len(a.body) for a in portion) + len(answer.body) > MAX_PORTION:
            yield Page("", reader.read(spec.protocol or "", tuple(portion), options))
            portion = []
        portion.append(answer)
    if portion:
        name = portion[0].read_from if len(portion) == 1 else ""
        yield Page(name, reader.read(spec.protocol or "", tuple(portion), options))


def _contents(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_ANSWER + 1)  # one more, so that the reader says that it is too large


def first_addresses(spec: SourceSpec) -> list[str]:
    """Return the addresses that a harvest begins with: what a dry run shows."""
    parts = _PARTS.get(spec.protocol or "")
    return [spec.url + path for path in parts] if parts else [spec.url]


def _one_document(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Read the one file that a peer is."""
    root, path = _origin(spec.url)
    yield _page(spec, root, path, client.api(root, spec.host), reader, options)


def _nl_register(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Read bodies, their accounts, and the repositories: those with a publiccode.yml stand apart.

    The register asks for a key of its own header; pages are numbered, headers tell the last one.
    """
    api = client.api(spec.url, spec.host, scheme="", header="x-api-key")
    for path in _PARTS["nl-register"]:
        for number in range(1, MAX_PAGES + 1):
            asked = f"{path}&page={number}"
            content = api.read(asked, max_bytes=MAX_ANSWER)
            answer = Answer(spec.url + asked, content.body)
            page = Page(answer.read_from, reader.read("nl-register", (answer,), options))
            yield page
            if not _has_more(content.headers, number) or page.is_empty:
                break
        else:
            raise CrawlFailure("too_large", f"{path}: more than {MAX_PAGES} pages")


def _has_more(headers: Mapping[str, str], number: int) -> bool:
    total = headers.get("total-pages", "").strip()
    if total.isascii() and total.isdigit():
        return number < int(total[:9])
    return 'rel="next"' in headers.get("link", "").replace("'", '"')


def _software_catalog(
    spec: SourceSpec, client: ForgeClient, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Read catalogues (newer servers have them), then publishers, then software."""
    api = client.api(spec.url, spec.host)
    for path in _PARTS["catalog"]:
        try:
            yield from _cursor_pages(spec, path, api, reader, options)
        except NotFound:
            if not path.startswith("/catalogs"):
                raise


def _cursor_pages(
    spec: SourceSpec, path: str, api: Api, reader: PeerReader, options: dict[str, Any]
) -> Iterator[Page]:
    """Follow the cursors, with our own parameters on each request.

    The server's filter by time looks at the day of creation and misses updates, so all is read.
    """
    seen: set[str] = set()
    asked = path
    for _ in range(MAX_PAGES):
        page = _page(spec, spec.url, asked, api, reader, options)
        yield page
        if page.batch.next is None:
            return
        cursor = next_cursor(page.batch.next, spec.url + asked)
        if cursor is None:
            raise CrawlFailure("malformed", f"{path}: the link to the next page leads elsewhere")
        if cursor in seen:
            raise CrawlFailure("malformed", f"{path}: a page names itself as its next")
        seen.add(cursor)
        asked = f"{path}&page%5Bafter%5D={quote(cursor, safe='')}"
    raise CrawlFailure("too_large", f"{path}: more than {MAX_PAGES} pages")


def _page(
    spec: SourceSpec, root: str, path: str, api: Api, reader: PeerReader, options: dict[str, Any]
) -> Page:
    content = api.read(path, max_bytes=MAX_ANSWER)
    answer = Answer(root + path, content.body)
    return Page(answer.read_from, reader.read(spec.protocol or "", (answer,), options))


def _origin(url: str) -> tuple[str, str]:
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
    "nl-register": (
        "/organisations?perPage=100",
        "/git-organisations?perPage=100",
        "/repositories?publiccode=true&perPage=100",
        "/repositories?publiccode=false&perPage=100",
        "/repositories?archived=true&publiccode=true&perPage=100",
        "/repositories?archived=true&publiccode=false&perPage=100",
    ),
}
_WALKS: Final[dict[str, Walk]] = {"catalog": _software_catalog, "nl-register": _nl_register}
