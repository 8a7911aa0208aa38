"""How many requests an address may make: a token bucket per client, bounded in memory.

A bucket holds one minute's allowance and fills evenly. Where server processes share buckets, this
process takes tokens out of the shared one by slices and spends those: see docs/decisions/0013.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from litestar.exceptions import TooManyRequestsException
from msgspec import Struct
from msgspec.structs import replace

from registry.errors import Unavailable
from registry.logs import get_logger

MAX_CLIENTS: Final = 20_000
IPV6_PREFIX: Final = 64
LIST_COST: Final = 1
EXPORT_COST: Final = 20
SLICE: Final = 20
"""A slice is this part of a minute's allowance, which fills again in three seconds."""

_log = get_logger(__name__)


class Buckets(Protocol):
    """Buckets that all server processes share."""

    def take(self, client: str, capacity: float, rate: float, wanted: float) -> float | None:
        """Take `wanted` tokens out of a bucket that fills with `rate` a second.

        Return how many are left, or None where there were too few: then none was taken.
        """

    def available(self, client: str, capacity: float, rate: float) -> float:
        """Return how many tokens are in a bucket now."""


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


class _Lease(NamedTuple):
    """Tokens that this process took out of a shared bucket: `left` of them, and when; `there` is
    what the bucket had left then."""

    left: float
    since: float
    there: float


class RateLimiter:
    """Token buckets by client; the least recently seen client is forgotten first.

    With `shared` buckets, those under `area` bound what all processes give together; while they
    cannot be reached, what this process alone would give.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        max_clients: int = MAX_CLIENTS,
        *,
        shared: Buckets | None = None,
        area: str = "",
    ) -> None:
        self.shared = shared
        self._area = area
        self._leased: OrderedDict[str, _Lease] = OrderedDict()
        self._clock = clock
        self._max_clients = max_clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str, per_minute: int, cost: int = LIST_COST) -> Allowance:
        """Pay for a request; a cost above the whole allowance is paid with a full bucket."""
        own = self._take_here(client, per_minute, cost)
        if self.shared is None or own.retry_after is not None:
            return own
        try:
            return self._take_shared(self.shared, client, own, min(cost, per_minute))
        except Unavailable as error:
            _log.warning("shared_limits_unavailable", error=str(error))
            return own

    def _take_here(self, client: str, per_minute: int, cost: int) -> Allowance:
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

    def _take_shared(self, shared: Buckets, client: str, own: Allowance, price: float) -> Allowance:
        """Spend tokens of a slice, and fetch another one where they do not last.

        What is left of a slice is dropped once the shared bucket has filled up by as much.
        """
        rate, now, name = own.limit / 60, self._clock(), f"{self._area}:{client}"
        part = max(1.0, own.limit / SLICE)
        mine = self._leased_now(client, now, part / rate)
        if mine.left < price:
            lacking = price - mine.left
            given = max(lacking, part)
            there = shared.take(name, own.limit, rate, given)
            if there is None and given > lacking:
                given = lacking
                there = shared.take(name, own.limit, rate, given)
            if there is None:
                return _refusal(own.limit, rate, price, shared.available(name, own.limit, rate))
            mine = _Lease(mine.left + given, now, there)
        self._put_back(client, _Lease(mine.left - price, mine.since, mine.there))
        remaining = int(min(own.remaining, mine.left - price + mine.there))
        return replace(own, remaining=remaining, reset=math.ceil((own.limit - remaining) / rate))

    def _leased_now(self, client: str, now: float, seconds: float) -> _Lease:
        with self._lock:
            found = self._leased.pop(client, None)
        is_good = found is not None and now - found.since < seconds
        return found if found is not None and is_good else _Lease(0.0, now, 0.0)

    def _put_back(self, client: str, lease: _Lease) -> None:
        with self._lock:
            other = self._leased.pop(client, None)  # of a request at the same time
            if other is not None:
                left, since = lease.left + other.left, min(lease.since, other.since)
                lease = _Lease(left, since, min(lease.there, other.there))
            self._leased[client] = lease
            while len(self._leased) > self._max_clients:
                self._leased.popitem(last=False)

    def __len__(self) -> int:
        return len(self._buckets)


def _refusal(limit: int, rate: float, price: float, there: float) -> Allowance:
    wait = max(1, math.ceil((price - there) / rate))
    return Allowance(limit, int(there), math.ceil((limit - there) / rate), wait)


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
