"""The parameters of a list of components, and the question to the catalogue that they make."""

from typing import Final

from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.domain.obstacles import READINESS
from registry.domain.publiccode_lists import CATEGORIES
from registry.errors import InvalidInput
from web.api import kinds
from web.api.parameters import Parameter, Values, mistake, refused
from web.ports.catalogue import Catalogue

SORTS: Final = ("relevance", "reuse", "updated", "newest", "name")
ACTIVITIES: Final = ("active", "quiet", "archived", "unknown")
FILTERS: Final = (
    kinds.country(
        "country", "Country of the publisher (ISO 3166-1 alpha-2).", many=True, example="CA"
    ),
    kinds.pattern(
        "region",
        "Region of the publisher (the whole ISO 3166-2 code).",
        "[A-Z]{2}-[A-Z0-9]{1,3}",
        "an ISO 3166-2 code such as CA-ON",
        many=True,
        example="CA-ON",
    ),
    kinds.pattern(
        "organisation",
        "Slug of the publishing organisation.",
        "[a-z0-9][a-z0-9-]{0,119}",
        "the slug of an organisation",
        many=True,
        example="ontario-digital-service",
    ),
    kinds.text("licence", "SPDX id of the licence.", many=True, example="EUPL-1.2"),
    kinds.text("language", "Main programming language.", many=True, example="Python"),
    kinds.pattern(
        "ui_language",
        "Language of the user interface (BCP 47), as the publisher states it.",
        "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}",
        "a language tag such as fr",
        many=True,
        example="fr",
    ),
    kinds.pattern(
        "function",
        "What the software is for: a category of publiccode.yml, such as "
        f"{', '.join(sorted(CATEGORIES)[:3])}.",
        "[A-Za-z0-9][A-Za-z0-9 _-]{0,59}",
        "a category of publiccode.yml",
        many=True,
        example="form-builder",
    ),
    kinds.choice(
        "activity",
        "active: a commit within a year; quiet: none; archived: closed by its publisher.",
        ACTIVITIES,
        many=True,
        example="active",
    ),
    kinds.choice(
        "readiness",
        "Obstacles to running it elsewhere (licence, deployment, languages, country, vendor): "
        "none_found, found, or not_inspected where the code was not read for them.",
        READINESS,
        many=True,
        example="none_found",
    ),
    kinds.pattern(
        "platform",
        "Platform that it runs on, as publiccode.yml says: web, linux, windows, mac, ios, android.",
        "[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}",
        "a platform such as web",
        many=True,
        example="web",
    ),
    kinds.country(
        "reused_in",
        "Reused by an organisation of this country, by measured evidence (ISO 3166-1 alpha-2).",
        many=True,
        example="CA",
    ),
    kinds.pattern(
        "forge",
        "Software of the host of the repository.",
        "[a-z0-9][a-z0-9-]{0,39}",
        "the name of a forge such as gitlab",
        many=True,
        example="gitlab",
    ),
)
PARAMETERS: Final[tuple[Parameter, ...]] = (
    kinds.text(
        "q",
        "Words to look for in names, descriptions and topics. `-word` leaves out, "
        '`"two words"` keeps together.',
        max_length=300,
        may_be_empty=True,
        example="form",
    ),
    *FILTERS,
    kinds.text(
        "licence_fits",
        "SPDX id of your own licence: components whose licence may be combined into it. "
        "Not legal advice.",
        example="EUPL-1.2",
    ),
    kinds.number(
        "min_reuse_organisations",
        "Reused by at least so many other organisations, by measured evidence.",
        1000,
        example="1",
    ),
    kinds.number(
        "min_reuse_countries",
        "Reused in at least so many countries other than its own, by measured evidence.",
        200,
        example="1",
    ),
    kinds.boolean("is_fork", "Whether the component is a fork or variant of another."),
    kinds.moment(
        "since", "Changed in the catalogue at this time or later (UTC).", example="2024-05-31"
    ),
    kinds.moment("until", "Changed in the catalogue before this time (UTC).", example="2025-01-01"),
    kinds.choice(
        "sort",
        "Order: relevance (without words the same as updated), updated, newest, name.",
        SORTS,
        example="updated",
    ),
    kinds.LANG,
)
MANY: Final = tuple(parameter.name for parameter in FILTERS)


def question(values: Values, *, sort: str = "relevance", limit: int = 20) -> ComponentQuery:
    """Return the question that the parameters ask."""
    return ComponentQuery(
        q=values.one("q", ""),
        licence_fits=values.one("licence_fits"),
        min_reuse_organisations=values.one("min_reuse_organisations", 0),
        min_reuse_countries=values.one("min_reuse_countries", 0),
        is_fork=values.one("is_fork"),
        since=values.one("since"),
        until=values.one("until"),
        sort=values.one("sort", sort),
        limit=values.one("limit", limit),
        after=values.one("after"),
        lang=values.one("lang", "en"),
        **{name: values.many(name) for name in MANY},
    )


def answer(catalogue: Catalogue, query: ComponentQuery) -> SearchPage:
    """Return one page; what the catalogue refuses of them is told with its parameter."""
    try:
        page = catalogue.search(query)
    except InvalidInput as error:
        raise refused([mistake(_location(query, str(error)), "invalid", str(error))]) from None
    most = 10_000
    if page.total > most:
        page = replace(page, total=most, total_is_exact=False)
    return page


def _location(query: ComponentQuery, text: str) -> str:
    """Return the parameter that the catalogue refuses: what names itself, else the place."""
    if text.startswith("licence_fits:"):
        return "licence_fits"
    return "after" if query.after else ""
