"""What several answers hold: reuse in numbers, links, addresses and ids that are safe to show."""

import re
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta, Struct

from registry.catalogue.readmodels import ComponentDetail
from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput, NotFound
from registry.lineage.readmodels import ReuseSummary
from web.mcp.answers import PageLink
from web.mcp.cursors import MAX_CURSOR
from web.mcp.toolbox import Asked
from web.mcp.untrusted import Fence

Cursor = Annotated[
    str,
    Meta(
        max_length=MAX_CURSOR,
        description="`next_cursor` of the answer before, sent with the same arguments.",
    ),
]
ComponentName = Annotated[
    str,
    Meta(
        min_length=1, max_length=2048,
        description="Slug of the component, or the URL of its repository.",
    ),
]  # fmt: skip
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,119}", re.ASCII)
# Without what a shell or a reader could take for more than an address.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#@%+=,&-]{1,500}", re.ASCII)
_EXPRESSION: Final = re.compile(r"[A-Za-z0-9.+()-]+( (AND|OR|WITH) [A-Za-z0-9.+()-]+)*", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z0-9_.\[\]-]{0,80}", re.ASCII)
_VERSION: Final = re.compile(r"[A-Za-z0-9._+-]{1,30}", re.ASCII)


class Reuse(Struct, frozen=True, kw_only=True):
    """How many other organisations reuse it by measured evidence, in how many other countries.

    0 means that none was found among the repositories that were crawled.
    """

    organisations: int = 0
    other_countries: int = 0


def reuse_of(rows: Iterable[ReuseSummary]) -> Reuse:
    """Return the measured reuse: tags are never added together."""
    row = next((x for x in rows if x.tag == "measured"), None)
    if row is None:
        return Reuse()
    return Reuse(organisations=row.organisations, other_countries=row.foreign_countries)


def link(asked: Asked, slug: str, *parts: str) -> PageLink:
    """Return a link to a page of a component."""
    return PageLink(asked.sources.page("components", slug, *parts), slug)


def expression(fence: Fence, licence: str | None) -> str:
    """Return an SPDX expression; fenced where it does not look like one."""
    text = licence or ""
    return text if _EXPRESSION.fullmatch(text) and len(text) <= 100 else fence(text, 100)


def address(fence: Fence, url: str | None, most: int = 300) -> str:
    """Return a web address; fenced where it could be read as more than that."""
    text = url or ""
    return text if _ADDRESS.fullmatch(text) and len(text) <= most else fence(text, most)


def key(fence: Fence, text: str) -> str:
    """Return the path of a key in a document; fenced where it is not plain."""
    return text if _KEY.fullmatch(text) else fence(text, 120)


def version(fence: Fence, text: str | None) -> str:
    """Return the name of a version; fenced where it is not short and plain."""
    return text if text and _VERSION.fullmatch(text) else fence(text, 60)


def component_of(asked: Asked, component: str) -> ComponentDetail:
    """Return the component that is asked for; where there is none, name some that are near."""
    slug = slug_of(asked, component)
    try:
        return asked.sources.catalogue.component(slug)
    except NotFound as error:
        if type(error) is not NotFound:  # removed, or under another name: that is told as it is
            raise
    near = [x.slug for x in asked.sources.catalogue.near_slugs(slug)[:3]]
    hint = f"near it are {', '.join(near)}" if near else "find it with search_components"
    raise NotFound(f"component: there is no component {slug!r}; {hint}")


def slug_of(asked: Asked, component: str) -> str:
    """Return the slug that a component is asked for by: its own, or the URL of its repository.

    Raises `InvalidInput` for what is neither, `NotFound` for a URL that is not in the catalogue.
    """
    text = component.strip()
    if _SLUG.fullmatch(text):
        return text
    try:
        url = canonical_repository_url(text)
    except InvalidInput:
        raise InvalidInput(
            "component: this is neither a slug (lower case, digits, hyphens) nor the URL of a "
            "repository; find it with search_components"
        ) from None
    rows, _ = asked.sources.catalogue.repositories(url=url, limit=1)
    slug = rows[0].component if rows else None
    if slug is None:
        raise NotFound(
            "component: no component of this registry has its repository at this address; "
            "find it with search_components"
        )
    return slug
