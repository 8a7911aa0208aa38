"""The static files as they are served: read into memory at start, named by their content.

Nothing is looked up on disk while serving, so no request can leave the folder or follow a link.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
DIST: Final = STATIC / "dist"
MANIFEST: Final = "manifest.json"
OWN: Final = ("registry.css", "registry.js", "icon.svg")
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Assets:
    """The static files by served name, and the names that pages link to."""

    files: Mapping[str, bytes]
    stylesheets: tuple[str, ...]
    script: str
    icon: str
    is_built: bool


def hashed_name(name: str, content: bytes) -> str:
    """Return a file name that changes with its content, so that it can be cached for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}"


def load_assets(static: Path = STATIC) -> Assets:
    """Read our own files and, where they were built, the ones from npm.

    Without the built ones the pages are plain but complete.
    """
    files = {}
    served = {}
    for name in OWN:
        content = (static / name).read_bytes()
        served[name] = hashed_name(name, content)
        files[served[name]] = content
    built = _manifest(static / "dist")
    for name, target in built.items():
        files[target] = (static / "dist" / target).read_bytes()
        served[name] = target
    sheets = [served[name] for name in ("govuk.css", "registry.css") if name in served]
    return Assets(
        files,
        tuple(f"/static/{name}" for name in sheets),
        f"/static/{served['registry.js']}",
        f"/static/{served['icon.svg']}",
        bool(built),
    )


def _manifest(dist: Path) -> dict[str, str]:
    path = dist / MANIFEST
    if not path.is_file():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
