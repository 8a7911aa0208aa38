"""Measuring a cluster against every other that shares something rare with it, and storing it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import ClusterPair, FingerprintRow, Repository
from registry.domain.dates import EARLIEST
from registry.domain.lineage import Holder, measure, strong_pairs
from registry.lineage.rules import RULES, Rules
from registry.lineage.verdicts import PairValues, Verdict, judge

Shared = dict[int, dict[int, Holder]]
FILES: Final = Model.metadata.tables["file_artefact"]
PRINTS: Final = Model.metadata.tables["fingerprint_fact"]
MEMBERS: Final = Model.metadata.tables["cluster_member"]


class Sizes(NamedTuple):
    """How many artefacts a cluster has of each kind."""

    files: int
    fingerprints: int


def shared_files(session: Session, cluster: int, members: Sequence[int]) -> Shared:
    """Return the file contents that a cluster shares with others: hash → cluster → holder."""
    rows = _shared_rows(
        session, FILES, cluster, members, ("first_seen", "repository_id", "is_import", "versions")
    )
    shared: Shared = defaultdict(dict)
    for value, key, *holder in rows:
        _keep(shared[value], key, Holder(*holder))
    return shared


def shared_fingerprints(session: Session, cluster: int, members: Sequence[int]) -> Shared:
    """Return the code fingerprints that a cluster shares with others."""
    rows = _shared_rows(session, PRINTS, cluster, members, ("first_seen", "repository_id", "path"))
    shared: Shared = defaultdict(dict)
    for value, key, first_seen, repository, path in rows:
        known = first_seen if first_seen > EARLIEST else 0
        _keep(shared[value], key, Holder(known, repository, path=path))
    return shared


def _shared_rows(
    session: Session, table: Table, cluster: int, members: Sequence[int], names: Sequence[str]
) -> Iterable[Any]:
    """Select (hash, cluster, columns…) of every artefact that also stands in another cluster."""
    mine, other, row = table.alias("mine"), table.alias("other"), table.alias("row")
    home, place = MEMBERS.alias("home"), MEMBERS.alias("place")
    elsewhere = exists(
        select(1)
        .select_from(other.join(home, home.c.repository_id == other.c.repository_id))
        .where(other.c.hash == mine.c.hash, home.c.cluster_id != cluster, *_telling(other))
    )
    shared = (
        select(mine.c.hash)
        .where(mine.c.repository_id.in_(members), *_telling(mine), elsewhere)
        .distinct()
        .subquery()
    )
    held, holder = table.alias("held"), MEMBERS.alias("holder")
    wanted = (
        select(shared.c.hash)
        .select_from(
            shared.join(held, held.c.hash == shared.c.hash).join(
                holder, holder.c.repository_id == held.c.repository_id
            )
        )
        .where(*_telling(held))
        .group_by(shared.c.hash)
        .having(func.count(holder.c.cluster_id.distinct()) <= RULES.max_clusters)
        .subquery()
    )
    columns = [row.c[name] for name in names]
    return session.execute(
        select(row.c.hash, place.c.cluster_id, *columns)
        .select_from(
            wanted.join(row, row.c.hash == wanted.c.hash).join(
                place, place.c.repository_id == row.c.repository_id
            )
        )
        .where(*_telling(row))
    )


def _telling(table: Any) -> list[ColumnElement[bool]]:
    """Leave third-party code out where the table marks it; elsewhere it has no rows."""
    return [table.c.is_third_party.is_(False)] if "is_third_party" in table.c else []


def _keep(holders: dict[int, Holder], cluster: int, holder: Holder) -> None:
    """Keep the earliest holder of a cluster; of equals the lowest repository."""
    known = holders.get(cluster)
    if known is None or _rank(holder) < _rank(known):
        holders[cluster] = holder


def _rank(holder: Holder) -> tuple[bool, int, int, str]:
    return (holder.first_seen == 0, holder.first_seen, holder.repository, holder.path)


def neighbours(shared: Shared, cluster: int, rules: Rules = RULES) -> Counter[int]:
    """Count for each other cluster the artefacts that it shares with this one."""
    found: Counter[int] = Counter()
    for holders in shared.values():
        if len(holders) <= rules.max_clusters:
            found.update(key for key in holders if key != cluster)
    return found


def cluster_sizes(session: Session, clusters: Iterable[int]) -> dict[int, Sizes]:
    """Return how many distinct artefacts clusters hold."""
    wanted = sorted(set(clusters))
    files, prints = _counts(session, FILES, wanted), _counts(session, PRINTS, wanted)
    return {key: Sizes(files.get(key, 0), prints.get(key, 0)) for key in wanted}


def _counts(session: Session, table: Table, clusters: Sequence[int]) -> dict[int, int]:
    joined = table.join(MEMBERS, MEMBERS.c.repository_id == table.c.repository_id)
    found: dict[int, int] = {}
    for batch in batches(clusters, 500):
        rows = session.execute(
            select(MEMBERS.c.cluster_id, func.count(table.c.hash.distinct()))
            .select_from(joined)
            .where(MEMBERS.c.cluster_id.in_(batch), *_telling(table))
            .group_by(MEMBERS.c.cluster_id)
        )
        found |= {int(key): int(count) for key, count in rows}
    return found


class Artefacts(NamedTuple):
    """What a cluster shares with any other, by kind."""

    files: Shared
    prints: Shared


def shared_with_others(session: Session, cluster: int, members: Sequence[int]) -> Artefacts:
    """Return all that a cluster shares with others."""
    return Artefacts(
        shared_files(session, cluster, members), shared_fingerprints(session, cluster, members)
    )


def near_clusters(shared: Artefacts, cluster: int) -> set[int]:
    """Return the clusters that share anything rare with this one."""
    return set(neighbours(shared.files, cluster)) | set(neighbours(shared.prints, cluster))


def measure_cluster(
    session: Session, cluster: int, shared: Artefacts
) -> dict[tuple[int, int], PairValues]:
    """Measure a cluster against all with which it shares enough to be looked at."""
    by_files = neighbours(shared.files, cluster)
    by_prints = neighbours(shared.prints, cluster)
    near = {
        key
        for key in by_files | by_prints
        if by_files[key] >= RULES.minimum_files or by_prints[key] >= RULES.strong_hashes
    }
    sizes = cluster_sizes(session, {cluster, *near})
    paths = _file_sizes(session, shared.prints)
    owners = cluster_owners(session, near_clusters(shared, cluster) | {cluster})
    found = {}
    for other in sorted(near):
        a, b = sorted((cluster, other))
        found[(a, b)] = pair_values(
            shared.files, shared.prints, a, b, sizes, paths, related_clusters(owners, a, b)
        )
    return found


def cluster_owners(session: Session, clusters: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return who owns repositories of clusters: the addresses that theirs begin with."""
    found: dict[int, set[str]] = defaultdict(set)
    for batch in batches(sorted(clusters), 500):
        rows = session.execute(
            select(MEMBERS.c.cluster_id, col(Repository.url))
            .join(Repository, col(Repository.id) == MEMBERS.c.repository_id)
            .where(MEMBERS.c.cluster_id.in_(batch))
        )
        for cluster, url in rows:
            found[cluster].add(url.rpartition("/")[0].lower())
    return {cluster: frozenset(owners) for cluster, owners in found.items()}


def related_clusters(owners: Mapping[int, frozenset[str]], a: int, b: int) -> frozenset[int]:
    """Return the clusters that have an owner in common with one of a pair."""
    own = owners.get(a, frozenset()) | owners.get(b, frozenset())
    return frozenset(cluster for cluster, held in owners.items() if held & own)


def judged(
    measured: Mapping[tuple[int, int], PairValues], rules: Rules = RULES
) -> dict[tuple[int, int], tuple[PairValues, Verdict]]:
    """Return the pairs that are worth storing, with their verdicts."""
    found = {key: (values, judge(values, rules)) for key, values in measured.items()}
    return {key: pair for key, pair in found.items() if pair[1].is_near}


def pair_values(
    files: Shared,
    prints: Shared,
    a: int,
    b: int,
    sizes: Mapping[int, Sizes],
    file_sizes: Mapping[tuple[int, str], int],
    related: frozenset[int] = frozenset(),
    rules: Rules = RULES,
) -> PairValues:
    """Measure one pair, a < b, over artefacts that hold all that the two share."""
    reference, most = rules.reference_clusters, rules.max_clusters
    by_files = measure(
        files, a, b, (sizes[a].files, sizes[b].files),
        reference=reference, most=most, related=related,
    )  # fmt: skip
    by_prints = measure(
        prints, a, b, (sizes[a].fingerprints, sizes[b].fingerprints),
        reference=reference, most=most, related=related,
    )  # fmt: skip
    strong = strong_pairs(
        prints, a, b, file_sizes,
        most=rules.max_clusters, hashes=rules.strong_hashes, share=rules.strong_share,
    )  # fmt: skip
    return PairValues(by_files, msgspec.structs.replace(by_prints, strong_pairs=strong))


def _file_sizes(session: Session, prints: Shared) -> dict[tuple[int, str], int]:
    """Return how many fingerprints each file has that shares some."""
    wanted = {(h.repository, h.path) for holders in prints.values() for h in holders.values()}
    found: dict[tuple[int, str], int] = {}
    for repository in sorted({key for key, _ in wanted}):
        rows = session.execute(
            select(col(FingerprintRow.path), func.count())
            .where(
                col(FingerprintRow.repository_id) == repository,
                col(FingerprintRow.is_third_party).is_(False),
            )
            .group_by(col(FingerprintRow.path))
        )
        found |= {(repository, path): count for path, count in rows}
    return found


def store_pairs(
    session: Session, cluster: int, found: Mapping[tuple[int, int], tuple[PairValues, Verdict]]
) -> dict[tuple[int, int], Verdict]:
    """Write all pairs of a cluster by difference; return their verdicts."""
    rows = session.execute(
        select(ClusterPair).where(
            or_(col(ClusterPair.cluster_a) == cluster, col(ClusterPair.cluster_b) == cluster)
        )
    ).scalars()
    stored = {(row.cluster_a, row.cluster_b): row for row in rows}
    for key, (values, verdict) in found.items():
        row = stored.pop(key, None) or ClusterPair(cluster_a=key[0], cluster_b=key[1], verdict="")
        written = {
            "values": msgspec.to_builtins(values), "verdict": verdict.name,
            "upstream_id": verdict.upstream, "rule_version": RULES.version,
        }  # fmt: skip
        if any(getattr(row, name) != value for name, value in written.items()):
            row.sqlmodel_update(written)
            session.add(row)
    for row in stored.values():
        session.delete(row)
    session.flush()
    return {key: verdict for key, (_, verdict) in found.items()}


def forget_clusters(session: Session, clusters: Iterable[int]) -> None:
    """Remove the pairs of clusters that went up in another."""
    for cluster in clusters:
        session.execute(
            delete(ClusterPair).where(
                or_(col(ClusterPair.cluster_a) == cluster, col(ClusterPair.cluster_b) == cluster)
            )
        )
