"""The rate limit: fair, told in headers, bounded in memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.service import Catalogue
from tests.support.api_samples import api_client
from web.limits import RateLimiter, client_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_use_a_minute_at_once_and_then_waits() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    for left in range(59, -1, -1):
        assert limiter.take("a", 60).remaining == left
    refused = limiter.take("a", 60)
    assert (refused.retry_after, refused.remaining, refused.reset) == (1, 0, 60)
    assert limiter.take("b", 60).retry_after is None
    clock.now += 1
    assert limiter.take("a", 60).retry_after is None
    assert limiter.take("a", 60).retry_after == 1


def test_a_costly_request_is_paid_with_what_it_costs() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    assert limiter.take("a", 30, 20).remaining == 10
    assert limiter.take("a", 30, 20).retry_after == 20
    clock.now += 20
    assert limiter.take("a", 30, 20).remaining == 0


def test_a_cost_above_the_whole_allowance_can_still_be_paid() -> None:
    assert RateLimiter(Clock()).take("a", 5, 20).retry_after is None


def test_no_more_clients_are_remembered_than_allowed() -> None:
    limiter = RateLimiter(Clock(), max_clients=10)
    for number in range(1000):
        limiter.take(str(number), 60)
    assert len(limiter) == 10


@given(st.lists(st.tuples(st.floats(0, 90), st.integers(1, 30)), max_size=60))
def test_no_one_gets_more_than_the_burst_and_the_rate(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    paid = 0
    for pause, cost in steps:
        clock.now += pause
        paid += cost if limiter.take("a", 60, cost).retry_after is None else 0
    assert paid <= 60 + (clock.now - 1000) + 0.001


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "local"),
        ("unix", "local"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address: str | None, client: str) -> None:
    assert client_of(address) == client


def test_the_api_tells_the_allowance_and_refuses_with_429(catalogue: Catalogue) -> None:
    clock = Clock()
    with api_client(catalogue, clock, requests_per_minute=3) as client:
        first = client.get("/api/v1/countries")
        assert first.headers["ratelimit-limit"] == "3"
        assert first.headers["ratelimit-remaining"] == "2"
        assert client.get("/api/v1/countries?x=1").headers["ratelimit-remaining"] == "1"
        client.get("/api/v1/countries")
        refused = client.get("/api/v1/countries", headers={"x-forwarded-for": "192.0.2.1"})
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "20"
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.headers["access-control-allow-origin"] == "*"
        assert refused.json()["status"] == 429
        assert client.get("/countries").status_code == 200
        clock.now += 20
        assert client.get("/api/v1/countries").status_code == 200


def test_a_file_costs_twenty_pages_however_it_is_asked_for(catalogue: Catalogue) -> None:
    url = "/api/v1/components"
    with api_client(catalogue, Clock(), requests_per_minute=200) as client:
        for number, form in enumerate(("csv", "ndjson", "atom")):
            by_suffix = client.get(f"{url}.{form}?country=FR")
            assert by_suffix.headers["ratelimit-remaining"] == str(180 - 40 * number)
            media = by_suffix.headers["content-type"]
            by_header = client.get(f"{url}?country=FR", headers={"accept": media})
            assert by_header.headers["content-type"] == media
            assert by_header.headers["ratelimit-remaining"] == str(160 - 40 * number)


def test_no_limit_means_no_headers(catalogue: Catalogue) -> None:
    with api_client(catalogue, Clock(), requests_per_minute=0) as client:
        assert "ratelimit-limit" not in client.get("/api/v1/countries").headers
