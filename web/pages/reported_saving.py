"""One reported saving: what stands behind it, and what confirms, amends or withdraws it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action, is_allowed
from registry.adoption.savings.models import NewAudit, NewConfirmation, SavingView
from registry.catalogue.readmodels import Link
from registry.disputes.readmodels import DisputeView
from registry.errors import Conflict
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.reported_savings import FORM_COST, MAX_VALUE, savings_of
from web.pages.view import Context, View, ViewDependency, bounded_id

FIELDS: Final = (
    "organisation", "auditor", "url", "audit-url", "on", "audit-on", "sha256", "audit-sha256",
)  # fmt: skip
TWICE: Final = frozenset({"url", "on", "sha256"})
"""Fields of both forms: ids on one page must differ."""
IN_FORCE: Final = frozenset({"current", "disputed"})
DONE: Final = ("recorded", "confirmed", "unconfirmed", "audited", "withdrawn")


class SavingContext(Context, frozen=True, kw_only=True):
    """Variables of `savings/show.html`.

    `confirmers` are the organisations for which the reader may confirm it, `own_confirmations` the
    numbers of the confirmations that the reader may take back. `form` is the one that
    was sent, `wrong` the field to mend in it, `problem` why, and `sent` what was written.
    """

    template: ClassVar[str] = "savings/show.html"
    saving: SavingView
    objections: tuple[DisputeView, ...]
    confirmers: tuple[Link, ...]
    own_confirmations: frozenset[int]
    may_change: bool
    may_audit: bool
    form: str
    sent: dict[str, str]
    wrong: str
    problem: str
    done: str
    csrf: str


class ReportedSavingPages(Controller):
    """`/reported-savings/{number}`."""

    path = "/reported-savings/{number:int}"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[bytes]:
        """Show a saving, and to those who may the forms to confirm, amend or withdraw it."""
        context = _context(view, visit, bounded_id(number))
        return view.render(context, twin=f"/api/v1/reported-savings/{context.saving.id}")

    @post("/confirm", sync_to_thread=True, opt={"action": Action.CONFIRM_SAVING})
    def confirm(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest,
        number: FromPath[int], body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Confirm a saving for another organisation."""
        sent, number = _sent(view, request, body), bounded_id(number)
        new = NewConfirmation(
            organisation=sent["organisation"], url=sent["url"], on=sent["on"],
            sha256=sent["sha256"],
        )  # fmt: skip
        try:
            savings_of(view).confirm(visit.actor, number, new)
        except (WrongField, Conflict) as error:
            return _mend(view, visit, number, "confirm", sent, error)
        return back_to(view, f"/reported-savings/{number}", done="confirmed")

    @post("/audit", sync_to_thread=True, opt={"action": Action.RECORD_SAVING_AUDIT})
    def audit(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest,
        number: FromPath[int], body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Record the audit of a saving, as an operator."""
        sent, number = _sent(view, request, body), bounded_id(number)
        new = NewAudit(
            auditor=sent["auditor"], url=sent["audit-url"], on=sent["audit-on"],
            sha256=sent["audit-sha256"],
        )  # fmt: skip
        try:
            savings_of(view).add_audit(visit.actor, number, new)
        except (WrongField, Conflict) as error:
            return _mend(view, visit, number, "audit", sent, error)
        return back_to(view, f"/reported-savings/{number}", done="audited")

    @post(
        "/confirmations/{confirmation:int}/withdraw", sync_to_thread=True,
        opt={"action": Action.CONFIRM_SAVING},
    )  # fmt: skip
    def unconfirm(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int],
        confirmation: FromPath[int],
    ) -> Response[Any]:  # fmt: skip
        """Take a confirmation back, or an audit, as an operator."""
        number = bounded_id(number)
        savings_of(view).unconfirm(visit.actor, number, bounded_id(confirmation))
        return back_to(view, f"/reported-savings/{number}", done="unconfirmed")

    @post("/withdraw", sync_to_thread=True, opt={"action": Action.REPORT_SAVING})
    def withdraw(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """Take a saving back."""
        found = savings_of(view).withdraw(visit.actor, bounded_id(number))
        return back_to(view, f"/reported-savings/{found.id}", done="withdrawn")


def _sent(view: View, request: AnyRequest, body: bytes) -> dict[str, str]:
    form = read_form(view.site, request, body, FORM_COST)
    return {name: form.get(name, "").strip()[:MAX_VALUE] for name in FIELDS}


def _mend(
    view: View, visit: Visit, number: int, form: str, sent: dict[str, str],
    error: WrongField | Conflict,
) -> Response[bytes]:  # fmt: skip
    """Show the form again with what is to be mended."""
    if isinstance(error, Conflict):
        context = _context(view, visit, number, form, sent, "", "closed")
        return view.render(context, status=409)
    field = f"audit-{error.field}" if form == "audit" and error.field in TWICE else error.field
    context = _context(view, visit, number, form, sent, field, error.problem)
    return view.render(context, status=400)


def _context(
    view: View, visit: Visit, number: int, form: str = "", sent: dict[str, str] | None = None,
    wrong: str = "", problem: str = "",
) -> SavingContext:  # fmt: skip
    port = savings_of(view)
    saving = port.saving(number)
    actor = visit.actor
    may_act = actor.account is not None and saving.state in IN_FORCE
    known = port.reporters(actor) if may_act else ()
    is_own = saving.organisation_id in actor.roles
    may_audit = may_act and is_allowed(actor, Action.RECORD_SAVING_AUDIT)
    return SavingContext(
        saving=saving,
        objections=view.services.disputes.log(saving=saving.id)[0],
        confirmers=known if saving.source.url is not None and not is_own else (),
        own_confirmations=frozenset(
            x.id
            for x in saving.confirmations
            if may_audit or (not x.auditor and x.organisation in known)
        ),
        may_change=may_act and is_allowed(actor, Action.REPORT_SAVING, saving.organisation_id),
        may_audit=may_audit,
        form=form,
        sent={name: (sent or {}).get(name, "") for name in FIELDS},
        wrong=wrong,
        problem=problem,
        done=view.first("done") if view.first("done") in DONE else "",
        csrf=visit.csrf,
    )
