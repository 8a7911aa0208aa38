"""Which form an answer takes: the suffix of the path decides, else the Accept header."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from litestar.exceptions import HTTPException

MAX_RANGES: Final = 50


class NotAcceptable(HTTPException):
    """Nothing that is offered is accepted."""

    status_code = 406


class Form(StrEnum):
    """A form of the same answer, by its media type."""

    JSON = "application/json"
    CSV = "text/csv"
    NDJSON = "application/x-ndjson"
    ATOM = "application/atom+xml"
    JSON_FEED = "application/feed+json"
    SVG = "image/svg+xml"
    JSON_LD = "application/ld+json"
    YAML = "application/yaml"
    SARIF = "application/sarif+json"
    CALENDAR = "text/calendar"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# The forms of every list that can be had as a file.
LIST_FORMS: Final = (Form.JSON, Form.CSV, Form.NDJSON, Form.ATOM, Form.JSON_FEED)
FEEDS: Final = (Form.ATOM, Form.JSON_FEED)


def chosen_form(accept: str | None, offered: Sequence[Form]) -> Form:
    """Return the form that the client likes best; the first offered one wins a draw.

    Raises 406 naming what is offered when the client accepts none of it (RFC 9110, 12.5.1).
    """
    ranges = _ranges(accept or "*/*")
    liked = [(_quality(form, ranges), -rank) for rank, form in enumerate(offered)]
    quality, rank = max(liked)
    if quality <= 0:
        names = ", ".join(form.value for form in offered)
        raise NotAcceptable(detail=f"There is none of what is accepted; there is {names}.")
    return offered[-rank]


def _ranges(accept: str) -> dict[str, float]:
    """Return the quality of each media range; what cannot be read is left out."""
    found: dict[str, float] = {}
    for part in accept.split(",")[:MAX_RANGES]:
        name, *parameters = (x.strip().lower() for x in part.split(";"))
        quality = next((x[2:] for x in parameters if x.startswith("q=")), "1")
        number = _number(quality)
        if name and number is not None:
            found.setdefault(name, number)
    return found or {"*/*": 1.0}


def _number(text: str) -> float | None:
    """Return a quality from 0 to 1 with at most three decimals, as the RFC has it."""
    whole, _, decimals = text.partition(".")
    digits = whole + decimals
    if whole not in {"0", "1"} or len(decimals) > 3 or not (digits.isascii() and digits.isdigit()):
        return None
    return min(1.0, float(f"{whole}.{decimals or 0}"))


def _quality(form: Form, ranges: dict[str, float]) -> float:
    """Return the quality of a form by the most specific range that names it."""
    kind = form.value.partition("/")[0]
    for name in (form.value, f"{kind}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
