"""What people send by a form: only from our own pages, only so much, and only text.

There is no cookie and no session, so nobody can act in somebody else's name; the check of where a
form was sent from keeps other sites from making their visitors send things here all the same.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from litestar import Request
from litestar.exceptions import PermissionDeniedException

from registry.errors import InvalidInput
from web.limits import client_of, refused
from web.pages.view import Site

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MAX_FORM_BYTES: Final = 256 * 1024
MAX_FIELDS: Final = 20
SAME_SITE: Final = ("same-origin", "none")

AnyRequest = Request[Any, Any, Any]


def read_form(
    site: Site, request: AnyRequest, body: bytes, cost: int, max_bytes: int = MAX_FORM_BYTES
) -> Mapping[str, str]:
    """Return the fields of a form, the first value of each, after every check.

    `max_bytes` bounds the form as it is sent, where other characters than letters take three.
    Raises 403 for a form of another site, 429 when the sender's allowance is used up, and
    `InvalidInput` for what no form of ours sends.
    """
    if not is_own_form(request.headers, site.base_url or str(request.base_url)):
        raise PermissionDeniedException("This form was not sent from a page of this registry.")
    client = client_of(request.client.host if request.client else None)
    allowance = site.limiter.take(client, site.services.settings.requests_per_minute, cost)
    if allowance.retry_after is not None:
        raise refused(allowance)
    return dict(reversed(_fields(request.headers.get("content-type", ""), body, max_bytes)))


def is_own_form(headers: Mapping[str, str], base_url: str) -> bool:
    """Say whether a browser sent a form from a page of this site.

    Fetch metadata decides where a browser sends it; else the origin must be that of the address
    under which we are asked, or of the public one.
    """
    if site := headers.get("sec-fetch-site", ""):
        return site in SAME_SITE
    origin = urlsplit(headers.get("origin", ""))
    known = {headers.get("host", ""), urlsplit(base_url).netloc} - {""}
    return origin.scheme in {"http", "https"} and origin.netloc in known


def _fields(content_type: str, body: bytes, max_bytes: int) -> list[tuple[str, str]]:
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise InvalidInput(f"A form is sent as {FORM_TYPE}.")
    if len(body) > max_bytes:
        raise InvalidInput(f"A form holds at most {max_bytes // 1024} KiB.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise InvalidInput("The form cannot be read.") from error
    return [(name, _plain(value)) for name, value in pairs]


def _plain(value: str) -> str:
    """Return a text with line ends as lines have them, without control characters."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(x for x in lines if x in "\n\t" or unicodedata.category(x) not in {"Cc", "Cs"})
