"""What reading another catalogue yields: records of software, of publishers, of catalogues.

A peer is a catalogue or registry that others run. Its records are made in the sandbox from hostile
bytes; what they state is believed last, after all that the repository says of itself.
"""

from typing import Any, Final

import msgspec

from registry.domain.facts import Claim, Diagnostic, Fact

# How operators write each kind of peer, and what is read there.
PROTOCOLS: Final[dict[str, str]] = {
    "catalog": "Software Catalog API v1: software, publishers and catalogues",
    "nl-register": "the Dutch OSS register: repositories, organisations and their accounts",
    "codejson": "an inventory or index of an agency (code.json), at its address",
    "ore": "a code file of Canada's Open Resource Exchange",
    "dpg": "nominees and screenings of digital public goods (JSON)",
    "scorecard": "a result of OpenSSF Scorecard (JSON v2) for one repository",
    "best-practices": "projects of the OpenSSF Best Practices badge (JSON)",
    "fr-repositories": "repositories of French public bodies (code.gouv.fr, JSON)",
    "sill": "the French list of recommended free software (SILL, JSON)",
    "mapped": "any JSON or CSV, read by a mapping that the operator writes",
}
PEER: Final = "peer"
# Below what makes a conflict (registry.domain.resolve.CONSIDERED): a peer's word is a lead.
PEER_CONFIDENCE: Final = 0.4


class Hosting(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A place where a body publishes code: a group of repositories, or one repository."""

    url: str
    is_group: bool = True


class Body(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation as a peer names it; without `uri` the peer knows no official identifier."""

    name: str
    uri: str
    hosting: tuple[Hosting, ...] = ()


class Record(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a peer states; `key` is its id there, `kind` software, publisher, catalogue.

    `url` and `aliases` are as written. `sha256` is of the content without what changes by the day
    (`data` holds all of it, without personal data); `text_sha256` of the publiccode.yml handed on.
    `status` is valid, invalid or unparseable, as of a document.
    """

    kind: str
    key: str
    sha256: str
    size: int
    url: str | None = None
    aliases: tuple[str, ...] = ()
    is_active: bool = True
    body: Body | None = None
    text_sha256: str | None = None
    status: str = "valid"
    data: Any = None
    diagnostics: tuple[Diagnostic, ...] = ()
    claims: tuple[Claim, ...] = ()


class Batch(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The records of one answer; `next` is the link to the answer after it, as written.

    `problems` are what could not be used at all, in words: with any, the answer is not complete.
    `notes` are what is worth telling beside.
    """

    records: tuple[Record, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    next: str | None = None


def as_leads(claims: tuple[Claim, ...], *, without: frozenset[str]) -> tuple[Claim, ...]:
    """Return the claims of a peer's document as leads, without the properties named."""
    return tuple(
        msgspec.structs.replace(claim, confidence=min(claim.confidence, PEER_CONFIDENCE), line=None)
        for claim in claims
        if claim.property not in without
    )


def joined(batches: list[Batch]) -> Batch:
    """Return several batches as one; the last link counts."""
    return Batch(
        records=tuple(record for batch in batches for record in batch.records),
        problems=tuple(problem for batch in batches for problem in batch.problems),
        notes=tuple(note for batch in batches for note in batch.notes),
        next=next((batch.next for batch in reversed(batches) if batch.next), None),
    )
