"""`search_components`: is there government code for this already?"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentCard, ComponentQuery, SearchPage
from registry.errors import InvalidInput
from web.mcp.answers import Answer, Found, chosen, fitted
from web.mcp.parts import Cursor, Reuse, address, expression, link, reuse_of
from web.mcp.toolbox import Arguments, Asked, Tool

MOST: Final = 20
Field = Literal[
    "name", "description", "organisation", "country", "licence", "language", "activity",
    "last_commit", "repository", "reuse", "fork_of",
]  # fmt: skip
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Short = Annotated[str, Meta(min_length=1, max_length=100)]


class SearchArguments(Arguments, frozen=True, kw_only=True):
    """What is looked for; filters add up, and the values of one are alternatives."""

    query: Annotated[
        str, Meta(max_length=300, description="What the software does, in a few words.")
    ] = ""
    country: Annotated[
        tuple[Country, ...],
        Meta(max_length=30, description="Country of the publisher (ISO 3166-1 alpha-2)."),
    ] = ()
    licence: Annotated[
        tuple[Short, ...], Meta(max_length=30, description="SPDX ids, such as EUPL-1.2.")
    ] = ()
    licence_fits: Annotated[
        str,
        Meta(
            max_length=100,
            description="SPDX id of your own project: only components that may go into it.",
        ),
    ] = ""
    category: Annotated[
        tuple[Short, ...],
        Meta(max_length=30, description="Categories of publiccode.yml, such as form-builder."),
    ] = ()
    platform: Annotated[
        tuple[Short, ...],
        Meta(max_length=10, description="Platforms of publiccode.yml: web, linux, android …"),
    ] = ()
    min_reuse: Annotated[
        int,
        Meta(
            ge=0,
            le=1000,
            description="Reused by at least so many other organisations, by measured evidence.",
        ),
    ] = 0
    fields: Annotated[
        tuple[Field, ...], Meta(max_length=20, description="Only these fields of each item.")
    ] = ()
    limit: Annotated[int, Meta(ge=1, le=MOST, description="At most so many items.")] = 10
    cursor: Cursor = ""


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A component: `slug` is its name for the other tools, `reuse` is measured."""

    slug: str
    name: str = ""
    description: str = ""
    organisation: str = ""
    country: str = ""
    licence: str = ""
    language: str = ""
    activity: str = ""
    last_commit: str = ""
    repository: str = ""
    fork_of: str = ""
    reuse: Reuse | None = None
    is_demo: bool = False


class SearchAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """Components that were found, the best first, of `total` (10,000 at most are counted).

    `is_broadened` says that none has all the words, so that these have some of them;
    `is_degraded` that the index is down, and a plainer search answered.
    """

    total: int
    items: tuple[Item, ...]
    page: str
    as_of: str
    did_you_mean: str = ""
    is_broadened: bool = False
    is_degraded: bool = False


def search(asked: Asked, sent: SearchArguments) -> Found:
    """Return one page of components."""
    pages: dict[int, SearchPage] = {}

    def fetch(limit: int) -> tuple[Sequence[ComponentCard], str | None]:
        pages[0] = _page(asked, sent, limit)
        return pages[0].items, pages[0].next

    def make(cards: Sequence[ComponentCard], following: str | int | None) -> Found:
        answer = _answer(asked, sent, pages[0], _items(asked, sent, cards))
        links = [link(asked, x.slug) for x in cards]
        return asked.answer(replace(answer, next_cursor=asked.cursor_at(following)), *links)

    return fitted(fetch, make, sent.limit)


def _page(asked: Asked, sent: SearchArguments, limit: int) -> SearchPage:
    after = asked.after()
    query = ComponentQuery(
        q=sent.query, country=sent.country, licence=sent.licence, function=sent.category,
        licence_fits=sent.licence_fits or None, platform=sent.platform,
        min_reuse_organisations=sent.min_reuse, limit=limit, after=after,
    )  # fmt: skip
    try:
        return asked.sources.catalogue.search(query)
    except InvalidInput as error:
        # What the catalogue refuses of arguments that were checked can be the place only.
        raise InvalidInput(f"cursor: {error}" if after else str(error)) from None


def _answer(
    asked: Asked, sent: SearchArguments, page: SearchPage, items: tuple[Item, ...]
) -> SearchAnswer:
    return SearchAnswer(
        total=min(page.total, 10_000), items=items, page=_address(asked, sent),
        as_of=asked.sources.day, did_you_mean=asked.fence(page.suggestion, 100),
        is_broadened=page.is_broadened, is_degraded=page.degraded, next_step=_next_step(page),
    )  # fmt: skip


def _next_step(page: SearchPage) -> str:
    if page.is_broadened:
        return (
            "None of these has all the words: read them with doubt, or search with fewer words or "
            "filters."
        )
    if page.items:
        return (
            "get_component with a slug for licence, releases and obstacles; before you copy code, "
            "reuse_instructions."
        )
    return (
        "Nothing in this catalogue fits: use fewer or other words, or fewer filters. It holds only "
        "what was crawled, so this is no proof that there is nothing elsewhere."
    )


def _address(asked: Asked, sent: SearchArguments) -> str:
    """Return the address of the same search on the pages, where that is not too long."""
    pairs = [("q", sent.query), ("licence_fits", sent.licence_fits)]
    pairs += [("country", x) for x in sent.country] + [("licence", x) for x in sent.licence]
    pairs += [("function", x) for x in sent.category]
    query = urlencode([(name, value) for name, value in pairs if value])
    page = asked.sources.page("search")
    return f"{page}?{query}" if query and len(query) <= 500 else page


def _items(asked: Asked, sent: SearchArguments, cards: Sequence[ComponentCard]) -> tuple[Item, ...]:
    return tuple(_item(asked, card, sent.fields) for card in cards)


def _item(asked: Asked, card: ComponentCard, fields: Sequence[str]) -> Item:
    fence = asked.fence
    wants_reuse = not fields or "reuse" in fields
    item = Item(
        slug=card.slug,
        name=fence(card.name.value, 80),
        description=fence(card.description.value if card.description else "", 180),
        organisation=card.organisation.slug if card.organisation else "",
        country=card.country or "",
        licence=expression(fence, card.licence),
        language=card.language or "",
        activity=card.activity,
        last_commit=card.last_commit_at.date().isoformat() if card.last_commit_at else "",
        repository=address(fence, card.repository_url),
        fork_of=card.origin.slug if card.origin else "",
        reuse=reuse_of(asked.sources.lineage.summary(card.slug)) if wants_reuse else None,
        is_demo=card.is_demo,
    )
    return chosen(item, fields, ("slug", "is_demo"))  # type: ignore[no-any-return]


SEARCH = Tool(
    name="search_components",
    title="Search government code",
    description=(
        "Search software that public bodies published and that may be reused. Do this before you "
        "write code for a public body: it may exist already. Returns short records; `reuse` counts "
        "other organisations whose repositories provably contain the code."
    ),
    arguments=SearchArguments,
    answer=SearchAnswer,
    run=search,
)
