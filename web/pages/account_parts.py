"""What the pages of accounts share: the service, and the session's cookie."""

from typing import Any

from litestar import Response

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


def with_session(response: Response[Any], view: View, secret: str) -> Response[Any]:
    """Let the browser keep a session; it ends with the browser, or here when it is over."""
    response.set_cookie(secret_cookie("session", view.site.base_url, secret))
    return response
