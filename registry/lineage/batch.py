"""Measuring all pairs of clusters at once: a join of Parquet files in DuckDB.

The engine joins, counts and leaves out what cannot be near a threshold; what a pair's values are
is said in one place, `pairs.pair_values`, here as in the update of one repository. The join goes
hash prefix by hash prefix, so that its memory does not grow with the catalogue, and artefacts in
more clusters than the rules allow are left out first: without that the join is quadratic.
"""

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb
from msgspec import Struct

from registry.domain.lineage import Holder
from registry.lineage.pairs import Artefacts, Shared, Sizes, pair_values, related_clusters
from registry.lineage.parquet import FILES, FINGERPRINTS, MEMBERS
from registry.lineage.rules import RULES
from registry.lineage.verdicts import PairValues

FILE: Final = 0
FINGERPRINT: Final = 1
_NAMES: Final = {FILE: FILES, FINGERPRINT: FINGERPRINTS}
# The engine adds in another order: what lies so close below a threshold is left to `judge`.
_ROUNDING: Final = 0.1
_PREFIX_ROWS: Final = 8_000_000
_AT_ONCE: Final = 200_000
_HASHES: Final = 1 << 64

_TABLES: Final = """
create table held (
    kind tinyint, hash bigint, cluster integer, first_seen bigint, repository integer,
    is_import boolean, versions integer, path varchar, df integer
);
create table common (kind tinyint, a integer, b integer, n bigint, weight double);
"""
# The earliest holder of each cluster; of equals the lowest repository, which holds a hash once.
_HOLD: Final = """
insert into held
with wide as (
    select hash from facts join members using (repository)
    where hash between $low and $high
    group by hash having min(cluster) < max(cluster)
),
earliest as (
    select hash, cluster, min({
        'is_unknown': first_seen = 0, 'first_seen': first_seen, 'repository': repository,
        'is_import': is_import, 'versions': versions, 'path': path
    }) as holder
    from facts join members using (repository) semi join wide using (hash)
    where hash between $low and $high
    group by hash, cluster
)
select $kind, hash, cluster, holder.first_seen, holder.repository, holder.is_import,
    holder.versions, holder.path, count(*) over (partition by hash) as df
from earliest qualify df <= $most
"""
_COUNT: Final = """
insert into common
select $kind, x.cluster, y.cluster, count(*), sum(ln($reference / x.df))
from held x join held y on x.hash = y.hash and x.cluster < y.cluster
where x.kind = $kind and y.kind = $kind
    and x.hash between $low and $high and y.hash between $low and $high
group by x.cluster, y.cluster
"""
_NEAR: Final = """
create table near as
with totals as (
    select a, b, sum(n) as n,
        coalesce(sum(n) filter (where kind = 0), 0) as files,
        coalesce(sum(n) filter (where kind = 1), 0) as prints,
        coalesce(sum(weight) filter (where kind = 0), 0) as file_weight,
        coalesce(sum(weight) filter (where kind = 1), 0) as print_weight
    from common group by a, b
)
select row_number() over (order by a, b) as place, a, b, n from totals
where (files >= $files or prints >= $prints)
    and greatest(file_weight, print_weight) >= $weight
"""
_SIZES: Final = """
with ours as (select a as cluster from near union select b from near),
places as (
    select repository, cluster, count(*) over (partition by cluster) = 1 as is_alone
    from members semi join ours using (cluster)
)
select cluster, count(*) from facts join places using (repository) where is_alone group by cluster
union all
select cluster, count(distinct hash) from facts join places using (repository)
where not is_alone group by cluster
"""
_FILE_SIZES: Final = """
create table file_size as
with ours as (select a as cluster from near union select b from near),
wanted as (
    select distinct repository, path from held semi join ours using (cluster) where kind = 1
)
select repository, path, count(*) as size
from facts semi join wanted using (repository, path) group by repository, path
"""
_WANTED: Final = """
create or replace table wanted as
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


class BatchJoin:
    """The join over one folder of Parquet files; `owners` as `pairs.cluster_owners` gives them."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        folder: Path,
        owners: Mapping[int, frozenset[str]],
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._owners = owners

    def measured(self) -> Iterator[Measured]:
        """Yield every pair that may be near a threshold, in the order of their ids."""
        sizes = self._join()
        for first, last in self._groups():
            yield from self._measure(first, last, sizes)

    def _join(self) -> dict[int, Sizes]:
        self._engine.execute(_TABLES)
        self._engine.read_parquet(str(self._folder / MEMBERS)).create("members")
        for kind in (FILE, FINGERPRINT):
            self._look_at(kind)
            for low, high in self._prefixes():
                bounds = {"kind": kind, "low": low, "high": high}
                self._engine.execute(_HOLD, {**bounds, "most": RULES.max_clusters})
                self._engine.execute(
                    _COUNT, {**bounds, "reference": float(RULES.reference_clusters)}
                )
        self._engine.execute(
            _NEAR,
            {
                "files": RULES.minimum_files,
                "prints": RULES.strong_hashes,
                "weight": RULES.near_weight - _ROUNDING,
            },
        )
        prints = dict(self._rows(_SIZES))
        self._engine.execute(_FILE_SIZES)
        self._look_at(FILE)
        files = dict(self._rows(_SIZES))
        return {key: Sizes(files.get(key, 0), prints.get(key, 0)) for key in files | prints}

    def _look_at(self, kind: int) -> None:
        """Make `facts` the rows of one kind of artefact; what it lacks is what `Holder` takes."""
        path = self._folder / _NAMES[kind]
        columns = (
            "hash, repository, first_seen, is_import, versions, '' as path"
            if kind == FILE
            else "hash, repository, first_seen, false as is_import, 1 as versions, path"
        )
        self._engine.read_parquet(str(path)).project(columns).create_view("facts", replace=True)

    def _prefixes(self) -> Iterator[tuple[int, int]]:
        (rows,) = self._engine.execute("select count(*) from facts").fetchall()[0]
        count = 1 + int(rows) // _PREFIX_ROWS
        ends = [_HASHES * at // count - _HASHES // 2 for at in range(count + 1)]
        for low, end in pairwise(ends):
            yield low, end - 1

    def _groups(self) -> Iterator[tuple[int, int]]:
        """Yield stretches of near pairs that share a bounded number of artefacts."""
        first, total = 1, 0
        at = 0
        for at, count in self._rows("select place, n from near order by place"):
            total += count
            if total >= _AT_ONCE:
                yield first, at
                first, total = at + 1, 0
        if first <= at:
            yield first, at

    def _measure(self, first: int, last: int, sizes: Mapping[int, Sizes]) -> list[Measured]:
        with _no_collection():
            return list(self._values(first, last, sizes))

    def _values(self, first: int, last: int, sizes: Mapping[int, Sizes]) -> Iterator[Measured]:
        self._engine.execute(_WANTED, {"first": first, "last": last})
        held: dict[int, Shared] = {FILE: defaultdict(dict), FINGERPRINT: defaultdict(dict)}
        for kind, value, cluster, *holder in self._rows(_HOLDERS):
            held[kind][value][cluster] = Holder(*holder)
        paths = {(key, path): size for key, path, size in self._rows(_PATH_SIZES)}
        for pair, kinds in self._pairs():
            shared = Artefacts(*(
                {value: held[kind][value] for value in kinds.get(kind, ())}
                for kind in (FILE, FINGERPRINT)
            ))  # fmt: skip
            near = {key for kind in shared for holders in kind.values() for key in holders}
            owners = {key: self._owners.get(key, frozenset()) for key in near}
            related = related_clusters(owners, *pair)
            values = pair_values(shared.files, shared.prints, *pair, sizes, paths, related)
            yield Measured(pair, values, shared)

    def _pairs(self) -> Iterator[tuple[tuple[int, int], dict[int, list[int]]]]:
        found: dict[tuple[int, int], dict[int, list[int]]] = {}
        for a, b, kind, hashes in self._rows(_PAIRS):
            found.setdefault((a, b), {})[kind] = hashes
        yield from found.items()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._engine.execute(query).fetchall()
