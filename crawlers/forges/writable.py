"""A repository at a forge that somebody with a token writes to: what all forges have in common.

The token goes into the headers of requests to the repository's own host, and is forgotten with
them.
"""

import base64
import binascii
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from crawlers.forges.client import Http
from crawlers.forges.port import ForgeKind, api_root
from crawlers.forges.refusals import TAKEN, decoded, refusal_of, said_in
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
_PATH: Final = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)+", re.ASCII)
_FINE: Final = frozenset({200, 201, 202})


class Change(Struct, frozen=True, kw_only=True):
    """What is asked for: a file with its text, and the words of the request."""

    path: str
    text: str
    title: str
    body: str
    branch: str = BRANCH


class WritableRepository(ABC):
    """One repository at a forge, as somebody with a token sees it."""

    def __init__(self, http: Http, kind: str, url: str, token: str) -> None:
        parts = urlsplit(url)
        self.path = parts.path.strip("/")
        self._again = (http, kind, f"{parts.scheme}://{parts.netloc}", token)
        self._http = http
        self._root = api_root(kind, parts.netloc, parts.scheme)
        scheme = "token" if kind == ForgeKind.GITEA else "Bearer"
        self._headers = {
            "accept": "application/json",
            "content-type": "application/json",
            "authorization": f"{scheme} {token}",
        }

    def at(self, path: str) -> Self:
        """Return another repository at the same forge, as the same person sees it."""
        http, kind, host, token = self._again
        return type(self)(http, kind, f"{host}/{path}", token)

    def facts(self) -> dict[str, Any]:
        """Return what the forge says of the repository."""
        return self.ask("GET", self.place)

    def may_push(self, facts: Mapping[str, Any]) -> bool:
        """Say whether the token may write to the repository; where nothing is said, it may."""
        return object_in(facts, "permissions").get("push") is not False

    @abstractmethod
    def has_branch(self, name: str) -> bool:
        """Say whether a branch is there: a fork that is still being made has none."""

    @abstractmethod
    def fork(self) -> str:
        """Return the path of the fork of who holds the token, which is made where it is missing."""

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
    def open_request(self, home: Self, branch: str, base: str) -> str:
        """Return the address of the open request of a branch of `home`, this repository or a fork;
        empty where there is none."""

    @abstractmethod
    def request(self, home: Self, change: Change, base: str) -> str:
        """Open a request for the branch of `home`; return its address, empty where there is one
        already."""

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


def default_branch(facts: Mapping[str, Any]) -> str:
    """Return the branch into which a change is to go."""
    found = facts.get("default_branch")
    if not isinstance(found, str) or not found:
        raise Conflict("the repository is empty: push a first commit, then ask again")
    return found


def object_in(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object in an answer, empty where it is none."""
    inner = found.get(key)
    return inner if isinstance(inner, dict) else {}


def text_in(found: Mapping[str, Any], key: str) -> str:
    """Return a text in an answer, or raise `Unavailable`."""
    text = found.get(key)
    if not isinstance(text, str) or not text:
        raise Unavailable("the forge's answer cannot be read")
    return text


def path_in(found: Mapping[str, Any], key: str) -> str:
    """Return the path of a repository that the forge gives, where it is one."""
    path = text_in(found, key)
    if not _PATH.fullmatch(path):
        raise Unavailable("the forge's answer cannot be read")
    return path


def is_missing(status: int, said: str) -> bool:
    """Say whether an answer tells that there is no such thing."""
    del said
    return status == 404


def is_taken(status: int, said: str) -> bool:
    """Say whether an answer tells that it is there already."""
    return status == 409 or (status in {400, 422} and TAKEN.search(said) is not None)


def content_of(change: Change) -> dict[str, Any]:
    """Return the file and the branch as forges take them."""
    text = base64.b64encode(change.text.encode()).decode()
    return {"content": text, "branch": change.branch}


def file_in(found: Mapping[str, Any], version: str) -> tuple[str | None, str]:
    """Return the text of a file in an answer, None where there is none, and its version."""
    if not found:
        return None, ""
    try:
        text = base64.b64decode(str(found.get("content"))).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    return text, str(found.get(version) or "")


def listed(body: bytes | None) -> list[Mapping[str, Any]]:
    """Return the objects of an answer that is a list."""
    try:
        found = msgspec.json.decode(body or b"[]")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        found = []
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []


def web_address_in(found: Mapping[str, Any], key: str) -> str:
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
