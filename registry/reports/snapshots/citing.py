"""How a snapshot is cited: as text, BibTeX, CITATION.cff, and as a Dataset of schema.org."""

import json
from typing import Any, Final

from msgspec import Struct

from registry.publishing.bulk.editions import LICENCE
from registry.publishing.exports.yaml_text import yaml_text
from registry.reports.snapshots.bundle import MEDIA_TYPE
from registry.reports.snapshots.service import Kept

AUTHOR: Final = "Public Code Registry"


class Citation(Struct, frozen=True):
    """How a snapshot is cited; `cff` is a CITATION.cff 1.2.0, `structured` a schema.org Dataset."""

    text: str
    bibtex: str
    cff: str
    structured: str


def citation(base_url: str, found: Kept) -> Citation:
    """Return how a snapshot is cited; its address begins with `base_url`."""
    document, key = found.snapshot.document, found.snapshot.id
    address, day = f"{base_url}/snapshots/{key}", str(document["as_of"] or "")[:10]
    title = f"Report on the reuse of public code, snapshot {key}"
    bibtex = (
        f"@misc{{{key},\n  title = {{{title}}},\n  author = {{{{{AUTHOR}}}}},\n"
        f"  year = {{{day[:4] or 'n.d.'}}},\n  url = {{{address}}},\n"
        f"  note = {{SHA-256 {found.snapshot.digest}}}\n}}"
    )
    text = f"{AUTHOR} ({day[:4] or 'n.d.'}): {title}. Data as of {day}. {address}"
    structured = json.dumps(_structured(base_url, found, title, address, day))
    return Citation(text, bibtex, _cff(found, title, address, day), structured)


def _cff(found: Kept, title: str, address: str, day: str) -> str:
    stated: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": title,
        "authors": [{"name": AUTHOR}],
        "version": found.snapshot.id,
        "url": address,
        "license": LICENCE["name"],
        "identifiers": [
            {"type": "other", "value": f"sha256:{found.snapshot.digest}",
             "description": "SHA-256 of snapshot.json"},
        ],
    }  # fmt: skip
    if day:
        stated["date-released"] = day
    return yaml_text(stated).decode()


def _structured(base_url: str, found: Kept, title: str, address: str, day: str) -> dict[str, Any]:
    key, digest = found.snapshot.id, found.snapshot.digest
    rows = len(found.snapshot.document["rows"])
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": f"{rows} edges of reuse with the evidence for each.",
        "identifier": [key, f"sha256:{digest}"],
        "url": address,
        "license": LICENCE["path"],
        "dateModified": day,
        "creator": {"@type": "Organization", "name": AUTHOR, "url": base_url},
        "distribution": [
            {
                "@type": "DataDownload", "encodingFormat": MEDIA_TYPE,
                "contentUrl": f"{address}/files/{key}.zip",
            }
        ],
    }  # fmt: skip
