"""TXT records, asked of several name servers whose answers must agree.

The operator names the servers, so that neither the system's resolver nor data from outside decides
whom the registry believes (RFC 1035; a proof that only one server sees may be forged for it).
"""

import ipaddress
from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.resolver

from registry.errors import CrawlFailure, InvalidInput

SECONDS: Final = 8.0
MAX_TEXT: Final = 2_000
DNS_PORT: Final = 53


class TxtRecords:
    """Asks each of the name servers; `servers` are `address` or `address:port`."""

    def __init__(self, servers: Sequence[str], *, seconds: float = SECONDS) -> None:
        self._resolvers = [_resolver(server, seconds) for server in servers]

    def __call__(self, name: str) -> list[frozenset[str]]:
        """Return the texts at a name as each server gave them; none where there is no record.

        Raises `CrawlFailure` with dns_failed when a server gives no answer at all.
        """
        return [_texts(resolver, name) for resolver in self._resolvers]


def _resolver(server: str, seconds: float) -> dns.resolver.Resolver:
    address, port = _address(server)
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port = [address], port
    made.lifetime, made.timeout = seconds, seconds / 2
    return made


def _address(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon or (host.count(":") > 0 and not host.startswith("[")):
        host, port = server, str(DNS_PORT)
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        number = int(port)
    except ValueError:
        raise InvalidInput(f"settings: {server!r} is no address of a name server") from None
    if not 0 < number < 65536:
        raise InvalidInput(f"settings: {server!r} names no port of a name server")
    return str(address), number


def _texts(resolver: dns.resolver.Resolver, name: str) -> frozenset[str]:
    try:
        answer = resolver.resolve(name, "TXT", raise_on_no_answer=False, search=False)
    except dns.resolver.NXDOMAIN:
        return frozenset()
    except dns.exception.DNSException as error:
        raise CrawlFailure("dns_failed", name, retryable=True) from error
    if answer.rrset is None:
        return frozenset()
    joined = (b"".join(record.strings) for record in answer.rrset)
    return frozenset(text.decode("utf-8", "replace")[:MAX_TEXT] for text in joined)
