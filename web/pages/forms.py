"""What people send by a form of our pages: paid for from the sender's allowance, and only text;
and where they go on.

That it was sent from our own pages was checked before (`web/auth/forgery.py`).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect

from registry.texts import WrongField
from web.fields import MAX_FORM_BYTES, form_fields
from web.limits import client_of, refused
from web.pages.view import Site, View

AnyRequest = Request[Any, Any, Any]


def read_form(
    site: Site, request: AnyRequest, body: bytes, cost: int, max_bytes: int = MAX_FORM_BYTES
) -> Mapping[str, str]:
    """Return the fields of a form, the first value of each; `max_bytes` bounds it as it is sent.

    Raises 429 when the sender's allowance is used up, and `InvalidInput` for what no form of ours
    sends.
    """
    pay_for_form(site, request, cost)
    return form_fields(request.headers.get("content-type", ""), body, max_bytes)


def pay_for_form(site: Site, request: AnyRequest, cost: int) -> None:
    """Take `cost` from the sender's allowance, or raise 429."""
    per_minute = site.services.settings.requests_per_minute
    if not per_minute:
        return
    client = client_of(request.client.host if request.client else None)
    allowance = site.limiter.take(client, per_minute, cost)
    if allowance.retry_after is not None:
        raise refused(allowance)


def number_in(fields: Mapping[str, str], field: str, digits: int = 9) -> int | None:
    """Return a number of a form, None where nothing is written, or raise `WrongField`."""
    text = fields.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise WrongField(field, "number", f"must be a number of at most {digits} digits")
    return int(text)


def back_to(view: View, path: str, **query: str) -> Redirect:
    """Go on to a page after something was done, so that going back sends nothing again."""
    address = f"{path}?{urlencode(query)}" if query else path
    return Redirect(view.language.link(address), status_code=303)


def private(response: Response[Any]) -> Response[Any]:
    """Keep an answer out of every cache and index: its address is a secret."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.pop("ETag", None)
    return response
