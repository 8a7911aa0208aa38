"""Secrets of this instance: made at the first use, readable by its user alone."""

import os
import secrets
from pathlib import Path

from registry.errors import InvalidInput

AUTHORS = "authors.key"
LIMITS = "limits.key"
AUDIT = "audit.key"
SEALING = "sealing.key"
SEALING_BEFORE = "sealing.old.key"
LENGTH = 32
MOUNTED_SECRETS = Path("/run/secrets")


def instance_key(home: Path, name: str) -> bytes:
    """Return a key of 32 bytes from `<home>/keys/<name>`, made when it is not there.

    Raises `InvalidInput` when the file can be read by others, or is too short.
    """
    path = home / "keys" / name
    if not path.exists():
        _create(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InvalidInput(f"{path} can be read by others: run `chmod 600 {path}`")
    key = path.read_bytes()
    if len(key) < LENGTH:
        raise InvalidInput(f"{path} is too short for a key: at least {LENGTH} bytes are needed")
    return key


def instance_keys(home: Path, name: str, former: str) -> list[bytes]:
    """Return the key that is in use and, where it is kept, the one before it."""
    has_former = (home / "keys" / former).exists()
    return [instance_key(home, each) for each in (name, former)[: 1 + has_former]]


def _create(path: Path) -> None:
    """Write the whole key beside its place, then give it the name: a full disk leaves no half."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:  # another process was faster: its key is as good
        return
    finally:
        part.unlink(missing_ok=True)


def secret_from_file(path: str, meaning: str) -> str:
    """Return the text of a secret file without the line end; `meaning` names it in errors.

    A file that everybody can read is refused, except below the folder where container engines
    mount secrets: there the engine decides who gets in, and the mode is that of the host's file.
    """
    file = Path(path)
    if not file.is_file():
        raise InvalidInput(f"the file of the {meaning} is not there: {path}")
    is_mounted = MOUNTED_SECRETS in file.parents
    if os.name == "posix" and not is_mounted and file.stat().st_mode & 0o007:
        raise InvalidInput(f"{path} can be read by everybody: run `chmod 600 {path}`")
    return file.read_text(encoding="utf-8").strip()
