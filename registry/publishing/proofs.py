"""What a proof of ownership is, and how one is looked for: the port that the crawler implements."""

from typing import Final, Protocol

from msgspec import Struct

from registry.db.tables import ProofMethod

TXT_LABEL: Final = "_gcr-challenge"
WELL_KNOWN: Final = ".well-known/registry-claim"
PUBLICCODE: Final = ("publiccode.yml", "publiccode.yaml")
_PREFIX: Final = "gcr-claim="


class Challenge(Struct, frozen=True, kw_only=True):
    """What is to be found, and where.

    `identities` are (issuer, unchanging number) of the account; `accounts_at` are (forge, host,
    namespace) of the organisation or, with `path`, of the repository.
    """

    method: ProofMethod
    token: str
    domain: str = ""
    repository_url: str = ""
    forge: str = ""
    host: str = ""
    path: str = ""
    accounts_at: tuple[tuple[str, str, str], ...] = ()
    identities: tuple[tuple[str, str], ...] = ()


class Finding(Struct, frozen=True):
    """Whether the proof is there. `problem` is a code of `PROBLEMS`, empty where it is.

    `is_certain` tells that it is really missing: an outage proves nothing either way.
    """

    is_proven: bool
    problem: str = ""
    is_certain: bool = True


PROVEN: Final = Finding(True)
# Outages: asked again later, nothing is lost by them for a week.
PASSING: Final = frozenset({"unreachable", "resolvers_disagree"})
PROBLEMS: Final = frozenset(
    {
        "no_record", "other_record", "no_file", "file_without_token", "redirected", "no_identity",
        "not_a_member", "repository_changed", *PASSING,
    }
)  # fmt: skip


class ProofFinder(Protocol):
    """Looks for proofs in the outside world."""

    def find(self, challenge: Challenge) -> Finding:
        """Look for a proof; every failure of the other side is an answer, not an error."""


def missing(problem: str) -> Finding:
    """Return the finding that a proof is not there, or could not be looked for."""
    return Finding(False, problem, problem not in PASSING)


def proof_text(token: str) -> str:
    """Return what stands in a TXT record, or on a line of a file."""
    return f"{_PREFIX}{token}"


def holds_proof(text: str, token: str) -> bool:
    """Tell whether a text holds the proof of this token as a word of its own, and not in part."""
    wanted = proof_text(token)
    return any(word.strip("\"'#,") == wanted for word in text.split())


def has_any_proof(text: str) -> bool:
    """Tell whether a text holds a proof of some claim: probably of somebody else's."""
    return _PREFIX in text
