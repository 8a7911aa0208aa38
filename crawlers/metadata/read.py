"""The one door to all readers: kind, path and bytes → a document. Never raises for bad content.

It runs in the sandbox, where time and memory are limited as well; a reader that fails in a way
nobody thought of still gives a document that says so. Readers are loaded when they are first used:
most repositories need few of them, and the worker starts anew for each repository.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeAlias, cast

import msgspec

from crawlers.metadata.document import Findings, build_document, unparseable
from registry.domain.facts import Document

MAX_LICENCE: Final = 512 * 1024
_Reader: TypeAlias = Callable[[str, str, bytes], Document]
# What hostile content is known to raise from parsers deep below; anything else is a defect.
_FAULTS: Final = (ValueError, LookupError, ArithmeticError, RecursionError, MemoryError, TypeError)


def read_document(kind: str, path: str, blob: str, data: bytes) -> Document:
    """Return the document of `data`; `kind` is one that `wanted` gives, or `ore`.

    An unknown kind gives an unparseable document, so that an older reader can say so.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return unparseable(kind, path, blob, data, "there is no reader for this kind of document")
    try:
        return reader(path, blob, data)
    except _FAULTS as error:
        return unparseable(kind, path, blob, data, f"not readable ({type(error).__name__})")


def _licence(path: str, blob: str, data: bytes) -> Document:
    from crawlers.metadata import licence

    findings = Findings()
    text = data[:MAX_LICENCE].decode("utf-8-sig", "replace")
    match = licence.detect_file(path, text)
    findings.claim("licence", match.spdx_id, line=1, confidence=match.confidence)
    if match.spdx_id is None:
        findings.warning("the licence text is not a known one")
    summary = {"spdx": match.spdx_id, "method": match.method, "confidence": match.confidence}
    return build_document("licence", path, blob, data, findings, data=summary)


def _readme(path: str, blob: str, data: bytes) -> Document:
    from crawlers.metadata import readme

    rendered = readme.render(data, path)
    findings = Findings()
    findings.claim("name", rendered.title, line=1, confidence=0.5)
    findings.claim("short_description", rendered.summary, confidence=0.5)
    return build_document(
        "readme",
        path,
        blob,
        data,
        findings,
        version=rendered.renderer_version,
        text=rendered.text,
        html=rendered.html,
    )


def _manifest(path: str, blob: str, data: bytes) -> Document:
    from crawlers import manifests
    from crawlers.metadata.spdx import parse_licence

    reading = manifests.read(path, data)
    if not reading.readable:
        fault = reading.diagnostics[0]
        return unparseable("manifest", path, blob, data, fault.message, fault.line)
    findings = Findings()
    for diagnostic in reading.diagnostics:
        findings.warning(diagnostic.message, line=diagnostic.line)
    declared = parse_licence(reading.licence) if reading.licence else None
    if declared and declared.expression:
        findings.claim(
            "licence", declared.expression, line=reading.licence_line, confidence=_nearness(path)
        )
    kept: dict[str, Any] = {
        "packages": [msgspec.to_builtins(package) for package in reading.packages],
        "dependencies": [msgspec.to_builtins(item) for item in reading.dependencies],
        "licence": reading.licence,
        "description": reading.description,
    }
    document = build_document("manifest", path, blob, data, findings)
    # The dependencies are bounded already, and more than the bounded copy would let through.
    return msgspec.structs.replace(document, data={key: v for key, v in kept.items() if v})


def _nearness(path: str) -> float:
    """Return how much a manifest speaks for the whole repository: at the root, or below."""
    return 0.95 if "/" not in path else 0.4


def _gitmodules(path: str, blob: str, data: bytes) -> Document:
    """Keep the text alone: git's own reader parses it where the submodules are listed."""
    text = data[: 64 * 1024].decode("utf-8", "replace")
    return build_document("gitmodules", path, blob, data, Findings(), text=text)


def _of_module(name: str) -> _Reader:
    """Return a reader that is the `read` of a module of this package."""

    def read(path: str, blob: str, data: bytes) -> Document:
        module = import_module(f"crawlers.metadata.{name}")
        return cast("Document", module.read(data, path=path, blob=blob))

    return read


_READERS: Final[dict[str, _Reader]] = {
    "publiccode": _of_module("publiccode"),
    "codejson": _of_module("codejson"),
    "codemeta": _of_module("codemeta"),
    "citation": _of_module("citation"),
    "ore": _of_module("ore"),
    "bcgovpubcode": _of_module("bcgovpubcode"),
    "opencatalogi": _of_module("opencatalogi"),
    "licence": _licence,
    "readme": _readme,
    "manifest": _manifest,
    "gitmodules": _gitmodules,
}
