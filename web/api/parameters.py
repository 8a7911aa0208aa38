"""Query parameters of the API: declared once, read strictly, and documented from the declaration.

The query string is read here and not by the framework, because a catalogue that drops or bends a
filter silently widens its answer: what is unknown, repeated, malformed or not text is refused with
every mistake named.
"""

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlencode

from litestar.exceptions import ValidationException
from litestar.openapi.spec import Parameter as Documented
from litestar.openapi.spec import Schema
from msgspec import Struct

Pairs = tuple[tuple[str, str], ...]

MAX_PAIRS: Final = 200
MAX_VALUES: Final = 50
MAX_ERRORS: Final = 20
# The longest query string in its normal form; the address with a cursor added still fits the gate.
MAX_QUERY: Final = 5_000
SHOWN: Final = 60


class Parameter(Struct, frozen=True, kw_only=True):
    """A query parameter.

    `parse` turns the text of one value into the value, or raises `ValueError` saying in words
    what would be accepted. `many` allows the parameter to be repeated, its values being
    alternatives, at most `most` of them. `example` is shown in the reference and is always a value
    that `parse` accepts.
    """

    name: str
    description: str
    parse: Callable[[str], Any]
    schema: Schema
    many: bool = False
    most: int = MAX_VALUES
    required: bool = False
    may_be_empty: bool = False
    max_length: int = 200
    example: str | None = None

    def documented(self) -> Documented:
        """Return the parameter as the OpenAPI document describes it."""
        schema = Schema(type="array", items=self.schema, max_items=self.most)  # type: ignore[arg-type]
        return Documented(
            name=self.name,
            param_in="query",
            required=self.required,
            description=self.description,
            schema=schema if self.many else self.schema,
            style="form" if self.many else None,
            explode=True if self.many else None,
        )


class Values:
    """The parameters of one request: the text as it came, and what it means."""

    def __init__(self, pairs: Pairs, found: Mapping[str, list[Any]]) -> None:
        self.pairs = pairs
        self._found = found

    def one(self, name: str, default: Any = None) -> Any:
        """Return the value of a parameter, or the default where it was not sent."""
        values = self._found.get(name)
        return values[0] if values else default

    def many(self, name: str) -> tuple[Any, ...]:
        """Return every value of a parameter once, in the order sent."""
        return tuple(dict.fromkeys(self._found.get(name, ())))

    def with_cursor(self, cursor: str | None) -> str:
        """Return the query string of another page of the same answer, with all else kept."""
        kept = [pair for pair in self.pairs if pair[0] != "after"]
        return urlencode([*kept, ("after", cursor)] if cursor else kept)


def mistake(location: str, code: str, detail: str) -> dict[str, str]:
    """Return one entry of `errors` of a problem; `location` is the name of the parameter."""
    return {"in": "query", "location": location, "code": code, "detail": detail}


def refused(errors: Sequence[Mapping[str, str]]) -> ValidationException:
    """Return the error that answers 400 with these mistakes."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return ValidationException(
        detail=errors[0]["detail"] + more, extra=[dict(x) for x in errors[:MAX_ERRORS]]
    )


def read(raw: bytes, known: Iterable[Parameter]) -> Values:
    """Read a query string, or raise the error that names every mistake in it."""
    by_name = {parameter.name: parameter for parameter in known}
    pairs, errors = _pairs(raw)
    found: dict[str, list[Any]] = {}
    for name, text in pairs:
        _take(by_name, name, text, found, errors)
    for name, parameter in by_name.items():
        if parameter.required and not any(name == sent for sent, _ in pairs):
            errors.append(mistake(name, "required", f"The parameter {name!r} is required."))
    if not errors and len(urlencode(pairs)) > MAX_QUERY:
        detail = f"The query is longer than {MAX_QUERY} characters."
        errors.append(mistake("", "too_long", detail))
    if errors:
        raise refused(errors)
    return Values(pairs, found)


def _pairs(raw: bytes) -> tuple[Pairs, list[dict[str, str]]]:
    parts = [part for part in raw.split(b"&", MAX_PAIRS + 1) if part]
    if len(parts) > MAX_PAIRS:
        detail = f"There are more than {MAX_PAIRS} parameters."
        return (), [mistake("", "too_many", detail)]
    pairs: list[tuple[str, str]] = []
    errors: list[dict[str, str]] = []
    for part in parts:
        name, _, value = part.partition(b"=")
        try:
            pairs.append((_text(name), _text(value)))
        except ValueError as error:
            shown = _shown(unquote_to_bytes(name).decode("utf-8", "replace"))
            errors.append(mistake(shown, "not_text", f"The parameter {shown!r} {error}."))
    return tuple(pairs), errors


def _text(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("holds control characters")
    return text


def _take(
    known: Mapping[str, Parameter],
    name: str,
    text: str,
    found: dict[str, list[Any]],
    errors: list[dict[str, str]],
) -> None:
    parameter = known.get(name)
    if parameter is None:
        errors.append(_unknown(name, known))
        return
    values = found.setdefault(name, [])
    if values and not parameter.many:
        errors.append(mistake(name, "repeated", f"The parameter {name!r} can be sent once only."))
        return
    if len(values) >= parameter.most:
        detail = f"The parameter {name!r} has more than {parameter.most} values."
        errors.append(mistake(name, "too_many", detail))
        return
    try:
        values.append(_parsed(parameter, text))
    except ValueError as error:
        errors.append(mistake(name, "invalid", f"{name}: {error}"))


def _parsed(parameter: Parameter, text: str) -> Any:
    text = text.strip()
    if len(text) > parameter.max_length:
        raise ValueError(f"must be at most {parameter.max_length} characters long")
    if not text and not parameter.may_be_empty:
        raise ValueError("must not be empty: leave the parameter out")
    return parameter.parse(text)


def _unknown(name: str, known: Iterable[str]) -> dict[str, str]:
    names = sorted(known)
    near = difflib.get_close_matches(name[:SHOWN].lower(), names, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'none here'}."
    detail = f"There is no parameter {_shown(name)!r}: {hint}"
    return mistake(_shown(name), "unknown_parameter", detail)


def _shown(name: str) -> str:
    clean = "".join(x if x.isprintable() else "�" for x in name[:SHOWN])
    return clean + "…" if len(name) > SHOWN else clean
