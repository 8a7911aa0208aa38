"""Reported savings: what organisations say that reuse saved them, and who confirms it."""

from datetime import UTC, datetime
from operator import itemgetter
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.savings.checking import CLASSES, MAX_AMOUNT, MAX_METHOD
from registry.adoption.savings.models import (
    NewAudit,
    NewConfirmation,
    NewSaving,
    SavingSource,
    SavingView,
)
from registry.adoption.savings.table import SAVING_COLUMNS, saving_items
from registry.catalogue.readmodels import Link
from registry.errors import NotFound
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in, slug_in
from web.api.components import Slug
from web.api.cursors import cursor, number_of
from web.api.exports import Column, csv_file
from web.api.lookup import sent
from web.api.negotiation import Form
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.api.parameters import Values
from web.api.report_query import PORTFOLIO, asked_portfolio
from web.api.reports import reports_of
from web.auth.visit import ActorDependency
from web.limits import EXPORT_COST
from web.ports.adoption import ReportedSavingsPort

LIST: Final = (kinds.limit(), kinds.AFTER)
OrganisationSlug = Annotated[str, PathParameter(description="Slug of the organisation.")]
Number = Annotated[str, PathParameter(description="Number of the reported saving.")]
Confirmation = Annotated[str, PathParameter(description="`id` of the confirmation.")]
_TEXT: Final = OpenAPIType.STRING
_AMOUNT: Final[dict[str, Any]] = {"minimum": -MAX_AMOUNT, "maximum": MAX_AMOUNT}
_SOURCE: Final[dict[str, Schema | Any]] = {
    "url": Schema(type=_TEXT, description="Where it can be read: https, and open to all."),
    "on": Schema(type=_TEXT, description="Day on which that was read; today, if left out."),
    "sha256": Schema(type=_TEXT, description="SHA-256 of the file that was read."),
}
_DATE: Final = "A day, month or year: 2024-05-01, 2024."
SAVING: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["organisation", "kind", "low", "currency", "since", "method"],
    properties={
        "organisation": Schema(type=_TEXT, description="Slug of the organisation that reuses it."),
        "kind": Schema(type=_TEXT, enum=[*CLASSES], description="The class of the saving."),
        "low": Schema(
            type=OpenAPIType.INTEGER, **_AMOUNT,
            description="Whole units of the currency; negative where it cost more.",
        ),
        "high": Schema(
            type=[OpenAPIType.INTEGER, OpenAPIType.NULL], **_AMOUNT,
            description="The upper end of a range; one figure, if left out.",
        ),
        "currency": Schema(type=_TEXT, description="A code of ISO 4217, such as EUR."),
        "since": Schema(type=_TEXT, description=_DATE),
        "until": Schema(type=_TEXT, description=f"{_DATE} The whole of `since`, if left out."),
        "method": Schema(type=_TEXT, min_length=10, max_length=MAX_METHOD),
        **_SOURCE,
        "supersedes": Schema(
            type=[OpenAPIType.INTEGER, OpenAPIType.NULL],
            description="Number of the one that it amends.",
        ),
    },
    additional_properties=False,
    examples=[
        {
            "organisation": "county", "kind": "cash_releasing", "low": 120000, "high": 150000,
            "currency": "EUR", "since": "2024", "method": "Licence fees of the former system.",
            "url": "https://county.example/report",
        }
    ],
)  # fmt: skip
CONFIRMATION: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["organisation"],
    properties={
        "organisation": Schema(type=_TEXT, description="Slug of the one that confirms it."),
        **_SOURCE,
    },
    additional_properties=False,
    examples=[{"organisation": "city"}],
)
AUDIT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["auditor", "url"],
    properties={
        "auditor": Schema(type=_TEXT, description="Name or slug of the audit body."), **_SOURCE,
    },
    additional_properties=False,
    examples=[{"auditor": "Audit Office", "url": "https://audit.example/2025/forms"}],
)  # fmt: skip
EXAMPLE: Final = SavingView(
    id=7, component=Link("forms", "Forms"), organisation=Link("county", "County"),
    organisation_id=3, country="FI", kind="cash_releasing", low=120_000, high=150_000,
    currency="EUR", since="2024", until=None, method="Licence fees of the former system.",
    source=SavingSource(url="https://county.example/report", on="2026-07-30", sha256=None),
    grade=2, confirmations=(), overlaps=(), is_by_operator=False, state="current",
    supersedes=None, superseded_by=None, recorded_at=datetime(2026, 8, 2, tzinfo=UTC),
    withdrawn_at=None,
)  # fmt: skip
COLUMNS: Final = tuple(Column(name, name, itemgetter(name)) for name in SAVING_COLUMNS)


class SavingRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an organisation reports that reuse of a component saved it."""

    organisation: str
    kind: str
    low: int
    currency: str
    since: str
    method: str
    high: int | None = None
    until: str = ""
    url: str = ""
    on: str = ""
    sha256: str = ""
    supersedes: int | None = None


class ConfirmationRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who confirms a saving, and where that can be read, if anywhere."""

    organisation: str
    url: str = ""
    on: str = ""
    sha256: str = ""


class AuditRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who audited a saving, and the public report of it."""

    auditor: str
    url: str
    on: str = ""
    sha256: str = ""


class SavingPage(Struct, frozen=True, kw_only=True):
    """Savings in force, the newest first: reported, never measured, never added up."""

    items: tuple[SavingView, ...]
    next: str | None


class ReportedSavingsApi(Controller):
    """What is reported."""

    tags = ["Reuse"]

    @get(
        "/components/{slug:str}/reported-savings",
        sync_to_thread=True,
        operation_id="list_reported_savings",
        summary="List what organisations report that a component saved them",
        responses=specs(SavingPage, "A page of reported savings.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def list_of_component(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the savings in force, each with its source and grade; there is no total."""
        values = call.read(LIST)
        component = call.catalogue.component(slug_in(slug, "component")).card.slug
        return _page(call, values, component=component)

    @get(
        "/organisations/{slug:str}/reported-savings",
        sync_to_thread=True,
        operation_id="list_savings_of_organisation",
        summary="List what an organisation reports that reuse saved it",
        responses=specs(SavingPage, "A page of reported savings.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def list_of_organisation(self, call: CallDependency, slug: OrganisationSlug) -> Response[Any]:
        """Return the savings in force that one organisation reports; there is no total."""
        values = call.read(LIST)
        body = call.catalogue.organisation(slug_in(slug, "organisation")).slug
        return _page(call, values, organisation=body)

    @get(
        "/reported-savings/{number:str}",
        sync_to_thread=True,
        operation_id="get_reported_saving",
        summary="Get a reported saving",
        responses=specs(SavingView, "The saving, in force or not.", EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_saving(self, call: CallDependency, number: Number) -> Response[Any]:
        """Return a saving with who confirmed it, also one that was superseded or withdrawn."""
        call.read(())
        return call.json(_savings(call).saving(id_in(number, "reported saving")))

    @get(
        "/reports/reported-savings.csv",
        sync_to_thread=True,
        operation_id="export_report_savings_csv",
        summary="Export what is reported of the components of a report as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(
            PORTFOLIO, {Form.CSV: ",".join(SAVING_COLUMNS) + "\r\n"}, only=True
        ),
    )
    def export_of_report(self, call: CallDependency) -> Response[Any]:
        """Return a line for each saving in force; never add lines of different grades up."""
        values = call.read(PORTFOLIO)
        reports = reports_of(call)
        data = reports.report(asked_portfolio(values, reports)).data
        return call.export(
            csv_file(saving_items(data.reported), COLUMNS), Form.CSV, last_modified=data.as_of
        )


class ReportedSavingWritesApi(Controller):
    """What maintainers and owners of an organisation report (`components:write`)."""

    tags = ["Reuse"]
    security = SIGNED_IN

    @post(
        "/components/{slug:str}/reported-savings",
        operation_id="post_reported_saving",
        summary="Report what reuse of a component saved an organisation",
        **writes(
            201, SavingView, "It is never changed, only superseded.", EXAMPLE,
            action=Action.REPORT_SAVING, sends=SAVING, also=(404, 409, 410),
        ),
    )  # fmt: skip
    def post_saving(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record a saving; the same sent twice is recorded once."""
        call.read(())
        asked = read_body(call, body, SavingRequest)
        new = NewSaving(
            component=slug_in(slug, "component"), organisation=asked.organisation,
            kind=asked.kind, low=str(asked.low),
            high="" if asked.high is None else str(asked.high), currency=asked.currency,
            since=asked.since, until=asked.until, method=asked.method, url=asked.url, on=asked.on,
            sha256=asked.sha256, supersedes=asked.supersedes,
        )  # fmt: skip
        with mistakes_in(SavingRequest):
            return sent(_savings(call).record(actor, new), 201)

    @post(
        "/reported-savings/{number:str}/confirm",
        operation_id="confirm_reported_saving",
        summary="Confirm a reported saving for another organisation",
        **writes(
            200, SavingView, "Confirmed.", EXAMPLE, action=Action.CONFIRM_SAVING,
            sends=CONFIRMATION,
        ),
    )  # fmt: skip
    def confirm(
        self, call: CallDependency, actor: ActorDependency, number: Number, body: RawBody
    ) -> Response[Any]:
        """Confirm what the source says; nobody of the organisation that reports it may."""
        call.read(())
        asked = read_body(call, body, ConfirmationRequest)
        new = NewConfirmation(
            organisation=asked.organisation, url=asked.url, on=asked.on, sha256=asked.sha256
        )
        with mistakes_in(ConfirmationRequest):
            return sent(_savings(call).confirm(actor, id_in(number, "reported saving"), new))

    @post(
        "/reported-savings/{number:str}/audit",
        operation_id="audit_reported_saving",
        summary="Record the audit of a reported saving",
        **writes(
            200, SavingView, "Recorded.", EXAMPLE, action=Action.RECORD_SAVING_AUDIT, sends=AUDIT
        ),
    )
    def audit(
        self, call: CallDependency, actor: ActorDependency, number: Number, body: RawBody
    ) -> Response[Any]:
        """Record that an audit body found a saving right in a public report (operators)."""
        call.read(())
        asked = read_body(call, body, AuditRequest)
        new = NewAudit(auditor=asked.auditor, url=asked.url, on=asked.on, sha256=asked.sha256)
        with mistakes_in(AuditRequest):
            return sent(_savings(call).add_audit(actor, id_in(number, "reported saving"), new))

    @post(
        "/reported-savings/{number:str}/confirmations/{confirmation:str}/withdraw",
        operation_id="withdraw_saving_confirmation",
        summary="Withdraw the confirmation of a reported saving",
        **writes(200, SavingView, "Withdrawn.", EXAMPLE, action=Action.CONFIRM_SAVING, also=(404,)),
    )
    def unconfirm(
        self, call: CallDependency, actor: ActorDependency, number: Number,
        confirmation: Confirmation,
    ) -> Response[Any]:  # fmt: skip
        """Take a confirmation back, as the one that confirmed; an audit, as an operator."""
        call.read(())
        saving, which = id_in(number, "reported saving"), id_in(confirmation, "confirmation")
        return sent(_savings(call).unconfirm(actor, saving, which))

    @post(
        "/reported-savings/{number:str}/withdraw",
        operation_id="withdraw_reported_saving",
        summary="Withdraw a reported saving",
        **writes(200, SavingView, "Withdrawn.", EXAMPLE, action=Action.REPORT_SAVING, also=(404,)),
    )
    def withdraw(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """Take a saving back: it is in no list any more, and keeps its address. Twice is once."""
        call.read(())
        return sent(_savings(call).withdraw(actor, id_in(number, "reported saving")))


def _savings(call: Call) -> ReportedSavingsPort:
    if call.services.reported_savings is None:
        raise NotFound("this registry records no savings")
    return call.services.reported_savings


def _page(call: Call, values: Values, **of: str) -> Response[Any]:
    after = number_of(values.one("after")) or None
    items, place = _savings(call).list(after=after, limit=values.one("limit", 20), **of)
    following = call.next_url(values, cursor(place))
    page = SavingPage(items=items, next=following)
    return call.json(page, headers=call.links(values, following))
