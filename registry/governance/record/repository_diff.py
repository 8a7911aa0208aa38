"""What the file of a body in a repository would add to what is recorded of the body; pure.

Nothing that is recorded is changed by a file: what it tells otherwise is shown, and left.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import Struct, structs

from registry.governance.record.body_file import BodyFile, FileMember, Item, Source

PARTS: Final = ("members", "facts", "rules", "decisions", "funding", "contracts")
State = Literal["new", "leaves", "asked", "operator", "recorded", "differs"]
"""`new` can be taken, `leaves` ends a membership, `asked` waits for an answer or a sign-off,
`operator` only the operator can record."""

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "facts": ("kind", "choice", "text", "since"),
    "rules": ("name",),
    "decisions": ("title", "decided_on"),
    "funding": ("payer", "since", "currency", "purpose"),
    "contracts": ("supplier", "on_behalf_of", "since"),
}
_NOT_COMPARED: Final = frozenset(
    {"source", "name", "organisation", "country", "votes", "amends", "lang", "roles", "seats"}
)


class FileItem(Struct, frozen=True, kw_only=True):
    """An item of a file: its part, place (`facts[2]`), what it is, how it stands, its line."""

    part: str
    place: str
    title: str
    state: State
    line: int
    url: str


def sourced(file: BodyFile, url_of: Callable[[str], str], sha256: str) -> BodyFile:
    """Return a file whose every item has as its source its own line in the repository."""

    def source(place: str) -> Source:
        return Source(url=url_of(place), sha256=sha256)

    parts: dict[str, Any] = {
        part: tuple(
            structs.replace(item, source=source(f"{part}[{number}]"))
            for number, item in enumerate(getattr(file, part))
        )
        for part in PARTS
    }
    return structs.replace(file, source=source("name"), **parts)


def compared(
    file: BodyFile,
    recorded: BodyFile,
    asked: frozenset[str],
    lines: Mapping[str, int],
    url_of: Callable[[str], str],
) -> tuple[FileItem, ...]:
    """Return all items of a file, each with how it stands to what is recorded.

    `asked` are the slugs of organisations that are invited, or of which a change waits.
    """
    return tuple(
        FileItem(
            part=part, place=place, title=_title(item),
            state=_state(part, item, recorded, asked),
            line=lines.get(place, 1), url=url_of(place),
        )
        for part, place, item in items_of(file)
    )  # fmt: skip


def items_of(file: BodyFile) -> Iterator[tuple[str, str, Item]]:
    """Yield part, place and item of all that a file holds."""
    for part in PARTS:
        for number, item in enumerate(getattr(file, part)):
            yield part, f"{part}[{number}]", item


def _state(part: str, item: Item, recorded: BodyFile, asked: frozenset[str]) -> State:
    same = next((x for x in getattr(recorded, part) if _is_same(part, item, x)), None)
    if isinstance(item, FileMember):
        state = _member_state(item, same)
        return "asked" if state in {"new", "leaves"} and item.organisation in asked else state
    if same is None:
        return "new"
    return "recorded" if _is_told(item, same) else "differs"


def _member_state(item: FileMember, same: FileMember | None) -> State:
    if same is None:
        # Members take in organisations of the registry, by sign-off; the rest is history.
        return "new" if item.organisation and not item.until else "operator"
    if item.until and not same.until and same.organisation:
        return "leaves"
    return "recorded" if _is_told(item, same) else "differs"


def _is_same(part: str, told: Item, known: Item) -> bool:
    if isinstance(told, FileMember) and isinstance(known, FileMember):
        return (told.role, told.since) == (known.role, known.since) and _is_same_name(told, known)
    return all(_plain(getattr(told, x)) == _plain(getattr(known, x)) for x in _KEYS[part])


def _is_same_name(told: FileMember, known: FileMember) -> bool:
    if told.organisation and known.organisation:
        return told.organisation == known.organisation
    return bool(told.name) and _plain(told.name) == _plain(known.name)


def _is_told(told: Item, known: Item) -> bool:
    """Tell whether all that the file says beyond the defaults is recorded so."""
    return all(
        _plain(value) == _plain(getattr(known, name))
        for name, value in structs.asdict(told).items()
        if name not in _NOT_COMPARED and value not in ("", None, 0, ())
    )


def _plain(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def _title(item: Item) -> str:
    told = structs.asdict(item)
    names = (
        "title", "name", "organisation", "payer", "supplier", "on_behalf_of", "kind", "choice",
        "text", "role", "amount", "currency", "since", "decided_on", "until",
    )  # fmt: skip
    words = [str(told[name]) for name in names if told.get(name)]
    return " · ".join(words)[:300]
