"""Vendored components: files of a published package whose owner is in the catalogue.

Definition: at least `MINIMUM` file contents of a repository are those that a package publishes
according to the background index, and the package has an owner in the catalogue. Blind spots:
packages and versions that the index does not hold; files that were edited; packages built from
sources that the repository itself does not keep.
"""

from collections import defaultdict
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import EdgeKind, EdgeTag, PathRow
from registry.domain.fingerprints import file_hash
from registry.lineage.artefacts import ThirdParty
from registry.lineage.clusters import clusters_of
from registry.lineage.findings import Finding
from registry.lineage.ownership import owner

MINIMUM: Final = 5


def find(session: Session, repository_id: int, background: ThirdParty) -> list[Finding]:
    """Return the packages of the catalogue's components that a repository holds copies of."""
    rows = session.execute(
        select(col(PathRow.blob), col(PathRow.first_seen)).where(
            col(PathRow.repository_id) == repository_id
        )
    )
    held: dict[str, dict[int, int]] = defaultdict(dict)
    versions: dict[str, str] = {}
    for blob, first_seen in rows:
        value = file_hash(blob)
        package = background.package_of_file(value)
        if package is not None:
            name = package.rpartition("@")[0]
            held[name][value] = min(first_seen, held[name].get(value, first_seen))
            versions.setdefault(name, package)
    findings = []
    for name, contents in sorted(held.items()):
        if len(contents) >= MINIMUM:
            finding = _finding(session, repository_id, versions[name], name, contents)
            if finding is not None:
                findings.append(finding)
    return findings


def _finding(
    session: Session, repository_id: int, package: str, name: str, contents: dict[int, int]
) -> Finding | None:
    ecosystem, _, bare = name.partition(":")
    claimant = owner(session, ecosystem, bare)
    if claimant is None or claimant.repository == repository_id:
        return None
    clusters = clusters_of(session, [claimant.repository, repository_id])
    if clusters.get(claimant.repository) == clusters.get(repository_id):
        return None
    return Finding(
        kind=EdgeKind.VENDORED_COMPONENT,
        tag=EdgeTag.MEASURED,
        origin_repository_id=claimant.repository,
        reuser_repository_id=repository_id,
        locator=name,
        direction_basis="package",
        first_seen=min(contents.values()),
        last_seen=max(contents.values()),
        strength={"package": name, "files": len(contents)},
        evidence={
            "package": package, "hashes": sorted(contents), "package_span_id": claimant.span,
        },
        confidence="likely",
    )  # fmt: skip
