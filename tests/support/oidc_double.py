"""A provider of OpenID Connect in memory, which can be made to lie in every way.

It answers the requests that the registry would send through its door. It is strict in what it is
sent: PKCE, redirect URI, client and code must be right.
"""

import hashlib
import hmac
import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey
from msgspec import Struct

CLIENT, SECRET = "registry", "a secret of the test"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


class Answered(Struct, frozen=True):
    status: int
    body: bytes


class OidcDouble:
    """A provider at `issuer`, set up as an honest one; tests change what it says."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.subject = "4711"
        self.claims: dict[str, Any] = {"preferred_username": "ada"}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "first"}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.keys = [KEY]
        self.signing_key = KEY
        self.id_token: str | None = None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def authorise(self, address: str) -> dict[str, str]:
        """Do as if somebody agreed in the browser; return the parameters of the answer."""
        sent = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
        assert sent["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = sent
        return {"code": code, "state": sent["state"], "iss": self.issuer}

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None,
        body: bytes | None = None, **_limits: Any,
    ) -> Answered:  # fmt: skip
        assert url.startswith(self.issuer), f"{url} is not of {self.issuer}"
        path = url.removeprefix(self.issuer)
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return _json(self._discovery())
        if path == "/keys":
            return _json({"keys": [key.as_dict(private=False) for key in self.keys]})
        if path == "/userinfo":
            assert (headers or {})["Authorization"] == "Bearer an-access-token"
            return _json({"sub": self.subject, "name": "Ada L."} | self.userinfo)
        if path == "/token" and method == "POST":
            return self._token(dict(parse_qsl((body or b"").decode())), headers or {})
        return Answered(404, b"")

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def _token(self, sent: Mapping[str, str], headers: Mapping[str, str]) -> Answered:
        asked = self._codes.get(sent.get("code", ""), {}).copy()
        self._codes[sent.get("code", "")] = {}
        client = b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        is_good = (
            asked
            and client == f"{CLIENT}:{SECRET.replace(' ', '+')}"
            and sent["redirect_uri"] == asked["redirect_uri"]
            and create_s256_code_challenge(sent["code_verifier"]) == asked["code_challenge"]
        )
        if not is_good:
            return Answered(400, b'{"error": "invalid_grant"}')
        token = self.id_token or self.signed(asked["nonce"])
        return _json({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})

    def signed(self, nonce: str) -> str:
        """Return an id_token as this provider makes them now."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": nonce, "iat": now,
            "exp": now + 300,
        }  # fmt: skip
        claims = {k: v for k, v in (claims | self.claims).items() if v is not None}
        if self.header["alg"] == "none":
            return f"{_part(self.header)}.{_part(claims)}."
        if self.header["alg"] == "HS256":
            return _signed_with_public_key(self.header, claims)
        return jwt.encode(self.header, claims, self.signing_key)


def _json(value: Any) -> Answered:
    return Answered(200, json.dumps(value).encode())


def _signed_with_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return what a careless library takes: an HMAC under the public key, which all know."""
    text = f"{_part(header)}.{_part(claims)}"
    mac = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def _part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
