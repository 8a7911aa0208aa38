"""The thresholds of lineage in one versioned table: change a number here, and raise the version.

All values that the rules compare are stored (`cluster_pair.values`), so that a new table needs no
new crawl. How they were chosen stands on the method page and in `docs/evidence.md`.
"""

from typing import Final

from msgspec import Struct


class Rules(Struct, frozen=True):
    """Thresholds of the detectors; weights are sums of ln(`reference_clusters` / df).

    df is the number of clusters that hold an artefact. The number of clusters is a constant and
    not the size of the catalogue: a repository that shares nothing with two others must not
    change what is said of them.
    """

    version: int = 1
    reference_clusters: int = 300
    max_clusters: int = 50
    max_cluster_size: int = 250
    import_files: int = 40
    minimum_bytes: int = 100
    minimum_files: int = 5
    minimum_weight: float = 25.0
    minimum_containment: float = 0.02
    near_weight: float = 15.0
    similar_weight: float = 25.0
    similar_containment: float = 0.10
    strong_pairs: int = 3
    strong_hashes: int = 3
    strong_share: float = 0.30
    maximum_tau: float = 0.35
    maximum_tau_in_bulk: float = 0.25
    bulk_share: float = 0.75
    upstream_cover: float = 0.80
    background_share: float = 0.30
    maximum_holders: int = 3
    author_days: int = 10
    author_bulk: float = 0.30
    alike_pairs: int = 5
    alike_weight: float = 100.0
    written_days: int = 4
    taken_weight: float = 90.0
    taken_pairs: int = 1
    taken_tau: float = 0.10
    taken_share: float = 0.80
    minimum_gap_days: float = 1.0
    sampled_days: float = 365.0
    first_share: float = 0.60
    transfer_share: float = 0.50
    sight_margin_days: float = 7.0


RULES: Final = Rules()
