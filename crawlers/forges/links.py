"""Where the next page of a collection is, in the three ways in which forges say it."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_LINK: Final = re.compile(r"<([^<>]{1,2048})>\s*((?:;[^,;]{1,200}){1,10})")
_MAX_HEADER: Final = 16_384


def next_page(url: str, headers: Mapping[str, str], data: Any) -> str | None:
    """Return the address of the page after the one at `url`, or None after the last.

    Reads the Link header (RFC 8288), GitLab's `x-next-page`, and Bitbucket's `next` member. The
    caller checks that the address is one it may ask.
    """
    # The number comes first: an instance behind a proxy may write links with another scheme.
    number = headers.get("x-next-page", "").strip()
    if number.isascii() and number.isdigit():
        return _with_page(url, number)
    if link := link_with(headers.get("link", ""), "next"):
        return link
    if isinstance(data, dict) and isinstance(data.get("next"), str):
        return str(data["next"])
    return None


def link_with(header: str, relation: str) -> str | None:
    """Return the target of the first link of this relation in a Link header, or None."""
    for target, parameters in _LINK.findall(header[:_MAX_HEADER]):
        for parameter in parameters.split(";"):
            name, _, value = parameter.partition("=")
            relations = value.strip().strip('"').lower().split()
            if name.strip().lower() == "rel" and relation in relations:
                return str(target)
    return None


def _with_page(url: str, number: str) -> str:
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", number)])))
