"""The one git transport: refs, histories and wanted blobs of a repository, into the store.

Fetched objects first land in a quarantine under git's strict check; only then does the store
change. Blobs are left out (`blob:none`) until they are asked for. Sources: git's
`partial-clone` and `config/transfer` documentation.
"""

import errno
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from crawlers.egress import Egress
from crawlers.gitcommand import LENIENT_FSCK, Command, GitRunner
from crawlers.giterrors import AUTHOR_LINE_COMPLAINTS, TOLERATED, complaint_of
from crawlers.mirrors import Transport
from crawlers.quarantine import (
    adopt,
    adopt_objects,
    adopt_refs,
    is_shallow,
    janitor,
    quarantine,
    remove,
    set_head,
)
from registry.errors import CrawlFailure
from registry.faults import crash_point
from registry.gitstore.place import store_place
from registry.settings import CrawlSettings

__all__ = ["Fetched", "GitFetch", "RemoteRefs", "janitor", "parse_refs"]

MAX_REFS: Final = 100_000
REFS_BYTES: Final = 64 * 1024**2
LENIENT: Final = "lenient_author_lines"
_PROBE_BYTES: Final = 1024**2
_FREE_SHARE: Final = 10  # a tenth of the disk, or
_FREE_BYTES: Final = 2 * 1024**3

_REF = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)")
_SYMREF = re.compile(rb"ref: refs/heads/(\S+)\tHEAD")
_PACKED = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64}) (\S+)")
_HEADS: Final = b"refs/heads/"
_KEPT: Final = (_HEADS, b"refs/tags/")
_TREE_FILE = re.compile(rb"100(?:644|755) blob ([0-9a-f]{40})\t(.+)", re.DOTALL)
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FETCH: Final = (
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--update-shallow",
    "--quiet",
    "--filter=blob:none",
)
_REFSPECS: Final = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


class RemoteRefs(Struct, frozen=True):
    """The branches and tags that a repository announces, and its default branch.

    `digest` is equal as long as none of these changes: nothing needs to be fetched.
    """

    refs: dict[str, str]
    default_branch: str | None
    digest: str


class Fetched(Struct, frozen=True):
    """A repository in the store: its bare folder, what was received, and flags to show."""

    directory: Path
    bytes_received: int
    flags: tuple[str, ...] = ()


class GitFetch:
    """Brings repositories into the folder `store_root`; safe to use from several threads.

    Every method raises `CrawlFailure` with a reason of `registry.domain.crawl`.
    """

    def __init__(self, settings: CrawlSettings, store_root: Path, egress: Egress) -> None:
        self._settings = settings
        self._root = store_root.resolve()
        self._egress = egress
        self._git = GitRunner(settings, egress)

    def place(self, canonical_url: str) -> Path:
        """Return where a repository is, or would be, in the store: never a name from outside."""
        return store_place(self._root, canonical_url)

    def ls_remote(self, transport: Transport) -> RemoteRefs:
        """Ask for the refs, within 64 MiB and 100,000 of them; `empty` when there is none."""
        command = Command(transport, "ls-remote", ("--symref", "--quiet"), budget=REFS_BYTES)
        try:
            return parse_refs(self._git.run(command).stdout)
        except CrawlFailure as failure:
            if failure.reason == "empty" and not transport.directory:
                self._require_git(transport)
            if failure.reason == "too_large":
                raise CrawlFailure("too_many_refs", f"more than {REFS_BYTES} bytes") from failure
            raise

    def _require_git(self, transport: Transport) -> None:
        """Tell an empty repository from a page that git took for one without refs."""
        url = f"{transport.url}/info/refs?service=git-upload-pack"
        kind = self._egress.get(url, max_bytes=_PROBE_BYTES).headers.get("content-type", "")
        if kind != "application/x-git-upload-pack-advertisement":
            raise CrawlFailure(
                "not_a_repository", f"the host answers with {kind[:60] or 'nothing'}"
            )

    def fetch(self, transport: Transport, canonical_url: str, refs: RemoteRefs) -> Fetched:
        """Bring the history of a repository into the store, or what is new of it.

        The refs of the store become those of the remote; objects that none of them reaches any
        longer are kept. `flags` holds `lenient_author_lines` when git's strict check passed only
        without its rules for author and date lines.
        """
        with _disk_full_is_typed():
            self._require_space()
            try:
                return self._fetched(transport, canonical_url, refs, lenient=False)
            except CrawlFailure as failure:
                if complaint_of(failure) not in {*TOLERATED, *AUTHOR_LINE_COMPLAINTS}:
                    raise
            return self._fetched(transport, canonical_url, refs, lenient=True)

    def fetch_blobs(
        self,
        directory: Path,
        transport: Transport,
        oids: Iterable[str],
        *,
        budget: int | None = None,
    ) -> int:
        """Bring the contents of some files into a repository of the store, in one batch.

        Returns the bytes received; more than `budget` (by default that of a fetch) are refused.
        All of them must exist at a remote host; those that a mirror's folder lacks are left out.
        """
        wanted = sorted(set(oids))
        if not all(_OID.fullmatch(oid) for oid in wanted):
            raise ValueError("not the id of an object")
        if transport.directory:
            wanted = self._git.present(transport.directory, wanted) if wanted else []
        if not wanted:
            return 0
        with _disk_full_is_typed(), quarantine(self._root, directory) as folder:
            done = self._git.run(
                Command(
                    transport,
                    "fetch",
                    (*_FETCH, "--stdin"),
                    config=(("fetch.negotiationAlgorithm", "noop"),),
                    folder=folder,
                    readable=(directory,),
                    stdin="".join(f"{oid}\n" for oid in wanted).encode(),
                    budget=budget or self._settings.max_repository_bytes,
                )
            )
            received = done.received or _pack_bytes(folder)
            adopt_objects(folder, directory)
        return received

    def blobs_at_head(self, directory: Path, paths: Sequence[str]) -> dict[str, str]:
        """Return the ids of the files at these paths in HEAD; one that is not there is left out."""
        done = self._git.local(directory, "ls-tree", "-z", "HEAD", "--", *paths)
        found = (_TREE_FILE.fullmatch(line) for line in done.stdout.split(b"\0"))
        return {_text(match[2]): match[1].decode() for match in found if match}

    def drop(self, directory: Path) -> None:
        """Remove a repository from the store; nothing happens when it is not there."""
        remove(self._root, directory)

    def _fetched(
        self, transport: Transport, canonical_url: str, refs: RemoteRefs, *, lenient: bool
    ) -> Fetched:
        place = self.place(canonical_url)
        known = place if place.exists() and not is_shallow(place) else None
        with quarantine(self._root, known) as folder:
            done = self._git.run(
                Command(
                    transport,
                    "fetch",
                    _FETCH,
                    _REFSPECS,
                    folder=folder,
                    readable=(known,) if known else (),
                    # git before 2.46 cannot soften the check of a partial fetch: it is off then,
                    # and `git fsck` makes it below.
                    config=(("transfer.fsckObjects", str(not lenient).lower()),),
                    budget=self._settings.max_repository_bytes,
                )
            )
            crash_point("after_fetch")
            received = done.received or _pack_bytes(folder)
            if known and is_shallow(folder):
                raise CrawlFailure("history_cut")
            self._finish(folder, known, refs)
            softened = lenient and self._checked_leniently(folder, known)
            crash_point("after_fsck")
            if known:
                adopt_objects(folder, place)
                adopt_refs(folder, place)
            else:
                self.drop(place)  # one that was shallow: what it lacks may be offered now
                adopt(folder, place)
        return Fetched(place, received, (LENIENT,) if softened else ())

    def _checked_leniently(self, folder: Path, known: Path | None) -> bool:
        """Check all objects but for old forms of author lines; True when there are such."""
        done = self._git.local(
            folder,
            "fsck",
            "--strict",
            "--no-dangling",
            "--no-progress",
            readable=(known,) if known else (),
            config=LENIENT_FSCK,
        )
        return "warning in " in done.stderr

    def _finish(self, folder: Path, known: Path | None, refs: RemoteRefs) -> None:
        """Check what arrived and give it the form of the store: refs in one file, a HEAD."""
        _require_smart(folder)
        self._git.local(folder, "pack-refs", "--all", readable=(known,) if known else ())
        packed = folder / "packed-refs"
        lines = packed.read_bytes().splitlines() if packed.exists() else []
        names = [match[1] for match in map(_PACKED.fullmatch, lines) if match]
        if not names:
            raise CrawlFailure("empty")
        if len(names) > MAX_REFS:
            raise CrawlFailure("too_many_refs", f"more than {MAX_REFS}")
        # Only a name that git itself has accepted is written into HEAD.
        branches = [_text(name[len(_HEADS) :]) for name in names if name.startswith(_HEADS)]
        wanted = (refs.default_branch, "main", "master", *sorted(branches))
        set_head(folder, next((name for name in wanted if name and name in branches), "main"))

    def _require_space(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        disk = shutil.disk_usage(self._root)
        if disk.free < min(disk.total // _FREE_SHARE, _FREE_BYTES):
            raise CrawlFailure("disk_full", f"{disk.free} bytes are free", retryable=True)


def parse_refs(listing: bytes) -> RemoteRefs:
    """Return the branches and tags of what `git ls-remote --symref` wrote.

    Other refs are left out: they hold strangers' commits. Raises `CrawlFailure`: `malformed` for
    a line of another form, `too_many_refs`, `empty`.
    """
    refs: dict[str, str] = {}
    default = None
    for line in listing.splitlines():
        symbolic = _SYMREF.fullmatch(line)
        found = _REF.fullmatch(line)
        if symbolic:
            default = _text(symbolic[1])
        elif found:
            if found[2].startswith(_KEPT) and not found[2].endswith(b"^{}"):
                refs[_text(found[2])] = found[1].decode()
        elif not line.startswith(b"ref: "):
            raise CrawlFailure("malformed", "the list of refs")
        if len(refs) > MAX_REFS:
            raise CrawlFailure("too_many_refs", f"more than {MAX_REFS}")
    if not refs:
        raise CrawlFailure("empty")
    default = default if f"refs/heads/{default}" in refs else None
    text = "\n".join([default or "", *(f"{refs[name]} {name}" for name in sorted(refs))])
    return RemoteRefs(refs, default, hashlib.sha256(text.encode()).hexdigest())


def _require_smart(folder: Path) -> None:
    """Refuse what came over the old "dumb" protocol: git checks nothing of it."""
    packs = folder / "objects/pack"
    loose = any(len(path.name) == 2 for path in (folder / "objects").iterdir())
    if loose or not all(p.with_suffix(".promisor").exists() for p in packs.glob("*.pack")):
        raise CrawlFailure("malformed", "the host does not speak git's smart protocol")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _pack_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "objects/pack").glob("*.pack"))


@contextmanager
def _disk_full_is_typed() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise CrawlFailure("disk_full", retryable=True) from error
        raise
