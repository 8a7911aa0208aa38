"""`/data`: the whole catalogue as files, for everybody."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.datastructures import ETag
from litestar.params import FromPath
from litestar.response import File, Redirect

from registry.errors import NotFound
from registry.publishing.bulk.editions import BulkData, Edition
from registry.publishing.bulk.tables import TABLES, BulkTable
from web.pages.view import Context, View, ViewDependency

PATH: Final = "/data"
LATEST: Final = "latest"
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

    @get("/{edition:str}/{name:str}", sync_to_thread=True)
    def download(
        self, view: ViewDependency, edition: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Give a file; `latest` leads to the newest edition."""
        bulk = bulk_of(view)
        if edition == LATEST:
            found = bulk.editions()
            if not found:
                raise NotFound("No edition was made yet.")
            return Redirect(f"{PATH}/{found[0].day}/{name}", status_code=302)
        path, file = bulk.file(edition, name)
        tag = f'"{file.sha256}"'
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        known = {x.strip() for x in (view.etag or "").split(",")}
        if tag in known:
            return Response(b"", status_code=304, headers={**headers, "ETag": tag})
        kind = _TYPES.get(name.rpartition(".")[2], "text/plain")
        return File(
            path, filename=name, media_type=kind, headers=headers, etag=ETag(value=file.sha256)
        )


def bulk_of(view: View) -> BulkData:
    """Return the bulk data of this instance."""
    if view.services.bulk is None:
        raise NotFound("This registry offers no bulk data.")
    return view.services.bulk
