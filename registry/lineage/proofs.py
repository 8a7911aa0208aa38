"""Proofs: self-contained JSON by which anyone can check a claim with git and the repositories.

The same facts give the same bytes on every instance: no row ids and no time of making. The form is
described in `docs/evidence.md`; `registry.verifier` checks it with code of its own.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import CommitRow, NamedSource, Repository
from registry.lineage.findings import Finding
from registry.lineage.proof_claims import CLAIMERS
from registry.lineage.proof_copies import Unproven
from registry.lineage.proof_places import End, JsonObject, swhid
from registry.lineage.rules import RULES

FORMAT: Final = "public-code-registry/proof/1"
# What the reader says of a commit whose time tells nothing.
_DOUBTED: Final = frozenset({"boundary", "date", "identity"})


def build_proof(session: Session, finding: Finding, key: str) -> dict[str, Any] | None:
    """Return the proof of a finding, or nothing where the facts do not hold what it says."""
    reuser = _end(session, finding.reuser_repository_id)
    origin = _end(session, finding.origin_repository_id) if finding.origin_repository_id else None
    if reuser is None or (origin is None and finding.origin_source_id is None):
        return None
    try:
        claim, samples = CLAIMERS[finding.kind](session, finding, origin, reuser)
    except Unproven:
        return None
    for sample in samples:
        _drop_doubted_times(session, sample, origin, reuser)
    proof = {
        "format": FORMAT,
        "evidence": key,
        "kind": finding.kind.value,
        "locator": finding.locator[:700],
        "rule_version": RULES.version,
        "origin": _named(session, finding) if origin is None else _repository(origin),
        "reuser": _repository(reuser),
        "direction": {"state": finding.direction, "basis": finding.direction_basis},
        "claim": claim,
        "samples": samples,
    }
    return proof | {"digest": digest(proof)}


def digest(proof: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a proof without its digest, in the one form of RFC 8785."""
    text = json.dumps(
        {name: value for name, value in proof.items() if name != "digest"},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _drop_doubted_times(
    session: Session, sample: JsonObject, origin: End | None, reuser: End
) -> None:
    """Leave out the times of commits whose dates are not believed: those say others themselves."""
    for role, end in (("origin", origin), ("reuser", reuser), ("removed", reuser)):
        place = sample.get(role, {})
        if end is None or "time" not in place:
            continue
        commit = session.get(CommitRow, (end.repository, bytes.fromhex(place["commit"])))
        if commit is not None and _DOUBTED & set(commit.flags.split(",")):
            del place["time"]


def _end(session: Session, repository: int) -> End | None:
    row = session.execute(
        select(col(Repository.url), col(Repository.head_commit)).where(
            col(Repository.id) == repository
        )
    ).first()
    return None if row is None or not row[1] else End(repository, str(row[0]), str(row[1]))


def _repository(end: End) -> JsonObject:
    return {
        "url": end.url,
        "head": end.head,
        "swhid": swhid("rev", end.head, origin=end.url.replace(";", "%3B")),
    }


def _named(session: Session, finding: Finding) -> JsonObject:
    source = session.get(NamedSource, finding.origin_source_id)
    if source is None:
        raise LookupError(f"there is no source {finding.origin_source_id}")
    return {"source": source.slug, "name": source.name, "reference": source.reference or ""}
