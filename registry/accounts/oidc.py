"""Sign-in by OpenID Connect, with any provider that publishes its metadata.

Core 1.0 and Discovery 1.0 (https://openid.net/developers/specs/), RFC 7636 (PKCE), RFC 9207
(`iss` in the answer). authlib checks the claims and joserfc the signatures; the requests go
through the registry's own door, so neither of them has a client of its own.
"""

import hmac
import threading
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from registry.accounts.outside import HttpClient, ask_json
from registry.accounts.providers import Person, Provider, Request, SignInRefused, label_of
from registry.clock import Clock
from registry.errors import Unavailable

# Signatures by a key pair alone: `none` and the shared secrets of HS256 prove nothing here.
ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
LEEWAY: Final = 60
KEPT: Final = timedelta(hours=1)
# An unknown key id may be that of a new key; whoever invents ids does not make us ask each time.
RENEWED: Final = timedelta(minutes=1)
MAX_SUBJECT: Final = 255
MAX_ID_TOKEN: Final = 64 * 1024


class OidcFlow:
    """Sign-in with one provider; metadata and keys are kept for an hour."""

    def __init__(self, provider: Provider, client: HttpClient, clock: Clock) -> None:
        self._provider = provider
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, request: Request) -> str:
        """Return where the browser is sent to."""
        return str(
            prepare_grant_uri(
                self._endpoint("authorization_endpoint"),
                client_id=self._provider.client_id,
                response_type="code",
                redirect_uri=request.redirect_uri,
                scope="openid profile",
                state=request.state,
                nonce=request.nonce,
                code_challenge=create_s256_code_challenge(request.verifier),
                code_challenge_method="S256",
            )
        )

    def person(self, request: Request, answer: dict[str, str]) -> Person:
        """Return who came back; see `Flow`."""
        self._check_issuer(answer.get("iss"))
        token = self._exchange(request, answer["code"])
        claims = self._claims(token, request.nonce)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise SignInRefused("token", "the provider's answer names nobody")
        label = label_of(claims.get("preferred_username"), claims.get("name"))
        label = label or self._label(token, subject)
        return Person(self._provider.issuer, subject, label)

    def _check_issuer(self, sent: str | None) -> None:
        """Hold the `iss` of an answer against the provider that was asked (RFC 9207, 2.4)."""
        promised = self._read().get("authorization_response_iss_parameter_supported") is True
        if sent is None and not promised:
            return
        if sent != self._provider.issuer:
            raise SignInRefused("issuer", "the answer comes from another provider")

    def _exchange(self, request: Request, code: str) -> dict[str, Any]:
        provider, headers, fields = self._provider, {}, {"client_id": self._provider.client_id}
        methods = self._read().get("token_endpoint_auth_methods_supported")
        if provider.secret and isinstance(methods, list) and "client_secret_basic" not in methods:
            fields["client_secret"] = provider.secret
        elif provider.secret:
            pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=request.redirect_uri,
            code_verifier=request.verifier,
            **fields,
        )
        return exchanged(self._client, self._endpoint("token_endpoint"), body, headers)

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Return the claims of the id_token after every check of Core 1.0, 3.1.3.7."""
        id_token, access_token = token.get("id_token"), token["access_token"]
        if not isinstance(id_token, str) or len(id_token) > MAX_ID_TOKEN:
            raise SignInRefused("token", "the provider sent no id_token")
        try:
            decoded = self._decoded(id_token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._provider.issuer},
                    "aud": {"essential": True, "value": self._provider.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._provider.client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            told = getattr(error, "error", "") or "invalid"
            raise SignInRefused("token", f"the provider's id_token is refused: {told}") from error
        return dict(claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(KEPT), algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:
            return jwt.decode(id_token, self._key_set(RENEWED), algorithms=list(ALGORITHMS))

    def _label(self, token: dict[str, Any], subject: str) -> str:
        """Return how the provider calls the person, from its userinfo endpoint if it has one."""
        if not self._read().get("userinfo_endpoint"):
            return ""
        told = ask_json(
            self._client, self._endpoint("userinfo_endpoint"), token=token["access_token"]
        )
        sent = told.get("sub")
        if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), subject.encode()):
            raise SignInRefused("token", "the provider told of somebody else (Core 1.0, 5.3.2)")
        return label_of(told.get("preferred_username"), told.get("name"))

    def _endpoint(self, name: str) -> str:
        found = self._read().get(name)
        scheme = self._provider.issuer.partition("://")[0]
        if not isinstance(found, str) or not found.startswith(("https://", f"{scheme}://")):
            raise Unavailable(f"the metadata of the sign-in provider have no {name}")
        return found

    def _read(self) -> dict[str, Any]:
        now = self._clock()
        with self._lock:
            if self._metadata is None or self._metadata[0] <= now - KEPT:
                self._metadata = now, self._discovered()
            return self._metadata[1]

    def _discovered(self) -> dict[str, Any]:
        issuer = self._provider.issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = ask_json(self._client, url)
        if found.get("issuer") != issuer:  # Discovery 1.0, 4.3: it must be identical
            raise SignInRefused(
                "issuer", f"the provider calls itself otherwise than {issuer!r}, its issuer here"
            )
        return found

    def _key_set(self, kept: timedelta) -> KeySet:
        """Return the provider's keys, asked for anew when they are older than `kept`."""
        url, now = self._endpoint("jwks_uri"), self._clock()
        with self._lock:
            if self._keys is None or self._keys[0] <= now - kept:
                self._keys = now, _key_set(ask_json(self._client, url))
            return self._keys[1]


def exchanged(client: HttpClient, url: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    """Return the answer of a token endpoint, with an access token in it."""
    token = ask_json(client, url, form=body.encode(), headers=headers)
    if not isinstance(token.get("access_token"), str) or not token["access_token"]:
        raise SignInRefused("code", "the provider does not know this code")
    return token


def _key_set(found: dict[str, Any]) -> KeySet:
    """Return the keys that may sign; those of kinds that we do not know are left out."""
    keys, listed = [], found.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("kty") != "oct" and each.get("use") in {None, "sig"}:
            try:
                keys.append(JWKRegistry.import_key(each))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(keys)
