"""Asking a forge for a fork with a person's token: one request, and what the forge said.

Sources: the published API descriptions of GitHub (2022-11-28: 202, the fork is made afterwards),
GitLab (v4: 201 with an `import_status`) and Gitea/Forgejo (v1: 202). The token goes into a header
of this one request, to the host of the fork alone, and is forgotten with it.
"""

import re
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from crawlers.forges.budget import wait_seconds
from crawlers.forges.client import Answer, Http
from crawlers.forges.port import api_root
from crawlers.forges.refusals import TOKEN, decoded, refusal_of, said_in
from registry.adoption.destinations import Destination, Original
from registry.adoption.port import ForkAnswer
from registry.clock import utc_now
from registry.errors import CrawlFailure

MAX_BYTES: Final = 512 * 1024
# A person waits for it. Forges answer at once and copy afterwards.
SECONDS: Final = 20.0
_PATH: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)+", re.ASCII)
_MADE: Final = frozenset({200, 201, 202})


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
        if not TOKEN.fullmatch(token):
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
            return decoded(answer.body).get("type") == "User"
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
    found = decoded(answer.body)
    path = found.get("full_name") or found.get("path_with_namespace")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        return ForkAnswer(refusal="unavailable", detail="the forge's answer cannot be read")
    return ForkAnswer(url=f"{urlsplit(to.url).scheme}://{to.host}/{path}")


def _refused(answer: Answer) -> ForkAnswer:
    said = said_in(answer.body)
    refusal = refusal_of(answer.status, answer.headers, said)
    may_pass = refusal in {"rate_limited", "unavailable"}
    wait = wait_seconds(answer.headers, utc_now()) if may_pass else None
    return ForkAnswer(refusal=refusal, detail=said, wait_seconds=wait)
