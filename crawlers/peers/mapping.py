"""A mapping: by which expressions the records of any JSON or CSV are read.

An operator writes it as TOML. In JSON, values are found by JSONPath (RFC 9535); in CSV by the name
of a column. Several expressions are tried in order, and the first that finds something counts.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import jsonpath
import msgspec
from msgspec import Meta, Struct

from registry.domain.properties import MULTILINGUAL, PROPERTIES
from registry.errors import InvalidInput

MAX_BYTES: Final = 64 * 1024
PRESETS: Final = Path(__file__).parent / "presets"

Expression = Annotated[str, Meta(min_length=1, max_length=500)]
Expressions = Expression | Annotated[list[Expression], Meta(min_length=1, max_length=10)]


class BodyMapping(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the organisation behind a record stands."""

    uri: Expressions
    name: Expressions | None = None


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """How a list is read; `records` finds the entries, all others are asked of one entry.

    `properties` maps a property of a component (with `.en` and the like for a language) to
    expressions. `without` names entries that are left out: any value but an empty one, `false`,
    `no` or 0 counts.
    """

    format: Literal["json", "csv"]
    url: Expressions
    records: Expression = "$[*]"
    key: Expressions | None = None
    aliases: Expressions | None = None
    without: Expressions | None = None
    organisation: BodyMapping | None = None
    properties: dict[str, Expressions] = {}
    separator: Literal[",", ";", "\t", "|"] = ","

    def expressions(self) -> list[str]:
        """Return every expression that is asked of an entry."""
        body = self.organisation
        stated = [self.url, self.key, self.aliases, self.without, *self.properties.values()]
        stated += [body.uri, body.name] if body else []
        return [text for group in stated for text in alternatives(group)]


def alternatives(stated: Expressions | None) -> list[str]:
    """Return expressions as a list, in the order in which they are tried."""
    return [stated] if isinstance(stated, str) else list(stated or ())


def read_mapping(data: bytes) -> dict[str, Any]:
    """Return a mapping as it is kept with its source, or raise `InvalidInput` saying why not."""
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"the mapping is larger than {MAX_BYTES} bytes")
    try:
        found = msgspec.convert(tomllib.loads(data.decode("utf-8")), Mapping)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"the mapping is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise InvalidInput(f"the mapping is not right: {error}") from error
    _check(found)
    stored: dict[str, Any] = msgspec.to_builtins(found)
    return stored


def _check(mapping: Mapping) -> None:
    for name in mapping.properties:
        plain, _, lang = name.partition(".")
        if plain not in PROPERTIES or (lang and plain not in MULTILINGUAL):
            raise InvalidInput(f"the mapping names {name!r}, which is no property of a component")
    if mapping.format == "csv":
        return
    for text in [mapping.records, *mapping.expressions()]:
        try:
            jsonpath.compile(text)
        except jsonpath.JSONPathError as error:
            first = str(error).partition("\n")[0]
            raise InvalidInput(f"the mapping's {text!r} is no JSONPath: {first}") from error


def preset(protocol: str) -> dict[str, Any] | None:
    """Return the mapping that comes with the registry for a protocol, or None."""
    file = PRESETS / f"{protocol}.toml"
    return read_mapping(file.read_bytes()) if file.is_file() else None
