"""API tokens of the own account: made, listed, revoked."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action, Scope
from registry.accounts.own import RoleView
from registry.accounts.tokens import MAX_DAYS, TokenRequest, TokenView
from registry.errors import Conflict, InvalidInput
from web.auth.visit import Visit, VisitDependency
from web.pages.account import number
from web.pages.account_parts import FORM_COST, accounts_of
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.sign_in import sign_in_href
from web.pages.view import Context, View, ViewDependency, bounded_id

DAYS: Final = 90
MAX_DIGITS: Final = 18


class TokensContext(Context, frozen=True, kw_only=True):
    """Variables of `tokens.html`; `made` is a new token, shown this once."""

    template: ClassVar[str] = "tokens.html"
    tokens: tuple[TokenView, ...]
    scopes: tuple[str, ...]
    organisations: tuple[RoleView, ...]
    asked: TokenRequest
    most_days: int
    made: str
    problem: str
    csrf: str
    is_fresh: bool
    again: str


class TokenPages(Controller):
    """`/account/tokens`."""

    path = "/account/tokens"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def show(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the tokens, with a form for another one."""
        return view.render(_tokens(view, visit), is_indexed=False)

    @post("/", sync_to_thread=True, status_code=200, opt={"action": Action.CREATE_TOKEN})
    def create(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Make a token and show it this once; what is wrong is said beside the form."""
        asked = _asked(read_form(view.site, request, body, FORM_COST))
        try:
            _, token = accounts_of(view).create_token(number(visit), asked)
        except InvalidInput as error:
            problem = str(error).partition(" ")[0]
            return view.render(_tokens(view, visit, asked, problem=problem), status=400)
        except Conflict:
            return view.render(_tokens(view, visit, asked, problem="many"), status=409)
        return view.render(_tokens(view, visit, made=token), is_indexed=False)

    @post("/{token:int}/revoke", sync_to_thread=True, opt={"action": Action.REVOKE_TOKEN})
    def revoke(
        self, view: ViewDependency, visit: VisitDependency, token: FromPath[int]
    ) -> Response[Any]:
        """End a token at once."""
        accounts_of(view).revoke_token(number(visit), bounded_id(token))
        return back_to(view, "/account/tokens")


def _asked(fields: Any) -> TokenRequest:
    """Return what a form asks for; numbers that are none become 0, which is refused."""

    def count(name: str) -> int:
        text = fields.get(name, "")
        is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        return int(text) if is_number else 0

    return TokenRequest(
        name=fields.get("name", ""),
        scopes=tuple(scope for scope in Scope if f"scope-{scope}" in fields),
        days=count("days"),
        organisation=count("organisation") if fields.get("organisation") else None,
    )


def _tokens(
    view: View,
    visit: Visit,
    asked: TokenRequest | None = None,
    *,
    made: str = "",
    problem: str = "",
) -> TokensContext:
    accounts = accounts_of(view)
    account = accounts.account(number(visit))
    return TokensContext(
        tokens=accounts.tokens(number(visit)),
        scopes=tuple(x for x in Scope if x is not Scope.OPERATE or account.is_operator),
        organisations=account.roles,
        asked=asked or TokenRequest("", (Scope.READ,), DAYS),
        most_days=MAX_DAYS,
        made=made,
        problem=problem,
        csrf=visit.csrf,
        is_fresh=visit.actor.is_fresh,
        again=sign_in_href(view, view.language.link("/account/tokens")),
    )
