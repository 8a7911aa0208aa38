"""The operator's own mirrors: where a public URL is really read, behind closed networks.

A mirror maps a URL pattern to a folder pattern or to an internal https URL. It is the only way in
which a local path is ever read, and data cannot extend it: what a placeholder stands for is one
plain name, found again among the entries of the mirror's own folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from registry.errors import CrawlFailure, InvalidInput

_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_NAMES: Final = {"owner": r"[^/]+", "name": r"[^/]+", "path": r".+"}
_PLAIN = re.compile(r"[A-Za-z0-9_.~+@-]+")


class Transport(Struct, frozen=True):
    """Where a repository is read: over the network, or from a folder of the operator."""

    url: str
    directory: Path | None = None


def resolve(canonical_url: str, mirrors: Mapping[str, str]) -> Transport:
    """Return the way to a repository; the first mirror whose pattern matches decides.

    Names match without regard to case, because canonical URLs of some hosts are lower-cased.
    Raises `CrawlFailure("no_mirror")` when a mirror is responsible but has no copy, and
    `InvalidInput` for a pattern that cannot be used.
    """
    for pattern, place in mirrors.items():
        match = _compiled(pattern).fullmatch(canonical_url)
        if match:
            return _found(canonical_url, place, match.groupdict())
    return Transport(canonical_url)


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(pattern)
    if any(name not in _NAMES for name in parts[1::2]) or len(set(parts[1::2])) < len(parts[1::2]):
        raise InvalidInput(
            f"settings: crawl.mirrors: {pattern!r} may use {{owner}}, {{name}} and {{path}} once"
        )
    source = "".join(
        f"(?P<{part}>{_NAMES[part]})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
    return re.compile(source, re.IGNORECASE | re.DOTALL)


def _found(canonical_url: str, place: str, values: Mapping[str, str]) -> Transport:
    if not set(_PLACEHOLDER.findall(place)) <= set(values):
        raise InvalidInput(f"settings: crawl.mirrors: {place!r} uses a name its pattern lacks")
    for value in values.values():
        if not all(_PLAIN.fullmatch(part) and part.strip(".") for part in value.split("/")):
            raise CrawlFailure("no_mirror", canonical_url)
    if "://" in place:
        return Transport(_filled(place, values))
    if not place.startswith("/"):
        raise InvalidInput(f"settings: crawl.mirrors: {place!r} is neither a URL nor a full path")
    directory = _repository(_walked(place, values))
    if directory is None:
        raise CrawlFailure("no_mirror", canonical_url)
    return Transport(f"file://{directory}", directory)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _walked(place: str, values: Mapping[str, str]) -> Path | None:
    """Follow a folder pattern downwards; where a name came from a URL, look it up by entries."""
    folder = Path("/")
    for step in (part for part in place.split("/") if part):
        if not _PLACEHOLDER.search(step):
            folder /= step
            continue
        for name in _filled(step, values).split("/"):
            entry = _entry(folder, name)
            if entry is None:
                return None
            folder = entry
    return folder


def _entry(folder: Path, name: str) -> Path | None:
    if "/" in name or not folder.is_dir():
        return None
    exact = folder / name
    if exact.is_dir():
        return exact
    same = sorted(p for p in folder.iterdir() if p.name.lower() == name.lower() and p.is_dir())
    return same[0] if same else None


def _repository(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    for candidate in (folder, folder / ".git", folder.with_name(f"{folder.name}.git")):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    return None
