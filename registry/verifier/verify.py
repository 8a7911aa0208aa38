"""Verification of a proof: from its bytes and a source of repositories to a report."""

from typing import Any, Protocol

from registry.verifier.bundle import Bundle, BundleFault, open_bundle
from registry.verifier.canonical import Malformed, read_json
from registry.verifier.checks import check_document, check_places
from registry.verifier.kinds import CHECKS
from registry.verifier.report import Checks, Report
from registry.verifier.shape import faults
from registry.verifier.source import Side, Unreachable


class Opener(Protocol):
    """Where repositories are read."""

    mode: str

    def open(self, role: str, url: str, /) -> Side:
        """Return the repository of `origin` or `reuser`, or raise `Unreachable`."""


def verify(data: bytes, opener: Opener) -> Report:
    """Check a proof; never raises for what a proof or a repository holds."""
    try:
        proof = read_json(data)
    except Malformed as error:
        return _refused({}, opener.mode, str(error))
    wrong = faults(proof)
    if wrong:
        return _refused(proof, opener.mode, "; ".join(wrong))
    try:
        sides = {
            role: opener.open(role, proof[role]["url"])
            for role in ("origin", "reuser")
            if "url" in proof[role]
        }
    except Unreachable as error:
        return Report(proof["evidence"], proof["kind"], opener.mode, reason=str(error))
    checks = Checks(complete=all(side.is_complete for side in sides.values()))
    reason = ""
    try:
        check_document(checks, proof)
        check_places(checks, proof, sides)
        CHECKS[proof["kind"]](checks, proof, sides)
    except Unreachable as error:
        reason = str(error)
    return Report(proof["evidence"], proof["kind"], opener.mode, tuple(checks.all), reason)


def verify_bundle(data: bytes) -> Report:
    """Check a proof by what its bundle holds alone; a changed bundle is a proof that fails."""
    try:
        bundle = open_bundle(data)
    except BundleFault as error:
        checks = Checks()
        checks.failed("bundle", "an unchanged bundle", str(error))
        return Report("", "", Bundle.mode, tuple(checks.all))
    return verify(bundle.proof, bundle)


def _refused(proof: Any, mode: str, fault: str) -> Report:
    checks = Checks()
    checks.failed("form", "a proof", fault)
    known = proof if isinstance(proof, dict) else {}
    return Report(
        str(known.get("evidence", ""))[:40], str(known.get("kind", ""))[:40], mode,
        tuple(checks.all),
    )  # fmt: skip
