"""Checks the bundle of a report's snapshot: every byte, and every number made again from the rows.

It needs nothing but the file. That the rows say what is in the world is proven by their proofs,
each of which can be checked against git by itself.
"""

import csv
import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from registry.verifier.canonical import digest
from registry.verifier.report import FAILED, PASSED, STATED, Check, Report
from registry.verifier.snapshot_figures import numbers
from registry.verifier.snapshot_reported import counted, mistakes
from registry.verifier.snapshot_savings import savings

FORMATS: Final = tuple(f"public-code-registry/report-snapshot/{number}" for number in (1, 2))
"""The forms that are known; the second has the savings that organisations report."""
MAX_BYTES: Final = 1024 * 1024 * 1024
MAX_ENTRIES: Final = 20_000
TOLERANCE: Final = 1e-6
"""Sums and roots may differ by rounding between machines; whole numbers must be the same."""
_NAMES: Final = frozenset(
    {"README.txt", "SHA256SUMS", "components.csv", "datapackage.json", "figures.json",
     "rows.csv", "rows.ndjson", "snapshot.json"}
)  # fmt: skip
_MAYBE: Final = frozenset({"reported.csv"})
_PROOF: Final = re.compile(r"proofs/(ev_[0-9a-f]{16})\.json")
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def is_snapshot_bundle(data: bytes) -> bool:
    """Tell whether a file claims to be the bundle of a snapshot."""
    return data[:2] == b"PK" and b"snapshot.json" in data and b"figures.json" in data


def verify_snapshot(data: bytes) -> Report:
    """Check a bundle; whatever is wrong with the file is a mismatch, never an error."""
    try:
        files = _entries(data)
        document = json.loads(files["snapshot.json"])
        identifier = _identifier(files["snapshot.json"], document)
        checks = [check for step in _STEPS for check in step(files, document)]
    except _UNREADABLE as error:
        broken = Check("bundle", FAILED, "a bundle as it was made", f"{error}"[:200])
        return Report("", "report_snapshot", "bundle", (broken,))
    changed = Check("every byte of the file", _result(archive(files) == data), "as written")
    named = Check("identifier", PASSED, identifier, identifier)
    return Report(identifier, "report_snapshot", "bundle", (changed, named, *checks))


_UNREADABLE: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, KeyError, TypeError, AttributeError,
    IndexError, NotImplementedError, RuntimeError, OverflowError, EOFError, RecursionError,
    UnicodeError, OSError, MemoryError, ArithmeticError,
)  # fmt: skip
_Files = Mapping[str, bytes]
_Step = Callable[[_Files, dict[str, Any]], Iterable[Check]]


def _result(good: bool) -> str:
    return PASSED if good else FAILED


def _entries(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        infos = packed.infolist()
        names = [info.filename for info in infos]
        if len(names) > MAX_ENTRIES or len(set(names)) < len(names):
            raise ValueError("too many entries, or a name twice")
        known = _NAMES | _MAYBE
        strange = [name for name in names if name not in known and not _PROOF.fullmatch(name)]
        if strange or not set(names) >= _NAMES:
            raise ValueError(f"entries that do not belong here, or lack: {strange[:3]}")
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise ValueError("an entry is compressed")
        return {info.filename: packed.read(info) for info in infos}


def archive(files: _Files) -> bytes:
    """Write the archive again from its entries: the same bytes, where nothing was changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, files[name])
    return out.getvalue()


def _identifier(content: bytes, document: dict[str, Any]) -> str:
    if document["format"] not in FORMATS:
        raise ValueError(f"not of the form {' or '.join(FORMATS)}")
    day = str(document["as_of"] or "")[:10].replace("-", "") or "00000000"
    return f"s-{day}-{hashlib.sha256(content).hexdigest()[:16]}"


def _sums(files: _Files, _document: dict[str, Any]) -> Iterable[Check]:
    lines = (line.partition("  ") for line in files["SHA256SUMS"].decode().splitlines())
    stated = {name: checksum for checksum, _, name in lines}
    found = {
        name: hashlib.sha256(body).hexdigest()
        for name, body in files.items()
        if name != "SHA256SUMS"
    }
    wrong = sorted(name for name in found.keys() | stated if found.get(name) != stated.get(name))
    yield Check("checksums", _result(not wrong), "SHA256SUMS", ", ".join(wrong[:5]))


def _named(files: _Files, document: dict[str, Any]) -> Iterable[Check]:
    identifier = _identifier(files["snapshot.json"], document)
    package = json.loads(files["datapackage.json"])
    is_named = package["name"] == identifier and identifier in files["README.txt"].decode()
    yield Check("name in README and data package", _result(is_named), identifier, package["name"])


def _tables(files: _Files, document: dict[str, Any]) -> Iterable[Check]:
    lines = [json.loads(line) for line in files["rows.ndjson"].decode().splitlines()]
    yield Check("rows.ndjson holds the rows", _result(lines == document["rows"]))
    for name in ("rows", "components"):
        read = list(csv.reader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))
        columns, cells = read[0], read[1:]
        wanted = [[_cell(item[column]) for column in columns] for item in document[name]]
        is_same = cells == wanted and all(set(item) == set(columns) for item in document[name])
        yield Check(f"{name}.csv holds the {name}", _result(is_same))


def _reported(files: _Files, document: dict[str, Any]) -> Iterable[Check]:
    """Check what organisations report: each grade follows from what stands beside it."""
    is_second = document["format"] == FORMATS[1]
    if is_second != ("reported.csv" in files) or is_second != ("reported" in document):
        raise ValueError("reported savings where its form has none, or none where it has some")
    if not is_second:
        return
    read = list(csv.reader(io.StringIO(files["reported.csv"].decode(), newline="")))
    columns, cells = read[0], read[1:]
    items = document["reported"]
    wanted = [[_cell(item[column]) for column in columns] for item in items]
    is_whole = all(set(item) == {*columns, "confirmations"} for item in items)
    yield Check("reported.csv holds the savings", _result(cells == wanted and is_whole))
    wrong = [f"{number}: {why}" for number, why in mistakes(items)]
    yield Check("reported savings", _result(not wrong), "as recorded", "; ".join(wrong[:3]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    is_formula = isinstance(value, str) and text.lstrip(" ")[:1] in _FORMULA
    return f"'{text}" if is_formula else text


def _figures(files: _Files, document: dict[str, Any]) -> Iterable[Check]:
    stated = json.loads(files["figures.json"])
    found = numbers(document) | {"savings": savings(document)}
    if "reported" in document:
        found |= {"reported": counted(document["reported"])}
    for name in sorted(stated.keys() | found.keys()):
        wrong = next(_different(stated.get(name), found.get(name), name), "")
        yield Check(f"numbers: {name}", _result(not wrong), "as made from the rows", wrong)


def _different(stated: Any, found: Any, place: str) -> Iterator[str]:
    """Yield where two documents differ."""
    if isinstance(stated, dict) and isinstance(found, dict):
        for name in sorted(stated.keys() | found.keys(), key=str):
            yield from _different(stated.get(name), found.get(name), f"{place}.{name}")
    elif isinstance(stated, list) and isinstance(found, list) and len(stated) == len(found):
        for at, (left, right) in enumerate(zip(stated, found, strict=True)):
            yield from _different(left, right, f"{place}[{at}]")
    elif not _is_same(stated, found):
        yield f"{place} is {stated!r}, and {found!r} by the rows"


def _is_same(stated: Any, found: Any) -> bool:
    if isinstance(stated, float) or isinstance(found, float):
        both = isinstance(stated, int | float) and isinstance(found, int | float)
        return both and math.isclose(stated, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(stated) is type(found) and bool(stated == found)


def _proofs(files: _Files, document: dict[str, Any]) -> Iterable[Check]:
    """Check that each proof is the one that its row names."""
    rows = {row["edge"]: row for row in document["rows"]}
    inside = {found[1]: name for name in files if (found := _PROOF.fullmatch(name))}
    wrong = [
        key
        for key, name in sorted(inside.items())
        if key not in rows or not _is_proof_of(json.loads(files[name]), rows[key])
    ]
    counted = sum(1 for row in rows.values() if row["is_counted"])
    said = f"{len(inside)} of {counted} counted rows"
    if not inside:
        yield Check("proofs of rows", STATED, "by their SHA-256 alone", said)
    else:
        yield Check("proofs of rows", _result(not wrong), said, ", ".join(wrong[:3]))


def _is_proof_of(proof: dict[str, Any], row: dict[str, Any]) -> bool:
    is_named = proof["evidence"] == row["edge"] and proof["kind"] == row["kind"]
    return is_named and bool(row["evidence"] == proof["digest"] == digest(proof))


_STEPS: Final[tuple[_Step, ...]] = (_sums, _named, _tables, _reported, _figures, _proofs)
