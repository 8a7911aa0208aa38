"""From when to when a package or dependency was named, over the versions of manifests."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from crawlers import spans
from crawlers.spans import MAX_PATHS, MAX_VERSIONS, chosen, is_watched, read_spans, wanted_blobs
from registry.domain.facts import DependencySpan, PackageSpan, Version


class History:
    """Manifests over time; each content is its own id."""

    def __init__(self) -> None:
        self.versions: dict[str, list[Version]] = {}
        self.contents: dict[str, bytes] = {}
        self.time = 0

    def write(self, path: str, data: bytes | dict[str, Any] | None, *, held: bool = True) -> None:
        """Let a path hold something from the next day on; not `held`: its content is not here."""
        self.time += 1
        blob = ""
        if data is not None:
            content = data if isinstance(data, bytes) else json.dumps(data, indent=1).encode()
            blob = f"blob {self.time}"
            if held:
                self.contents[blob] = content
        version = Version(f"commit {self.time}", self.time, blob)
        self.versions.setdefault(path, []).append(version)

    def read(self) -> tuple[tuple[PackageSpan, ...], tuple[DependencySpan, ...]]:
        return read_spans(self.versions, self.contents.get)

    def packages(self) -> dict[str, tuple[int, int | None]]:
        return {x.package.name: (x.first_seen, x.last_seen) for x in self.read()[0]}

    def dependencies(self) -> dict[str, tuple[int, int | None]]:
        return {x.dependency.name: (x.first_seen, x.last_seen) for x in self.read()[1]}


@pytest.fixture
def history() -> History:
    return History()


def test_a_name_that_changed_is_two_packages_one_after_the_other(history: History) -> None:
    history.write("package.json", {"name": "uswds", "version": "1"})
    history.write("package.json", {"name": "uswds", "version": "2"})
    history.write("package.json", {"name": "@uswds/uswds", "version": "3"})
    history.write("package.json", {"name": "@uswds/uswds", "version": "4"})
    packages, _ = history.read()
    old, new = packages
    assert (old.package.name, old.first_seen, old.last_seen) == ("uswds", 1, 3)
    # Blob and commit are those of the newest manifest that says it.
    assert (old.blob, old.commit, old.package.version) == ("blob 2", "commit 2", "2")
    assert (new.package.name, new.first_seen, new.last_seen) == ("@uswds/uswds", 3, None)
    assert (new.commit, new.package.version) == ("commit 4", "4")


def test_a_dependency_ends_where_it_is_no_longer_named(history: History) -> None:
    history.write("package.json", {"name": "a", "dependencies": {"left": "^1", "right": "1"}})
    history.write("package.json", {"name": "a", "dependencies": {"left": "^2"}})
    assert history.dependencies() == {"left": (1, None), "right": (1, 2)}
    left, right = sorted(history.read()[1], key=lambda span: span.dependency.name)
    assert (left.dependency.spec, left.commit, left.dependency.line) == ("^2", "commit 2", 4)
    assert (right.dependency.spec, right.commit, right.last_seen) == ("1", "commit 1", 2)


def test_a_manifest_that_was_removed_names_nothing_from_then_on(history: History) -> None:
    history.write("package.json", {"name": "a", "dependencies": {"left": "^1"}})
    history.write("package.json", None)
    assert history.packages() == {"a": (1, 2)}
    assert history.dependencies() == {"left": (1, 2)}
    history.write("package.json", {"name": "a"})
    # It came back: the stretch reaches from the first time to now.
    assert history.packages() == {"a": (1, None)}
    assert history.dependencies() == {"left": (1, 2)}


def test_the_same_name_in_two_manifests_is_told_for_each(history: History) -> None:
    history.write("package.json", {"name": "a"})
    history.write("packages/a/package.json", {"name": "a"})
    history.write("package.json", {"name": "b"})
    found = {(x.package.path, x.package.name, x.last_seen) for x in history.read()[0]}
    assert found == {
        ("package.json", "a", 3), ("package.json", "b", None),
        ("packages/a/package.json", "a", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    "write",
    [
        lambda history: history.write("package.json", b"{ no json"),
        lambda history: history.write("package.json", {"name": "b"}, held=False),
    ],
)
def test_a_version_that_cannot_be_read_ends_nothing(
    history: History, write: Callable[[History], None]
) -> None:
    history.write("package.json", {"name": "a", "dependencies": {"left": "1"}})
    write(history)
    assert history.packages() == {"a": (1, None)}
    assert history.dependencies() == {"left": (1, None)}
    history.write("package.json", {"name": "a"})
    assert history.dependencies() == {"left": (1, 3)}


def test_where_nothing_can_be_read_nothing_is_said(history: History) -> None:
    history.write("package.json", {"name": "a"}, held=False)
    assert history.read() == ((), ())
    assert read_spans({}, {}.get) == ((), ())


@pytest.mark.parametrize(
    ("path", "watched"),
    [
        ("package.json", True), ("server/pyproject.toml", True), ("go.mod", True),
        ("requirements/base.txt", True), ("a/b/c/d/e/f/g/package.json", False),
        ("package-lock.json", False), ("sub/npm-shrinkwrap.json", False), ("README.md", False),
        ("node_modules/a/package.json", False), ("vendor/a/composer.json", False),
    ],
)  # fmt: skip
def test_manifests_are_watched_and_locks_and_vendored_ones_are_not(
    path: str, watched: bool
) -> None:
    assert is_watched(path) is watched


def test_of_many_versions_the_first_the_last_and_some_between_are_read() -> None:
    versions = [Version(f"c{n}", n, f"b{n}") for n in range(1_000)]
    (kept,) = chosen({"package.json": versions}).values()
    times = [version.time for version in kept]
    assert len(times) == MAX_VERSIONS
    assert (times[0], times[-1]) == (0, 999)
    gaps = [b - a for a, b in pairwise(times)]
    assert max(gaps) - min(gaps) <= 1
    assert chosen({"package.json": versions[:3]}) == {"package.json": versions[:3]}


def test_of_many_manifests_those_near_the_root_are_read() -> None:
    version = [Version("c", 1, "b")]
    paths = [f"packages/p{n:03}/package.json" for n in range(MAX_PATHS)]
    found = chosen(dict.fromkeys([*paths, "package.json", "README.md"], version))
    assert list(found) == ["package.json", *paths[:-1]]


def test_contents_are_wanted_once_and_removals_have_none() -> None:
    versions = {
        "package.json": [Version("c", 1, "x"), Version("d", 2, ""), Version("e", 3, "y")],
        "web/package.json": [Version("c", 1, "x")],
        "README.md": [Version("c", 1, "z")],
    }
    assert wanted_blobs(versions) == ("x", "y")


def test_there_is_a_cap_on_what_is_told(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MAX_SPANS", 3)
    history.write("package.json", {"name": "a", "dependencies": {f"d{n}": "1" for n in range(9)}})
    packages, dependencies = history.read()
    assert (len(packages), len(dependencies)) == (1, 3)
