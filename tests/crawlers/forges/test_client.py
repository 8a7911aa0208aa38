import pytest

from crawlers.forges.cache import CachedAnswer, InMemoryConditionalCache, fingerprint
from crawlers.forges.client import MAX_PAGES
from crawlers.forges.links import link_with, next_page
from registry.errors import CrawlFailure, NotFound
from tests.support.forge_doubles import FakeClock, Reply, client_for, json_reply

ROOT = "https://api.example.org/v1"


class Scripted:
    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, dict[str, str]]] = []

    def request(self, method, url, *, headers=None, body=None, max_bytes=0, total_seconds=0):
        self.asked.append((url, dict(headers)))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return Reply(reply.status, reply.headers, reply.body, reply.url or url)


def _api(http: Scripted, clock: FakeClock | None = None):
    return client_for(http, clock).api(ROOT, "example.org")


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_not_public_is_not_found(status):
    with pytest.raises(NotFound):
        _api(Scripted(json_reply({}, status))).get("/x")


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (401, {}, "auth"),
        (403, {}, "auth"),
        (403, {"x_ratelimit_remaining": "0"}, "rate_limited"),
        (403, {"retry_after": "5"}, "rate_limited"),
        (429, {}, "rate_limited"),
        (500, {}, "unavailable"),
        (418, {}, "http_418"),
    ],
)
def test_every_status_has_its_reason(status, headers, reason):
    with pytest.raises(CrawlFailure) as failure:
        _api(Scripted(json_reply({}, status, **headers))).get("/x")
    assert failure.value.reason == reason
    assert failure.value.retryable is (reason in {"rate_limited", "unavailable"})


def test_a_secondary_limit_that_only_the_text_tells_pauses_the_host():
    said = {"message": "You have exceeded a secondary rate limit."}
    http, clock = Scripted(json_reply(said, 403, x_ratelimit_remaining="50")), FakeClock()
    api = _api(http, clock)
    for _ in range(2):
        with pytest.raises(CrawlFailure) as failure:
            api.get("/x")
        assert (failure.value.reason, failure.value.retry_after) == ("rate_limited", 60)
    assert len(http.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[" * 100_000, b'{"a": "\xff"}', b'"\\ud800"', b"1e999"]
)
def test_what_is_not_json_is_malformed(body):
    with pytest.raises(CrawlFailure) as failure:
        _api(Scripted(Reply(200, {}, body))).get("/x")
    assert failure.value.reason == "malformed"


def test_304_to_an_unconditional_request_is_malformed():
    with pytest.raises(CrawlFailure) as failure:
        _api(Scripted(Reply(304, {}, b""))).get("/x")
    assert failure.value.reason == "malformed"


def test_a_date_serves_as_the_condition_where_no_etag_is_given():
    moment = "Mon, 01 Jun 2026 12:00:00 GMT"
    first = json_reply([1], last_modified=moment)
    http = Scripted(first, Reply(304, {}, b""))
    api = _api(http)
    assert api.get("/x").data == api.get("/x").data == [1]
    assert http.asked[1][1]["if-modified-since"] == moment


def test_an_endless_collection_is_cut():
    class Endless(Scripted):
        def request(self, method, url, **rest):
            number = len(self.asked) + 2
            self.replies = [json_reply([], link=f'<{ROOT}/x?page={number}>; rel="next"')]
            return super().request(method, url, **rest)

    http = Endless()
    with pytest.raises(CrawlFailure) as failure:
        list(_api(http).pages("/x"))
    assert failure.value.reason == "too_large"
    assert len(http.asked) == MAX_PAGES


def test_a_post_goes_to_the_same_origin_only():
    http = Scripted(json_reply({}))
    with pytest.raises(CrawlFailure):
        _api(http).post("/graphql", {}, "https://other.example")
    assert http.asked == []


@pytest.mark.parametrize(
    ("headers", "data", "expected"),
    [
        ({}, [], None),
        ({"link": '<https://a.example/?p=2>; rel="next"'}, [], "https://a.example/?p=2"),
        ({"link": '<https://a.example/1>; rel=prev, </2>; title="x"; rel="next last"'}, [], "/2"),
        ({"link": '<https://a.example/1>; rel="prev"'}, [], None),
        ({"link": "<" * 100_000}, [], None),
        ({"x-next-page": "3"}, [], "https://a.example/x?per_page=9&page=3"),
        ({"x-next-page": ""}, [], None),
        ({}, {"next": "https://a.example/n"}, "https://a.example/n"),
        ({}, {"next": 5}, None),
    ],
)
def test_the_next_page_is_found_in_each_notation(headers, data, expected):
    assert next_page("https://a.example/x?per_page=9&page=2", headers, data) == expected


def test_a_link_header_is_read_by_relation():
    header = '<https://a.example/1>; rel="first", <https://a.example/9>; rel="last"'
    assert link_with(header, "last") == "https://a.example/9"
    assert link_with(header, "next") is None


def test_a_cache_forgets_the_longest_unused_answer_beyond_its_size():
    cache = InMemoryConditionalCache(max_bytes=10)
    for url in ("a", "b"):
        cache.put(url, "", CachedAnswer("e", None, {}, b"12345"))
    assert cache.get("a", "") is not None
    cache.put("c", "", CachedAnswer("e", None, {}, b"1"))
    assert cache.get("b", "") is None
    assert cache.get("a", "") is not None


def test_the_fingerprint_of_a_token_does_not_hold_the_token():
    assert fingerprint(None) == ""
    assert len(fingerprint("secret-token")) == 32
    assert "secret" not in fingerprint("secret-token")
    assert fingerprint("one") != fingerprint("two")
