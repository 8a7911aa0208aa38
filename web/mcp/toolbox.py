"""What a tool is, what the tools may ask, and how a call becomes an answer."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from registry.errors import InvalidInput, RegistryError
from registry.logs import get_logger
from web.mcp.answers import Answer, Found, PageLink
from web.mcp.cursors import cursor_of, digest_of, place_of
from web.mcp.untrusted import Fence
from web.ports.adoption import ReuseActionsPort
from web.ports.catalogue import Catalogue
from web.ports.disputes import DisputesPort
from web.ports.lineage import Lineage

MAX_ERROR: Final = 500
# Arguments that are a file or a part of one: they are only hashed, or read in the sandbox.
WHOLE_FILES: Final = frozenset({"snippet", "content"})
_NO_TEXT: Final = frozenset({"Cc", "Cs"})
_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>[^`]*)`)?$", re.DOTALL)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`")
_log = get_logger(__name__)


@dataclass(frozen=True)
class Sources:
    """What the tools ask, the same as pages and API; all of it reads alone.

    `base_url` is the public address without a trailing slash; `as_of` the time of the newest
    crawl. Without `reuse` nobody knows how copies are made. `is_local` says that it is asked on
    this machine, where no registry need be served.
    """

    catalogue: Catalogue
    lineage: Lineage
    disputes: DisputesPort
    publiccode: Any
    reuse: ReuseActionsPort | None
    base_url: str
    as_of: Callable[[], datetime]
    is_local: bool = False

    def page(self, *parts: str) -> str:
        """Return the address of a page for people."""
        return "/".join((self.base_url, *parts))

    @property
    def day(self) -> str:
        """The day of the newest crawl: numbers are as of then."""
        return self.as_of().date().isoformat()


class Arguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every tool takes: nothing."""


@dataclass(frozen=True)
class Asked:
    """One call: the sources, the fence of its answer, and where it goes on."""

    sources: Sources
    fence: Fence
    tool: str
    question: str
    cursor: str

    def place(self) -> str | int | None:
        """Return where the answer begins; None at the beginning."""
        return place_of(self.cursor, self.tool, self.question) if self.cursor else None

    def offset(self) -> int:
        """Return how many items come before this answer."""
        place = self.place() or 0
        if not isinstance(place, int):
            raise InvalidInput("cursor: this is not a cursor that this registry gave out")
        return place

    def after(self) -> str | None:
        """Return the place as the catalogue names it; None at the beginning."""
        place = self.place()
        if isinstance(place, int):
            raise InvalidInput("cursor: this is not a cursor that this registry gave out")
        return place

    def cursor_at(self, place: str | int | None) -> str:
        """Return the cursor of a place; empty at the end."""
        return "" if place is None else cursor_of(self.tool, self.question, place)

    def answer(self, answer: Answer, *links: PageLink) -> Found:
        """Return an answer as it is sent, with its fence explained."""
        text = msgspec.json.encode(answer)
        if self.fence.name.encode() in text:
            text = msgspec.json.encode(msgspec.structs.replace(answer, untrusted=self.fence.note))
        return Found(msgspec.json.decode(text), links)


class Tool(Struct, frozen=True, kw_only=True):
    """One tool: what it is for, what it takes and gives, and what a call costs.

    `cost` is what a call takes from the allowance of a client, where a plain request takes 1.
    """

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    answer: type[Answer]
    run: Callable[[Asked, Any], Found]
    cost: int = 1

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        return _schema(self.arguments)

    @property
    def output_schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer: what is absent has no default, it is not known."""
        return {key: _without_defaults(x) for key, x in _schema(self.answer).items()}


class Outcome(Struct, frozen=True):
    """What became of a call: an answer, or in words what is wrong."""

    found: Found | None = None
    problem: str = ""


def call(tool: Tool, sources: Sources, arguments: Mapping[str, Any]) -> Outcome:
    """Answer one call; nothing that is sent raises an error."""
    try:
        read = read_arguments(tool, arguments)
        cursor = getattr(read, "cursor", "")
        asked = Asked(sources, Fence(), tool.name, digest_of(arguments), cursor)
        return Outcome(tool.run(asked, read))
    except RegistryError as error:
        return Outcome(problem=_shown(str(error)))
    except Exception as error:  # noqa: BLE001 - one call must not end the others
        incident = secrets.token_hex(4)
        _log.error("tool failed", tool=tool.name, incident=incident, exc_info=error)
        return Outcome(problem=f"This failed here, not with you (incident {incident}).")


def read_arguments(tool: Tool, arguments: Mapping[str, Any]) -> Arguments:
    """Return the arguments, or raise `InvalidInput` that names the one that is wrong."""
    try:
        read = msgspec.convert(arguments, tool.arguments, strict=True)
    except msgspec.ValidationError as error:
        raise InvalidInput(_told(tool, str(error))) from None
    for name in read.__struct_fields__:
        if name not in WHOLE_FILES and not _is_text(getattr(read, name)):
            raise InvalidInput(f"{name}: holds control characters or half a character")
    return read


def _is_text(value: object) -> bool:
    """Say whether no text in a value holds what no database takes."""
    if isinstance(value, tuple):
        return all(map(_is_text, value))
    return not isinstance(value, str) or all(unicodedata.category(x) not in _NO_TEXT for x in value)


def _told(tool: Tool, message: str) -> str:
    """Say what is wrong with arguments, beginning with the name of the one that is."""
    names = ", ".join(tool.arguments.__struct_fields__)
    if unknown := _UNKNOWN.match(message):
        return f"{_shown(unknown[1], 60)}: there is no such argument; there are {names}"
    if missing := _MISSING.match(message):
        return f"{missing[1]}: this argument is required"
    found = _AT.match(message)
    what, where = (found["what"], found["where"]) if found else (message, "")
    what = what[:1].lower() + what[1:].replace("`", "")
    return f"{where}: {what}" if where else f"arguments: {what}"


def _shown(text: str, most: int = MAX_ERROR) -> str:
    return "".join(x if x.isprintable() else "�" for x in text)[:most]


def _schema(struct: type[Struct]) -> dict[str, Any]:
    """Return the schema of a struct whole, its parts under `$defs`; its root is an object."""
    _, parts = msgspec.json.schema_components((struct,), ref_template="#/$defs/{name}")
    root = {key: x for key, x in parts.pop(struct.__name__).items() if key != "title"}
    root.pop("description", None)
    # Defaults are tuples in Python and lists in JSON.
    for part in parts.values():
        part["description"] = " ".join(part.get("description", "").split())
    whole = root | ({"$defs": parts} if parts else {})
    return msgspec.json.decode(msgspec.json.encode(whole), type=dict[str, Any])


def _without_defaults(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_defaults(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_defaults(part) for key, part in schema.items() if key != "default"}
