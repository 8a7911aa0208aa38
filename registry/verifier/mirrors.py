"""Where an address is really read: the caller's own copies of repositories, by patterns.

A pattern such as `https://github.com/{owner}/{name}` maps to a folder such as
`/mirror/{owner}+{name}` or to another address. Only the caller can name a folder: no proof can.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.verifier.source import Unreachable

_PLACEHOLDER: Final = re.compile(r"\{([a-z]+)\}")
_FORMS: Final = {"owner": "[^/]+", "name": "[^/]+", "path": ".+"}
_PLAIN: Final = re.compile(r"[A-Za-z0-9_~+@-][A-Za-z0-9_.~+@-]*|\.[A-Za-z0-9_~+@-][\w.~+@-]*")


@dataclass(frozen=True)
class Where:
    """The address that git is given, and the folder behind it, where it is one."""

    address: str
    folder: Path | None = None


def where(url: str, mirrors: Mapping[str, str]) -> Where:
    """Return where a repository is read; raises `Unreachable` when its mirror has no copy."""
    for pattern, place in mirrors.items():
        match = _compiled(pattern).fullmatch(url)
        if match:
            return _found(url, place, match.groupdict())
    return Where(url)


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(pattern)
    if any(name not in _FORMS for name in parts[1::2]):
        raise Unreachable(f"the mirror {pattern!r} may use {{owner}}, {{name}} and {{path}}")
    text = "".join(
        f"(?P<{part}>{_FORMS[part]})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
    return re.compile(text, re.IGNORECASE)


def _found(url: str, place: str, values: Mapping[str, str]) -> Where:
    parts = [part for value in values.values() for part in value.split("/")]
    if not all(_PLAIN.fullmatch(part) for part in parts):
        raise Unreachable(f"the mirror cannot be asked for {url}")
    if "://" in place:
        return Where(_filled(place, values))
    folder = Path(place[: place.index("{")] if "{" in place else place)
    if not folder.is_absolute():
        raise Unreachable(f"the mirror {place!r} is neither an address nor a full path")
    folder = Path("/")
    for step in filter(None, _filled(place, values).split("/")):
        folder = _entry(folder, step)
    for candidate in (folder, folder / ".git", folder.with_name(f"{folder.name}.git")):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return Where(f"file://{candidate}", candidate)
    raise Unreachable(f"the mirror has no copy of {url}")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _entry(folder: Path, name: str) -> Path:
    """Return an entry of a folder; hosts ignore the case of names, file systems do not."""
    exact = folder / name
    if exact.is_dir() or not folder.is_dir():
        return exact
    same = sorted(path for path in folder.iterdir() if path.name.lower() == name.lower())
    return same[0] if same else exact
