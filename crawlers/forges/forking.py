"""Asking a forge for a fork with a person's token: one request, and what the forge said.

Sources: the published API descriptions of GitHub (2022-11-28: 202, the fork is made afterwards),
GitLab (v4: 201 with an `import_status`) and Gitea/Forgejo (v1: 202). The token goes into a header
of this one request, to the host of the fork alone, and is forgotten with it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from crawlers.forges.client import Answer, Http
from crawlers.forges.port import api_root
from registry.adoption.destinations import Destination, Original
from registry.adoption.port import ForkAnswer, Refusal
from registry.errors import CrawlFailure

MAX_BYTES: Final = 512 * 1024
# A person waits for it. Forges answer at once and copy afterwards.
SECONDS: Final = 20.0
_TOKEN: Final = re.compile(r"[\x21-\x7e]{8,500}")
_PATH: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)+", re.ASCII)
_MADE: Final = frozenset({200, 201, 202})
_TAKEN: Final = re.compile(r"already (?:exists|been taken|forked)|has been taken", re.IGNORECASE)


class ForgeForker:
    """Asks through the egress; implements `registry.adoption.port.Forker`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def fork(
        self, original: Original, to: Destination, token: str, *, default_branch_only: bool
    ) -> ForkAnswer:
        """Ask for a fork and return the answer; a forge that cannot be reached is `unavailable`."""
        if original.host != to.host or original.forge != to.forge:
            return ForkAnswer(refusal="other_forge")
        if not _TOKEN.fullmatch(token):
            return ForkAnswer(refusal="bad_token")
        url, scheme = _address(original, to)
        payload = self._asked(original, to, default_branch_only=default_branch_only)
        try:
            answer = self._http.request(
                "POST",
                url,
                headers={
                    "accept": "application/json",
                    "content-type": "application/json",
                    "authorization": f"{scheme} {token}",
                },
                body=msgspec.json.encode(payload),
                max_bytes=MAX_BYTES,
                total_seconds=SECONDS,
            )
        except CrawlFailure as failure:
            return ForkAnswer(refusal="unavailable", detail=failure.reason)
        if urlsplit(answer.url)[:2] != urlsplit(url)[:2] or answer.status not in _MADE:
            return _refused(answer)
        return _made(answer, to)

    def _asked(
        self, original: Original, to: Destination, *, default_branch_only: bool
    ) -> dict[str, Any]:
        if to.forge == "gitlab":
            asked: dict[str, Any] = {"namespace_path": to.owner, "path": to.name, "name": to.name}
            if default_branch_only and original.default_branch:
                asked["branches"] = original.default_branch
            return asked
        asked = {"name": to.name}
        if not self._is_person(to):
            asked["organization"] = to.owner
        if to.forge == "github":
            asked["default_branch_only"] = default_branch_only
        return asked

    def _is_person(self, to: Destination) -> bool:
        """Tell whether the fork goes to a person's account, which these two ask for by silence.

        It is public, so the token is not shown for it.
        """
        at, owner = _root(to), quote(to.owner, safe="")
        url = f"{at}/users/{owner}" if to.forge == "github" else f"{at}/orgs/{owner}"
        try:
            answer = self._http.request(
                "GET", url, headers={"accept": "application/json"}, max_bytes=MAX_BYTES,
                total_seconds=SECONDS,
            )  # fmt: skip
        except CrawlFailure:
            return False
        if to.forge == "github":
            return _decoded(answer.body).get("type") == "User"
        return answer.status == 404


def _address(original: Original, to: Destination) -> tuple[str, str]:
    """Return the address that is asked, and the scheme of the token in its header."""
    path = urlsplit(original.url).path.strip("/")
    if to.forge == "gitlab":
        return f"{_root(to)}/projects/{quote(path, safe='')}/fork", "Bearer"
    return f"{_root(to)}/repos/{quote(path)}/forks", "token" if to.forge == "gitea" else "Bearer"


def _root(to: Destination) -> str:
    return api_root(to.forge, to.host, urlsplit(to.url).scheme)


def _made(answer: Answer, to: Destination) -> ForkAnswer:
    """Return where the fork is by the forge's word: it may have given it another name."""
    found = _decoded(answer.body)
    path = found.get("full_name") or found.get("path_with_namespace")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        return ForkAnswer(refusal="unavailable", detail="the forge's answer cannot be read")
    return ForkAnswer(url=f"{urlsplit(to.url).scheme}://{to.host}/{path}")


def _refused(answer: Answer) -> ForkAnswer:
    said = _said(answer.body)
    return ForkAnswer(refusal=_reason(answer.status, answer.headers, said), detail=said)


def _reason(status: int, headers: Mapping[str, str], said: str) -> Refusal:
    if status == 401:
        return "bad_token"
    is_limit = headers.get("x-ratelimit-remaining") == "0" or "rate limit" in said.lower()
    if status == 429 or (status == 403 and is_limit):
        return "rate_limited"
    if status == 403:
        return "forbidden"
    if status == 404:
        return "not_found"
    if status == 409 or (status in {400, 422} and _TAKEN.search(said)):
        return "name_taken"
    return "unavailable" if status >= 500 else "refused"


def _said(body: bytes) -> str:
    """Return what a forge says of a refusal, in one short plain line.

    GitHub tells the reason below `errors`, and GitLab refuses a token of too small a scope in the
    words of OAuth (RFC 6750).
    """
    found = _decoded(body)
    said = [found.get(key) for key in ("message", "error_description", "errors")]
    parts = (x if isinstance(x, str) else msgspec.json.encode(x).decode() for x in said if x)
    plain = "".join(c if c.isprintable() else " " for c in " ".join(parts))
    return plain.strip()[:300]


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
