"""The way to providers: JSON over HTTP through a client that the composition root gives.

It is the registry's egress, with the operator's list of hosts for sign-in and nothing else.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from registry.accounts.providers import SignInRefused
from registry.errors import CrawlFailure, Unavailable

MAX_BYTES: Final = 512 * 1024
SECONDS: Final = 10.0


class Answer(Protocol):
    """What a host answered."""

    @property
    def status(self) -> int:
        """The status of HTTP."""

    @property
    def body(self) -> bytes:
        """The whole body."""


class HttpClient(Protocol):
    """An HTTP client that checks where a request goes; it raises `CrawlFailure`."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = SECONDS,
    ) -> Answer:
        """Send a request and return the answer of any status."""


def ask_json(
    client: HttpClient,
    url: str,
    *,
    token: str = "",
    form: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the JSON object that a provider answers with; a form is posted.

    Raises `SignInRefused` where the provider refuses what we ask with (RFC 6749, 5.2), and
    `Unavailable` for every other answer that is none.
    """
    sent = {"Accept": "application/json", **(headers or {})}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    method = "GET" if form is None else "POST"
    try:
        answer = client.request(
            method, url, headers=sent, body=form, max_bytes=MAX_BYTES, total_seconds=SECONDS
        )
        found = msgspec.json.decode(answer.body) if answer.status == 200 else None
    except CrawlFailure as error:
        raise Unavailable(f"the sign-in provider cannot be reached: {error.reason}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unavailable("the sign-in provider did not answer with JSON") from error
    if 400 <= answer.status < 500:
        raise SignInRefused("code", f"the sign-in provider refused it: {answer.status}")
    if not isinstance(found, dict):
        raise Unavailable(f"the sign-in provider answered {answer.status}")
    return found
