"""`Idempotency-Key`: a POST that is sent again by somebody signed in is done once.

What a visitor sends is passed on as it is: nothing is kept for people that we do not know.
"""

import asyncio
import re
from typing import Any, Final, Protocol, cast

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from registry.accounts.idempotency import MAX_KEY, Answer, KeyReused, fingerprint
from registry.accounts.service import Accounts
from registry.errors import Unauthenticated
from web.auth.visit import BEARER

HEADER: Final = "idempotency-key"
REPLAYED: Final = (b"idempotent-replayed", b"true")
MAX_BODY: Final = 1024 * 1024
MAX_ANSWER: Final = 256 * 1024
_KEY: Final = re.compile(rf'"?([\x21\x23-\x5b\x5d-\x7e]{{1,{MAX_KEY}}})"?')
_KEPT_HEADERS: Final = frozenset({"content-type", "location", "link", "etag"})
# With the address and the body, what makes a request another one: so does another token.
_ASKED: Final = ("content-type", "authorization")
# Answers that another try may change: nothing was done.
_PASSING: Final = frozenset({401, 403, 409, 413, 415, 429})


class UnprocessableEntity(HTTPException):
    """The request contradicts an earlier one."""

    status_code = 422


class Idempotency(Protocol):
    """The requests of the last day that carried a key, by account."""

    def begin(self, account: int, key: str, asked: str) -> Answer | None:
        """Return the answer of a request that was done; none when it is to be done now."""

    def finish(self, account: int, key: str, answer: Answer) -> None:
        """Keep the answer of a request."""

    def forget(self, account: int, key: str) -> None:
        """Let a request that was not done be sent again."""


class IdempotentPosts(ASGIMiddleware):
    """Answers a POST that was done before with the first answer."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, accounts: Accounts, kept: Idempotency) -> None:
        self._accounts = accounts
        self._kept = kept

    def __deepcopy__(self, _memo: object) -> "IdempotentPosts":
        """Stay the same: the framework copies routers with all that they hold."""
        return self

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Handle one request."""
        request: Request[Any, Any, Any] = Request(scope)
        stated = request.headers.get(HEADER)
        is_asked = request.method == "POST" and stated is not None
        account = await asyncio.to_thread(self._account, request) if is_asked else None
        if account is None or stated is None:
            await next_app(scope, receive, send)
            return
        key = _key(stated)
        body = await _whole(receive)
        if body is None:
            raise HTTPException(status_code=413, detail="The body is too large.")
        asked = fingerprint(
            b"POST", scope["raw_path"], scope["query_string"],
            *(request.headers.get(name, "").encode("latin-1") for name in _ASKED), body,
        )  # fmt: skip
        try:
            done = await asyncio.to_thread(self._kept.begin, account, key, asked)
        except KeyReused as error:
            raise UnprocessableEntity(detail=str(error)) from None
        if done is not None:
            await _replay(send, done)
            return
        recorder = _Recorder(send)
        try:
            await next_app(scope, _again(body, receive), recorder)
        finally:
            await asyncio.shield(asyncio.to_thread(self._settle, account, key, recorder.answer()))

    def _account(self, request: Request[Any, Any, Any]) -> int | None:
        """Return who sends; what is wrong with a token is said by the handler."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != BEARER:
            return None
        try:
            return self._accounts.actor_of_token(token.strip()).account
        except Unauthenticated:
            return None

    def _settle(self, account: int, key: str, answer: Answer | None) -> None:
        if answer is None or answer.status >= 500 or answer.status in _PASSING:
            self._kept.forget(account, key)
        else:
            self._kept.finish(account, key, answer)


class _Recorder:
    """Passes an answer on, and keeps a copy of it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._is_whole = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            pairs = ((k.decode("latin-1").lower(), v.decode("latin-1"))
                     for k, v in message["headers"])  # fmt: skip
            self._headers = {name: value for name, value in pairs if name in _KEPT_HEADERS}
        elif message["type"] == "http.response.body":
            self._body += message["body"]
            self._is_whole = not message["more_body"]
        await self._send(message)

    def answer(self) -> Answer | None:
        """Return the whole answer; none when it was cut short or is too large to keep."""
        if not self._is_whole or len(self._body) > MAX_ANSWER:
            return None
        return Answer(self._status, self._headers, bytes(self._body))


def _key(stated: str) -> str:
    found = _KEY.fullmatch(stated.strip())
    if not found:
        raise ClientException(
            detail=f"Idempotency-Key must have 1 to {MAX_KEY} visible ASCII characters, "
            "such as a UUID."
        )
    return found[1]


async def _whole(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if len(body) > MAX_BODY:
            return None
        if not message["more_body"]:
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives the handler the body that was read already."""
    told = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Any:
        return next(told, None) or await receive()

    return cast("Receive", again)


async def _replay(send: Send, done: Answer) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in done.headers.items()]
    length = (b"content-length", str(len(done.body)).encode())
    headers += [length, REPLAYED]
    await send({"type": "http.response.start", "status": done.status, "headers": headers})
    await send({"type": "http.response.body", "body": done.body, "more_body": False})
