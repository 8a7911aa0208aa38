"""The kinds of parameters: text, one of a list, a pattern, a number, a time, names of fields."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from registry.domain.countries import COUNTRIES
from web.api.parameters import Parameter

MAX_LIMIT: Final = 100
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
SLUG: Final = "[a-z0-9][a-z0-9-]{0,119}"
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_OTHER_CODES: Final = {"UK": "GB", "EL": "GR"}


def _schema(kind: OpenAPIType, options: dict[str, Any], **more: Any) -> Schema:
    example = options.get("example")
    return Schema(type=kind, examples=None if example is None else [example], **more)


def text(name: str, description: str, **options: Any) -> Parameter:
    """Return a parameter that takes any text; white space is collapsed."""
    longest = options.get("max_length", 200)
    schema = _schema(OpenAPIType.STRING, options, max_length=longest)
    return Parameter(
        name=name,
        description=description,
        parse=lambda value: " ".join(value.split()),
        schema=schema,
        **options,
    )


def pattern(name: str, description: str, form: str, words: str, **options: Any) -> Parameter:
    """Return a parameter whose values match a regular expression; `words` say it to people."""
    compiled = re.compile(form, re.ASCII)

    def parse(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"must be {words}")
        return value

    schema = _schema(OpenAPIType.STRING, options, pattern=f"^(?:{form})$")
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def slug(name: str, description: str, **options: Any) -> Parameter:
    """Return a parameter that takes the slug of a component or organisation."""
    return pattern(name, description, SLUG, "a slug", **options)


def choice(name: str, description: str, values: Iterable[str], **options: Any) -> Parameter:
    """Return a parameter with a closed list of values."""
    known = tuple(values)

    def parse(value: str) -> str:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value

    schema = _schema(OpenAPIType.STRING, options, enum=list(known))
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def country(name: str, description: str, **options: Any) -> Parameter:
    """Return a parameter that takes ISO 3166-1 alpha-2 codes, in either case."""

    def parse(value: str) -> str:
        code = value.upper()
        if code not in COUNTRIES:
            meant = f"; did you mean {_OTHER_CODES[code]}?" if code in _OTHER_CODES else ""
            raise ValueError(f"must be an ISO 3166-1 alpha-2 code such as EE{meant}")
        return code

    schema = _schema(OpenAPIType.STRING, options, pattern="^[A-Za-z]{2}$")
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def boolean(name: str, description: str, **options: Any) -> Parameter:
    """Return a parameter that is `true` or `false`."""
    known = {"true": True, "false": False}

    def parse(value: str) -> bool:
        if value not in known:
            raise ValueError("must be true or false")
        return known[value]

    schema = _schema(OpenAPIType.BOOLEAN, options)
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def moment(name: str, description: str, **options: Any) -> Parameter:
    """Return a parameter that takes an ISO date, or a date and time (UTC unless it says)."""

    def parse(value: str) -> datetime:
        found = _moment(value)
        if found is None or not EARLIEST <= found <= LATEST:
            raise ValueError(
                "must be a date such as 2024-05-31, or a time such as 2024-05-31T12:00:00Z, "
                "from 1970 to 2199"
            )
        return found

    schema = _schema(OpenAPIType.STRING, options)
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def _moment(value: str) -> datetime | None:
    if not _TIME.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def number(name: str, description: str, most: int, **options: Any) -> Parameter:
    """Return a parameter that takes a number from 1 to `most`."""

    def parse(value: str) -> int:
        if not _NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
            raise ValueError(f"must be a number from 1 to {most}")
        return int(value)

    schema = Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=most)
    return Parameter(name=name, description=description, parse=parse, schema=schema, **options)


def limit(most: int = MAX_LIMIT, default: int = 20) -> Parameter:
    """Return the parameter `limit`."""

    def parse(value: str) -> int:
        if not _NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
            raise ValueError(f"must be a number from 1 to {most}")
        return int(value)

    schema = Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=most, default=default)
    return Parameter(
        name="limit", description="How many items a page has.", parse=parse, schema=schema
    )


def fields(names: Iterable[str]) -> Parameter:
    """Return the parameter `fields`: top-level fields of what is returned, joined by commas."""
    known = tuple(names)

    def parse(value: str) -> tuple[str, ...]:
        chosen = [part.strip() for part in value.split(",")]
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise ValueError(f"there is no field {unknown[0][:60]!r}: use {', '.join(known)}")
        return tuple(dict.fromkeys(chosen))

    schema = Schema(type=OpenAPIType.STRING, examples=[",".join(known[:2])])
    return Parameter(
        name="fields",
        description="Top-level fields to return, joined by commas; all of them by default. "
        f"There are {', '.join(known)}.",
        parse=parse,
        schema=schema,
        max_length=1000,
    )


AFTER: Final = pattern(
    "after",
    "The cursor of the next page, as `next` gives it. It has no meaning of its own.",
    r"[A-Za-z0-9_-]{1,400}",
    "a cursor that this registry gave out",
    max_length=400,
)
LANG: Final = pattern(
    "lang",
    "The language (BCP 47) in which texts are preferred; English where a text has it not.",
    r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}",
    "a language tag such as fr or pt-BR",
)
