"""Calls for who speaks for an organisation: opening one, ending it, and taking it down."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action, is_allowed
from registry.accounts.own import RoleView
from registry.adoption.calls.readmodels import CallView, NewCall
from registry.errors import Conflict
from registry.search.analysis import STEMMERS
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.calls import KINDS, PATH, calls_of
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.need_members import roles_of
from web.pages.view import Context, View, ViewDependency, bounded_id

FORM_COST: Final = 10
OPEN: Final = {"action": Action.OPEN_CALL}
TAKE_DOWN: Final = {"action": Action.TAKE_DOWN_CALL}
LANGUAGES: Final = tuple(sorted(set(STEMMERS) - {"no"}))


class NewCallContext(Context, frozen=True, kw_only=True):
    """Variables of `calls/new.html`; `wrong` is the field to be mended, `problem` what is wrong."""

    template: ClassVar[str] = "calls/new.html"
    asked: NewCall
    roles: tuple[RoleView, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    wrong: str
    problem: str
    csrf: str


class ManageCallContext(Context, frozen=True, kw_only=True):
    """Variables of `calls/manage.html`; `reason` is what an operator wrote."""

    template: ClassVar[str] = "calls/manage.html"
    call: CallView
    may_close: bool
    may_take_down: bool
    reason: str
    wrong: str
    problem: str
    done: str
    csrf: str


class OwnCallsContext(Context, frozen=True, kw_only=True):
    """Variables of `calls/own.html`; `done` is what was just done."""

    template: ClassVar[str] = "calls/own.html"
    calls: tuple[CallView, ...]
    done: str


class CallWritingPages(Controller):
    """`/calls/new`, `/calls/{number}/…`, and `/account/calls`."""

    include_in_schema = False

    @get(f"{PATH}/new", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def ask(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Ask what an organisation looks for; the address may name the component or body."""
        asked = NewCall(
            organisation="", kind="", text="", contact="", lang=view.language.code,
            component=view.first("component")[:120], body=view.first("body")[:120],
        )  # fmt: skip
        return view.render(_form(view, visit, asked), is_indexed=False)

    @post(f"{PATH}/new", sync_to_thread=True, opt=OPEN)
    def open(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Open a call, or show the form again with what is to be mended."""
        asked = _asked(read_form(view.site, request, body, FORM_COST))
        try:
            made = calls_of(view).open(visit.actor, asked)
        except WrongField as error:
            context = _form(view, visit, asked, error.field, error.problem)
            return view.render(context, status=400)
        return back_to(view, f"{PATH}/{made.id}/manage", done="opened")

    @get(f"{PATH}/{{call_number:int}}/manage", sync_to_thread=True, opt=OPEN)
    def manage(
        self, view: ViewDependency, visit: VisitDependency, call_number: FromPath[int]
    ) -> Response[bytes]:
        """Show a call to who may end it or take it down."""
        return view.render(_manage(view, visit, bounded_id(call_number)), is_indexed=False)

    @post(f"{PATH}/{{call_number:int}}/close", sync_to_thread=True, opt=OPEN)
    def close(
        self, view: ViewDependency, visit: VisitDependency, call_number: FromPath[int]
    ) -> Response[Any]:
        """End a call before its last day; one that has ended stays as it is."""
        try:
            calls_of(view).close(visit.actor, bounded_id(call_number))
        except Conflict:
            return view.render(_manage(view, visit, call_number, problem="closed"), status=409)
        return back_to(view, f"{PATH}/{call_number}/manage", done="closed")

    @post(f"{PATH}/{{call_number:int}}/take-down", sync_to_thread=True, opt=TAKE_DOWN)
    def take_down(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        call_number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Remove a call from view, as an operator."""
        reason = read_form(view.site, request, body, FORM_COST).get("reason", "")
        try:
            calls_of(view).take_down(visit.actor, bounded_id(call_number), reason)
        except WrongField as error:
            context = _manage(view, visit, call_number, error.field, error.problem, reason)
            return view.render(context, status=400)
        return back_to(view, "/account/calls", done="taken_down")

    @get("/account/calls", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def mine(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the calls of the organisations that the visitor may speak for."""
        calls = calls_of(view).mine(visit.actor)
        return view.render(OwnCallsContext(calls=calls, done=view.first("done")), is_indexed=False)


def _asked(fields: Mapping[str, str]) -> NewCall:
    return NewCall(**{name: fields.get(name, "") for name in NewCall.__struct_fields__})


def _form(
    view: View, visit: Visit, asked: NewCall, wrong: str = "", problem: str = ""
) -> NewCallContext:
    calls_of(view)
    roles = roles_of(view, visit.actor)
    return NewCallContext(
        asked=asked,
        roles=tuple(x for x in roles if is_allowed(visit.actor, Action.OPEN_CALL, x.organisation)),
        kinds=KINDS,
        languages=LANGUAGES,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )


def _manage(
    view: View, visit: Visit, number: int, wrong: str = "", problem: str = "", reason: str = ""
) -> ManageCallContext:
    calls = calls_of(view)
    call = calls.call(number)
    return ManageCallContext(
        call=call,
        may_close=call.state == "open" and calls.may_close(visit.actor, call),
        may_take_down=calls.may_take_down(visit.actor),
        reason=reason,
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
