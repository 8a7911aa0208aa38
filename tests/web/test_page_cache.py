"""Pages kept in memory: true to the data, the same for all, bounded; nobody's own is ever kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, MediaType, Request, Response, get
from litestar.params import FromPath
from litestar.testing import TestClient

from registry.errors import Unavailable
from web.page_cache import FOR_ALL, KeptPages, PageCache

PUBLIC = FOR_ALL.decode()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Site:
    """A server that counts how often each page is made."""

    def __init__(self, most_bytes: int = 1_000_000) -> None:
        self.made = 0
        self.state = "1"
        self.clock = Clock()
        self.cache = PageCache(most_bytes, self.clock)

    def data_state(self) -> str:
        if self.state == "gone":
            raise Unavailable("gone")
        return self.state

    def app(self) -> Litestar:
        @get("/{name:str}", sync_to_thread=False, media_type=MediaType.HTML)
        def page(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[str]:
            self.made += 1
            headers = {"Cache-Control": PUBLIC, "ETag": f'W/"{name}"'}
            if name == "private":
                headers["Cache-Control"] = "private, no-store"
            if name == "data":
                return Response("{}", media_type="application/json", headers=headers)
            if name == "cookie":
                headers["Set-Cookie"] = "a=b"
            status = 404 if name == "missing" else 200
            body = f"{name} {self.made} {request.url.query}"
            if name == "large":
                body *= 200_000
            return Response(body, status_code=status, headers=headers)

        return Litestar([page], middleware=[KeptPages(self.cache, self.data_state)])


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def client(site: Site) -> Iterator[TestClient[Litestar]]:
    with TestClient(site.app()) as opened:
        yield opened


def test_a_page_is_made_once_for_one_state_of_the_data(
    site: Site, client: TestClient[Litestar]
) -> None:
    first, second = client.get("/a"), client.get("/a")
    assert (first.text, site.made) == (second.text, 1)
    assert (first.headers.get("age"), second.headers["age"]) == (None, "0")
    assert second.headers["content-type"] == first.headers["content-type"]


def test_after_a_write_it_is_made_anew(site: Site, client: TestClient[Litestar]) -> None:
    client.get("/a")
    site.state = "2"
    assert client.get("/a").text == "a 2 "


def test_after_a_minute_it_is_made_anew(site: Site, client: TestClient[Litestar]) -> None:
    client.get("/a")
    site.clock.now = 59.5
    assert client.get("/a").headers["age"] == "59"
    site.clock.now = 60.0
    assert client.get("/a").text == "a 2 "


@pytest.mark.parametrize("name", ["private", "data", "cookie", "missing", "large"])
def test_what_is_not_for_all_is_never_kept(
    site: Site, client: TestClient[Litestar], name: str
) -> None:
    client.get(f"/{name}")
    client.get(f"/{name}")
    assert (site.made, len(site.cache)) == (2, 0)


@pytest.mark.parametrize("header", ["Cookie", "Authorization", "Range"])
def test_who_brings_a_secret_is_answered_by_the_page_itself(
    site: Site, client: TestClient[Litestar], header: str
) -> None:
    client.get("/a")
    client.get("/a", headers={header: "x=1"})
    client.post("/a")
    assert (site.made, len(site.cache)) == (2, 1)


def test_addresses_and_encodings_are_apart(site: Site, client: TestClient[Litestar]) -> None:
    texts = [client.get(path).text for path in ("/a", "/b", "/a?q=1", "/a?q=2")]
    texts.append(client.get("/a", headers={"Accept-Encoding": "identity"}).text)
    assert len(set(texts)) == site.made == 5


def test_who_has_the_page_is_told_so(site: Site, client: TestClient[Litestar]) -> None:
    client.get("/a")
    answer = client.get("/a", headers={"If-None-Match": '"x", W/"a"'})
    assert (answer.status_code, answer.content, site.made) == (304, b"", 1)
    assert answer.headers["etag"] == 'W/"a"'
    assert client.get("/a", headers={"If-None-Match": '"x"'}).status_code == 200


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    cache = PageCache(10)
    for name in (b"/a", b"/b", b"/c"):
        cache.put((name, b"", True), "1", (), b"1234")
    found = [name for name in (b"/a", b"/b", b"/c") if cache.get((name, b"", True), "1")]
    assert found == [b"/b", b"/c"]


def test_a_page_kept_twice_counts_once() -> None:
    cache = PageCache(10)
    for _ in range(5):
        cache.put((b"/a", b"", True), "1", (), b"12345")
    cache.put((b"/b", b"", True), "1", (), b"12345")
    assert len(cache) == 2


def test_without_an_answer_of_the_database_nothing_is_kept(
    site: Site, client: TestClient[Litestar]
) -> None:
    site.state = "gone"
    assert [client.get("/a").status_code for _ in range(2)] == [200, 200]
    assert len(site.cache) == 0
