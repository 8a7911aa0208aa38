"""Finding all pairs of clusters that may be near, at once: a join of Parquet files in DuckDB.

The engine joins, counts and leaves out what cannot be near a threshold; `near_pairs` measures what
is left. The join goes hash prefix by hash prefix, so that its memory does not grow with the
catalogue, and artefacts in more clusters than the rules allow are left out first: without that the
join is quadratic.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb

from registry.lineage.pairs import Sizes
from registry.lineage.parquet import FILES, FINGERPRINTS, MEMBERS
from registry.lineage.rules import RULES

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
# Most artefacts stand once: these are left out before anything is joined.
_SEVERAL: Final = """
create or replace temp table several as
select hash from facts where hash between $low and $high group by hash having count(*) > 1
"""
# The earliest holder of each cluster; of equals the lowest repository, which holds a hash once.
_HOLD: Final = """
insert into held
with apart as (
    select facts.*, cluster from facts semi join several using (hash)
    join members using (repository)
    where hash between $low and $high
),
earliest as (
    select hash, cluster, min({
        'is_unknown': first_seen = 0, 'first_seen': first_seen, 'repository': repository,
        'is_import': is_import, 'versions': versions, 'path': path
    }) as holder
    from apart group by hash, cluster
)
select $kind, hash, cluster, holder.first_seen, holder.repository, holder.is_import,
    holder.versions, holder.path, count(*) over (partition by hash) as df
from earliest qualify df between 2 and $most
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


class BatchJoin:
    """The join over one folder of Parquet files.

    It leaves the tables `near` (pairs in the order of their ids, counted from 1), `held` (who holds
    what they share) and `file_size` (fingerprints of each file) in the engine.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def join(self) -> dict[int, Sizes]:
        """Find the near pairs; return how many artefacts their clusters hold."""
        self._engine.execute(_TABLES)
        self._engine.read_parquet(str(self._folder / MEMBERS)).create("members")
        for kind in (FILE, FINGERPRINT):
            self._look_at(kind)
            for low, high in self._prefixes():
                self._engine.execute(_SEVERAL, {"low": low, "high": high})
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

    def groups(self) -> Iterator[tuple[int, int]]:
        """Yield stretches of near pairs, first to last, that share some number of artefacts."""
        first, total = 1, 0
        at = 0
        for at, count in self._rows("select place, n from near order by place"):
            total += count
            if total >= _AT_ONCE:
                yield first, at
                first, total = at + 1, 0
        if first <= at:
            yield first, at

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._engine.execute(query).fetchall()
