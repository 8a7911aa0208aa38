"""The own account: who one is here, by whom one signs in, where, and in which roles."""

from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.accounts.own import AccountView
from registry.accounts.sessions import SessionView
from registry.accounts.sign_in_service import ProviderView
from registry.adoption.follows.readmodels import Ending
from registry.errors import Conflict, InvalidInput
from web.auth.cookies import cleared
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import FORM_COST, accounts_of
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.sign_in import send_to_provider, sign_in_href
from web.pages.view import Context, View, ViewDependency, bounded_id

READ = {"action": Action.READ_ACCOUNT}
MANAGE = {"action": Action.MANAGE_ACCOUNT}


class AccountContext(Context, frozen=True, kw_only=True):
    """Variables of `account.html`; `again` leads to a fresh sign-in, where one is needed."""

    template: ClassVar[str] = "account.html"
    account: AccountView
    sessions: tuple[SessionView, ...]
    providers: tuple[ProviderView, ...]
    csrf: str
    is_fresh: bool
    again: str
    endings: tuple[Ending, ...]
    problem: str
    done: str


class DeleteAccountContext(Context, frozen=True, kw_only=True):
    """Variables of `account_delete.html`; `problem` is set where the account may not go yet."""

    template: ClassVar[str] = "account_delete.html"
    account: AccountView
    csrf: str
    is_fresh: bool
    again: str
    problem: str


class AccountDeletedContext(Context, frozen=True, kw_only=True):
    """Variables of `account_deleted.html`: none."""

    template: ClassVar[str] = "account_deleted.html"


class AccountPages(Controller):
    """`/account`."""

    path = "/account"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=READ)
    def show(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Show the own account."""
        return _page(view, visit)

    @post("/name", sync_to_thread=True, opt=MANAGE)
    def rename(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Change the name that others see."""
        name = read_form(view.site, request, body, FORM_COST).get("name", "")
        try:
            accounts_of(view).rename(number(visit), name)
        except InvalidInput:
            return _page(view, visit, problem="name")
        return back_to(view, "/account", done="name")

    @post("/sign-out", sync_to_thread=True, opt=MANAGE)
    def sign_out(self, view: ViewDependency, visit: VisitDependency) -> Response[Any]:
        """End this session, here and in the browser."""
        accounts_of(view).end_session(number(visit), visit.session or 0)
        response = back_to(view, "/")
        response.set_cookie(cleared("session", view.site.base_url))
        return response

    @post("/sessions/{session:int}/end", sync_to_thread=True, opt=MANAGE)
    def end_session(
        self, view: ViewDependency, visit: VisitDependency, session: FromPath[int]
    ) -> Response[Any]:
        """End one of one's sessions."""
        accounts_of(view).end_session(number(visit), bounded_id(session))
        return back_to(view, "/account", done="session")

    @post("/sessions/end-others", sync_to_thread=True, opt=MANAGE)
    def end_others(self, view: ViewDependency, visit: VisitDependency) -> Response[Any]:
        """End all of one's sessions but this one."""
        accounts_of(view).end_other_sessions(number(visit), visit.session)
        return back_to(view, "/account", done="session")

    @post(
        "/identities/link/{provider:str}",
        sync_to_thread=True,
        status_code=200,
        opt={"action": Action.LINK_IDENTITY},
    )
    def link(
        self, view: ViewDependency, visit: VisitDependency, provider: FromPath[str]
    ) -> Response[Any]:
        """Add a way to sign in: the browser goes to the provider and comes back."""
        return send_to_provider(view, provider, view.language.link("/account"), actor=visit.actor)

    @post(
        "/identities/{identity:int}/remove",
        sync_to_thread=True,
        opt={"action": Action.LINK_IDENTITY},
    )
    def unlink(
        self, view: ViewDependency, visit: VisitDependency, identity: FromPath[int]
    ) -> Response[Any]:
        """Take away one of several ways to sign in."""
        try:
            accounts_of(view).unlink(number(visit), bounded_id(identity))
        except Conflict:
            return _page(view, visit, problem="identity")
        return back_to(view, "/account", done="identity")

    @get("/delete", sync_to_thread=True, opt=READ)
    def ask_delete(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Say what is deleted and what stays."""
        return view.render(_delete(view, visit), is_indexed=False)

    @post("/delete", sync_to_thread=True, status_code=200, opt={"action": Action.DELETE_ACCOUNT})
    def delete(self, view: ViewDependency, visit: VisitDependency) -> Response[Any]:
        """Delete the own account; the last owner of an organisation names another one first."""
        try:
            accounts_of(view).delete(number(visit))
        except Conflict:
            return view.render(_delete(view, visit, problem="owner"), status=409)
        response = view.render(AccountDeletedContext(), is_indexed=False)
        response.set_cookie(cleared("session", view.site.base_url))
        return response


def number(visit: Visit) -> int:
    """Return the account of somebody signed in."""
    return visit.actor.account or 0


def _page(view: View, visit: Visit, problem: str = "") -> Response[bytes]:
    accounts = accounts_of(view)
    account = accounts.account(number(visit))
    linked = {x.provider for x in account.identities}
    context = AccountContext(
        account=account,
        sessions=accounts.sessions(number(visit), visit.session),
        providers=tuple(x for x in accounts.sign_in.providers() if x.name not in linked),
        csrf=visit.csrf,
        is_fresh=visit.actor.is_fresh,
        again=sign_in_href(view, view.language.link("/account")),
        endings=view.services.follows.endings(visit.actor) if view.services.follows else (),
        problem=problem,
        done=view.first("done"),
    )
    return view.render(context, status=400 if problem else 200, is_indexed=False)


def _delete(view: View, visit: Visit, problem: str = "") -> DeleteAccountContext:
    return DeleteAccountContext(
        account=accounts_of(view).account(number(visit)),
        csrf=visit.csrf,
        is_fresh=visit.actor.is_fresh,
        again=sign_in_href(view, view.language.link("/account/delete")),
        problem=problem,
    )
