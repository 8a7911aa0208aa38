"""Peers in the process: servers of other catalogues, written from their published descriptions.

A double is also the HTTP client of `ForgeClient`, and remembers every request.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from crawlers import sandbox
from crawlers.peers import worker
from tests.support.forge_doubles import Reply
from tests.support.registries import publiccode

ROOT = "https://api.peer.example/v1"
CREATED = "2025-02-03T04:05:06Z"


def stable_id(name: str) -> str:
    """Return a UUID of version 4, as the protocol wants, that is the same for a name."""
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def software(name: str, **changed: Any) -> dict[str, Any]:
    """Return a record of software as the Software Catalog API gives it."""
    url = f"https://code.example/town/{name}"
    return {
        "id": stable_id(name), "url": url, "publiccodeYml": publiccode(name, url=url),
        "active": True, "createdAt": CREATED, "updatedAt": CREATED,
    } | changed  # fmt: skip


def publisher(name: str, *places: str, **changed: Any) -> dict[str, Any]:
    """Return a publisher with groups of repositories."""
    hosting = [
        {"url": url, "group": True, "createdAt": CREATED, "updatedAt": CREATED} for url in places
    ]
    return {
        "id": stable_id(name), "description": name, "codeHosting": hosting, "active": True,
        "createdAt": CREATED, "updatedAt": CREATED,
    } | changed  # fmt: skip


def problem(status: int, title: str, detail: str = "", **headers: str) -> Reply:
    """Return an error as RFC 9457 writes it."""
    body = json.dumps({"title": title, "detail": detail, "status": status}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"content-type": "application/problem+json"} | named, body)


@dataclass
class SoftwareCatalogDouble:
    """A server of the Software Catalog API v1; `links` is the form in which it names pages.

    cursor: as the description says; query: as servers do; short: as older ones do, without the
    other parameters; path, absolute: as others do; loop: a page that names itself.
    """

    software: list[dict[str, Any]] = field(default_factory=list)
    publishers: list[dict[str, Any]] = field(default_factory=list)
    catalogues: list[dict[str, Any]] | None = field(default_factory=list)
    links: str = "query"
    root: str = ROOT
    largest_page: int = 2
    scripted: dict[int, Reply] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = 0,
        total_seconds: float = 0,
    ) -> Reply:
        assert (method, body) == ("GET", None)
        number = len(self.requests)
        self.requests.append(url)
        reply = self.scripted.get(number) or self.answer(url)
        return Reply(reply.status, reply.headers, reply.body, url)

    def answer(self, url: str) -> Reply:
        parts = urlsplit(url)
        name = parts.path.removeprefix(urlsplit(self.root).path).strip("/")
        items = {
            "software": self.software, "publishers": self.publishers, "catalogs": self.catalogues
        }.get(name)  # fmt: skip
        if items is None:
            return problem(404, "can't get it", "resource was not found")
        asked = parse_qs(parts.query)
        if asked.get("all") != ["true"]:
            items = [item for item in items if item.get("active", True)]
        size = min(int(asked.get("page[size]", ["25"])[0]), self.largest_page)
        start = int(asked.get("page[after]", ["p0="])[0].strip("p="))
        more = start + size < len(items)
        links = {"prev": None, "next": self._link(url, start + size, start) if more else None}
        answer = {"data": items[start : start + size], "links": links}
        return Reply(200, {"content-type": "application/json"}, json.dumps(answer).encode())

    def _link(self, url: str, after: int, before: int) -> str:
        cursor = f"p{before if self.links == 'loop' else after}="
        short = f"?page[after]={quote(cursor)}"
        full = f"?all=true&page[size]=2&page%5Bafter%5D={quote(cursor)}"
        address = url.partition("?")[0]
        return {
            "cursor": cursor, "loop": cursor, "query": full, "short": short,
            "path": urlsplit(url).path + full, "absolute": address + full,
            "elsewhere": "https://evil.example/v1/software" + full, "rubbish": "/nothing/here",
        }[self.links]  # fmt: skip


def read_records_in_process(
    kind: sandbox.Kind,
    argv: Sequence[str],
    *,
    stdin: bytes,
    limits: sandbox.Limits,
    readable: Sequence[Any],
) -> sandbox.Result:
    """Do what the sandboxed worker does, in this process."""
    assert argv[-1] == "crawlers.peers.worker"
    request = msgspec.msgpack.decode(stdin, type=worker.Request)
    return sandbox.Result(0, msgspec.msgpack.encode(worker.read(request)), "")
