"""Advisories in the OSV format (ossf.github.io/osv-schema), read with care.

A record whose time of publication is still to come is refused: nobody reads here of a flaw before
its owner wrote of it. The format leaves that time optional: without it, the record was published
with its last change at the latest. What a record says beyond what is needed is left aside.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from registry.domain.identity import canonical_repository_url
from registry.domain.purl import package_of
from registry.domain.text import storable
from registry.errors import BlockedUrl, InvalidInput

MAX_FILE: Final = 512 * 1024 * 1024
MAX_RECORD: Final = 4 * 1024 * 1024
MAX_RECORDS: Final = 500_000
# What `zipfile` raises for what is no zip file or a broken one: besides its own error that of the
# compression, an early end, a name that is no UTF-8 and a place before the beginning (both are
# `ValueError`), and a version of the format that it does not know.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_NO_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MAX_LINKS: Final = 500
_MAX_VALUE: Final = 600
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{1,20}-[A-Za-z0-9.:_-]{1,90}", re.ASCII)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_COMMIT_URL: Final = re.compile(
    r"(https://[^/?#\s]+/[^?#\s]+?)(?:/-)?(?:/pull/\d+)?/commits?/([0-9a-f]{40})(?:[/?#.].*)?"
)
# https://ossf.github.io/osv-schema/#affectedpackage-field → the types of package URLs.
_ECOSYSTEMS: Final = {
    "npm": "npm", "pypi": "pypi", "go": "golang", "crates.io": "cargo", "packagist": "composer",
    "rubygems": "gem", "nuget": "nuget", "maven": "maven",
}  # fmt: skip
_SEVERITIES: Final = {
    "critical": "critical", "high": "high", "moderate": "medium", "medium": "medium", "low": "low",
}  # fmt: skip


class Event(Struct, frozen=True):
    """A point in the history of a package or repository."""

    introduced: str | None = None
    fixed: str | None = None


class Range(Struct, frozen=True):
    """A stretch of history; `repo` is given where `type` is GIT."""

    type: str = ""
    repo: str | None = None
    events: list[Event] = []


class OsvPackage(Struct, frozen=True):
    """A package of an ecosystem."""

    ecosystem: str = ""
    name: str = ""
    purl: str | None = None


class Affected(Struct, frozen=True):
    """What a record is about."""

    package: OsvPackage | None = None
    ranges: list[Range] = []


class Reference(Struct, frozen=True):
    """An address with what is to be found there."""

    type: str = ""
    url: str = ""


class Severity(Struct, frozen=True):
    """How severe a flaw is, by a scoring system."""

    type: str = ""
    score: str = ""


class OsvRecord(Struct, frozen=True):
    """One advisory, as far as it is used here."""

    id: str
    modified: datetime
    published: datetime | None = None
    withdrawn: datetime | None = None
    aliases: list[str] = []
    summary: str = ""
    details: str = ""
    severity: list[Severity] = []
    affected: list[Affected] = []
    references: list[Reference] = []
    database_specific: dict[str, Any] = field(default_factory=dict)


def read_records(data: bytes) -> Iterator[OsvRecord | str]:
    """Yield the records of a JSON file (one, a list, or an answer of the OSV API) or a zip of them.

    What is no record is yielded as a text saying why. Raises `InvalidInput` for what is neither.
    """
    if len(data) > MAX_FILE:
        raise InvalidInput(f"the file is larger than {MAX_FILE} bytes")
    if data[:4] == b"PK\3\4":
        yield from _of_zip(data)
        return
    try:
        parsed = msgspec.json.decode(data)
    except _NO_JSON as error:
        raise InvalidInput(f"this is neither JSON nor a zip file of JSON: {error}") from error
    if isinstance(parsed, dict) and isinstance(parsed.get("vulns"), list):
        parsed = parsed["vulns"]
    for item in parsed if isinstance(parsed, list) else [parsed]:
        yield _record(item)


def _of_zip(data: bytes) -> Iterator[OsvRecord | str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".json")]
            if len(entries) > MAX_RECORDS:
                raise InvalidInput(f"the file holds more than {MAX_RECORDS} records")
            for entry in entries:
                yield _of_entry(archive, entry)
    except _BROKEN as error:
        raise InvalidInput(f"the zip file cannot be read: {error}") from error


def _of_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> OsvRecord | str:
    name = entry.filename[:120]
    if entry.flag_bits & 1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return f"{name}: encrypted, or compressed by another way than deflate"
    with archive.open(entry) as file:
        content = file.read(MAX_RECORD + 1)
    return read_record(content) if len(content) <= MAX_RECORD else f"{name}: too large"


def read_record(content: bytes) -> OsvRecord | str:
    """Return the record of a JSON text, or why it is none."""
    try:
        return _record(msgspec.json.decode(content))
    except _NO_JSON as error:
        return f"no JSON: {error}"


def _record(item: Any) -> OsvRecord | str:
    name = str(item.get("id"))[:60] if isinstance(item, dict) else "?"
    try:
        record = msgspec.convert(storable(item), OsvRecord)
    except (msgspec.ValidationError, RecursionError) as error:
        return f"{name}: no record of an advisory: {error}"
    return record if _NAME.fullmatch(record.id) else f"{name}: no id of an advisory"


def is_public(record: OsvRecord, now: datetime) -> bool:
    """Tell whether a record is published: unless it says otherwise, it is."""
    return record.published is None or _aware(record.published) <= now


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def row_of(record: OsvRecord, now: datetime) -> dict[str, Any]:
    """Return the columns of an advisory."""
    published = _aware(record.published or record.modified)
    vectors = [x.score for x in record.severity if x.type.startswith("CVSS")]
    stated = str(record.database_specific.get("severity", "")).lower()
    text = record.summary or record.details.strip().partition("\n")[0]
    return {
        "key": record.id,
        "aliases": [name for name in record.aliases if _NAME.fullmatch(name)][:50],
        "summary": text[:500],
        "severity": _SEVERITIES.get(stated, ""),
        "vector": (vectors[-1] if vectors else "")[:200],
        "links": [
            [x.type[:20], x.url] for x in record.references
            if x.url.startswith("https://") and len(x.url) <= 1000
        ][:20],
        "published_at": published,
        "modified_at": _aware(record.modified),
        "withdrawn_at": _aware(record.withdrawn) if record.withdrawn else None,
        "imported_at": now,
    }  # fmt: skip


def links_of(record: OsvRecord) -> set[tuple[str, str]]:
    """Return what a record names, as (kind, value) of `AdvisoryLink`."""
    found = {("name", name.upper()) for name in (record.id, *record.aliases[:50])}
    for affected in record.affected:
        if affected.package and (package := _package(affected.package)):
            found.add(("package", package))
        for span in affected.ranges:
            if span.type == "GIT":
                found |= _of_range(span)
    for reference in record.references:
        found |= _of_reference(reference)
    kept = sorted((link for link in found if len(link[1]) <= _MAX_VALUE), key=_importance)
    return set(kept[:_MAX_LINKS])


def _importance(link: tuple[str, str]) -> tuple[int, str]:
    return ("name", "repository", "package", "fix", "introduced").index(link[0]), link[1]


def _package(package: OsvPackage) -> str | None:
    try:
        if package.purl:
            return ":".join(package_of(package.purl))
        kind = _ECOSYSTEMS.get(package.ecosystem.partition(":")[0].lower())
        if kind is None or not package.name:
            return None
        path = package.name.replace(":", "/") if kind == "maven" else package.name
        return ":".join(package_of(f"pkg:{kind}/{path}"))
    except ValueError:
        return None


def _of_range(span: Range) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    if span.repo and (url := _repository(span.repo)):
        found.add(("repository", url))
    for event in span.events:
        if event.fixed and _COMMIT.fullmatch(event.fixed):
            found.add(("fix", event.fixed))
        if event.introduced and _COMMIT.fullmatch(event.introduced):
            found.add(("introduced", event.introduced))
    return found


def _of_reference(reference: Reference) -> set[tuple[str, str]]:
    if len(reference.url) > 1000:
        return set()
    commit = _COMMIT_URL.fullmatch(reference.url)
    if commit:
        url = _repository(commit[1])
        return {("fix", commit[2]), *([("repository", url)] if url else [])}
    if reference.type == "PACKAGE" and (url := _repository(reference.url)):
        return {("repository", url)}
    return set()


def _repository(url: str) -> str | None:
    try:
        return canonical_repository_url(url)
    except BlockedUrl:
        return None
