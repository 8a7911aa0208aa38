"""Labelled pairs: what people found out about two repositories, as a CSV file.

Columns: repo_a, repo_b (`owner/name` at github.com, or a repository URL), relation, direction;
optional: confidence, family, country_a, country_b, source, split.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl, InvalidInput

COPIED: Final = "copied_no_history"
FORKED: Final = "fork_shared_history"
DEPENDS: Final = "dependency"
HAS_SUBMODULE: Final = "submodule"
UPSTREAM: Final = "common_upstream"
SAME_BODY: Final = "shared_org_member"
UNRELATED: Final = "unrelated"
RELATIONS: Final = (COPIED, FORKED, DEPENDS, HAS_SUBMODULE, UPSTREAM, SAME_BODY, UNRELATED)
MAX_BYTES: Final = 64 * 1024 * 1024


class Label(Struct, frozen=True, kw_only=True):
    """What is known of a pair; `direction` is free text that begins with a->b, b->a, …."""

    repo_a: str
    repo_b: str
    relation: str
    direction: str = ""
    family: str = ""
    country_a: str = ""
    country_b: str = ""
    split: str = "all"

    @property
    def arrow(self) -> str | None:
        """`a->b` or `b->a` where the label says so."""
        return next((x for x in ("a->b", "b->a") if self.direction.startswith(x)), None)

    @property
    def dependent(self) -> str | None:
        """Which side depends on the other, or holds it: `a` or `b`."""
        first = self.direction.partition(" ")[0]
        return first if first in {"a", "b"} else None


def read_truth(path: Path) -> list[Label]:
    """Read labelled pairs; raises `InvalidInput` naming the line that cannot be used."""
    if not path.is_file():
        raise InvalidInput(f"there is no file {path}")
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"{path.name} is larger than {MAX_BYTES} bytes")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"repo_a", "repo_b", "relation"} - set(reader.fieldnames or ())
            if missing:
                raise InvalidInput(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
            return [_label(row, reader.line_num, path.name) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path.name} is no CSV file in UTF-8: {error}") from error


def _label(row: dict[str, str | None], line: int, file: str) -> Label:
    values = {name: (text or "").strip() for name, text in row.items() if isinstance(name, str)}
    relation = values["relation"]
    if relation not in RELATIONS:
        raise InvalidInput(
            f"{file}, line {line}: relation is one of {', '.join(RELATIONS)}, not {relation!r}"
        )
    try:
        ends = [url_of(values[name]) for name in ("repo_a", "repo_b")]
    except BlockedUrl as error:
        raise InvalidInput(f"{file}, line {line}: {error}") from error
    kept = ("direction", "family", "country_a", "country_b")
    return Label(
        repo_a=ends[0],
        repo_b=ends[1],
        relation=relation,
        split=values.get("split") or "all",
        **{name: values.get(name, "") for name in kept},
    )


def url_of(name: str) -> str:
    """Return the canonical URL of `owner/name` or of a URL."""
    return canonical_repository_url(name if "://" in name else f"https://github.com/{name}")


def countries(labels: Iterable[Label]) -> dict[str, str]:
    """Return the country that the labels give each repository, where it is one."""
    found: dict[str, str] = {}
    for label in labels:
        for url, place in ((label.repo_a, label.country_a), (label.repo_b, label.country_b)):
            is_country = len(place) == 2 and place.isalpha()
            found[url] = found.get(url) or (place if is_country else "")
    return found
