"""File contents out of the fetched repositories, read-only and within caps; never the network."""

import re
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import ObjectType, Option, RepositoryOpenFlag

from registry.gitstore.place import store_place

MAX_BYTES: Final = 1024**2
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}")


class GitContents:
    """Reads blobs of the store under `root`; safe to share between threads.

    Repositories come and go while others read them, and most lack the contents of most files:
    what is not here is an answer, not an error.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        pygit2.settings.set_extensions(["partialclone"])
        pygit2.option(Option.SET_OWNER_VALIDATION, False)

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return a blob of the repository with this canonical URL.

        `None` where the repository or the blob is not here, or the blob is larger than 1 MiB.
        """
        if not _OBJECT_ID.fullmatch(blob):
            return None
        try:
            place = str(store_place(self._root, url))
            repository = pygit2.Repository(place, RepositoryOpenFlag.BARE)
            kind, size = repository.odb.read_header(blob)
            if kind != ObjectType.BLOB or size > MAX_BYTES:
                return None
            return repository.odb.read(blob)[1]
        except (pygit2.GitError, KeyError, OSError):
            return None
