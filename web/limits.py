"""How many requests an address may make: a token bucket per client, bounded in memory.

A bucket holds one minute's allowance and fills evenly. It lives in this process: several server
processes give each client several allowances.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from litestar.exceptions import TooManyRequestsException
from msgspec import Struct

MAX_CLIENTS: Final = 20_000
IPV6_PREFIX: Final = 64
LIST_COST: Final = 1
EXPORT_COST: Final = 20


class Allowance(Struct, frozen=True):
    """What a client may still do: `reset` is in how many seconds the bucket is full again.

    `retry_after` is set when the request was refused, in seconds.
    """

    limit: int
    remaining: int
    reset: int
    retry_after: int | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers that tell the client."""
        found = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return found if self.retry_after is None else found | {"Retry-After": str(self.retry_after)}


class RateLimiter:
    """Token buckets by client; the least recently seen client is forgotten first."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, max_clients: int = MAX_CLIENTS
    ) -> None:
        self._clock = clock
        self._max_clients = max_clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str, per_minute: int, cost: int = LIST_COST) -> Allowance:
        """Pay for a request; a cost above the whole allowance is paid with a full bucket."""
        now, rate, price = self._clock(), per_minute / 60, min(cost, per_minute)
        with self._lock:
            tokens, seen = self._buckets.pop(client, (float(per_minute), now))
            tokens = min(float(per_minute), tokens + (now - seen) * rate)
            paid = tokens >= price
            left = tokens - price if paid else tokens
            self._buckets[client] = (left, now)
            while len(self._buckets) > self._max_clients:
                self._buckets.popitem(last=False)
        wait = None if paid else max(1, math.ceil((price - tokens) / rate))
        return Allowance(per_minute, int(left), math.ceil((per_minute - left) / rate), wait)

    def __len__(self) -> int:
        return len(self._buckets)


def client_of(address: str | None) -> str:
    """Return who counts as one client: an IPv4 address, or the /64 of an IPv6 address.

    The address is that of the connection; behind a proxy the server puts the forwarded one there
    only for proxies that the operator trusts.
    """
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "local"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))


def refused(allowance: Allowance) -> TooManyRequestsException:
    """Return the error that answers 429."""
    return TooManyRequestsException(
        detail=f"More than {allowance.limit} requests a minute: "
        f"try again in {allowance.retry_after} s.",
        headers=allowance.headers(),
    )
