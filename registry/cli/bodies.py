"""A body, or a decision, on a terminal: one table for each kind of what is recorded."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from registry.cli.output import show_record, show_rows, write

_TIME: Final = ("since", "until", "source")
BODY: Final[Mapping[str, tuple[str, ...]]] = {
    "components": ("component", *_TIME),
    "members": ("name", "organisation", "country", "role", "state", "dues", *_TIME),
    "facts": ("kind", "choice", "text", *_TIME),
    "funding": ("payer", "country", "amount", "currency", "share", "purpose", *_TIME),
    "contracts": ("supplier", "on_behalf_of", "purpose", *_TIME),
}
DECISION: Final[Mapping[str, tuple[str, ...]]] = {
    "votes": ("member", "slug", "choice", "weight", "counts")
}


def show_sections(view: Any, sections: Mapping[str, tuple[str, ...]], style: str) -> None:
    """Print a record; in a table each of the sections is one of its own, with its sources."""
    if style != "table":
        show_record(view, style)
        return
    fields = msgspec.to_builtins(view)
    plain = {**fields.pop("item"), **{x: y for x, y in fields.items() if x not in sections}}
    show_record({name: _plain(value) for name, value in plain.items()}, style)
    for name, columns in sections.items():
        if fields[name]:
            write(f"\n{name}")
            show_rows(_rows(fields[name]), columns, style)


def _rows(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in item.items()} for item in items]


def _plain(value: Any) -> Any:
    """Return the address of a source, and the slug of a link, in the place of all of it."""
    if isinstance(value, Mapping):
        return value.get("url") if "entered_at" in value else value.get("slug") or value
    return value
