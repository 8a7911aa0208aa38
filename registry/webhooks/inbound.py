"""What forges tell us: whether it was they who said it, and which repository it is about.

A signature covers the raw bytes of the body. Nothing in the body is believed: it is a hint that
the repository it names, if it belongs to the hook, is worth a look.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl, InvalidInput
from registry.webhooks.signing import TOLERANCE_SECONDS, equal, signature

FORGES: Final = ("github", "gitlab", "forgejo", "gitea")
_ID_HEADERS: Final = {
    "github": ("x-github-delivery",),
    "gitlab": ("webhook-id", "idempotency-key", "x-gitlab-event-uuid"),
    "forgejo": ("x-forgejo-delivery", "x-gitea-delivery"),
    "gitea": ("x-gitea-delivery",),
}
_HEX_HEADERS: Final = {
    "forgejo": ("x-forgejo-signature", "x-gitea-signature"),
    "gitea": ("x-gitea-signature",),
}
_PLAIN_ID: Final = re.compile(r"[\w.-]{1,100}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_PLACES: Final = ("repository", "project")
_ADDRESSES: Final = (
    "clone_url", "html_url", "git_http_url", "http_url", "web_url", "homepage", "url",
)  # fmt: skip


def is_signed(
    forge: str, secret: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Say whether a forge that knows the secret sent this; names of headers are in lower case."""
    if forge == "github":
        return equal(headers.get("x-hub-signature-256"), [f"sha256={_hex_digest(secret, body)}"])
    if forge == "gitlab":
        return _is_signed_by_gitlab(secret, headers, body, now)
    stated = next((headers[name] for name in _HEX_HEADERS.get(forge, ()) if name in headers), None)
    return stated is not None and equal(stated, [_hex_digest(secret, body)])


def _hex_digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _is_signed_by_gitlab(
    secret: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Verify the Standard Webhooks signature; without one, the token of older versions."""
    stated = headers.get("webhook-signature")
    if stated is None:
        return equal(headers.get("x-gitlab-token"), [secret])
    sent_at = headers.get("webhook-timestamp", "")
    if not _SECONDS.fullmatch(sent_at) or abs(int(sent_at) - now.timestamp()) > TOLERANCE_SECONDS:
        return False
    try:
        expected = signature(secret, headers.get("webhook-id", ""), int(sent_at), body)
    except (InvalidInput, UnicodeEncodeError):
        return False
    return any([equal(one, [expected]) for one in stated.split(" ")[:10]])  # noqa: C419


def delivery_id(forge: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return what tells a message from others: the forge's id, else the hash of the body."""
    names = _ID_HEADERS.get(forge, ())
    stated = next((headers[name] for name in names if headers.get(name)), None)
    if stated is None:
        return body_hash(body)
    return stated if _PLAIN_ID.fullmatch(stated) else body_hash(stated.encode("utf-8", "replace"))


def body_hash(body: bytes) -> str:
    """Return the SHA-256 of a body in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def named_repositories(
    body: bytes, content_type: str, allow_http_hosts: frozenset[str]
) -> frozenset[str]:
    """Return the canonical URLs of the repository that a message names; none when it names none."""
    document = _document(body, content_type)
    found = set()
    for address in _addresses(document):
        try:
            found.add(canonical_repository_url(address, allow_http_hosts=allow_http_hosts))
        except BlockedUrl:
            continue
    return frozenset(found)


def _document(body: bytes, content_type: str) -> Any:
    """Return the JSON of a message, also where it is the field `payload` of a form."""
    try:
        if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            fields = parse_qs(body.decode("ascii"), max_num_fields=10)
            body = fields.get("payload", [""])[0].encode()
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None


def _addresses(document: Any) -> Iterator[str]:
    for place in _PLACES:
        part = document.get(place) if isinstance(document, dict) else None
        if isinstance(part, dict):
            stated = (part.get(name) for name in _ADDRESSES)
            yield from (address for address in stated if isinstance(address, str))
