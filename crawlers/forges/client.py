"""JSON over HTTP as the forges speak it: conditional, paged, polite, each failure typed.

An `Api` is bound to one root; it neither asks nor believes anything outside that scheme, host and
port, so a token can reach its own host only. Sources: RFC 9110 §13 (conditional requests),
RFC 8288 (Link).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import urljoin, urlsplit

import msgspec

from crawlers.forges.budget import (
    DEFAULT_PAUSE,
    RateBudgets,
    is_rate_limit,
    pause_seconds,
)
from crawlers.forges.cache import CachedAnswer, ConditionalCache, fingerprint
from crawlers.forges.links import next_page
from registry.clock import Clock, utc_now
from registry.errors import CrawlFailure, NotFound

MAX_PAGES: Final = 200
MAX_BYTES: Final = 5 * 1024 * 1024
TOTAL_SECONDS: Final = 60.0
MAX_PROBLEM: Final = 64 * 1024
_KEPT_HEADERS: Final = ("link", "x-next-page", "total-pages")


class Answer(Protocol):
    """What an HTTP client gives back: header names in lower case, the URL after redirects."""

    @property
    def status(self) -> int:
        """Status code."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers with lower-case names."""

    @property
    def body(self) -> bytes:
        """The whole body, decoded."""

    @property
    def url(self) -> str:
        """The URL that gave the answer."""


class Http(Protocol):
    """The one method of the egress that is needed here."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Answer:
        """Send a request and return the answer of any status."""


class Content(msgspec.Struct, frozen=True):
    """A good answer as it came, or as it was kept from before: what another reader decodes."""

    headers: Mapping[str, str]
    body: bytes


class Page(msgspec.Struct, frozen=True):
    """One decoded answer and the URL of the page after it."""

    data: Any
    next_url: str | None


class ForgeClient:
    """Access to the APIs of all forges; `tokens` maps a forge's host to its token."""

    def __init__(
        self,
        http: Http,
        cache: ConditionalCache,
        budgets: RateBudgets,
        tokens: Mapping[str, str] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._http = http
        self._cache = cache
        self._budgets = budgets
        self._tokens = dict(tokens or {})
        self._clock = clock

    def api(
        self, root: str, host: str, scheme: str = "Bearer", header: str = "authorization"
    ) -> "Api":
        """Return the API below `root`, authorised as `host` where a token is known for it.

        The token goes into `header`, after `scheme` where that is not empty.
        """
        return Api(
            root,
            self._tokens.get(host),
            scheme,
            self._http,
            self._cache,
            self._budgets,
            self._clock,
            header,
        )


class Api:
    """The API of one forge; `root` ends without a slash, paths begin with one."""

    def __init__(
        self,
        root: str,
        token: str | None,
        scheme: str,
        http: Http,
        cache: ConditionalCache,
        budgets: RateBudgets,
        clock: Clock,
        header: str = "authorization",
    ) -> None:
        self._root = root
        self._token = token
        self._scheme = scheme
        self._header = header
        self._http = http
        self._cache = cache
        self._budgets = budgets
        self._clock = clock
        self._fingerprint = fingerprint(token)

    @property
    def has_token(self) -> bool:
        """Whether requests are authorised."""
        return self._token is not None

    def get(self, path: str) -> Page:
        """Return one document; an unchanged one costs a conditional request without a body."""
        content, fresh = self._content(self._root + path, MAX_BYTES)
        page = self._page(self._root + path, content.headers, content.body)
        if fresh is not None:  # only what can be decoded is kept
            self._keep(self._root + path, fresh)
        return page

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> Content:
        """Return one answer undecoded; an unchanged one costs a request without a body."""
        content, fresh = self._content(self._root + path, max_bytes)
        if fresh is not None:
            self._keep(self._root + path, fresh)
        return content

    def _content(self, url: str, max_bytes: int) -> tuple[Content, Answer | None]:
        """Return what is at a URL, and the answer that brought it unless it was kept before."""
        kept = self._cache.get(url, self._fingerprint)
        answer = self._ask("GET", url, self._conditions(kept), max_bytes=max_bytes)
        if answer.status != 304:
            return Content(answer.headers, answer.body), answer
        if kept is None:
            raise CrawlFailure("malformed", f"{self._host}: 304 without a condition")
        return self._still(url, kept, answer), None

    def _still(self, url: str, kept: CachedAnswer, answer: Answer) -> Content:
        # A page can stay the same and yet get a page after it: newer headers count.
        newer = {k: answer.headers[k] for k in _KEPT_HEADERS if k in answer.headers}
        if any(kept.headers.get(k, "") != value for k, value in newer.items()):
            kept = msgspec.structs.replace(kept, headers={**kept.headers, **newer})
            self._cache.put(url, self._fingerprint, kept)
        return Content(kept.headers, kept.body)

    def pages(self, path: str) -> Iterator[Page]:
        """Yield a collection page by page; stops with a failure after `MAX_PAGES` pages."""
        seen = {path}
        for _ in range(MAX_PAGES):
            page = self.get(path)
            yield page
            if page.next_url is None:
                return
            path = self._own(page.next_url)
            if path in seen:
                raise CrawlFailure("malformed", f"{self._host}: a page names itself as its next")
            seen.add(path)
        raise CrawlFailure("too_large", f"{self._host}: more than {MAX_PAGES} pages")

    def post(self, path: str, payload: object, root: str | None = None) -> Any:
        """Send a JSON document and return the decoded answer; `root` must be of the same origin."""
        base = root or self._root
        if _origin(base) != _origin(self._root):
            raise CrawlFailure("malformed", f"{self._host}: the address is of another host")
        headers = {"content-type": "application/json"}
        answer = self._ask("POST", base + path, headers, msgspec.json.encode(payload))
        return _decode(answer.body, self._host)

    @property
    def _host(self) -> str:
        return urlsplit(self._root).netloc

    def _ask(
        self,
        method: str,
        url: str,
        extra: Mapping[str, str],
        body: bytes | None = None,
        *,
        max_bytes: int = MAX_BYTES,
    ) -> Answer:
        self._budgets.check(self._host, self._clock())
        headers = {"accept": "application/json", **extra}
        if self._token is not None:
            headers[self._header] = f"{self._scheme} {self._token}".strip()
        answer = self._http.request(
            method,
            url,
            headers=headers,
            body=body,
            max_bytes=max_bytes,
            total_seconds=TOTAL_SECONDS,
        )
        now = self._clock()
        said = _with_secondary_limit(answer)
        self._budgets.note(self._host, said, answer.status, now)
        if _origin(answer.url) != _origin(self._root):
            raise CrawlFailure("redirect_refused", f"{self._host} redirects to another host")
        _raise_for_status(answer, said, self._host, now)
        return answer

    def _conditions(self, kept: CachedAnswer | None) -> dict[str, str]:
        if kept is None:
            return {}
        if kept.etag:
            return {"if-none-match": kept.etag}
        return {"if-modified-since": kept.last_modified} if kept.last_modified else {}

    def _keep(self, url: str, answer: Answer) -> None:
        etag = answer.headers.get("etag", "")[:255] or None
        modified = answer.headers.get("last-modified", "")[:100] or None
        if etag or modified:
            kept = {k: v for k in _KEPT_HEADERS if (v := answer.headers.get(k))}
            found = CachedAnswer(etag, modified, kept, answer.body)
            self._cache.put(url, self._fingerprint, found)

    def _page(self, url: str, headers: Mapping[str, str], body: bytes) -> Page:
        data = _decode(body, self._host)
        following = next_page(url, headers, data)
        return Page(data, urljoin(url, following) if following else None)

    def _own(self, url: str) -> str:
        if not url.startswith(self._root + "/") or _origin(url) != _origin(self._root):
            raise CrawlFailure("malformed", f"{self._host}: the next page is at another address")
        return url.removeprefix(self._root)


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "")
    port = f":{443 if parts.scheme == 'https' else 80}"
    return parts.scheme, parts.netloc.lower().removesuffix(port)


def _decode(body: bytes, host: str) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        what = "HTML" if body.lstrip()[:1] == b"<" else "something else"
        raise CrawlFailure("malformed", f"{host}: {what} came where JSON is due") from error


def _with_secondary_limit(answer: Answer) -> Mapping[str, str]:
    """Return the headers; GitHub tells a secondary limit in the text of a 403 alone."""
    headers = answer.headers
    if answer.status != 403 or "retry-after" in headers:
        return headers
    if b"rate limit" not in answer.body[:2000].lower() or is_rate_limit(headers, 403):
        return headers
    return {**headers, "retry-after": str(int(DEFAULT_PAUSE))}


def _raise_for_status(answer: Answer, headers: Mapping[str, str], host: str, now: datetime) -> None:
    status = answer.status
    if status in {200, 304}:
        return
    if is_rate_limit(headers, status):
        wait = pause_seconds(headers, now)
        raise CrawlFailure(
            "rate_limited",
            host,
            retryable=True,
            retry_after=wait if wait is not None else DEFAULT_PAUSE,
        )
    if status in {404, 410, 451}:
        raise NotFound(f"{host} has nothing public at {urlsplit(answer.url).path}")
    told = f"{host} answered {status}{_problem(answer)}"
    if status in {401, 403}:
        raise CrawlFailure("auth", told)
    if status >= 500:
        raise CrawlFailure(
            "unavailable", told, retryable=True, retry_after=pause_seconds(headers, now)
        )
    raise CrawlFailure(f"http_{status}", told)


def _problem(answer: Answer) -> str:
    """Return what a problem document (RFC 9457) says, in one bounded line, or nothing."""
    if "problem+json" not in answer.headers.get("content-type", ""):
        return ""
    try:
        found = msgspec.json.decode(answer.body[:MAX_PROBLEM])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    texts = (found.get(key) for key in ("title", "detail")) if isinstance(found, dict) else ()
    words = " – ".join(text for text in texts if isinstance(text, str))
    shown = "".join(c if c.isprintable() else " " for c in words)[:300].strip()
    return f": {shown}" if shown else ""
