"""`/data`: the whole catalogue as files, for everybody."""

from pathlib import Path
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.datastructures import ETag
from litestar.params import FromPath
from litestar.response import File, Redirect, Stream

from registry.errors import NotFound
from registry.publishing.bulk.editions import BulkData, BulkFile, Edition
from registry.publishing.bulk.tables import TABLES, BulkTable
from web.pages.forms import AnyRequest
from web.pages.view import NOT_COMPRESSED, Context, View, ViewDependency
from web.ranges import Span, asked_span, part_of

PATH: Final = "/data"
LATEST: Final = "latest"
_HEADERS: Final = {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Accept-Ranges": "bytes",
}
_TYPES: Final = {
    "gz": "application/gzip", "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3", "json": "application/json",
}  # fmt: skip


class BulkContext(Context, frozen=True, kw_only=True):
    """Variables of `data.html`; `editions` are those that can be had, the newest first."""

    template: ClassVar[str] = "data.html"
    editions: tuple[Edition, ...]
    tables: tuple[BulkTable, ...]


class BulkPages(Controller):
    """`/data` and the files of each edition; `latest` stands for the newest."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency) -> Response[bytes]:
        """Show what there is, what each file holds, and its checksum."""
        editions = tuple(bulk_of(view).editions())
        return view.render(BulkContext(editions=editions, tables=TABLES))

    @get("/{edition:str}/{name:str}", sync_to_thread=True, opt={NOT_COMPRESSED: True})
    def download(
        self, view: ViewDependency, request: AnyRequest, edition: FromPath[str],
        name: FromPath[str],
    ) -> Response[Any]:  # fmt: skip
        """Give a file, or the part of it that is asked for; `latest` leads to the newest edition.

        It is never compressed on the way: parts and checksum are of the bytes that are sent.
        """
        bulk = bulk_of(view)
        if edition == LATEST:
            found = bulk.editions()
            if not found:
                raise NotFound("No edition was made yet.")
            return Redirect(f"{PATH}/{found[0].day}/{name}", status_code=302)
        path, file = bulk.file(edition, name)
        tag = f'"{file.sha256}"'
        headers = {**_HEADERS, "ETag": tag}
        if tag in {x.strip() for x in (view.etag or "").split(",")}:
            return Response(b"", status_code=304, headers=headers)
        sent = request.headers
        span = asked_span(sent.get("range"), sent.get("if-range"), size=file.size, tag=tag)
        return _file(path, file, headers, span)


def _file(path: Path, file: BulkFile, headers: dict[str, str], span: Span | None) -> Response[Any]:
    kind = _TYPES.get(file.name.rpartition(".")[2], "text/plain")
    if span is None:
        return File(
            path, filename=file.name, media_type=kind, headers=_HEADERS,
            etag=ETag(value=file.sha256),
        )  # fmt: skip
    headers = {**headers, "Content-Range": span.content_range(file.size)}
    if not span.length:
        return Response(b"", status_code=416, media_type=kind, headers=headers)
    headers |= {
        "Content-Length": str(span.length),
        "Content-Disposition": f'attachment; filename="{file.name}"',
    }
    return Stream(part_of(path, span), status_code=206, media_type=kind, headers=headers)


def bulk_of(view: View) -> BulkData:
    """Return the bulk data of this instance."""
    if view.services.bulk is None:
        raise NotFound("This registry offers no bulk data.")
    return view.services.bulk
