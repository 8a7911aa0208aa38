"""The parameters of a list of edges, and the question about reuse that they make."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from registry.errors import InvalidInput
from registry.lineage.readmodels import ReusePage, ReuseQuery
from registry.lineage.vocabulary import (
    CONFIDENCES,
    DIRECTIONS,
    KINDS,
    MANY,
    MOMENTS,
    ONE,
    SORTS,
    STATES,
    TAGS,
    WITH,
)
from web.api import kinds
from web.api.parameters import Parameter, Values, mistake, refused
from web.ports.lineage import Lineage


def _region(name: str, of: str) -> Parameter:
    return kinds.pattern(
        name,
        f"Region of {of} (ISO 3166-2), or a country for bodies of it that belong to no region.",
        "[A-Z]{2}(-[A-Z0-9]{1,3})?",
        "an ISO 3166-2 code such as CA-ON, or a country such as CA",
        many=True,
        example="CA-ON",
    )


def _slug(name: str, description: str, example: str) -> Parameter:
    return kinds.slug(name, description, example=example)


FROM: Final = kinds.country(
    "from", "Country whose code is reused (ISO 3166-1 alpha-2).", many=True, example="EE"
)
TO: Final = kinds.country("to", "Country that reuses.", many=True, example="FI")
KIND: Final = kinds.choice("kind", "What was found.", KINDS, many=True, example="shared_commits")
TAG: Final = kinds.choice(
    "tag",
    "How it is known. Numbers of different tags are never added together.",
    TAGS,
    many=True,
    example="measured",
)
PARAMETERS: Final[tuple[Parameter, ...]] = (
    FROM,
    TO,
    _region("from_region", "the body whose code is reused"),
    _region("to_region", "the body that reuses"),
    _slug("from_organisation", "Slug of the organisation whose code is reused.", "example-city"),
    _slug("to_organisation", "Slug of the organisation that reuses.", "example-town"),
    _slug("organisation", "Slug of an organisation at either end.", "example-city"),
    _slug("component", "Slug of a component at either end.", "example-city-forms"),
    _slug("origin", "Slug of the component that is reused.", "example-city-forms"),
    _slug("reuser", "Slug of the component that reuses.", "example-town-forms"),
    KIND,
    TAG,
    kinds.choice(
        "state",
        "Where the edge stands; without it current and since_removed, which are counted.",
        STATES,
        many=True,
        example="since_removed",
    ),
    kinds.choice(
        "confidence",
        "How sure it is; without it verified and likely.",
        CONFIDENCES,
        many=True,
        example="verified",
    ),
    kinds.choice(
        "direction",
        "Whether it is known who reused whom. Filters on one end leave out edges of unknown "
        "direction, unless this asks for them: then either end may be the one.",
        DIRECTIONS,
        example="known",
    ),
    kinds.moment(
        "since", "First evidence of the reuse at this time or later (UTC).", example="2024-01-01"
    ),
    kinds.moment(
        "until", "First evidence of the reuse before this time (UTC).", example="2025-01-01"
    ),
    kinds.moment(
        "changed_since", "The edge changed at this time or later (UTC).", example="2025-05-31"
    ),
    kinds.boolean("foreign", "Whether the two ends are of different countries."),
    kinds.boolean("with_internal", "Also edges inside one organisation, which are not counted."),
    kinds.boolean("with_mirrors", "Also copies without a commit of their own, not counted."),
    kinds.boolean("with_possible", "Also what is only possible, which is not counted."),
    kinds.choice(
        "sort",
        "Newest first: by the first evidence, or by the last change of the edge.",
        SORTS,
        example="changed",
    ),
)


def question(values: Values, *, sort: str = "first_seen", limit: int = 20) -> ReuseQuery:
    """Return the question that the parameters ask."""
    asked: dict[str, Any] = {field: values.many(name) for name, field in MANY.items()}
    asked |= {field: values.one(name) for name, field in ONE.items()}
    asked |= {name: values.one(name) for name in MOMENTS}
    asked |= {name: values.one(name, False) for name in WITH}
    return ReuseQuery(
        foreign=values.one("foreign"),
        sort=values.one("sort", sort),
        limit=values.one("limit", limit),
        after=values.one("after"),
        **asked,
    )


def answer(lineage: Lineage, query: ReuseQuery) -> ReusePage:
    """Return one page; what is refused of checked parameters can be the cursor only."""
    try:
        return lineage.reuse(query)
    except InvalidInput as error:
        raise refused([mistake("after" if query.after else "", "invalid", str(error))]) from None


def query_string(query: ReuseQuery) -> str:
    """Return the query string that asks the same question, from its first page."""
    pairs = [(name, value) for name, field in MANY.items() for value in getattr(query, field)]
    pairs += [(name, value) for name, field in ONE.items() if (value := getattr(query, field))]
    pairs += [(name, _time(value)) for name in MOMENTS if (value := getattr(query, name))]
    flags: list[tuple[str, Any]] = [("foreign", query.foreign)]
    flags += [(name, getattr(query, name) or None) for name in WITH]
    pairs += [(name, str(value).lower()) for name, value in flags if value is not None]
    return urlencode(pairs)


def _time(moment: datetime) -> str:
    """Return a day where it is one, else the moment."""
    day = moment.date().isoformat()
    return day if moment.timetz().replace(tzinfo=None).isoformat() == "00:00:00" else (
        moment.isoformat().replace("+00:00", "Z")
    )  # fmt: skip
