"""Measuring the pairs of clusters that the join found near, in a process for each core.

What a pair's values are is said in one place, `pairs.pair_values`, here as in the update of one
repository.
"""

import gc
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import duckdb
from msgspec import Struct

from registry.domain.lineage import Holder
from registry.lineage.batch import FILE, FINGERPRINT, BatchJoin
from registry.lineage.pairs import Artefacts, Shared, Sizes, pair_values, related_clusters
from registry.lineage.parquet import open_engine
from registry.lineage.verdicts import PairValues

_JOINED: Final = "joined.duckdb"
Kept = TypeVar("Kept")
_WANTED: Final = """
create or replace temp table wanted as
select near.a, near.b, x.kind, x.hash
from near join held x on x.cluster = near.a
    join held y on y.cluster = near.b and y.hash = x.hash and y.kind = x.kind
where near.place between $first and $last
"""
_HOLDERS: Final = """
select kind, hash, cluster, first_seen, repository, is_import, versions, path
from held semi join wanted using (kind, hash)
"""
_PATH_SIZES: Final = """
select repository, path, size from file_size
semi join (select distinct repository, path from held semi join wanted using (kind, hash)
           where kind = 1) using (repository, path)
"""
_PAIRS: Final = """
select a, b, kind, list(hash) from wanted group by a, b, kind order by a, b, kind
"""


class Measured(Struct, frozen=True):
    """A pair of clusters with its values, and the artefacts that both of them hold."""

    pair: tuple[int, int]
    values: PairValues
    shared: Artefacts


Owners = Mapping[int, frozenset[str]]


def each_near_pair(
    folder: Path, owners: Owners, keep: Callable[[Measured], Kept]
) -> Iterator[Kept]:
    """Yield what `keep` makes of each pair that may be near a threshold, in the order of ids.

    `folder` holds the files of `parquet.export_artefacts`, `owners` is what `pairs.cluster_owners`
    returns. `keep` and what it returns go from process to process, so they must be picklable.
    """
    with TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        with open_engine(place, _JOINED) as engine:
            join = BatchJoin(engine, folder)
            sizes = join.join()
            groups = list(join.groups())
        for found in _spread(partial(_kept, place, owners, sizes, keep), groups):
            yield from found


def _spread(
    call: Callable[[tuple[int, int]], list[Kept]], groups: list[tuple[int, int]]
) -> Iterator[list[Kept]]:
    """Call for each group; several groups are worth the start of other processes."""
    cores = len(os.sched_getaffinity(0))
    if min(len(groups), cores) < 2:
        yield from map(call, groups)
        return
    # A fork would copy the locks of the threads of this process.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(groups), cores), spawned) as pool:
        yield from pool.map(call, groups)


def _kept(
    place: Path,
    owners: Owners,
    sizes: Mapping[int, Sizes],
    keep: Callable[[Measured], Kept],
    group: tuple[int, int],
) -> list[Kept]:
    with open_engine(place, _JOINED, read_only=True) as engine, _no_collection():
        return [keep(measured) for measured in NearPairs(engine, owners, sizes).measured(*group)]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the cyclic garbage collector out: it walks all the rows again and again, in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class NearPairs:
    """The near pairs that `BatchJoin` left in an engine."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, owners: Owners, sizes: Mapping[int, Sizes]
    ) -> None:
        self._engine = engine
        self._owners = owners
        self._sizes = sizes

    def measured(self, first: int, last: int) -> Iterator[Measured]:
        """Yield the pairs of one stretch, in the order of their ids."""
        self._engine.execute(_WANTED, {"first": first, "last": last})
        held: dict[int, Shared] = {FILE: defaultdict(dict), FINGERPRINT: defaultdict(dict)}
        for kind, value, cluster, *holder in self._rows(_HOLDERS):
            held[kind][value][cluster] = Holder._make(holder)
        paths = {(key, path): size for key, path, size in self._rows(_PATH_SIZES)}
        for pair, kinds in self._pairs():
            shared = Artefacts(*(
                {value: held[kind][value] for value in kinds.get(kind, ())}
                for kind in (FILE, FINGERPRINT)
            ))  # fmt: skip
            near: set[int] = set().union(*shared.files.values(), *shared.prints.values())
            owners = {key: self._owners.get(key, frozenset()) for key in near}
            related = related_clusters(owners, *pair)
            values = pair_values(shared.files, shared.prints, *pair, self._sizes, paths, related)
            yield Measured(pair, values, shared)

    def _pairs(self) -> Iterator[tuple[tuple[int, int], dict[int, list[int]]]]:
        found: dict[tuple[int, int], dict[int, list[int]]] = {}
        for a, b, kind, hashes in self._rows(_PAIRS):
            found.setdefault((a, b), {})[kind] = hashes
        yield from found.items()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._engine.execute(query).fetchall()
