"""Opening a pull or merge request with one file, by a person's token at GitHub, GitLab, Forgejo.

Sources: the published API descriptions of GitHub (2022-11-28), GitLab (v4) and Gitea/Forgejo (v1).
Asked again, it goes on where it stopped: a branch or request that is there is used, and the file in
it brought up to date. The token goes into the headers of these requests to the repository's own
host, and is forgotten with them.
"""

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from crawlers.forges.client import Http
from crawlers.forges.port import ForgeKind, api_root
from crawlers.forges.refusals import TAKEN, TOKEN, decoded, refusal_of, said_in
from registry.errors import (
    Conflict,
    CrawlFailure,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthenticated,
    Unavailable,
)

MAX_BYTES: Final = 2 * 1024 * 1024
SECONDS: Final = 30.0
BRANCH: Final = "add-publiccode-yml"
_FINE: Final = frozenset({200, 201})


class Change(Struct, frozen=True, kw_only=True):
    """What is asked for: a file with its text, and the words of the request."""

    path: str
    text: str
    title: str
    body: str
    branch: str = BRANCH


class Opened(Struct, frozen=True):
    """Where the request is; `is_new` is false for one that was there already."""

    url: str
    is_new: bool


def open_change_request(http: Http, kind: str, url: str, token: str, change: Change) -> Opened:
    """Open a request at the repository `url`, or return the open one of the same branch.

    Raises `InvalidInput` for a forge that has none, `Unauthenticated`, `Forbidden` or `NotFound`
    for what the token may not, `Conflict` where there is nothing to ask for, `Unavailable` where
    trying again later may help.
    """
    if kind not in _FORGES:
        raise InvalidInput("at this forge no request can be opened: GitHub, GitLab or Forgejo can")
    if not TOKEN.fullmatch(token):
        raise Unauthenticated("the token is none: it holds spaces, or is too short or too long")
    forge = _FORGES[kind](http, kind, url, token)
    base = forge.default_branch()
    if forge.read(change.path, base)[0] == change.text:
        raise Conflict(f"the branch {base} has this very file already: there is nothing to request")
    forge.make_branch(change.branch, base)
    found, known = forge.read(change.path, change.branch)
    if found != change.text:
        forge.write(change, known)
    if there := forge.open_request(change.branch, base):
        return Opened(there, is_new=False)
    made = forge.request(change, base)
    return Opened(made or forge.open_request(change.branch, base), is_new=made != "")


class _Forge(ABC):
    """One repository at a forge, as somebody with a token sees it."""

    def __init__(self, http: Http, kind: str, url: str, token: str) -> None:
        parts = urlsplit(url)
        self.path = parts.path.strip("/")
        self._http = http
        self._root = api_root(kind, parts.netloc, parts.scheme)
        scheme = "token" if kind == ForgeKind.GITEA else "Bearer"
        self._headers = {
            "accept": "application/json",
            "content-type": "application/json",
            "authorization": f"{scheme} {token}",
        }

    def default_branch(self) -> str:
        """Return the branch into which the change is to go."""
        found = self.ask("GET", self.place).get("default_branch")
        if not isinstance(found, str) or not found:
            raise Conflict("the repository is empty: push a first commit, then ask again")
        return found

    @property
    @abstractmethod
    def place(self) -> str:
        """The path of the repository in the API."""

    @abstractmethod
    def make_branch(self, name: str, base: str) -> None:
        """Make a branch, unless it is there."""

    @abstractmethod
    def read(self, path: str, branch: str) -> tuple[str | None, str]:
        """Return the text of a file, None where there is none, and what names its version."""

    @abstractmethod
    def write(self, change: Change, known: str) -> None:
        """Commit the file to the branch, in place of the version `known`."""

    @abstractmethod
    def open_request(self, branch: str, base: str) -> str:
        """Return the address of the open request of a branch, empty where there is none."""

    @abstractmethod
    def request(self, change: Change, base: str) -> str:
        """Open a request and return its address, empty where there is one already."""

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        unless: Callable[[int, str], bool] | None = None,
    ) -> dict[str, Any]:
        """Return the answer as an object; a refusal is an error, `unless` it is expected: {}."""
        return decoded(self.answer(method, path, body, unless=unless) or b"{}")

    def answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        unless: Callable[[int, str], bool] | None = None,
    ) -> bytes | None:
        """Return the body of an answer, None for a refusal that `unless` expects."""
        url = self._root + path
        try:
            answer = self._http.request(
                method, url, headers=self._headers, max_bytes=MAX_BYTES, total_seconds=SECONDS,
                body=None if body is None else msgspec.json.encode(body),
            )  # fmt: skip
        except CrawlFailure as failure:
            raise Unavailable(f"the forge cannot be reached ({failure.reason})") from failure
        if urlsplit(answer.url)[:2] != urlsplit(url)[:2]:
            raise Conflict("the repository moved to another host: ask there")
        if answer.status in _FINE:
            return answer.body
        said = said_in(answer.body)
        if unless is not None and unless(answer.status, said):
            return None
        raise _refused(answer.status, answer.headers, said)


class _GitHub(_Forge):
    @property
    def place(self) -> str:
        return f"/repos/{quote(self.path)}"

    def make_branch(self, name: str, base: str) -> None:
        head = self.ask("GET", f"{self.place}/git/ref/{quote(f'heads/{base}', safe='')}").get(
            "object"
        )
        sha = head.get("sha") if isinstance(head, dict) else None
        asked = {"ref": f"refs/heads/{name}", "sha": sha}
        self.ask("POST", f"{self.place}/git/refs", asked, unless=_is_taken)

    def read(self, path: str, branch: str) -> tuple[str | None, str]:
        address = f"{self.place}/contents/{quote(path)}?ref={quote(branch, safe='')}"
        return _file(self.ask("GET", address, unless=_is_missing), "sha")

    def write(self, change: Change, known: str) -> None:
        asked = _content(change) | {"message": change.title, **({"sha": known} if known else {})}
        self.ask("PUT", f"{self.place}/contents/{quote(change.path)}", asked)

    def open_request(self, branch: str, base: str) -> str:
        owner = self.path.partition("/")[0]
        head = quote(f"{owner}:{branch}", safe="")
        query = f"state=open&head={head}&base={quote(base, safe='')}"
        found = _listed(self.answer("GET", f"{self.place}/pulls?{query}"))
        return _web(found[0], "html_url") if found else ""

    def request(self, change: Change, base: str) -> str:
        asked = {"title": change.title, "body": change.body, "head": change.branch, "base": base}
        made = self.ask("POST", f"{self.place}/pulls", asked, unless=_is_taken)
        return _web(made, "html_url") if made else ""


class _Forgejo(_GitHub):
    """As GitHub, with words of its own for branches, new files and open requests."""

    def make_branch(self, name: str, base: str) -> None:
        asked = {"new_branch_name": name, "old_branch_name": base}
        self.ask("POST", f"{self.place}/branches", asked, unless=_is_taken)

    def write(self, change: Change, known: str) -> None:
        asked = _content(change) | {"message": change.title, **({"sha": known} if known else {})}
        method = "PUT" if known else "POST"
        self.ask(method, f"{self.place}/contents/{quote(change.path)}", asked)

    def open_request(self, branch: str, base: str) -> str:
        address = f"{self.place}/pulls/{quote(base, safe='')}/{quote(branch, safe='')}"
        found = self.ask("GET", address, unless=_is_missing)
        return _web(found, "html_url") if found.get("state") == "open" else ""


class _GitLab(_Forge):
    @property
    def place(self) -> str:
        return f"/projects/{quote(self.path, safe='')}"

    def make_branch(self, name: str, base: str) -> None:
        asked = {"branch": name, "ref": base}
        self.ask("POST", f"{self.place}/repository/branches", asked, unless=_is_taken)

    def read(self, path: str, branch: str) -> tuple[str | None, str]:
        file = f"{self.place}/repository/files/{quote(path, safe='')}"
        found = self.ask("GET", f"{file}?ref={quote(branch, safe='')}", unless=_is_missing)
        return _file(found, "last_commit_id")

    def write(self, change: Change, known: str) -> None:
        asked = _content(change) | {"commit_message": change.title, "encoding": "base64"}
        if known:
            asked["last_commit_id"] = known
        file = f"{self.place}/repository/files/{quote(change.path, safe='')}"
        self.ask("PUT" if known else "POST", file, asked)

    def open_request(self, branch: str, base: str) -> str:
        branches = f"source_branch={quote(branch, safe='')}&target_branch={quote(base, safe='')}"
        address = f"{self.place}/merge_requests?state=opened&{branches}"
        found = _listed(self.answer("GET", address))
        return _web(found[0], "web_url") if found else ""

    def request(self, change: Change, base: str) -> str:
        asked = {
            "source_branch": change.branch, "target_branch": base, "title": change.title,
            "description": change.body, "remove_source_branch": True,
        }  # fmt: skip
        made = self.ask("POST", f"{self.place}/merge_requests", asked, unless=_is_taken)
        return _web(made, "web_url") if made else ""


_FORGES: Final[Mapping[str, type[_Forge]]] = {
    ForgeKind.GITHUB: _GitHub,
    ForgeKind.GITLAB: _GitLab,
    ForgeKind.GITEA: _Forgejo,
}


def _is_missing(status: int, said: str) -> bool:
    del said
    return status == 404


def _is_taken(status: int, said: str) -> bool:
    return status == 409 or (status in {400, 422} and TAKEN.search(said) is not None)


def _content(change: Change) -> dict[str, Any]:
    text = base64.b64encode(change.text.encode()).decode()
    return {"content": text, "branch": change.branch}


def _file(found: Mapping[str, Any], version: str) -> tuple[str | None, str]:
    if not found:
        return None, ""
    try:
        text = base64.b64decode(str(found.get("content"))).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    return text, str(found.get(version) or "")


def _listed(body: bytes | None) -> list[Mapping[str, Any]]:
    try:
        found = msgspec.json.decode(body or b"[]")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        found = []
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []


def _web(found: Mapping[str, Any], key: str) -> str:
    """Return the address that the forge gives, where it is one."""
    url = found.get(key)
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise Unavailable("the forge's answer cannot be read")
    return "".join(x for x in url if x.isprintable())[:2048]


def _refused(status: int, headers: Mapping[str, str], said: str) -> Exception:
    reason, words = refusal_of(status, headers, said), f": {said}" if said else ""
    if reason == "bad_token":
        return Unauthenticated(f"the forge does not take the token{words}")
    if reason == "forbidden":
        return Forbidden(f"the token may not write to this repository{words}")
    if reason == "not_found":
        return NotFound(f"the forge shows no such repository to this token{words}")
    if reason == "rate_limited":
        wait = headers.get("retry-after", "")
        return Unavailable(
            f"the forge wants a pause{words}", float(wait) if wait.isdigit() else None
        )
    if reason == "unavailable":
        return Unavailable(f"the forge fails with {status}{words}")
    if reason == "name_taken":
        return Conflict(f"somebody changed it meanwhile: ask again{words}")
    return InvalidInput(f"the forge refuses it with {status}{words}")
