"""Secrets and signatures: sealed, bound to their row, and verified by an independent library."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from registry.accounts.sealing import Sealer
from registry.clock import utc_now
from registry.errors import InvalidInput, Unavailable
from registry.webhooks.signing import equal, key_of, new_secret, signature, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the specification (standard-webhooks, "Verifying signatures").
    body = b'{"test": 2432232314}'
    found = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_library_verifies_what_we_sign_and_refuses_what_was_changed() -> None:
    secret, body = new_secret(), json.dumps({"type": "component.updated"}).encode()
    headers = signed_headers(secret, "msg_1", utc_now(), body)
    assert Webhook(secret).verify(body, headers) == {"type": "component.updated"}
    old = signed_headers(secret, "msg_1", utc_now() - timedelta(minutes=10), body)
    for data, sent in (
        (body + b" ", headers),
        (body, headers | {"webhook-id": "msg_2"}),
        (body, old),
        (body, signed_headers(new_secret(), "msg_1", utc_now(), body)),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(data, sent)


def test_secrets_are_32_bytes_and_never_the_same() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()
    with pytest.raises(InvalidInput):
        key_of("whsec_!")


def test_signatures_are_compared_whatever_they_hold() -> None:
    assert equal("é", ["é"])
    assert not equal(None, ["v1,x"])
    assert not equal("é\udcff", ["v1,x"])
    assert not equal("", ["v1,x"])


def test_a_sealed_secret_opens_only_with_its_key_and_its_row() -> None:
    sealer = Sealer([b"a" * 32])
    sealed = sealer.seal(SECRET, "we_1")
    assert sealer.open(sealed, "we_1") == SECRET
    assert SECRET not in sealed
    assert sealer.seal(SECRET, "we_1") != sealed, "each time another nonce"
    raw = base64.b64decode(sealed)
    damaged = base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
    for text, row, keys in (
        (sealed, "we_2", [b"a" * 32]),
        (sealed, "we_1", [b"b" * 32]),
        (damaged, "we_1", [b"a" * 32]),
        ("!", "we_1", [b"a" * 32]),
        ("", "we_1", [b"a" * 32]),
    ):
        with pytest.raises(Unavailable):
            Sealer(keys).open(text, row)


def test_a_key_can_be_replaced_while_the_former_still_opens() -> None:
    sealed = Sealer([b"a" * 32]).seal(SECRET, "we_1")
    both = Sealer([b"b" * 32, b"a" * 32])
    assert both.open(sealed, "we_1") == SECRET
    assert Sealer([b"b" * 32]).open(both.seal(SECRET, "we_1"), "we_1") == SECRET


def test_headers_carry_seconds() -> None:
    at = datetime(2026, 11, 26, 3, 41, 7, 900_000, tzinfo=UTC)
    assert signed_headers(SECRET, "msg_1", at, b"")["webhook-timestamp"] == "1795664467"
