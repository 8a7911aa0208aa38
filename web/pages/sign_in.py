"""Signing in: by a provider, which the browser is sent to and comes back from, or by a link."""

from dataclasses import replace
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from registry.accounts.authorise import Action
from registry.accounts.providers import SignInRefused
from registry.accounts.sign_in import ATTEMPT, HOME, local_path
from registry.accounts.sign_in_service import Browser, ProviderView
from registry.errors import Forbidden, Unavailable
from web.auth.cookies import cleared, read_cookie, secret_cookie
from web.auth.forgery import Protection
from web.auth.visit import VisitDependency, mark_private
from web.pages.account_parts import accounts_of, with_session
from web.pages.forms import AnyRequest, read_form
from web.pages.view import Context, View, ViewDependency

START_COST: Final = 10
# A provider sends everybody back to one address: the cookie knows in which language one came.
BEFORE_LANGUAGE: Final = "."
OPEN: Final = {"action": Action.START_SIGN_IN, "protection": Protection.ORIGIN}


class SignInContext(Context, frozen=True, kw_only=True):
    """Variables of `sign_in.html`; `problem` is why the last attempt failed, if it did."""

    template: ClassVar[str] = "sign_in.html"
    providers: tuple[ProviderView, ...]
    next_path: str
    problem: str
    detail: str


class ContinueContext(Context, frozen=True, kw_only=True):
    """Variables of `continue.html`: where the browser goes on."""

    template: ClassVar[str] = "continue.html"
    label: str
    href: str


class LinkContext(Context, frozen=True, kw_only=True):
    """Variables of `sign_in_link.html`; `key` is the secret of the link."""

    template: ClassVar[str] = "sign_in_link.html"
    key: str


class SignInPages(Controller):
    """`/sign-in`. All but the way back are the same for everybody."""

    path = "/sign-in"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def choose(self, view: ViewDependency) -> Response[bytes]:
        """Show by whom one can sign in."""
        return view.render(_choice(view, _next(view, view.first("next"))), is_indexed=False)

    @get("/link", sync_to_thread=True)
    def show_link(self, view: ViewDependency) -> Response[bytes]:
        """Show the button of a one-time link: whoever only looks at the address uses nothing up."""
        return view.render(LinkContext(key=view.first("key")), is_indexed=False)

    @post("/link", sync_to_thread=True, opt=OPEN)
    def use_link(self, view: ViewDependency, request: AnyRequest, body: RawBody) -> Response[Any]:
        """Sign in by a one-time link."""
        key = read_form(view.site, request, body, START_COST).get("key", "")
        try:
            secret = accounts_of(view).sign_in.by_link(key, _browser(view, request))
        except (SignInRefused, Forbidden) as error:
            return _refused(view, error)
        return with_session(_onward(_next(view)), view, secret)

    @post("/{provider:str}", sync_to_thread=True, status_code=200, opt=OPEN)
    def start(
        self, view: ViewDependency, request: AnyRequest, provider: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Send the browser to a provider, with a cookie that the answer is held against."""
        next_path = _next(view, read_form(view.site, request, body, START_COST).get("next", ""))
        try:
            return send_to_provider(view, provider, next_path)
        except (SignInRefused, Unavailable) as error:
            return _refused(view, error, next_path)

    @get("/{provider:str}/callback", sync_to_thread=True)
    def finish(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: Request[Any, Any, Any],
        provider: FromPath[str],
    ) -> Response[Any]:
        """Take a provider's answer: somebody is signed in under a new session, or told why not."""
        mark_private(request)
        cookie = read_cookie(request, "sign-in", view.site.base_url)
        secret, _, code = cookie.partition(BEFORE_LANGUAGE)
        language = next((x for x in view.site.languages if x.code == code), view.language)
        view = replace(view, language=language)
        try:
            done = accounts_of(view).sign_in.finish(
                provider,
                _callback(view, provider),
                secret,
                _answer(view),
                _browser(view, request),
                visit.actor,
            )
        except (SignInRefused, Forbidden, Unavailable) as error:
            response = _refused(view, error)
        else:
            response = with_session(_onward(done.next_path), view, done.secret)
        response.set_cookie(cleared("sign-in", view.site.base_url))
        return response


def send_to_provider(view: View, provider: str, next_path: str, **linking: Any) -> Response[Any]:
    """Answer with a page that leads on to the provider.

    A redirect would do if `form-action` did not hold for where a form is redirected to.
    """
    sign_in = accounts_of(view).sign_in
    started = sign_in.begin(provider, _callback(view, provider), next_path, **linking)
    label = next(x.label for x in sign_in.providers() if x.name == provider)
    response = view.render(ContinueContext(label=label, href=started.url), is_indexed=False)
    response.headers["Refresh"] = f"0;url={started.url}"
    response.headers["Cache-Control"] = "no-store"
    seconds = int(ATTEMPT.total_seconds())
    cookie = f"{started.secret}{BEFORE_LANGUAGE}{view.language.code}"
    response.set_cookie(secret_cookie("sign-in", view.site.base_url, cookie, seconds))
    return response


def sign_in_href(view: View, next_path: str) -> str:
    """Return the address of the sign-in page that leads back to a path."""
    return view.language.link("/sign-in") + "?" + urlencode({"next": next_path})


def _choice(view: View, next_path: str, problem: str = "", detail: str = "") -> SignInContext:
    providers = accounts_of(view).sign_in.providers()
    return SignInContext(providers=providers, next_path=next_path, problem=problem, detail=detail)


def _refused(
    view: View, error: SignInRefused | Forbidden | Unavailable, next_path: str = ""
) -> Response[Any]:
    if isinstance(error, SignInRefused):
        status, problem = 400, error.reason
    else:
        status, problem = (403, "suspended") if isinstance(error, Forbidden) else (503, "down")
    context = _choice(view, next_path or _next(view), problem, str(error))
    return view.render(context, status=status)


def _next(view: View, asked: str = "") -> str:
    """Return where to go after signing in: the account's page in the language unless asked for."""
    return local_path(asked or view.language.link(HOME))


def _answer(view: View) -> dict[str, str]:
    """Return the parameters of an answer; none may come twice (RFC 6749, 3.1)."""
    found = dict(view.pairs)
    if len(found) != len(view.pairs):
        raise SignInRefused("state", "the answer holds a parameter twice")
    return found


def _onward(path: str) -> Response[Any]:
    return Redirect(path, status_code=303, headers={"Cache-Control": "no-store"})


def _callback(view: View, provider: str) -> str:
    """Return where a provider sends the browser back to: one address for each provider."""
    return f"{view.site.base_url}/sign-in/{provider}/callback"


def _browser(view: View, request: AnyRequest) -> Browser:
    name = "".join(x for x in request.headers.get("user-agent", "") if x.isprintable())
    return Browser(name, read_cookie(request, "session", view.site.base_url))
