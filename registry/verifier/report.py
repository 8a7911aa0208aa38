"""What a verification found: one line for each check, and the outcome of all together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from registry.verifier.source import Mismatch, NotHeld

PASSED: Final = "passed"
FAILED: Final = "failed"
# The proof says it, and neither git nor the bundle can prove or disprove it.
STATED: Final = "stated"
# It can be proven, but not here and now: the reason says where.
SKIPPED: Final = "skipped"

VERIFIED: Final = "verified"
VERIFIED_OFFLINE: Final = "verified_offline"
PARTLY: Final = "verified_in_part"
MISMATCH: Final = "mismatch"
UNREACHABLE: Final = "unreachable"

EXIT_CODES: Final = {VERIFIED: 0, VERIFIED_OFFLINE: 0, PARTLY: 1, MISMATCH: 5, UNREACHABLE: 4}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `expected` is what the proof says, `found` what is there."""

    name: str
    result: str
    expected: str = ""
    found: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether what was found is what the proof says."""
        return self.result == PASSED


@dataclass(frozen=True)
class Report:
    """The checks of one proof; `reason` says why nothing was checked.

    `mode` is where objects were read: online, store (fetched earlier) or bundle.
    """

    evidence: str
    kind: str
    mode: str
    checks: tuple[Check, ...] = ()
    reason: str = ""

    @property
    def outcome(self) -> str:
        """Return verified, verified_offline, verified_in_part, mismatch or unreachable.

        `verified_offline`: all that needs no commit object was proven; what commits say was taken
        from the bundle. `verified_in_part`: something that could be proven was not checked.
        """
        results = {check.result for check in self.checks}
        if FAILED in results:
            return MISMATCH
        if self.reason:
            return UNREACHABLE
        if SKIPPED in results or not results:
            return PARTLY
        return VERIFIED_OFFLINE if self.mode == "bundle" else VERIFIED

    def exit_code(self, *, allow_partial: bool = False) -> int:
        """Return 0 verified, 1 in part, 4 source not reachable, 5 mismatch."""
        outcome = self.outcome
        return 0 if allow_partial and outcome == PARTLY else EXIT_CODES[outcome]

    def of(self, result: str) -> tuple[Check, ...]:
        """Return the checks with this result."""
        return tuple(check for check in self.checks if check.result == result)

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "evidence": self.evidence,
            "kind": self.kind,
            "mode": self.mode,
            "outcome": self.outcome,
            "reason": self.reason,
            "checks": [
                {
                    "name": check.name,
                    "passed": check.passed,
                    "result": check.result,
                    "expected": check.expected,
                    "found": check.found,
                }
                for check in self.checks
            ],
        }


@dataclass
class Checks:
    """Collects checks while a proof is looked at; `complete` is False for a bundle."""

    complete: bool = True
    all: list[Check] = field(default_factory=list)

    def same(self, name: str, expected: object, find: Callable[[], object]) -> bool:
        """Compare what the proof says with what `find` gives; what is not there is told apart.

        Online an object that is not there is a mismatch; a bundle may leave it out.
        """
        try:
            found = find()
        except Mismatch as error:
            return self._add(name, FAILED, expected, str(error))
        except NotHeld as error:
            result = FAILED if self.complete and not error.withheld else SKIPPED
            return self._add(name, result, expected, str(error))
        # True equals 1 in Python, and not in a proof.
        equal = found == expected and type(found) is type(expected)
        return self._add(name, PASSED if equal else FAILED, expected, found)

    def stated(self, name: str, text: str) -> None:
        """Note a statement that nothing here can prove."""
        self._add(name, STATED, text, "")

    def skipped(self, name: str, expected: object, reason: str) -> None:
        """Note what could be proven elsewhere."""
        self._add(name, SKIPPED, expected, reason)

    def failed(self, name: str, expected: object, found: object) -> None:
        """Note what is wrong."""
        self._add(name, FAILED, expected, found)

    def _add(self, name: str, result: str, expected: object, found: object) -> bool:
        self.all.append(Check(name, result, _short(expected), _short(found)))
        return result == PASSED


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:300]}…"


def summary(report: Report) -> str:
    """Return the outcome in one line for people."""
    passed = len(report.of(PASSED))
    texts = {
        VERIFIED: f"Verified: {passed} checks passed, nothing differs.",
        VERIFIED_OFFLINE: f"Verified offline: {passed} checks passed. What commits say is taken "
        "from the bundle; only an online verification proves it.",
        PARTLY: f"Verified in part: {passed} checks passed, {len(report.of(SKIPPED))} "
        "could not be made here.",
        MISMATCH: f"MISMATCH: {len(report.of(FAILED))} checks failed, {passed} passed.",
        UNREACHABLE: f"Not checked: {report.reason}",
    }
    return texts[report.outcome]


def lines(report: Report, results: Sequence[str] = (FAILED, SKIPPED, STATED)) -> list[str]:
    """Return the checks with these results as lines for people."""
    return [
        f"{check.result}: {check.name}"
        + (f": {check.expected}" if check.expected else "")
        + (f", found {check.found}" if check.found and check.result != PASSED else "")
        for result in results
        for check in report.of(result)
    ]
