"""The samples of a proof: the same file, commit or line at both ends, and how to check them.

A proof holds what strangers wrote, so that every value is looked at before it is shown. Pages and
agents are given the same commands.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from registry.domain.links import commit_url, file_url
from registry.lineage.readmodels import EdgeView

MAX_SAMPLES: Final = 20
MAX_COMMANDS: Final = 3
_OBJECT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LATEST: Final = 32_503_680_000  # the year 3000


class Place(Struct, frozen=True, kw_only=True):
    """Where a sample stands at one end; what is not known is empty."""

    path: str = ""
    blob: str = ""
    commit: str = ""
    line: int | None = None
    time: datetime | None = None
    swhid: str = ""
    href: str = ""


class Sample(Struct, frozen=True, kw_only=True):
    """One sample: its places at the two ends, and where it was removed; `shared` pieces of code."""

    origin: Place | None = None
    reuser: Place | None = None
    removed: Place | None = None
    shared: int = 0

    @property
    def is_identical(self) -> bool:
        """Whether both ends have the very same contents."""
        blobs = [x.blob for x in (self.origin, self.reuser) if x is not None]
        return len(blobs) == 2 and blobs[0] != "" and blobs[0] == blobs[1]


class Command(Struct, frozen=True):
    """Lines to copy, with what they are for: export, fetch, compare, commit."""

    purpose: str
    text: str


def samples_of(proof: Mapping[str, Any]) -> tuple[Sample, ...]:
    """Return the samples of a proof, those with something readable in them."""
    found = proof.get("samples")
    rows = [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []
    urls = {name: url_of(proof.get(name)) for name in ("origin", "reuser")}
    return tuple(
        Sample(
            origin=_place(row.get("origin"), urls["origin"]),
            reuser=_place(row.get("reuser"), urls["reuser"]),
            removed=_place(row.get("removed"), urls["reuser"]),
            shared=_count(row.get("shared")) or 0,
        )
        for row in rows[:MAX_SAMPLES]
    )


def commands_of(edge: EdgeView, samples: tuple[Sample, ...], api: str) -> list[Command]:
    """Return what a reader types to check the claim on another machine, which has no catalogue:
    with our verifier, then with git alone. `api` is the address of all evidence."""
    name = f"{edge.key}.json"
    download = f"curl -o {name} '{api}/{edge.key}/proof'"
    commands = [Command("verify", f"{download}\npython -m registry.verifier {name}")]
    clones = [
        f"git clone --bare --filter=blob:none '{end.url}' {folder}"
        for folder, end in (("origin.git", edge.origin), ("reuser.git", edge.reuser))
        if end.url and "'" not in end.url
    ]
    if clones:
        commands.append(Command("fetch", "\n".join(clones)))
    if looks := [line for sample in samples[:MAX_COMMANDS] for line in _looks(sample)]:
        commands.append(Command("compare", "\n".join(dict.fromkeys(looks))))
    return commands


def _looks(sample: Sample) -> list[str]:
    """Return git commands that show a sample at each end; only ids are put into them."""
    found = []
    for folder, place in (
        ("origin.git", sample.origin),
        ("reuser.git", sample.reuser),
        ("reuser.git", sample.removed),
    ):
        if place is None:
            continue
        if place.blob:
            found.append(f"git -C {folder} cat-file -p {place.blob} | git hash-object --stdin")
        elif place.commit:
            found.append(f"git -C {folder} log -1 --format='%H %cI %s' {place.commit}")
    return found


def url_of(end: Any) -> str:
    """Return the URL of one end of a proof; empty where it names none."""
    url = end.get("url") if isinstance(end, dict) else None
    return url if isinstance(url, str) else ""


def _place(value: Any, url: str) -> Place | None:
    if not isinstance(value, dict):
        return None
    path, commit = _text(value.get("path")), _object(value.get("commit"))
    line = _count(value.get("line"))
    return Place(
        path=path,
        blob=_object(value.get("blob")),
        commit=commit,
        line=line,
        time=_moment(value.get("time")),
        swhid=_text(value.get("swhid")),
        href=_link(url, commit, path, line),
    )


def _link(url: str, commit: str, path: str, line: int | None) -> str:
    if not url or not commit:
        return ""
    return file_url(url, "", commit, path, line) if path else commit_url(url, "", commit)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> str:
    return value if isinstance(value, str) and _OBJECT.fullmatch(value) else ""


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count else None


def _moment(value: Any) -> datetime | None:
    seconds = _count(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds < _LATEST else None
