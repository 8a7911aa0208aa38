"""The file stage of publiccode.yml: logos, screenshots and the files that a description names.

Without an oracle only the form of the reference is checked; with one also whether the file is
there. Nothing here reads a disk or a network: the caller brings the answers.
"""

import posixpath
from collections.abc import Iterator
from typing import Final, Protocol
from urllib.parse import urlsplit

from crawlers.metadata.publiccode_checks import Fault, is_web_url, quoted
from crawlers.metadata.publiccode_places import Path
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence

_LOGOS: Final = (".svg", ".svgz", ".png")
_SCREENSHOTS: Final = (".jpg", ".png")
_ANY: Final = ("",)
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


class FileOracle(Protocol):
    """Answers about the files that a publiccode.yml names; paths count from the repository root."""

    def exists(self, path: str) -> bool:
        """Say whether the commit that is read holds a file at this path."""

    def head(self, path: str) -> bytes | None:
        """Return the first bytes (8 or more) of the file, or None where they are not at hand."""

    def reachable(self, url: str) -> bool | None:
        """Say whether the URL answers, or None where nobody looked."""


def file_faults(
    root: Mapping, document_path: str, files: FileOracle | None
) -> Iterator[tuple[Path, Fault]]:
    """Yield what is wrong with the file references of a document at `document_path`."""
    folder = posixpath.dirname(document_path)
    for path, text, endings in _references(root):
        fault = _form(text, endings) or (_presence(text, folder, files) if files else None)
        if fault:
            yield path, fault
    for path, text in _addresses(root) if files else ():
        if files and is_web_url(text) and files.reachable(text) is False:
            yield path, Fault("does not answer at its address", "mend the address")


def _addresses(root: Mapping) -> Iterator[tuple[Path, str]]:
    for name in ("url", "landingURL"):
        node = root.get(name)
        if isinstance(node, Scalar) and isinstance(node.value, str):
            yield (name,), node.value


def _references(root: Mapping) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    for name in ("logo", "monochromeLogo"):
        yield from _text((name,), root.get(name), _LOGOS)
    legal = root.get("legal")
    if isinstance(legal, Mapping):
        yield from _text(("legal", "authorsFile"), legal.get("authorsFile"), _ANY)
    description = root.get("description")
    for entry in description.entries if isinstance(description, Mapping) else ():
        shots = entry.value.get("screenshots") if isinstance(entry.value, Mapping) else None
        for index, item in enumerate(shots.items if isinstance(shots, Sequence) else ()):
            path = ("description", entry.name, "screenshots", index)
            yield from _text(path, item, _SCREENSHOTS)


def _text(
    path: Path, node: Node | None, endings: tuple[str, ...]
) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
        yield path, node.value, endings


def _form(text: str, endings: tuple[str, ...]) -> Fault | None:
    if text.startswith("/"):
        return Fault("is an absolute path", "write the path from the root of the repository")
    if text.lower().startswith("file:"):
        return Fault("is a file: address", "write a path in the repository, or a web address")
    target = text
    if "://" in text:
        if not is_web_url(text):
            return Fault(f"is not a web address: {quoted(text)}", "begin it with https://")
        target = urlsplit(text).path
    ending = posixpath.splitext(target)[1].lower()
    if endings != _ANY and ending not in endings:
        return Fault(f"is not a file of type {', '.join(endings)}", "convert the picture")
    return None


def _presence(text: str, folder: str, files: FileOracle) -> Fault | None:
    if "://" in text:
        if files.reachable(text) is False:
            return Fault("does not answer at its address", "mend the address")
        return None
    candidates = (posixpath.normpath(posixpath.join(folder, text)), posixpath.normpath(text))
    found = next((path for path in candidates if _inside(path) and files.exists(path)), None)
    if found is None:
        return Fault(f"names a file that is not there: {quoted(text)}", "add it, or mend the path")
    start = files.head(found) if found.lower().endswith(".png") else None
    if start is not None and not start.startswith(_PNG_SIGNATURE):
        return Fault("is not a PNG picture, although it is named so", "save it as PNG")
    return None


def _inside(path: str) -> bool:
    return path != ".." and not path.startswith(("../", "/"))
