"""Records of advisories in the OSV format, as tests change them."""

import json
from typing import Any

GHSA = "GHSA-2345-6789-cfgh"
CVE = "CVE-2026-12345"


def osv_record(name: str = GHSA, **values: Any) -> dict[str, Any]:
    """Return a record that was published; a value of None leaves its key out."""
    base = {
        "id": name, "modified": "2026-07-01T00:00:00Z", "published": "2026-06-01T00:00:00Z",
        "summary": "Names are not escaped", "aliases": [CVE],
        "database_specific": {"severity": "HIGH"},
    }  # fmt: skip
    return {key: value for key, value in (base | values).items() if value is not None}


def git_range(repository: str, *, fixed: str = "", introduced: str = "0") -> dict[str, Any]:
    """Return what a record affects: a stretch of the history of a repository."""
    events = [{"introduced": introduced}, *([{"fixed": fixed}] if fixed else [])]
    return {"ranges": [{"type": "GIT", "repo": repository, "events": events}]}


def package(ecosystem: str, name: str) -> dict[str, Any]:
    """Return what a record affects: a package."""
    return {"package": {"ecosystem": ecosystem, "name": name}}


def osv_json(*records: dict[str, Any]) -> bytes:
    """Return one record, or a list of several, as a file."""
    return json.dumps(records[0] if len(records) == 1 else records).encode()
