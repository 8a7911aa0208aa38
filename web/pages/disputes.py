"""The public log of objections, and each of them: what is wrong, about what, why, what came of it.

Its steps are those of the form that Software Heritage gives its archive's objections: category,
origins, reason, and a summary with everything that happened.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.disputes.readmodels import DisputeView
from registry.disputes.reasons import MAX_REASON, STATES
from registry.errors import Conflict, InvalidInput
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import FORM_COST
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, bounded_id, feed_links

PAGE_SIZE: Final = 50


class DisputesContext(Context, frozen=True, kw_only=True):
    """Variables of `disputes.html`; `state` is the one that is asked for, if any."""

    template: ClassVar[str] = "disputes.html"
    disputes: tuple[DisputeView, ...]
    states: tuple[str, ...]
    state: str
    first_href: str | None
    next_href: str | None


class Activity(Struct, frozen=True):
    """A line in the log of an objection: opened, answered, and how it ended."""

    what: str
    at: datetime


class DisputeContext(Context, frozen=True, kw_only=True):
    """Variables of `dispute.html`; `text` is what the answer or reply holds, `problem` where it
    cannot be taken."""

    template: ClassVar[str] = "dispute.html"
    dispute: DisputeView
    activity: tuple[Activity, ...]
    may_answer: bool
    may_decide: bool
    may_withdraw: bool
    text: str
    most: int
    problem: str
    done: str
    csrf: str


class DisputePages(Controller):
    """`/disputes`."""

    path = "/disputes"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def log(self, view: ViewDependency) -> Response[bytes]:
        """List objections, the newest first."""
        state = view.first("state") if view.first("state") in STATES else ""
        found, following = view.services.disputes.log(
            state=state or None, after=row_after(view), limit=PAGE_SIZE
        )
        first_href, next_href = page_links(view, following)
        context = DisputesContext(
            disputes=found,
            states=STATES,
            state=state,
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, twin="/api/v1/disputes", feeds=feed_links("/feeds/disputes"))

    @get("/{dispute:int}", sync_to_thread=True)
    def show(
        self, view: ViewDependency, visit: VisitDependency, dispute: FromPath[int]
    ) -> Response[bytes]:
        """Show an objection, and to those who may the forms to answer it and to decide on it."""
        context = _context(view, visit, bounded_id(dispute))
        return view.render(context, twin=f"/api/v1/disputes/{context.dispute.id}")

    @post("/{dispute:int}/answer", sync_to_thread=True, opt={"action": Action.ANSWER_DISPUTE})
    def answer(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        dispute: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Put down what the other side says."""
        text = read_form(view.site, request, body, FORM_COST).get("text", "")
        number = bounded_id(dispute)
        try:
            view.services.disputes.answer(visit.actor, number, text)
        except InvalidInput:
            return view.render(_context(view, visit, number, "text", text), status=400)
        except Conflict:
            return view.render(_context(view, visit, number, "over"), status=409)
        return back_to(view, f"/disputes/{number}", done="answered")

    @post("/{dispute:int}/decide", sync_to_thread=True, opt={"action": Action.DECIDE_DISPUTE})
    def decide(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        dispute: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Accept or reject an objection, as an operator."""
        fields = read_form(view.site, request, body, FORM_COST)
        text, verdict = fields.get("text", ""), fields.get("verdict", "")
        number = bounded_id(dispute)
        if verdict not in {"accept", "reject"}:
            return view.render(_context(view, visit, number, "verdict", text), status=400)
        try:
            view.services.disputes.decide(
                visit.actor, number, accept=verdict == "accept", reply=text
            )
        except InvalidInput:
            return view.render(_context(view, visit, number, "text", text), status=400)
        except Conflict:
            return view.render(_context(view, visit, number, "over"), status=409)
        return back_to(view, f"/disputes/{number}", done="decided")

    @post("/{dispute:int}/withdraw", sync_to_thread=True, opt={"action": Action.WITHDRAW_DISPUTE})
    def withdraw(
        self, view: ViewDependency, visit: VisitDependency, dispute: FromPath[int]
    ) -> Response[Any]:
        """Withdraw one's own objection."""
        number = bounded_id(dispute)
        try:
            view.services.disputes.withdraw(visit.actor, number)
        except Conflict:
            return view.render(_context(view, visit, number, "over"), status=409)
        return back_to(view, f"/disputes/{number}", done="withdrawn")


def _context(
    view: View, visit: Visit, number: int, problem: str = "", text: str = ""
) -> DisputeContext:
    case = view.services.disputes.case(visit.actor, number)
    return DisputeContext(
        dispute=case.dispute,
        activity=tuple(_activity(case.dispute)),
        may_answer=case.may_answer,
        may_decide=case.may_decide,
        may_withdraw=case.may_withdraw,
        text=text,
        most=MAX_REASON,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )


def _activity(dispute: DisputeView) -> Sequence[Activity]:
    """Return what happened to an objection, the oldest first."""
    happened = (
        ("opened", dispute.created_at),
        ("answered", dispute.answered_at),
        (dispute.state, dispute.reviewed_at),
    )
    return [Activity(what, at) for what, at in happened if at is not None]
