"""From when to when manifests named a package or a dependency, read over the main line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from crawlers.manifests.dispatch import is_manifest, read
from crawlers.manifests.reading import ManifestReading
from crawlers.metadata.wanted import MAX_MANIFEST_DEPTH
from registry.domain.facts import Dependency, DependencySpan, Package, PackageSpan, Version
from registry.domain.languages import is_vendored
from registry.domain.sampling import spread

MAX_PATHS: Final = 60
MAX_VERSIONS: Final = 30
MAX_SPANS: Final = 20_000
_LOCKS: Final = ("package-lock.json", "npm-shrinkwrap.json")

Content = Callable[[str], bytes | None]


def is_watched(path: str) -> bool:
    """Tell whether the manifests at a path are read over history; lock files are not."""
    return (
        path.count("/") <= MAX_MANIFEST_DEPTH
        and is_manifest(path)
        and not is_vendored(path)
        and not path.lower().endswith(_LOCKS)
    )


def chosen(versions: Mapping[str, Sequence[Version]]) -> dict[str, list[Version]]:
    """Return the versions that are read: of the paths nearest to the root, first and last and
    evenly between."""
    paths = sorted((p for p in versions if is_watched(p)), key=lambda path: (path.count("/"), path))
    return {path: spread(versions[path], MAX_VERSIONS) for path in paths[:MAX_PATHS]}


def wanted_blobs(versions: Mapping[str, Sequence[Version]]) -> tuple[str, ...]:
    """Return the manifests whose contents `read_spans` needs."""
    found = (version.blob for path in chosen(versions).values() for version in path)
    return tuple(dict.fromkeys(blob for blob in found if blob))


def read_spans(
    versions: Mapping[str, Sequence[Version]], content: Content
) -> tuple[tuple[PackageSpan, ...], tuple[DependencySpan, ...]]:
    """Return the packages and dependencies of all watched manifests, each with its stretch."""
    packages: list[PackageSpan] = []
    dependencies: list[DependencySpan] = []
    for path, found in chosen(versions).items():
        states = [(version, _reading(path, version, content)) for version in found]
        known = [(version, reading) for version, reading in states if reading is not None]
        packages += _package_spans(known)
        dependencies += _dependency_spans(known)
    return tuple(packages[:MAX_SPANS]), tuple(dependencies[:MAX_SPANS])


def _reading(path: str, version: Version, content: Content) -> ManifestReading | None:
    """Return what a version says; one whose content is not here says nothing, not even that."""
    if not version.blob:
        return ManifestReading()
    data = content(version.blob)
    reading = None if data is None else read(path, data)
    return reading if reading and reading.readable else None


States = Sequence[tuple[Version, ManifestReading]]


def _package_spans(states: States) -> Iterable[PackageSpan]:
    named = [(v, {(p.ecosystem, p.name): p for p in r.packages}) for v, r in states]
    for key in dict.fromkeys(key for _, found in named for key in found):
        first, newest, ended = _stretch([(version, key in found) for version, found in named])
        package: Package = next(f[key] for v, f in reversed(named) if v is newest)
        yield PackageSpan(
            package=package, blob=newest.blob, commit=newest.commit,
            first_seen=first.time, last_seen=ended,
        )  # fmt: skip


def _dependency_spans(states: States) -> Iterable[DependencySpan]:
    named = [
        (v, {(d.ecosystem, d.name): d for d in reversed(r.dependencies) if not d.locked})
        for v, r in states
    ]
    for key in dict.fromkeys(key for _, found in named for key in found):
        first, newest, ended = _stretch([(version, key in found) for version, found in named])
        dependency: Dependency = next(f[key] for v, f in reversed(named) if v is newest)
        yield DependencySpan(
            dependency=dependency, blob=newest.blob, commit=newest.commit,
            first_seen=first.time, last_seen=ended,
        )  # fmt: skip


def _stretch(states: Sequence[tuple[Version, bool]]) -> tuple[Version, Version, int | None]:
    """Return the first and the newest version that says it, and when it was gone, if it is."""
    holding = [number for number, (_, holds) in enumerate(states) if holds]
    last = holding[-1]
    ended = states[last + 1][0].time if last + 1 < len(states) else None
    return states[holding[0]][0], states[last][0], ended
