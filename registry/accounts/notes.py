"""Signed notes and checkpoints: the text forms by which logs state where they stand.

Sources: C2SP signed-note and tlog-checkpoint (c2sp.org). A note is lines of text, an empty line,
and signature lines; the key of a log is written as `<name>+<hash>+<key>`.
"""

import base64
import binascii
import hashlib
import re
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from msgspec import Struct

from registry.errors import InvalidInput

_ED25519: Final = b"\x01"
_SIGNATURE: Final = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
MAX_NOTE: Final = 64 * 1024


class Checkpoint(Struct, frozen=True):
    """How many entries a log had, and the root of its Merkle tree."""

    origin: str
    size: int
    root: bytes


class Verifier:
    """The public half of a log's key."""

    def __init__(self, name: str, key: Ed25519PublicKey) -> None:
        self.name = name
        self._key = key
        self._raw = key.public_bytes_raw()
        hashed = hashlib.sha256(name.encode() + b"\n" + _ED25519 + self._raw)
        self.id = hashed.digest()[:4]

    def text(self) -> str:
        """Return the key as others may keep it."""
        encoded = base64.b64encode(_ED25519 + self._raw).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    @classmethod
    def from_text(cls, text: str) -> "Verifier":
        """Read a key; raises `InvalidInput` for what is none."""
        try:
            name, stated, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            if raw[:1] != _ED25519:
                raise ValueError
            found = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except (ValueError, binascii.Error) as error:
            raise InvalidInput("this is no key of a log: it reads name+hash+key") from error
        if found.id.hex() != stated:
            raise InvalidInput("the key of the log is damaged: its hash is another")
        return found

    def open(self, note: str) -> Checkpoint:
        """Return the checkpoint in a note; raises `InvalidInput` unless this key signed it."""
        if len(note) > MAX_NOTE:
            raise InvalidInput("a note this long is no checkpoint")
        text, blank, signatures = note.partition("\n\n")
        signed = (text + "\n").encode("utf-8", "replace")
        if not blank or not any(self._has_signed(signed, line) for line in signatures.split("\n")):
            raise InvalidInput(f"the checkpoint is not signed by {self.name}")
        return _checkpoint(text)

    def _has_signed(self, signed: bytes, line: str) -> bool:
        found = _SIGNATURE.fullmatch(line)
        if not found or found[1] != self.name:
            return False
        try:
            raw = base64.b64decode(found[2], validate=True)
            self._key.verify(raw[4:], signed)
        except (binascii.Error, InvalidSignature):
            return False
        return raw[:4] == self.id


class Signer:
    """The key of this registry's own log; its name is made from the key, so it never changes."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key[:32])
        public = self._key.public_key()
        name = hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]
        self.verifier = Verifier(f"public-code-registry/{name}", public)

    def note(self, size: int, root: bytes) -> str:
        """Return a signed checkpoint."""
        text = f"{self.verifier.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = self.verifier.id + self._key.sign(text.encode())
        return f"{text}\n\u2014 {self.verifier.name} {base64.b64encode(signature).decode()}\n"


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 3 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise InvalidInput("a checkpoint begins with the log, its size and its root, line by line")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise InvalidInput("the root of the checkpoint is not base64") from error
    if len(root) != hashlib.sha256().digest_size:
        raise InvalidInput("the root of the checkpoint is not 32 bytes long")
    return Checkpoint(lines[0], int(lines[1]), root)
