"""Snapshots at the API: frozen reports, how to cite them, and what differs between two."""

from collections import Counter
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, RawBody

from registry.accounts.authorise import Action
from registry.errors import NotFound
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions
from registry.reports.snapshots.bundle import shown_files
from registry.reports.snapshots.citing import citation
from registry.reports.snapshots.differences import Differences, RowDifference, differences
from registry.reports.snapshots.service import Kept, Listed, Snapshots
from registry.reports.snapshots.tables import table_files
from web.api import kinds, snapshot_examples
from web.api.bodies import mistakes_in, read_body, wrong_body
from web.api.call import Call, CallDependency
from web.api.cursors import cursor, foreign, number_of, place_of
from web.api.feeds import Entry
from web.api.list_file import Listing, list_file
from web.api.lookup import sent
from web.api.negotiation import Form
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.api.parameters import Values, read
from web.api.report_query import PORTFOLIO, asked_portfolio
from web.api.reports import REPORT_COST, reports_of
from web.api.savings_query import ASSUMPTIONS, asked_assumptions
from web.api.snapshot_structs import (
    SNAPSHOT,
    Asked,
    ChangedColumn,
    DifferenceCount,
    RowDifferenceItem,
    SnapshotDifferences,
    SnapshotFile,
    SnapshotItem,
    SnapshotPage,
    SnapshotRequest,
    SnapshotResource,
)
from web.auth.visit import ActorDependency
from web.limits import EXPORT_COST

REPORT: Final = (*PORTFOLIO, *ASSUMPTIONS)
LIST: Final = (kinds.limit(), kinds.AFTER)
WITH: Final = kinds.pattern(
    "with", "The earlier snapshot, by its id.", "s-[0-9]{8}-[0-9a-f]{16}", "the id of a snapshot",
    required=True, example="s-20260601-0a1b2c3d4e5f6071",
)  # fmt: skip
COMPARE: Final = (WITH, *LIST)
Key = Annotated[str, PathParameter(description="Id of the snapshot.")]


class SnapshotsApi(Controller):
    """`/snapshots`."""

    path = "/snapshots"
    tags = ["Reports"]

    @get(
        "/",
        sync_to_thread=True,
        operation_id="list_snapshots",
        summary="List frozen reports",
        responses=specs(SnapshotPage, "A page of snapshots.", snapshot_examples.SNAPSHOTS),
        operation_class=described(LIST),
    )
    def list_snapshots(self, call: CallDependency) -> Response[Any]:
        """Return snapshots, the newest first."""
        values = call.read(LIST)
        found, following = _page(call, values)
        items = tuple(_item(call, x) for x in found)
        page = SnapshotPage(items=items, next=following)
        return call.json(page, headers=call.links(values, following))

    @get(
        "/{snapshot:str}",
        sync_to_thread=True,
        operation_id="get_snapshot",
        summary="Get a frozen report",
        opt={"cost": REPORT_COST},
        responses=specs(
            SnapshotResource, "The snapshot.", snapshot_examples.SNAPSHOT, can_be_missing=True
        ),
        operation_class=described(),
    )
    def get_snapshot(self, call: CallDependency, snapshot: Key) -> Response[Any]:
        """Return every number of a snapshot, how to cite it, and its files.

        It is 410 once something in it was taken down.
        """
        call.read(())
        service = snapshots_of(call)
        found = service.get(snapshot.removesuffix(".json"))
        resource = snapshot_resource(call, found, is_outdated=service.is_outdated(found))
        return call.json(resource, last_modified=found.made_at)

    @get(
        "/{snapshot:str}/compare",
        sync_to_thread=True,
        operation_id="list_snapshot_differences",
        summary="Compare two frozen reports row by row",
        opt={"cost": EXPORT_COST},
        responses=specs(
            SnapshotDifferences, "What differs.", snapshot_examples.COMPARED, can_be_missing=True
        ),
        operation_class=described(COMPARE),
    )
    def compare_snapshots(self, call: CallDependency, snapshot: Key) -> Response[Any]:
        """Return the rows that were added, removed or changed since an earlier snapshot, with the
        reason of each: another portfolio, a new crawl, an objection, or another method."""
        values = call.read(COMPARE)
        service = snapshots_of(call)
        before, after = service.get(values.one("with")), service.get(snapshot)
        found = differences(before.snapshot, after.snapshot)
        start, limit = number_of(values.one("after")), values.one("limit", 20)
        place = start + limit if len(found.rows) > start + limit else None
        following = call.next_url(values, cursor(place))
        body = _compared(call, found, found.rows[start : start + limit], following)
        return call.json(body, last_modified=after.made_at, headers=call.links(values, following))

    @post(
        "/",
        operation_id="make_snapshot",
        summary="Freeze a report",
        security=SIGNED_IN,
        **writes(
            201, SnapshotResource, "It is frozen.", snapshot_examples.SNAPSHOT,
            action=Action.FREEZE_REPORT, cost=EXPORT_COST, sends=SNAPSHOT, also=(404,),
        ),
    )  # fmt: skip
    def make_snapshot(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Freeze a report as it is now, with a token of the scope `reports:write`.

        The same report over the same data is the same snapshot: it is answered with 200, and
        nothing is made. Who froze it is not kept.
        """
        del actor  # what it may do was checked before
        call.read(())
        portfolio, asked = _asked(call, read_body(call, body, SnapshotRequest))
        service = snapshots_of(call)
        with mistakes_in(SnapshotRequest):
            found, is_new = service.freeze(portfolio, asked)
        resource = snapshot_resource(call, found, is_outdated=service.is_outdated(found))
        return sent(resource, 201 if is_new else 200)


class SnapshotFeedApi(Controller):
    """The list of snapshots as a feed."""

    tags = ["Reports"]

    @get(
        "/snapshots.atom",
        sync_to_thread=True,
        operation_id="export_snapshots_atom",
        summary="Follow frozen reports as an Atom feed",
        opt={"form": Form.ATOM},
        responses=specs(str, "An Atom feed (RFC 4287)."),
        operation_class=described(LIST, {Form.ATOM: snapshot_examples.ATOM}, only=True),
    )
    def export_atom(self, call: CallDependency) -> Response[Any]:
        """Return the newest snapshots as a feed."""
        values = call.read(LIST)
        found, following = _page(call, values)
        items = (_item(call, x) for x in found)
        parts = list_file(call, Form.ATOM, values, _FEED, items, following)
        return call.export(parts, Form.ATOM, headers=call.links(values, following))


def snapshots_of(call: Call) -> Snapshots:
    """Return the snapshots of this instance, or raise `NotFound`."""
    if call.services.snapshots is None:
        raise NotFound("this registry keeps no snapshots")
    return call.services.snapshots


def snapshot_resource(call: Call, found: Kept, *, is_outdated: bool) -> SnapshotResource:
    """Return a snapshot as the API tells it."""
    key, document = found.snapshot.id, found.snapshot.document
    page = call.page_url("snapshots", key)
    return SnapshotResource(
        id=key,
        digest=found.snapshot.digest,
        as_of=document["as_of"],
        made_at=found.made_at,
        method=document["method"],
        portfolio=tuple(Asked(*pair) for pair in document["portfolio"]),
        assumptions=tuple(Asked(*pair) for pair in document["assumptions"]),
        components=len(document["components"]),
        rows=len(document["rows"]),
        proofs=len(found.proofs),
        figures=found.figures,
        citation=citation(call.base_url, found),
        files=tuple(
            SnapshotFile(name, f"{page}/files/{name}")
            for name in (*shown_files(found.snapshot), *table_files())
        ),
        bundle_url=f"{page}/files/{key}.zip",
        is_outdated=is_outdated,
        html_url=page,
    )


def _page(call: Call, values: Values) -> tuple[list[Listed], str | None]:
    after, limit = place_of(values.one("after")), values.one("limit", 20)
    try:
        found, place = snapshots_of(call).page(after, limit)
    except NotFound:
        if after is None:
            raise
        raise foreign() from None
    return found, call.next_url(values, cursor(place))


def _item(call: Call, listed: Listed) -> SnapshotItem:
    api, html = (url("snapshots", listed.id) for url in (call.api_url, call.page_url))
    return SnapshotItem(
        listed.id, listed.made_at, listed.components, listed.rows, api_url=api, html_url=html
    )


def _asked(call: Call, request: SnapshotRequest) -> tuple[Portfolio, Assumptions]:
    """Return what is to be frozen; what is wrong in the query is named as a mistake of the body."""
    try:
        values = read(request.query.removeprefix("?").encode(), REPORT)
    except ValidationException as error:
        raise _in_body(error) from None
    reports = reports_of(call)
    portfolio = asked_portfolio(values, reports)
    if not reports.report(portfolio).data.components:
        raise wrong_body("query: no component is in it, so there is nothing to freeze", "query")
    return portfolio, asked_assumptions(values)


def _in_body(error: ValidationException) -> ValidationException:
    extra = error.extra if isinstance(error.extra, list) else []
    named = [
        {**x, "in": "body", "location": f"query.{x['location']}".rstrip(".")} for x in extra
    ]  # fmt: skip
    return ValidationException(detail=error.detail, extra=named)


def _compared(
    call: Call, found: Differences, shown: tuple[RowDifference, ...], following: str | None
) -> SnapshotDifferences:
    counts = Counter((row.change, row.reason) for row in found.rows)
    return SnapshotDifferences(
        before=found.before,
        after=found.after,
        warnings=found.warnings,
        components_added=found.components_added,
        components_removed=found.components_removed,
        counts=tuple(DifferenceCount(*kind, rows) for kind, rows in sorted(counts.items())),
        items=tuple(
            RowDifferenceItem(
                edge=row.edge, change=row.change, reason=row.reason,
                columns=tuple(ChangedColumn(*column) for column in row.columns),
                evidence_url=call.api_url("evidence", row.edge),
            )
            for row in shown
        ),
        next=following,
    )  # fmt: skip


def _entry(item: SnapshotItem, _: Any) -> Entry:
    return Entry(
        key=f"snapshot/{item.id}",
        title=f"Snapshot {item.id}",
        updated=item.made_at,
        html_url=item.html_url,
        related=item.api_url,
        summary=f"{item.components} components, {item.rows} rows.",
    )


_FEED: Final = Listing(columns=(), entry=_entry, resource="snapshots", title="Frozen reports")
