"""By whom people sign in: providers that the operator set up, and what they tell of a person."""

import re
from typing import Any, Final, Literal, Protocol

from msgspec import Struct

from registry.errors import InvalidInput
from registry.settings import ProviderSettings

Kind = Literal["oidc", "github", "gitlab", "forgejo"]
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,38}", re.ASCII)
_DEFAULT_URLS: Final = {"github": "https://github.com", "gitlab": "https://gitlab.com"}
_DEFAULT_LABELS: Final = {"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo"}
MAX_LABEL: Final = 100


class Provider(Struct, frozen=True):
    """A provider with what it needs; `issuer` is the URL that is set up, to the letter."""

    name: str
    kind: Kind
    label: str
    issuer: str
    client_id: str
    secret: str = ""


class Person(Struct, frozen=True):
    """Whom a provider vouches for: its unchanging number, and how it calls the person."""

    issuer: str
    subject: str
    label: str


class Request(Struct, frozen=True):
    """What goes along with one sign-in: where the answer comes back to, and what proves it ours."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class SignInRefused(InvalidInput):
    """A sign-in did not end well, and begins anew if at all; `reason` is a word for the page."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Flow(Protocol):
    """One way to sign in: OpenID Connect, or OAuth with the API of a forge."""

    def address(self, request: Request) -> str:
        """Return where the browser is sent to."""

    def person(self, request: Request, answer: dict[str, str]) -> Person:
        """Return who came back, by the parameters of the answer.

        Raises `SignInRefused` for an answer that proves nothing, `Unavailable` when the provider
        cannot be asked.
        """


def provider_of(name: str, settings: ProviderSettings, secret: str) -> Provider:
    """Return a provider of the settings; raises `InvalidInput` for what cannot work."""
    url = settings.url or _DEFAULT_URLS.get(settings.kind, "")
    if not NAME.fullmatch(name) or name == "link":
        raise InvalidInput(f"settings: accounts.providers: {name!r} is no short name (a-z, 0-9, -)")
    if not url.startswith(("https://", "http://")):
        raise InvalidInput(f"settings: accounts.providers.{name} needs the url of the provider")
    label = settings.label or _DEFAULT_LABELS.get(settings.kind, name)
    return Provider(name, settings.kind, label, url, settings.client_id, secret)


def label_of(*candidates: Any) -> str:
    """Return the first name that is one, as it may be shown: no address, no control characters."""
    for candidate in candidates:
        if isinstance(candidate, str):
            text = "".join(x for x in candidate.partition("@")[0] if x.isprintable())
            if text := " ".join(text.split())[:MAX_LABEL]:
                return text
    return ""
