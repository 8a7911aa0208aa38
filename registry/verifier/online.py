"""Repositories as their hosts serve them, or as the caller's own mirrors or store hold them."""

import shutil
import subprocess
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from registry.verifier.mirrors import where
from registry.verifier.repository import SAFE, SECONDS, GitSide, environment
from registry.verifier.source import Side, Unreachable

MAX_OPEN: Final = 12


class Online:
    """Opens repositories, each once; what was fetched is removed in the end.

    `store` tells for a URL where a fetched copy may be that lacks contents: it is read first.
    """

    def __init__(
        self,
        mirrors: Mapping[str, str] | None = None,
        store: Callable[[str], Path] | None = None,
    ) -> None:
        self.mode = "online" if store is None else "store"
        self._mirrors = dict(mirrors or {})
        self._store = store
        self._open: OrderedDict[str, GitSide] = OrderedDict()
        self._fetched: dict[str, Path] = {}
        self._folder: Path | None = None

    def __enter__(self) -> "Online":
        """Return the opener itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every repository, and remove what was fetched."""
        for side in self._open.values():
            side.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, _role: str, url: str) -> Side:
        """Return the repository at a URL, whatever its role, or raise `Unreachable`."""
        if url in self._open:
            self._open.move_to_end(url)
            return self._open[url]
        side = self._side(url)
        self._open[url] = side
        if len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)[1].close()
        return side

    def _side(self, url: str) -> GitSide:
        kept = self._store(url) if self._store is not None else None
        if kept is not None and (kept / "HEAD").is_file():
            return GitSide(kept, lacks_contents=True)
        found = where(url, self._mirrors)
        return GitSide(found.folder or self._fetch(url, found.address))

    def _fetch(self, url: str, address: str) -> Path:
        """Fetch commits and trees; contents follow when they are asked for."""
        if url in self._fetched:
            return self._fetched[url]
        if not address.startswith("https://"):
            raise Unreachable(f"only https addresses are fetched, not {address}")
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="proof-"))
        target = self._folder / f"{len(self._fetched)}.git"
        command = [
            "git", *SAFE, "-c", "transfer.fsckObjects=true", "-c", "http.followRedirects=initial",
            "clone", "--quiet", "--bare", "--filter=blob:none", "--", address, str(target),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, env=environment(), capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unreachable(f"{url} took longer than {SECONDS} s") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Unreachable(f"{url}: {said[-1][:300] if said else 'git failed'}")
        self._fetched[url] = target
        return target
