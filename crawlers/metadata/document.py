"""Builds `facts.Document` records: claims and diagnostics gathered while a file is read."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from crawlers.metadata.values import bounded
from registry.domain.facts import Claim, Diagnostic, Document

_MAX_FINDINGS: Final = 200
_MAX_CLAIMS: Final = 400


class Findings:
    """Claims and diagnostics of one document in the order they were found, bounded."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []
        self._diagnostics: list[Diagnostic] = []

    def claim(
        self,
        name: str,
        value: Any,
        *,
        line: int | None = None,
        lang: str | None = None,
        confidence: float = 1.0,
    ) -> None:
        """Add a claim about property `name`; an empty value claims nothing."""
        if value in (None, "", [], {}) or len(self._claims) >= _MAX_CLAIMS:
            return
        self._claims.append(
            Claim(property=name, value=value, lang=lang, line=line, confidence=confidence)
        )

    def error(self, message: str, *, key: str = "", line: int = 1, column: int = 1) -> None:
        """Add a fault that breaks a rule of the format."""
        self._note("error", message, key, line, column)

    def warning(self, message: str, *, key: str = "", line: int = 1, column: int = 1) -> None:
        """Add a fault that a reader can live with."""
        self._note("warning", message, key, line, column)

    def _note(self, severity: str, message: str, key: str, line: int, column: int) -> None:
        if len(self._diagnostics) < _MAX_FINDINGS:
            self._diagnostics.append(
                Diagnostic(severity=severity, message=message, key=key, line=line, column=column)
            )

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims so far."""
        return tuple(self._claims)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The diagnostics so far."""
        return tuple(self._diagnostics)

    @property
    def status(self) -> str:
        """Say `invalid` where an error was found, else `valid`."""
        return "invalid" if any(d.severity == "error" for d in self._diagnostics) else "valid"


def build_document(
    kind: str,
    path: str,
    blob: str,
    source: bytes,
    findings: Findings,
    *,
    data: Any = None,
    version: str | None = None,
    text: str | None = None,
    html: str | None = None,
) -> Document:
    """Return the document of `source` with what was found in it; `data` is copied bounded."""
    return Document(
        kind=kind,
        path=path,
        blob=blob,
        size=len(source),
        sha256=hashlib.sha256(source).hexdigest(),
        status=findings.status,
        version=version,
        text=text,
        html=html,
        data=bounded(data),
        diagnostics=findings.diagnostics,
        claims=findings.claims,
    )


def unparseable(
    kind: str, path: str, blob: str, source: bytes, message: str, line: int = 1, column: int = 1
) -> Document:
    """Return the document of bytes that could not be read at all, with the one reason."""
    return Document(
        kind=kind,
        path=path,
        blob=blob,
        size=len(source),
        sha256=hashlib.sha256(source).hexdigest(),
        status="unparseable",
        diagnostics=(Diagnostic(severity="error", message=message, line=line, column=column),),
    )


def without_keys(value: Any, unwanted: Iterable[str]) -> Any:
    """Return a copy of nested dicts and lists without the `unwanted` keys (personal data)."""
    names = frozenset(unwanted)
    if isinstance(value, dict):
        return {
            key: without_keys(item, names)
            for key, item in value.items()
            if str(key).lower() not in names
        }
    if isinstance(value, list):
        return [without_keys(item, names) for item in value]
    return value
