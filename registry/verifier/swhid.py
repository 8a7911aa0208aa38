"""SWHIDs of the objects that a proof names, built anew from the ids beside them.

Source: SWHID specification 1.2 (ISO/IEC 18670), core identifiers and qualifiers.
"""

from urllib.parse import quote


def swhid(
    kind: str,
    oid: str,
    *,
    origin: str = "",
    anchor: str = "",
    path: str = "",
    line: int | None = None,
) -> str:
    """Return the SWHID of a git object: `kind` is cnt for a file content, rev for a commit.

    Only SHA-1 ids have one. In the origin `;` is escaped; in the path everything but letters,
    digits, `/` and `-._~` is.
    """
    parts = [f"swh:1:{kind}:{oid}"]
    if origin:
        parts.append(f"origin={origin.replace(';', '%3B')}")
    if anchor:
        parts.append(f"anchor=swh:1:rev:{anchor}")
    if path:
        parts.append(f"path=/{quote(path, safe='/')}")
    if line:
        parts.append(f"lines={line}")
    return ";".join(parts)
