"""Frozen reports: the page of each, which never changes, its files, and two beside each other."""

from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from registry.accounts.authorise import Action
from registry.errors import InvalidInput, NotFound
from registry.reports.portfolio import Portfolio, portfolio_pairs
from registry.reports.savings.assumptions import assumption_pairs, assumptions_of
from registry.reports.service import Reports
from registry.reports.snapshots.bundle import MEDIA_TYPE, files_of, shown_files
from registry.reports.snapshots.citing import citation
from registry.reports.snapshots.differences import Differences, differences
from registry.reports.snapshots.service import Kept, Listed, Snapshots
from registry.reports.snapshots.tables import table_file, table_files
from web.auth.visit import VisitDependency
from web.pages.forms import AnyRequest, pay_for_form
from web.pages.report_query import REPORTS, ReportAddress, address_of
from web.pages.view import Context, FeedLink, View, ViewDependency

PATH: Final = "/snapshots"
COST: Final = 20
FREEZE: Final = {"action": Action.FREEZE_REPORT}
MOST_ROWS: Final = 200
FILE_CACHE: Final = "public, max-age=300"
_TYPES: Final = {
    "csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson",
    "txt": "text/plain", "zip": MEDIA_TYPE,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip


class SnapshotsContext(Context, frozen=True, kw_only=True):
    """Variables of `snapshots/index.html`."""

    template: ClassVar[str] = "snapshots/index.html"
    snapshots: tuple[Listed, ...]


class NewSnapshotContext(Context, frozen=True, kw_only=True):
    """Variables of `snapshots/new.html`; `asked` are the parameters of the report."""

    template: ClassVar[str] = "snapshots/new.html"
    asked: tuple[tuple[str, str], ...]
    action: str
    back_href: str
    csrf: str


class SnapshotContext(Context, frozen=True, kw_only=True):
    """Variables of `snapshots/show.html`.

    `files` are (name, address). `newer` says that the same report would be another one now;
    `report_href` shows it, `asked` is what it is about. `reported` are savings that organisations
    report, by the columns of their file.
    """

    template: ClassVar[str] = "snapshots/show.html"
    key: str
    digest: str
    as_of: str
    made_at: Any
    method: dict[str, Any]
    figures: dict[str, Any]
    asked: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str], ...]
    rows: int
    proofs: int
    files: tuple[tuple[str, str], ...]
    reported: tuple[dict[str, Any], ...]
    bundle_href: str
    report_href: str
    newer: bool
    others: tuple[Listed, ...]
    citation: str
    bibtex: str
    cff: str
    structured: str


class ComparedContext(Context, frozen=True, kw_only=True):
    """Variables of `snapshots/compare.html`; `hidden` rows are in the data alone."""

    template: ClassVar[str] = "snapshots/compare.html"
    found: Differences
    counts: tuple[tuple[str, str, int], ...]
    hidden: int


class SnapshotPages(Controller):
    """`/snapshots`, each of them, its files, and what differs from another one."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def list_newest(self, view: ViewDependency) -> Response[bytes]:
        """List the newest snapshots."""
        context = SnapshotsContext(snapshots=tuple(snapshots_of(view).list()))
        feed = FeedLink("Atom", "application/atom+xml", "/api/v1/snapshots.atom")
        return view.render(context, twin="/api/v1/snapshots", feeds=(feed,))

    @get("/{snapshot_key:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, snapshot_key: FromPath[str]) -> Response[bytes]:
        """Show a snapshot: its numbers, how to cite and how to check it."""
        service = snapshots_of(view)
        found = service.get(snapshot_key)
        twin = f"/api/v1/snapshots/{found.snapshot.id}"
        answer = view.render(_context(view, service, found), twin=twin)
        answer.headers["ETag"] = f'W/"{snapshot_key}-{answer.headers["ETag"][3:11]}"'
        return answer

    @get("/{snapshot_key:str}/files/{name:str}", sync_to_thread=True)
    def download(
        self, view: ViewDependency, request: AnyRequest, snapshot_key: FromPath[str],
        name: FromPath[str],
    ) -> Response[bytes]:  # fmt: skip
        """Give a file of a snapshot, paid for as an export; its entity tag is the identifier."""
        pay_for_form(view.site, request, COST)
        found = snapshots_of(view).get(snapshot_key)
        if name == f"{snapshot_key}.zip":
            body: bytes | None = found.bundle()
        else:
            body = files_of(found.snapshot, found.figures, {}).get(name)
            body = body or table_file(name, found.snapshot, found.figures)
        if body is None:
            raise NotFound(f"This snapshot has no file {name[:60]!r}.")
        tag = f'"{snapshot_key}"'
        headers = {
            "ETag": tag, "Cache-Control": FILE_CACHE,
            "Content-Disposition": f'attachment; filename="{name}"',
        }  # fmt: skip
        if view.etag is not None and tag in {x.strip() for x in view.etag.split(",")}:
            return Response(b"", status_code=304, headers=headers)
        return Response(body, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)

    @get("/{snapshot_key:str}/compare", sync_to_thread=True)
    def compare(self, view: ViewDependency, snapshot_key: FromPath[str]) -> Response[Any]:
        """Show what differs from another snapshot to this one."""
        service = snapshots_of(view)
        other = view.first("with")
        if not other:
            return Redirect(view.language.link(f"{PATH}/{snapshot_key}"), status_code=303)
        found = differences(service.get(other).snapshot, service.get(snapshot_key).snapshot)
        twin = f"/api/v1/snapshots/{snapshot_key}/compare?{urlencode([('with', other)])}"
        return view.render(_compared(found), is_indexed=False, twin=twin)


class NewSnapshotPages(Controller):
    """`/account/snapshots/new`: freezing the report in the address."""

    path = "/account/snapshots"
    include_in_schema = False

    @get("/new", sync_to_thread=True, opt=FREEZE)
    def ask(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Say what freezing does, with the button for it."""
        portfolio, assumed = _asked(view)
        query = urlencode(view.pairs)
        context = NewSnapshotContext(
            asked=(*portfolio_pairs(portfolio), *assumed),
            action=view.language.link(f"/account/snapshots/new?{query}"),
            back_href=f"{view.language.link(REPORTS)}?{query}",
            csrf=visit.csrf,
        )
        return view.render(context, is_indexed=False)

    @post("/new", sync_to_thread=True, opt=FREEZE)
    def freeze(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest
    ) -> Response[Any]:
        """Freeze the report, and go to the snapshot; who asked is checked, and not kept."""
        del visit
        pay_for_form(view.site, request, COST)
        portfolio, assumed = _asked(view)
        found = snapshots_of(view).keep(portfolio, assumptions_of(assumed))
        return Redirect(view.language.link(f"{PATH}/{found.snapshot.id}"), status_code=303)


def snapshots_of(view: View) -> Snapshots:
    """Return the snapshots of this instance."""
    if view.services.snapshots is None:
        raise NotFound("This registry keeps no snapshots.")
    return view.services.snapshots


def _asked(view: View) -> tuple[Portfolio, list[tuple[str, str]]]:
    """Return the portfolio in the address and the assumptions; raises `InvalidInput`."""
    address = address_of(view)
    portfolio = _portfolio(view.services.reports, address)
    if portfolio.is_empty:
        raise InvalidInput("the address names no component, organisation, body, topic or search")
    return portfolio, assumption_pairs(assumptions_of(view.pairs))


def _portfolio(reports: Reports | None, address: ReportAddress) -> Portfolio:
    if address.stored and reports is not None:
        return reports.saved(address.stored).portfolio
    return address.portfolio


def _context(view: View, service: Snapshots, found: Kept) -> SnapshotContext:
    document, key = found.snapshot.document, found.snapshot.id
    asked = tuple((name, value) for name, value in document["portfolio"])
    assumed = tuple((name, value) for name, value in document["assumptions"])
    link = view.language.link(f"{PATH}/{key}")
    cited = citation(view.site.base_url, found)
    return SnapshotContext(
        key=key,
        digest=found.snapshot.digest,
        as_of=str(document["as_of"] or "")[:10],
        made_at=found.made_at,
        method=document["method"],
        figures=found.figures,
        asked=asked,
        assumed=assumed,
        rows=len(document["rows"]),
        proofs=len(found.proofs),
        files=tuple(
            (name, f"{link}/files/{name}")
            for name in (*shown_files(found.snapshot), *table_files())
        ),
        reported=tuple(document.get("reported", ()))[:MOST_ROWS],
        bundle_href=f"{link}/files/{key}.zip",
        report_href=f"{view.language.link(REPORTS)}?{urlencode([*asked, *assumed])}",
        newer=service.is_outdated(found),
        others=tuple(item for item in service.list(20) if item.id != key),
        citation=cited.text,
        bibtex=cited.bibtex,
        cff=cited.cff,
        structured=cited.structured,
    )


def _compared(found: Differences) -> ComparedContext:
    counts: dict[tuple[str, str], int] = {}
    for row in found.rows:
        counts[row.change, row.reason] = counts.get((row.change, row.reason), 0) + 1
    shown = Differences(
        before=found.before, after=found.after, warnings=found.warnings,
        rows=found.rows[:MOST_ROWS], components_added=found.components_added,
        components_removed=found.components_removed,
    )  # fmt: skip
    return ComparedContext(
        found=shown,
        counts=tuple((change, reason, count) for (change, reason), count in sorted(counts.items())),
        hidden=max(0, len(found.rows) - MOST_ROWS),
    )
