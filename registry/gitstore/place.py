"""Where the store keeps a repository."""

import hashlib
from pathlib import Path


def store_place(root: Path, canonical_url: str) -> Path:
    """Return where a repository is, or would be, in the store: never a name from outside."""
    digest = hashlib.sha256(canonical_url.encode()).hexdigest()
    return root / digest[:2] / f"{digest}.git"
