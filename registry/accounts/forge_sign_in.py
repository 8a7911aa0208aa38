"""Sign-in by a forge: OAuth with PKCE, then the forge's own API tells who it is.

The number of the account at the forge is what counts: logins and addresses change hands.
GitHub: https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps;
GitLab: https://docs.gitlab.com/api/oauth2/; Forgejo: https://forgejo.org/docs/latest/user/oauth2-provider/.
"""

from typing import Final
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from msgspec import Struct

from registry.accounts.oidc import exchanged
from registry.accounts.outside import HttpClient, ask_json
from registry.accounts.providers import Person, Provider, Request, SignInRefused, label_of

MAX_INT64: Final = 2**63 - 1


class Endpoints(Struct, frozen=True):
    """Where a forge is asked, below its URL, and for how much: to read who it is, no more."""

    authorize: str
    token: str
    user: str
    scope: str


ENDPOINTS: Final = {
    # An empty scope reads the public profile.
    "github": Endpoints("/login/oauth/authorize", "/login/oauth/access_token", "/user", ""),
    "gitlab": Endpoints("/oauth/authorize", "/oauth/token", "/api/v4/user", "read_user"),
    "forgejo": Endpoints(
        "/login/oauth/authorize", "/login/oauth/access_token", "/api/v1/user", "read:user"
    ),
}


class ForgeFlow:
    """Sign-in with one forge."""

    def __init__(self, provider: Provider, client: HttpClient) -> None:
        self._provider = provider
        self._client = client
        self._base = provider.issuer.rstrip("/")
        self._endpoints = ENDPOINTS[provider.kind]

    def address(self, request: Request) -> str:
        """Return where the browser is sent to."""
        return str(
            prepare_grant_uri(
                self._base + self._endpoints.authorize,
                client_id=self._provider.client_id,
                response_type="code",
                redirect_uri=request.redirect_uri,
                scope=self._endpoints.scope or None,
                state=request.state,
                code_challenge=create_s256_code_challenge(request.verifier),
                code_challenge_method="S256",
            )
        )

    def person(self, request: Request, answer: dict[str, str]) -> Person:
        """Return who came back; see `Flow`."""
        if "iss" in answer and _origin(answer["iss"]) != _origin(self._base):  # RFC 9207
            raise SignInRefused("issuer", "the answer comes from another provider")
        body = prepare_token_request(
            "authorization_code",
            code=answer["code"],
            redirect_uri=request.redirect_uri,
            code_verifier=request.verifier,
            client_id=self._provider.client_id,
            client_secret=self._provider.secret,
        )
        token = exchanged(self._client, self._base + self._endpoints.token, body, {})
        user = ask_json(self._client, self._user_url(), token=token["access_token"])
        number = user.get("id")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= MAX_INT64:
            raise SignInRefused("token", "the forge names nobody")
        label = label_of(user.get("login"), user.get("username"))
        return Person(self._base, str(number), label)

    def _user_url(self) -> str:
        if self._provider.kind != "github":
            return self._base + self._endpoints.user
        is_public = urlsplit(self._base).hostname == "github.com"
        return f"{'https://api.github.com' if is_public else self._base + '/api/v3'}/user"


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
