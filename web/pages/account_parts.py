"""What the pages of accounts share: the service, the session's cookie, and going back."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from registry.accounts.service import Accounts
from registry.errors import NotFound
from web.auth.cookies import secret_cookie
from web.pages.view import View

FORM_COST = 2


def accounts_of(view: View) -> Accounts:
    """Return the accounts of this instance."""
    if view.services.accounts is None:
        raise NotFound("This registry has no accounts.")
    return view.services.accounts


def back_to(view: View, path: str, **query: str) -> Redirect:
    """Return to a page after something was done."""
    address = f"{path}?{urlencode(query)}" if query else path
    return Redirect(view.language.link(address), status_code=303)


def with_session(response: Response[Any], view: View, secret: str) -> Response[Any]:
    """Let the browser keep a session; it ends with the browser, or here when it is over."""
    response.set_cookie(secret_cookie("session", view.site.base_url, secret))
    return response
