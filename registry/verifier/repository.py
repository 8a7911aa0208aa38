"""A repository on this machine, read through `git cat-file`, every object hashed again."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Final

from registry.verifier.objects import (
    Commit,
    Entry,
    algorithm_of,
    object_id,
    parse_commit,
    parse_tree,
)
from registry.verifier.source import Mismatch, NotHeld, Unreachable

MAX_OBJECT: Final = 64 * 1024 * 1024
MAX_KEPT: Final = 20_000
SECONDS: Final = 600
# Nothing of the user's configuration, no hooks, no prompts, no other program.
SAFE: Final = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never",
    "-c", "protocol.https.allow=always", "-c", "protocol.file.allow=always",
    "-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60",
    "-c", "core.commitGraph=false", "-c", "safe.directory=*",
)  # fmt: skip


def environment() -> dict[str, str]:
    """Return what git may know of this machine: next to nothing."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ASKPASS": "true",
    }  # fmt: skip


class GitSide:
    """One of the two repositories of a proof, in a folder of this machine.

    `lacks_contents` says that contents of files may be missing there, and nobody is asked for them.
    """

    def __init__(self, folder: Path, *, lacks_contents: bool = False) -> None:
        self._folder = folder
        self._lacks_contents = lacks_contents
        self._process: subprocess.Popen[bytes] | None = None
        self._trees: dict[str, Mapping[bytes, Entry]] = {}
        self._reached: set[str] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all objects are here."""
        return True

    def commit(self, oid: str) -> Commit:
        """Return a commit, or raise `NotHeld`."""
        try:
            return parse_commit(self.raw("commit", oid))
        except ValueError as error:
            raise Mismatch(f"commit {oid}: {error}") from error

    def tree(self, oid: str) -> Mapping[bytes, Entry]:
        """Return the entries of a tree by name, or raise `NotHeld`."""
        if oid not in self._trees:
            if len(self._trees) >= MAX_KEPT:
                self._trees.clear()
            try:
                self._trees[oid] = parse_tree(self.raw("tree", oid), algorithm_of(oid))
            except ValueError as error:
                raise Mismatch(f"tree {oid}: {error}") from error
        return self._trees[oid]

    def blob(self, oid: str) -> bytes:
        """Return the content of a file, or raise `NotHeld`."""
        return self.raw("blob", oid)

    def is_reached(self, oid: str) -> bool:
        """Tell whether a branch or tag reaches a commit; pull requests are nobody's history."""
        if self._reached is None:
            self._reached = self._list("--branches", "--tags")
        return oid in self._reached

    def ancestors(self, starts: Iterable[str]) -> set[str]:
        """Return all commits that these reach, themselves included."""
        wanted = list(starts)
        for oid in wanted:
            self.commit(oid)
        return self._list(*wanted)

    def close(self) -> None:
        """End the process that reads objects."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _list(self, *what: str) -> set[str]:
        try:
            done = subprocess.run(
                ["git", *SAFE, "rev-list", *what, "--"], cwd=self._folder, env=environment(),
                capture_output=True, timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Unreachable(f"listing commits took longer than {SECONDS} s") from error
        if done.returncode:
            raise NotHeld(
                f"git cannot list commits: {done.stderr[:200].decode('utf-8', 'replace')}"
            )
        return set(done.stdout.decode("ascii").split())

    def raw(self, kind: str, oid: str) -> bytes:
        """Return an object of a type, hashed again, or raise `NotHeld`."""
        pipe_in, pipe_out = self._pipes()
        try:
            pipe_in.write(oid.encode("ascii") + b"\n")
            pipe_in.flush()
            header = pipe_out.readline().split()
        except BrokenPipeError:
            header = []
        if len(header) != 3:
            raise self._missing(kind, oid, has_ended=not header)
        size = int(header[2])
        if size > MAX_OBJECT:
            self.close()
            raise NotHeld(f"{kind} {oid} has {size} bytes", withheld=True)
        data = pipe_out.read(size + 1)[:size]
        if header[1].decode("ascii") != kind:
            raise Mismatch(f"{oid} is a {header[1].decode('ascii')}, not a {kind}")
        if object_id(kind, data, algorithm_of(oid)) != oid:
            raise Mismatch(f"{kind} {oid} has another content")
        return data

    def _missing(self, kind: str, oid: str, *, has_ended: bool) -> Exception:
        """Return what it means that git gave nothing; it ends where it may not ask for the rest."""
        if has_ended:
            self.close()
        if kind == "blob" and self._lacks_contents:
            return NotHeld(f"{kind} {oid} was not fetched", withheld=True)
        if has_ended:
            return Unreachable(f"git cannot read {self._folder.name}")
        return NotHeld(f"{kind} {oid} is not there")

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["git", *SAFE, "cat-file", "--batch"], cwd=self._folder, env=environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:  # pragma: no cover - both were asked for
            raise Unreachable("git has no pipes")
        return stdin, stdout
