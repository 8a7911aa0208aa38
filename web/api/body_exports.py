"""A body as files: members, decisions and money for spreadsheets, decisions for calendars."""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Controller, Response, get

from registry.governance.record.calendar import calendar, events_of
from registry.governance.record.decision_models import DecisionItem, DecisionQuery
from registry.governance.record.decisions import MAX_DECISIONS
from web.api.call import CallDependency, slug_in
from web.api.exports import Column, column, csv_file
from web.api.joint_bodies import Slug, bodies_of
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.limits import EXPORT_COST

SOURCES: Final = (
    Column("source_url", "source", lambda x: x.source.url),
    Column("source_on", "source", lambda x: x.source.on),
)
MEMBERS: Final = (
    column("name"),
    Column("organisation", "organisation", lambda x: x.organisation and x.organisation.slug),
    *map(column, ("country", "role", "state", "since", "until", "dues")), *SOURCES,
)  # fmt: skip
FUNDING: Final = (
    *map(column, ("payer", "country", "amount", "currency", "share", "since", "until", "purpose")),
    *SOURCES,
)
DECISIONS: Final = tuple(map(column, DecisionItem.__struct_fields__))
ALL: Final = DecisionQuery(limit=MAX_DECISIONS)
_CSV: Final[dict[str, Any]] = {
    "opt": {"form": Form.CSV, "cost": EXPORT_COST},
    "sync_to_thread": True,
}
_ANSWERS: Final = specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True)


class BodyExportsApi(Controller):
    """Files of a body."""

    path = "/bodies"
    tags = ["Governance"]

    @get(
        "/{slug:str}/members.csv", operation_id="export_body_members_csv",
        summary="Export the members of a body as CSV", responses=_ANSWERS,
        operation_class=described((), {Form.CSV: "name,organisation,country\r\n"}, only=True),
        **_CSV,
    )  # fmt: skip
    def members_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each membership, past ones too."""
        call.read(())
        body = bodies_of(call).body(slug_in(slug, "body"))
        return call.export(csv_file(body.members, MEMBERS), Form.CSV)

    @get(
        "/{slug:str}/decisions.csv", operation_id="export_body_decisions_csv",
        summary="Export the decisions of a body as CSV", responses=_ANSWERS,
        operation_class=described((), {Form.CSV: "number,title,lang,state\r\n"}, only=True),
        **_CSV,
    )  # fmt: skip
    def decisions_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each decision, the newest number first."""
        call.read(())
        found, _ = bodies_of(call).decisions.list(slug_in(slug, "body"), ALL)
        return call.export(csv_file(found, DECISIONS), Form.CSV)

    @get(
        "/{slug:str}/funding.csv", operation_id="export_body_funding_csv",
        summary="Export the money for a body as CSV", responses=_ANSWERS,
        operation_class=described((), {Form.CSV: "payer,country,amount\r\n"}, only=True),
        **_CSV,
    )  # fmt: skip
    def funding_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each payment over a time."""
        call.read(())
        body = bodies_of(call).body(slug_in(slug, "body"))
        return call.export(csv_file(body.funding, FUNDING), Form.CSV)

    @get(
        "/{slug:str}/calendar.ics", operation_id="export_body_calendar",
        summary="Export the decisions of a body as a calendar", sync_to_thread=True,
        opt={"form": Form.CALENDAR, "cost": EXPORT_COST},
        responses=specs(str, "A calendar (iCalendar, RFC 5545).", can_be_missing=True),
        operation_class=described((), {Form.CALENDAR: "BEGIN:VCALENDAR\r\n"}, only=True),
    )  # fmt: skip
    def calendar_file(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return when votings end, and on which days was decided."""
        call.read(())
        bodies, which = bodies_of(call), slug_in(slug, "body")
        item = bodies.item(which)
        found, _ = bodies.decisions.list(which, ALL)
        host = urlsplit(call.base_url).hostname or "localhost"
        page = call.page_url("bodies", item.slug)
        events = events_of(found, host=host, page=page, stamp=item.updated_at)
        content = calendar(item.name, events)
        return call.file(content, Form.CALENDAR, name=f"{item.slug}.ics")
