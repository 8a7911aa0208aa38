"""The finder of proofs: in records and files of a domain, in a repository, at a forge."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol
from urllib.parse import urlsplit

from crawlers.egress import Response
from registry.db.tables import ProofMethod
from registry.errors import CrawlFailure, NotFound
from registry.publishing.proofs import (
    PROVEN,
    PUBLICCODE,
    TXT_LABEL,
    WELL_KNOWN,
    Challenge,
    Finding,
    has_any_proof,
    holds_proof,
    missing,
)

MAX_FILE: Final = 64 * 1024
SECONDS: Final = 20.0

TxtLookup = Callable[[str], list[frozenset[str]]]
"""name → the texts of its TXT records, as each of the name servers gave them."""
HeadFiles = Callable[[str, tuple[str, ...]], Mapping[str, bytes]]
"""(canonical URL, paths) → the contents of those files that HEAD holds, small ones alone."""


class Http(Protocol):
    """What is asked of the egress."""

    def get(self, url: str, *, max_bytes: int, total_seconds: float) -> Response:
        """Ask for a document."""


class Membership(Protocol):
    """What the public API of a forge says of somebody."""

    def is_member(self, challenge: Challenge) -> bool:
        """Tell whether an identity of the challenge publicly belongs to what is claimed."""


class Finder:
    """Looks for each kind of proof; whatever the other side does is an answer."""

    def __init__(
        self, *, http: Http, txt: TxtLookup, head_files: HeadFiles, forge: Membership
    ) -> None:
        self._http = http
        self._txt = txt
        self._head_files = head_files
        self._forge = forge

    def find(self, challenge: Challenge) -> Finding:
        """Look for a proof."""
        look = {
            ProofMethod.DNS: self._in_dns,
            ProofMethod.WELL_KNOWN: self._at_domain,
            ProofMethod.REPOSITORY: self._in_repository,
            ProofMethod.FORGE: self._at_forge,
        }[challenge.method]
        try:
            return look(challenge)
        except NotFound:
            return missing("no_file" if challenge.repository_url else "not_a_member")
        except CrawlFailure:
            return missing("unreachable")

    def _in_dns(self, challenge: Challenge) -> Finding:
        answers = self._txt(f"{TXT_LABEL}.{challenge.domain}.")
        seen = [any(holds_proof(text, challenge.token) for text in texts) for texts in answers]
        if all(seen):
            return PROVEN
        if any(seen):
            return missing("resolvers_disagree")
        others = any(has_any_proof(text) for texts in answers for text in texts)
        return missing("other_record" if others else "no_record")

    def _at_domain(self, challenge: Challenge) -> Finding:
        url = f"https://{challenge.domain}/{WELL_KNOWN}"
        answer = self._http.get(url, max_bytes=MAX_FILE, total_seconds=SECONDS)
        if urlsplit(answer.url).hostname != challenge.domain:
            return missing("redirected")
        if answer.status >= 500 or answer.status == 429:
            return missing("unreachable")
        if answer.status != 200:
            return missing("no_file")
        return _in_text(answer.body, challenge.token)

    def _in_repository(self, challenge: Challenge) -> Finding:
        files = self._head_files(challenge.repository_url, (WELL_KNOWN, *PUBLICCODE))
        found = [_in_text(content, challenge.token) for content in files.values()]
        if any(finding.is_proven for finding in found):
            return PROVEN
        return missing("file_without_token" if found else "no_file")

    def _at_forge(self, challenge: Challenge) -> Finding:
        if not challenge.identities:
            return missing("no_identity")
        return PROVEN if self._forge.is_member(challenge) else missing("not_a_member")


def _in_text(content: bytes, token: str) -> Finding:
    text = content[:MAX_FILE].decode("utf-8", "replace")
    return PROVEN if holds_proof(text, token) else missing("file_without_token")
