"""Facts that lineage is measured from, written straight into the tables for a `World`."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from registry.db.tables import (
    ClusterMember,
    CommitRow,
    DependencySpan,
    FingerprintRow,
    PackageSpan,
    PathRow,
    SubmoduleRow,
)
from registry.domain.fingerprints import file_hash
from tests.support.lineage_rows import BEGUN, World

DAY = 86_400
START = int(BEGUN.timestamp())


def moment(day: float) -> int:
    """Return the second at which a day after the first commits begins."""
    return START + int(timedelta(days=day).total_seconds())


def oid(name: str) -> bytes:
    """Return the object id that stands for a name."""
    return hashlib.sha1(name.encode()).digest()


def hash_of(content: str) -> int:
    """Return the hash of a file content as artefacts keep it."""
    return file_hash(oid(content))


def add_commits(
    world: World,
    slug: str,
    days: Iterable[int],
    *,
    line: str = "main",
    author: str = "ada",
    on_main: bool = True,
) -> None:
    """Add one commit a day; those of the same line and day are the same commit everywhere."""
    world.session.add_all(
        CommitRow(
            repository_id=world.repositories[slug], id=oid(f"{line} {day}"), parents=b"",
            author_time=moment(day), commit_time=moment(day), author_key=oid(author)[:16],
            author_domain="gov.example", on_main=on_main,
        )
        for day in days
    )  # fmt: skip
    world.session.flush()


def add_files(
    world: World,
    slug: str,
    contents: Mapping[str, str],
    *,
    day: float = 0,
    commit: str = "first",
    in_head: bool = True,
    size: int | None = 500,
    is_generated: bool = False,
) -> None:
    """Add files: path → content."""
    world.session.add_all(
        PathRow(
            repository_id=world.repositories[slug], blob=oid(content), path=path,
            commit=oid(commit), first_seen=moment(day), in_head=in_head, size=size,
            is_generated=is_generated,
        )
        for path, content in contents.items()
    )  # fmt: skip
    world.session.flush()


def add_prints(
    world: World, slug: str, path: str, content: str, hashes: Iterable[int], *, day: float = 0
) -> None:
    """Add fingerprints of a file."""
    world.session.add_all(
        FingerprintRow(
            hash=value, repository_id=world.repositories[slug], blob=oid(content), path=path,
            first_seen=moment(day), in_head=True,
        )
        for value in hashes
    )  # fmt: skip
    world.session.flush()


def add_package(
    world: World,
    slug: str,
    purl: str,
    *,
    path: str = "package.json",
    private: bool = False,
    day: float = 0,
    until: float | None = None,
) -> int:
    """Add a package (`npm:name`) that a manifest names as its own; return the span's id."""
    ecosystem, _, name = purl.partition(":")
    row = PackageSpan(
        repository_id=world.repositories[slug], ecosystem=ecosystem, name=name, path=path,
        private=private, blob="1" * 40, commit="2" * 40, first_seen=moment(day),
        last_seen=None if until is None else moment(until),
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    return row.id or 0


def add_dependency(
    world: World,
    slug: str,
    purl: str,
    *,
    path: str = "package.json",
    git_url: str | None = None,
    local: bool = False,
    day: float = 0,
    until: float | None = None,
) -> int:
    """Add a dependency (`npm:name`) that a manifest names; return the span's id."""
    ecosystem, _, name = purl.partition(":")
    row = DependencySpan(
        repository_id=world.repositories[slug], ecosystem=ecosystem, name=name, spec="^1",
        path=path, line=7, git_url=git_url, local=local, blob="1" * 40, commit="2" * 40,
        first_seen=moment(day), last_seen=None if until is None else moment(until),
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    return row.id or 0


def add_submodule(world: World, slug: str, path: str, url: str | None) -> None:
    """Add a gitlink at HEAD."""
    world.session.add(
        SubmoduleRow(
            repository_id=world.repositories[slug], path=path, commit="3" * 40, url=url
        )
    )  # fmt: skip
    world.session.flush()


def add_cluster(world: World, *slugs: str) -> int:
    """Put repositories into one cluster, each hanging on the first; return the cluster."""
    keys = sorted(world.repositories[slug] for slug in slugs)
    for key in keys:
        parent = None if key == keys[0] else keys[0]
        world.session.add(ClusterMember(repository_id=key, cluster_id=keys[0], parent_id=parent))
    world.session.flush()
    return keys[0]


class Shelf:
    """A background index of paper: packages by the hashes of their files and of their code."""

    def __init__(
        self,
        files: Mapping[int, str] | None = None,
        code: Mapping[int, str] | None = None,
        packages: Iterable[str] = (),
        digest: str = "shelf",
    ) -> None:
        self._files = dict(files or {})
        self._code = dict(code or {})
        self.packages = tuple(packages)
        self.digest = digest

    def package_of_file(self, hash: int) -> str | None:  # noqa: A002 - the port's own word
        """Return the package that publishes a content."""
        return self._files.get(hash)

    def package_of_fingerprint(self, hash: int) -> str | None:  # noqa: A002
        """Return the package that publishes a piece of code."""
        return self._code.get(hash)
