"""What a proof claims of manifests, gitlinks, packages, texts and documents; all claims by kind.

Each function returns (claim, samples) as those of `proof_copies` do.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    AttributionRow,
    ClaimRow,
    DependencySpan,
    DocumentRow,
    EdgeKind,
    EdgeState,
    PackageSpan,
    PathRow,
)
from registry.domain.sampling import spread
from registry.lineage.findings import Finding
from registry.lineage.proof_copies import (
    MAX_FILES,
    MAX_SAMPLES,
    Claimed,
    Unproven,
    anchors,
    first_places,
    hexed,
    listed,
    shared_commits,
    shared_files,
    similar_files,
)
from registry.lineage.proof_places import (
    End,
    JsonObject,
    commit_place,
    file_place,
    has_commit,
    held_by_hash,
    place_of,
)


def package_dependency(session: Session, finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim the line of a manifest that names a package, and the manifest that publishes it."""
    span = session.get(DependencySpan, finding.evidence["dependency_span_id"])
    if span is None:
        raise Unproven("the dependency is gone")
    claim: JsonObject = {"ecosystem": span.ecosystem, "name": span.name, "by": "git_url"}
    if span.spec:
        claim["spec"] = span.spec[:400]
    if span.git_url:
        claim["git_url"] = span.git_url
    sample = {"reuser": file_place(reuser, span.path, span.blob, span.commit, line=span.line)}
    key = finding.evidence["package_span_id"]
    published = session.get(PackageSpan, key) if key is not None else None
    if published is not None:
        claim["by"] = "manifest"
        sample["origin"] = file_place(origin, published.path, published.blob, published.commit)
    return claim, [sample]


def submodule(session: Session, finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim a gitlink and the line of `.gitmodules` that names its address."""
    file = session.execute(
        select(col(PathRow.blob)).where(
            col(PathRow.repository_id) == reuser.repository,
            col(PathRow.path) == ".gitmodules",
            col(PathRow.in_head).is_(True),
        )
    ).scalar()
    if file is None:
        raise Unproven("there is no .gitmodules at HEAD")
    commit = str(finding.strength["commit"])
    claim: JsonObject = {
        "path": finding.evidence["path"], "commit": commit, "url": origin.url,
    }  # fmt: skip
    sample = {"reuser": file_place(reuser, ".gitmodules", file.hex(), reuser.head)}
    if has_commit(session, origin.repository, commit):
        claim["commit_in_origin"] = "refs"
        sample["origin"] = commit_place(origin, commit)
    return claim, [sample]


def vendored_component(session: Session, finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim contents that a package publishes, and the manifest that names the package."""
    hashes = spread(sorted(finding.evidence["hashes"]), MAX_FILES)
    held = held_by_hash(session, reuser.repository, hashes)
    firsts = [places[0] for _, places in sorted(held.items())]
    commits = anchors(firsts)
    kept = [place for place in firsts if place.commit in commits]
    if not kept:
        raise Unproven("no file of the package is there")
    claim = listed(place.blob for place in kept) | {
        "at_least": len(kept) < len(finding.evidence["hashes"]),
        "package": finding.evidence["package"],
        "anchors": {"reuser": hexed(place.commit for place in kept)},
    }
    published = session.get(PackageSpan, finding.evidence["package_span_id"])
    if published is not None:
        claim["publisher"] = file_place(origin, published.path, published.blob, published.commit)
    in_origin = first_places(session, origin, [place.blob for place in kept])
    shown = spread(sorted(kept, key=lambda place: (place.path, place.blob)), MAX_SAMPLES)
    return claim, [
        {"reuser": place_of(reuser, place)}
        | ({"origin": place_of(origin, in_origin[place.blob])} if place.blob in in_origin else {})
        for place in shown
    ]


def attribution_text(
    session: Session, finding: Finding, _origin: End | None, reuser: End
) -> Claimed:
    """Claim a sentence at a line of a file, and the commit that removed it."""
    row = session.get(AttributionRow, finding.evidence["attribution_id"])
    if row is None:
        raise Unproven("the text is gone")
    claim = {"text": row.text, "target": row.target}
    claim |= {"target_url": row.target_url} if row.target_url else {}
    sample = {
        "reuser": file_place(
            reuser, row.path, row.blob, row.commit, time=row.first_seen, line=row.line
        )
    }
    if row.removed_commit and finding.state == EdgeState.SINCE_REMOVED:
        sample["removed"] = commit_place(reuser, row.removed_commit, row.removed_at)
    return claim, [sample]


def declared(session: Session, finding: Finding, _origin: End | None, reuser: End) -> Claimed:
    """Claim a property of a metadata document that names the origin."""
    row = session.get(ClaimRow, finding.evidence["claim_id"])
    document = session.get(DocumentRow, row.document_id) if row is not None else None
    if row is None or document is None:
        raise Unproven("the document is gone")
    held = first_places(session, reuser, [bytes.fromhex(document.blob)])
    place = next((p for p in held.values() if p.path == document.path), None)
    entries = row.value if isinstance(row.value, list) else [row.value]
    values = [str(entry.get("url") if isinstance(entry, dict) else entry)[:2048]
              for entry in entries if entry][:MAX_SAMPLES]  # fmt: skip
    commit = place.commit.hex() if place else document.commit
    return {"property": row.property, "values": values}, [
        {"reuser": file_place(reuser, document.path, document.blob, commit, line=row.line)}
    ]


CLAIMERS: Final[Mapping[EdgeKind, Any]] = {
    EdgeKind.SHARED_COMMITS: shared_commits,
    EdgeKind.SHARED_FILES: shared_files,
    EdgeKind.SIMILAR_FILES: similar_files,
    EdgeKind.PACKAGE_DEPENDENCY: package_dependency,
    EdgeKind.SUBMODULE: submodule,
    EdgeKind.VENDORED_COMPONENT: vendored_component,
    EdgeKind.ATTRIBUTION_TEXT: attribution_text,
    EdgeKind.DECLARED: declared,
}
