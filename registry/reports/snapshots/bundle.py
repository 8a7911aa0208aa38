"""A snapshot as one file: rows, inputs, figures and proofs, the same bytes on every machine.

A zip archive without compression, with fixed times and sorted names, so that whoever has the
entries can write the archive again and compare each byte of it. `registry.verifier` does.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from registry.adoption.savings.table import SAVING_COLUMNS
from registry.domain.cells import cell_text
from registry.publishing.bulk.editions import LICENCE
from registry.reports.snapshots.content import Snapshot
from registry.reports.table import COLUMNS, COMPONENT_COLUMNS

MEDIA_TYPE: Final = "application/zip"
MOST_PROOFS: Final = 5_000
"""With more counted rows no proof is inside; each row holds the SHA-256 of its own."""
SUMS: Final = "SHA256SUMS"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def bundle_of(
    snapshot: Snapshot, figures: Mapping[str, Any], proofs: Mapping[str, Mapping[str, Any]]
) -> bytes:
    """Return the archive of a snapshot; `proofs` are by the key of their edge."""
    files = files_of(snapshot, figures, proofs)
    return archive({**files, SUMS: _sums(files)})


def files_of(
    snapshot: Snapshot, figures: Mapping[str, Any], proofs: Mapping[str, Mapping[str, Any]]
) -> dict[str, bytes]:
    """Return the files of a snapshot by name, but for their checksums."""
    document = snapshot.document
    return {
        "README.txt": _readme(snapshot, document).encode(),
        "components.csv": _csv(document["components"], COMPONENT_COLUMNS),
        "datapackage.json": _json(_datapackage(snapshot)),
        "figures.json": _json(figures),
        "rows.csv": _csv(document["rows"], COLUMNS),
        "rows.ndjson": b"".join(_line(row) for row in document["rows"]),
        "snapshot.json": snapshot.content,
        **_reported(document),
        **{f"proofs/{key}.json": _json(proof) for key, proof in proofs.items()},
    }


def _reported(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the file of reported savings; the first form of snapshots has none."""
    if "reported" not in document:
        return {}
    return {"reported.csv": _csv(document["reported"], _saving_columns(document))}


def _saving_columns(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of reported savings: the last one stands where one is disputed."""
    is_any = any("is_disputed" in item for item in document["reported"])
    return SAVING_COLUMNS if is_any else SAVING_COLUMNS[:-1]


def shown_files(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names of the files that are offered one by one, besides the archive."""
    reported = ("reported.csv",) if "reported" in snapshot.document else ()
    return ("rows.csv", "rows.ndjson", "components.csv", "figures.json", "snapshot.json", *reported)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive whose bytes follow from its entries alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed.writestr(entry, files[name])
    return out.getvalue()


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(
        "utf-8", "replace"
    )


def _line(row: Mapping[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _csv(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell_text(item[name]) for name in columns] for item in items)
    return out.getvalue().encode("utf-8", "replace")


def _datapackage(snapshot: Snapshot) -> dict[str, Any]:
    resources = [("rows", COLUMNS), ("components", COMPONENT_COLUMNS)]
    if "reported" in snapshot.document:
        resources.append(("reported", _saving_columns(snapshot.document)))
    return {
        "name": snapshot.id.lower(),
        "id": f"sha256:{snapshot.digest}",
        "profile": "tabular-data-package",
        "title": f"Report snapshot {snapshot.id}",
        "licenses": [LICENCE],
        "resources": [
            {
                "name": name, "path": f"{name}.csv", "profile": "tabular-data-resource",
                "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
                "schema": {"fields": [{"name": column, "type": "string"} for column in columns]},
            }
            for name, columns in resources
        ],
    }  # fmt: skip


def _readme(snapshot: Snapshot, document: Mapping[str, Any]) -> str:
    method = document["method"]
    reported = (
        "reported.csv     what organisations report that it saved them: never add it up\n"
        if "reported" in document
        else ""
    )
    return f"""Report snapshot {snapshot.id}
SHA-256 of snapshot.json: {snapshot.digest}
Data as of: {document["as_of"] or "not known"}
Method: edges {method["edges"]}, savings {method["savings"]}
Rows: {len(document["rows"])}, components: {len(document["components"])}

snapshot.json    all that the numbers are made of, in canonical form (RFC 8785)
rows.csv         one row for each edge of reuse; rows.ndjson holds the same
components.csv   the components of the portfolio
{reported}figures.json     every number of the report
proofs/          the proof of each counted row, by the key of its edge
SHA256SUMS       the SHA-256 of each file

To make every number again from the rows, without a connection and with an empty database:
    registry report verify FILE
    python -m registry.verifier FILE
It ends with 0 when all is as stated, and with 5 when a byte or a number is not.

Public, measured lower bound: private copies cannot be seen. Licence of the data: CC0 1.0.
"""
