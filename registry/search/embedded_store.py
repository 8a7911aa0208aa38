"""Where the embedded index lives: generations side by side, and a pointer to the one in force.

`<folder>/current` names the generation; a rebuild writes a new one and swaps the pointer, so
that readers in this and other processes go on undisturbed. One writer at a time holds the lock.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

import tantivy

from registry.errors import Unavailable
from registry.search.embedded_schema import SCHEMA_VERSION, build_schema, register_tokenizers

REBUILD_HINT: Final = "`registry search-index rebuild` mends it"


@contextmanager
def index_errors() -> Iterator[None]:
    """Turn what a damaged or busy index raises into `Unavailable`."""
    try:
        yield
    except (ValueError, OSError, LookupError) as error:
        raise Unavailable(f"the search index cannot be used: {REBUILD_HINT}") from error
    except BaseException as error:
        # The engine is native code: a panic in it arrives as a BaseException of its own kind.
        if type(error).__name__ != "PanicException":
            raise
        raise Unavailable(f"the search index is damaged: {REBUILD_HINT}") from error


class IndexStore:
    """The generations of one index below `<home>/search/v<schema version>`."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "search" / f"v{SCHEMA_VERSION}"
        self.schema = build_schema()
        self._guard = Lock()
        self._open: tuple[str, tantivy.Index] | None = None
        self._seen: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Make an empty index where there is none yet."""
        with index_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
        if not self._pointer.exists():
            with self.writing():
                if not self._pointer.exists():
                    name = self.new_generation()[0]
                    self.swap(name)

    def searcher(self) -> tantivy.Searcher:
        """Return a view of the index as last committed by any process."""
        with index_errors(), self._guard:
            index = self._current()
            state = (self.folder / self.current_name() / "meta.json").stat()
            if self._seen != (state.st_mtime_ns, state.st_ino):
                index.reload()
                self._seen = (state.st_mtime_ns, state.st_ino)
            return index.searcher()

    def index(self) -> tantivy.Index:
        """Return the index in force, for writing under `writing()`."""
        with index_errors(), self._guard:
            return self._current()

    def _current(self) -> tantivy.Index:
        name = self.current_name()
        if self._open is None or self._open[0] != name:
            path = self.folder / name
            if not (path / "meta.json").is_file():  # opening would silently make an empty one
                raise FileNotFoundError(path.name)
            index = tantivy.Index(self.schema, path=str(path), reuse=True)
            register_tokenizers(index)
            self._open, self._seen = (name, index), None
        return self._open[1]

    def current_name(self) -> str:
        """Return the name of the generation in force."""
        name = self._pointer.read_text(encoding="ascii").strip()
        if not name.isalnum():
            raise ValueError("the pointer to the index is damaged")
        return name

    def new_generation(self) -> tuple[str, tantivy.Index]:
        """Make an empty generation that is not yet in force."""
        name = uuid4().hex
        with index_errors():
            (self.folder / name).mkdir(parents=True)
            index = tantivy.Index(self.schema, path=str(self.folder / name))
            register_tokenizers(index)
        return name, index

    def swap(self, name: str) -> None:
        """Put a generation in force and drop the others."""
        with index_errors():
            fresh = self.folder / f"{name}.pointer"
            fresh.write_text(name, encoding="ascii")
            fresh.replace(self._pointer)
            for path in self.folder.iterdir():
                if path.is_dir() and path.name != name:
                    shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one right to write, or raise `Unavailable` at once when another has it."""
        with index_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "writer.lock").open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Unavailable(
                    "another process is writing the search index", retry_after=5
                ) from error
            yield

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            self._open = self._seen = None

    @property
    def _pointer(self) -> Path:
        return self.folder / "current"
