"""The errors that use cases raise; `web/errors.py` and the command line alone translate them.

RegistryError
├── InvalidInput          the caller can mend it (HTTP 400/422, exit 2)
│   └── BlockedUrl        an address that the egress rules refuse
├── Unauthenticated       somebody has to sign in, or bring a token (HTTP 401, exit 1)
├── Forbidden             this actor may not do that (HTTP 403, exit 1)
│   └── SignInAgain       … before a fresh sign-in
├── NotFound              no such thing (HTTP 404, exit 3)
│   └── Gone              removed on purpose (HTTP 410, exit 3)
├── Conflict              the state forbids it (HTTP 409, exit 1)
│   └── Incomplete        a form asks for what is not known
├── Unavailable           may pass by itself, so a job retries it (HTTP 503, exit 4)
└── CrawlFailure          a crawl step ended with a typed reason (exit 1)
"""

from collections.abc import Mapping
from datetime import datetime


class RegistryError(Exception):
    """Base of every error that the registry raises on purpose; the text is safe to show."""


class InvalidInput(RegistryError):
    """The caller sent something that cannot be accepted; the text says what and how to mend it."""


class BlockedUrl(InvalidInput):
    """The URL is refused by the egress rules (scheme, port, credentials, address)."""


class Unauthenticated(RegistryError):
    """Nobody is signed in, or the token is not (or no longer) one of ours."""


class Forbidden(RegistryError):
    """The actor is known and may not do this; the text says what would be needed."""


class SignInAgain(Forbidden):
    """The actor may do this after a fresh sign-in: the last one is too long ago."""


class NotFound(RegistryError):
    """The thing that was asked for is not in the registry; the text names it."""


class Gone(NotFound):
    """The thing was removed on purpose: `category` says why, `since` when; both are public."""

    def __init__(self, message: str, category: str = "", since: datetime | None = None) -> None:
        super().__init__(message)
        self.category = category
        self.since = since


class Conflict(RegistryError):
    """The request is well formed but the present state forbids it."""


class Unavailable(RegistryError):
    """A part that is needed is down or busy; trying again later may help.

    `retry_after` is the number of seconds to wait, where the other side said so.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CrawlFailure(RegistryError):
    """A crawl step ended with a typed reason that the public crawl log shows.

    `reason` is one of the codes of `registry.domain.crawl.REASONS`, `retryable` says whether the
    job queue should try again, and `retry_after` gives the seconds that the other side asked for.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after


class Incomplete(Conflict):
    """A form asks for something that is not known; `missing` maps its keys to what is needed."""

    def __init__(self, form: str, missing: Mapping[str, str]) -> None:
        named = "; ".join(f"{key}: {why}" for key, why in missing.items())
        super().__init__(f"{form} cannot be made, because this is not known: {named}")
        self.missing = dict(missing)
