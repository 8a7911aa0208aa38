"""A portfolio: which components a report is about, as it was asked for and as it was found."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from registry.errors import InvalidInput

MAX_COMPONENTS: Final = 5_000
MAX_ADDRESS: Final = 2_000
MAX_WORDS: Final = 300
MAX_VALUE: Final = 2_048
# Parameter of the address → field of `Portfolio`, in the order of the canonical address.
PARAMETERS: Final = {
    "q": "q",
    "organisation": "organisations",
    "body": "bodies",
    "topic": "topics",
    "country": "countries",
    "component": "components",
    "url": "urls",
}

# What became of something that was asked for.
UNKNOWN: Final = "unknown"
NO_ADDRESS: Final = "no_address"
NOT_READ: Final = "not_read"
TAKEN_DOWN: Final = "taken_down"
MERGED: Final = "merged"
GONE: Final = "gone"
EMPTY: Final = "empty"


class Portfolio(Struct, frozen=True, kw_only=True):
    """What was asked for; every part adds its components, and each component counts once.

    `q` are words of a search, `components` and `organisations` and `bodies` (joint ones) are slugs,
    `urls` addresses of repositories, `topics` stand among the topics or categories of a component,
    `countries` are ISO 3166-1 codes.
    """

    q: str = ""
    organisations: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return self == Portfolio()


class Remark(Struct, frozen=True, kw_only=True):
    """What became of one thing that was asked for, where that is not plain.

    `name` is the parameter, `value` what stood there. `reason` is unknown, no_address, not_read or
    taken_down (it brought no component), empty (it has none), merged (the component `slug` stands
    for it) or gone (its repository is there no longer; what is known of it is in the report).
    """

    name: str
    value: str
    reason: str
    detail: str = ""
    slug: str | None = None


def portfolio_of(pairs: Iterable[tuple[str, str]]) -> Portfolio:
    """Return the portfolio of parameters, or raise `InvalidInput` naming the one that is wrong."""
    found: dict[str, list[str]] = {name: [] for name in PARAMETERS}
    for name, value in pairs:
        text = value.strip()
        if name in found and text:
            if len(text) > (MAX_WORDS if name == "q" else MAX_VALUE) or "\0" in text:
                raise InvalidInput(f"{name}: {text[:60]!r} is too long, or holds a null character")
            found[name].append(text.upper() if name == "country" else text)
    many = {
        field: tuple(sorted(set(found[name]))) for name, field in PARAMETERS.items() if name != "q"
    }
    asked = Portfolio(q=" ".join(found["q"]), **many)
    if sum(len(values) for values in many.values()) > MAX_COMPONENTS:
        raise InvalidInput(f"a portfolio holds at most {MAX_COMPONENTS:,} components")
    return asked


def portfolio_pairs(portfolio: Portfolio) -> list[tuple[str, str]]:
    """Return the canonical parameters: the same for every order in which it was put together."""
    pairs = [("q", portfolio.q)] if portfolio.q else []
    for name, field in PARAMETERS.items():
        if name != "q":
            pairs += [(name, value) for value in sorted(set(getattr(portfolio, field)))]
    return pairs


def portfolio_query(portfolio: Portfolio) -> str:
    """Return the canonical query string."""
    return urlencode(portfolio_pairs(portfolio))


def fits_address(portfolio: Portfolio) -> bool:
    """Tell whether the portfolio can stand in an address; a longer one must be stored."""
    return len(portfolio_query(portfolio)) <= MAX_ADDRESS
