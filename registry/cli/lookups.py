"""Asking where code stands: the catalogue of this machine, or the API of another instance."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from registry.cli.build import Registry
from registry.cli.output import talk
from registry.db.bulk import batches
from registry.errors import CrawlFailure, InvalidInput, Unavailable
from registry.lineage.reading.asked import MAX_ASKED
from registry.lineage.readmodels import LookupAnswer, LookupHit, LookupQuery

if TYPE_CHECKING:  # heavy, and only needed to ask another instance
    from crawlers.egress import Egress

Ask = Callable[[LookupQuery], LookupAnswer]
PATH: Final = "/api/v1/lookup"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_WAITS: Final = 20
LONGEST_WAIT: Final = 120
SAMPLES: Final = 5


@contextmanager
def asking(registry: Registry, server: str | None) -> Iterator[Ask]:
    """Give the function that answers lookups; without a server, the local catalogue does."""
    if server is None:
        yield registry.lineage.lookup
        return
    from crawlers.egress import Egress

    crawl = registry.settings.crawl
    address, place = _address(server, crawl.allow_hosts)
    # Whoever names the server allows it; the operator's contact is nobody's business there.
    egress = Egress(replace(crawl, allow_hosts=(*crawl.allow_hosts, place), contact=""))
    try:
        yield lambda query: _sent(egress, address, query)
    finally:
        egress.close()


def ask_in_parts(ask: Ask, blobs: Iterable[str]) -> LookupAnswer:
    """Look up any number of file ids, as many at a time as may be asked for at once."""
    return merged([ask(LookupQuery(blobs=tuple(part))) for part in batches(blobs, MAX_ASKED)])


def merged(answers: Sequence[LookupAnswer]) -> LookupAnswer:
    """Return several answers as one; where one is cut, the numbers are what is known at least."""
    hits: dict[str, LookupHit] = {}
    for hit in (hit for answer in answers for hit in answer.hits):
        hits[hit.slug] = _joined(hits[hit.slug], hit) if hit.slug in hits else hit
    return LookupAnswer(
        asked=sum(answer.asked for answer in answers),
        known=sum(answer.known for answer in answers),
        hits=tuple(sorted(hits.values(), key=lambda hit: (-hit.found, hit.slug))),
        third_party={key: name for answer in answers for key, name in answer.third_party.items()},
        is_cut=any(answer.is_cut for answer in answers),
    )


def _joined(one: LookupHit, other: LookupHit) -> LookupHit:
    times = [x for x in (one.first_seen, other.first_seen) if x is not None]
    return replace(
        one,
        found=one.found + other.found,
        samples=(*one.samples, *other.samples)[:SAMPLES],
        first_seen=min(times, default=None),
    )


def _address(server: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Return where to ask, and the host as the egress compares it."""
    try:
        parts = urlsplit(server.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInput(f"the server's address cannot be read: {error}") from error
    named = f"[{host}]" if ":" in host else host
    place = named if port is None else f"{named}:{port}"
    is_plain = parts.scheme == "http" and (host in LOOPBACK or place in allowed)
    if not host or parts.username or parts.query or parts.fragment:
        raise InvalidInput("the server is an address such as https://registry.example")
    if parts.scheme != "https" and not is_plain:
        raise InvalidInput("the server must be asked over https: plain http is for this machine")
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}{PATH}", place


def _sent(egress: "Egress", address: str, query: LookupQuery) -> LookupAnswer:
    """Send ids and addresses, wait where the server asks for it, and return its answer."""
    fields = {name: getattr(query, name) for name in query.__struct_fields__}
    body = msgspec.json.encode({name: values for name, values in fields.items() if values})
    headers = {"content-type": "application/json", "accept": "application/json"}
    for _ in range(MAX_WAITS):
        try:
            answer = egress.request("POST", address, headers=headers, body=body)
        except CrawlFailure as error:
            raise Unavailable(f"{address} cannot be asked: {error}") from error
        if answer.status != 429:
            return _understood(address, answer.status, answer.body)
        wait = _seconds(answer.headers.get("retry-after", ""))
        talk.print(f"The server asks to wait {wait} s …")
        time.sleep(wait)
    raise Unavailable(f"{address} has too much to do: try again later")


def _seconds(text: str) -> int:
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else 5


def _understood(address: str, status: int, body: bytes) -> LookupAnswer:
    try:
        if status == 200:
            return msgspec.json.decode(body, type=LookupAnswer)
        problem = msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unavailable(f"{address} is no registry, or not this version: {status}") from error
    detail = str(problem.get("detail") or problem.get("title") or "")[:300]
    if status == 400:
        raise InvalidInput(f"the server refuses the question: {detail}")
    raise Unavailable(f"{address} answers {status}: {detail}")
