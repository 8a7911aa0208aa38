"""Building the background index from a list: fetch, hash in the sandbox, merge in list order."""

import sys
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from crawlers import sandbox
from crawlers.background.archive import Hashes
from crawlers.background.download import download
from crawlers.background.listing import Listed
from registry.errors import CrawlFailure, InvalidInput
from registry.lineage.background import Background, Table, short
from registry.settings import CrawlSettings

_WORKERS: Final = 2


class Built(Struct, frozen=True):
    """An index that is ready to be written, and what did not get into it."""

    packages: tuple[str, ...]
    files: Table
    fingerprints: Table
    failures: tuple[tuple[str, str], ...]
    cuts: tuple[tuple[str, str], ...]


class Hasher:
    """Gets the hashes of one package: its archive is fetched, read in the sandbox, and removed."""

    def __init__(
        self,
        settings: CrawlSettings,
        fetch: Callable[[Listed, Path], Path] = download,
    ) -> None:
        self._level = sandbox.level(settings)
        self._fetch = fetch

    def __call__(self, package: Listed) -> Hashes:
        """Return the hashes, or raise `CrawlFailure`."""
        with tempfile.TemporaryDirectory(prefix="package-") as name:
            folder = Path(name).resolve()
            archive = self._fetch(package, folder)
            result = sandbox.run(
                "read",
                [sys.executable, "-m", "crawlers.background.archive", str(archive)],
                chosen=self._level,
                readable=[folder],
            )
        if result.exit_code != 0:
            raise CrawlFailure("malformed", result.stderr.strip().rpartition("\n")[2][:200])
        try:
            return msgspec.msgpack.decode(result.stdout, type=Hashes)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise CrawlFailure("crashed", "the worker's answer cannot be decoded") from error


def build_background(
    listed: Sequence[Listed],
    hashes_of: Callable[[Listed], Hashes],
    *,
    known: Background | None = None,
    note: Callable[[Listed, str], None] = lambda _package, _outcome: None,
) -> Built:
    """Build the index of a list; of the packages that `known` holds, nothing is fetched.

    A package that cannot be had is reported in `failures`, and costs nothing else. `note` is told
    each package with what became of it: `known`, `added`, or the failure in words.

    Raises `InvalidInput` when `known` cannot be extended to exactly what a build from nothing
    would give: when the list lacks or reorders its packages.
    """
    before = known or Background.empty()
    numbers = {str(package): number for number, package in enumerate(listed)}
    _check_extends(before, numbers)
    fresh = [package for package in listed if str(package) not in set(before.packages)]
    merge = _Merge(before, numbers)
    for package in listed:
        if str(package) in merge.present:
            note(package, "known")
    for package, found in _fetched(fresh, hashes_of):
        if isinstance(found, CrawlFailure):
            merge.failures.append((str(package), str(found)))
            note(package, str(found))
            continue
        merge.add(package, found)
        note(package, "added")
    return merge.built(listed)


class _Merge:
    """Hashes with the place in the list of the first package that has each."""

    def __init__(self, before: Background, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        places = [numbers[name] for name in before.packages]
        self._files = {key: places[owner] for key, owner in before.file_table.items()}
        self._prints = {key: places[owner] for key, owner in before.code_table.items()}
        self.present = set(before.packages)
        self.failures: list[tuple[str, str]] = []
        self._cuts: list[tuple[str, str]] = []

    def add(self, package: Listed, found: Hashes) -> None:
        """Take the hashes of a package, in any order of packages."""
        place = self._numbers[str(package)]
        for known, data in ((self._files, found.files), (self._prints, found.fingerprints)):
            for value in array("q", data):
                key = short(value)
                known[key] = min(place, known.get(key, place))
        self.present.add(str(package))
        self._cuts += [(str(package), cut) for cut in found.cut]

    def built(self, listed: Sequence[Listed]) -> Built:
        """Number the packages that were found, in the order of the list."""
        names = [str(package) for package in listed if str(package) in self.present]
        number_of = {self._numbers[name]: number for number, name in enumerate(names)}
        files, prints = (
            Table.of({key: number_of[place] for key, place in known.items()})
            for known in (self._files, self._prints)
        )
        return Built(tuple(names), files, prints, tuple(self.failures), tuple(self._cuts))


def _check_extends(before: Background, numbers: dict[str, int]) -> None:
    places = [numbers.get(name, -1) for name in before.packages]
    for name, place in zip(before.packages, places, strict=True):
        if place < 0:
            raise InvalidInput(f"the list has no {name}, which the older index holds: build anew")
    if places != sorted(places):
        raise InvalidInput("the list has another order than the older index: build anew")


def _fetched(
    packages: Sequence[Listed], hashes_of: Callable[[Listed], Hashes]
) -> Iterator[tuple[Listed, Hashes | CrawlFailure]]:
    def attempt(package: Listed) -> Hashes | CrawlFailure:
        try:
            return hashes_of(package)
        except CrawlFailure as failure:
            return failure

    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from zip(packages, pool.map(attempt, packages), strict=True)
