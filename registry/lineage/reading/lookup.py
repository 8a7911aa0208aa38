"""Where else code stands: from hashes, packages and URLs to the components that hold them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func, tuple_, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import (
    CommitRow,
    Component,
    FileArtefact,
    FingerprintRow,
    Organisation,
    PackageSpan,
    PathRow,
    Repository,
    RepositoryAlias,
)
from registry.domain.dates import EARLIEST
from registry.domain.fingerprints import file_hash
from registry.lineage.reading.asked import Asked
from registry.lineage.readmodels import LookupAnswer, LookupHit

MAX_HITS: Final = 100
SAMPLES: Final = 5
_BATCH: Final = 500
# By the table: where the class is asked, what was taken down is left out, and cannot be named.
_COMPONENTS: Final = Model.metadata.tables["component"]
_HIDDEN: Final = select_columns(_COMPONENTS.c.repository_id).where(_COMPONENTS.c.is_taken_down)

Owner = Callable[[int], str | None]


class _Row(Struct):
    """What one repository holds."""

    found: int = 0
    first_seen: int | None = None
    samples: list[tuple[str, str]] = []

    def take(self, count: int, first_seen: int | None) -> None:
        self.found += count
        if first_seen is not None and first_seen > EARLIEST:
            self.first_seen = min(first_seen, self.first_seen or first_seen)

    @property
    def rank(self) -> tuple[int, float]:
        return (-self.found, self.first_seen or float("inf"))


def look_up(session: Session, asked: Asked, owner: Owner) -> LookupAnswer:
    """Return the components that hold most of what is asked for; `owner` knows packages.

    What was taken down holds nothing, and what it alone holds is not known.
    """
    rows: dict[int, _Row] = defaultdict(_Row)
    known = _count_files(session, asked, rows) + _count_commits(session, asked, rows)
    known += _take_packages(session, asked, rows) + _take_urls(session, asked, rows)
    known += _take_fingerprints(session, asked, rows)
    ranked = sorted(rows, key=lambda key: (rows[key].rank, key))
    cards = _components(session, ranked, MAX_HITS + 1)
    shown = [key for key in ranked if key in cards][:MAX_HITS]
    _sample_files(session, asked, rows, shown)
    _sample_commits(session, asked, rows, shown)
    third_party = {text: owner(file_hash(blob)) for blob, text in asked.blobs.items()}
    return LookupAnswer(
        asked=len(asked),
        known=known,
        hits=tuple(_hit(cards[key], rows[key]) for key in shown),
        third_party={text: package for text, package in third_party.items() if package},
        is_cut=len(cards) > MAX_HITS,
    )


def _hit(card: Any, row: _Row) -> LookupHit:
    first = row.first_seen
    return LookupHit(
        slug=card.slug, name=card.name, organisation=card.organisation, country=card.country,
        region=card.region, found=row.found, samples=tuple(sorted(row.samples)[:SAMPLES]),
        first_seen=datetime.fromtimestamp(first, UTC) if first is not None else None,
    )  # fmt: skip


def _count_files(session: Session, asked: Asked, rows: dict[int, _Row]) -> int:
    hashes = {file_hash(blob) for blob in asked.blobs}
    return _count(session, rows, FileArtefact.hash, FileArtefact.first_seen, hashes)


def _count_commits(session: Session, asked: Asked, rows: dict[int, _Row]) -> int:
    return _count(session, rows, CommitRow.id, CommitRow.commit_time, asked.commits)


def _count(
    session: Session, rows: dict[int, _Row], key: Any, moment: Any, ids: Iterable[Any]
) -> int:
    """Add to each repository how many of the ids it holds; return how many are known at all."""
    repository_id = key.class_.repository_id
    known = 0
    for batch in batches(ids, _BATCH):
        counts = session.execute(
            select_columns(repository_id, func.count(), func.min(moment))
            .where(key.in_(batch), repository_id.not_in(_HIDDEN))
            .group_by(repository_id)
        )
        for repository, count, first in counts:
            rows[repository].take(count, first)
        distinct = select_columns(func.count(key.distinct())).where(
            key.in_(batch), repository_id.not_in(_HIDDEN)
        )
        known += session.execute(distinct).scalar_one()
    return known


def _take_packages(session: Session, asked: Asked, rows: dict[int, _Row]) -> int:
    known: set[tuple[str, str]] = set()
    for batch in batches(asked.packages, _BATCH):
        found = session.execute(
            select_columns(
                col(PackageSpan.repository_id), col(PackageSpan.ecosystem), col(PackageSpan.name),
                func.min(col(PackageSpan.path)), func.min(col(PackageSpan.first_seen)),
            )
            .where(
                tuple_(col(PackageSpan.ecosystem), col(PackageSpan.name)).in_(batch),
                col(PackageSpan.private).is_(False),
                col(PackageSpan.repository_id).not_in(_HIDDEN),
            )
            .group_by(
                col(PackageSpan.repository_id), col(PackageSpan.ecosystem), col(PackageSpan.name)
            )
        )  # fmt: skip
        for repository, ecosystem, name, path, first in found:
            known.add((ecosystem, name))
            rows[repository].take(1, first)
            rows[repository].samples.append((asked.packages[(ecosystem, name)], path))
    return len(known)


def _take_urls(session: Session, asked: Asked, rows: dict[int, _Row]) -> int:
    known: set[str] = set()
    for batch in batches(asked.urls, _BATCH):
        here = select_columns(col(Repository.id), col(Repository.url)).where(
            col(Repository.url).in_(batch), col(Repository.id).not_in(_HIDDEN)
        )
        once = select_columns(col(RepositoryAlias.repository_id), col(RepositoryAlias.url)).where(
            col(RepositoryAlias.url).in_(batch),
            col(RepositoryAlias.repository_id).not_in(_HIDDEN),
        )
        for repository, url in session.execute(union(here, once)):
            known.add(url)
            rows[repository].take(1, None)
            rows[repository].samples.append((asked.urls[url], url))
    return len(known)


def _take_fingerprints(session: Session, asked: Asked, rows: dict[int, _Row]) -> int:
    """Count the pieces of code that each repository holds; third-party code is nobody's own."""
    known: set[int] = set()
    for batch in batches(sorted(asked.fingerprints), _BATCH):
        found = session.execute(
            select_columns(
                col(FingerprintRow.repository_id), col(FingerprintRow.hash),
                col(FingerprintRow.path), col(FingerprintRow.first_seen),
            )
            .where(
                col(FingerprintRow.hash).in_(batch),
                col(FingerprintRow.is_third_party).is_(False),
                col(FingerprintRow.repository_id).not_in(_HIDDEN),
            )
        )  # fmt: skip
        for repository, value, path, first in found:
            known.add(value)
            rows[repository].take(1, first)
            if all(path != there for _, there in rows[repository].samples):
                rows[repository].samples.append(("snippet", path))
    return len(known)


def _components(session: Session, ranked: Sequence[int], most: int) -> dict[int, Any]:
    """Return the components of the first repositories that have one, at most `most`."""
    found: dict[int, Any] = {}
    for batch in batches(ranked, _BATCH):
        cards = session.execute(
            select_columns(
                col(Component.repository_id), col(Component.slug), col(Component.name),
                col(Component.country), col(Component.region),
                col(Organisation.name).label("organisation"),
            )
            .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
            .where(col(Component.repository_id).in_(batch))
        )  # fmt: skip
        known = {card.repository_id: card for card in cards}
        found |= {key: known[key] for key in batch if key in known}
        if len(found) >= most:
            break
    return dict(list(found.items())[:most])


def _sample_files(
    session: Session, asked: Asked, rows: dict[int, _Row], shown: Sequence[int]
) -> None:
    """Tell where the files stand; the whole id is compared here, and not its first 64 bits."""
    path = func.min(col(PathRow.path))
    for repository, blob, name in _pairs(session, asked.blobs, shown, PathRow.blob, path):
        if len(rows[repository].samples) < SAMPLES:
            rows[repository].samples.append((asked.blobs[blob], name))


def _sample_commits(
    session: Session, asked: Asked, rows: dict[int, _Row], shown: Sequence[int]
) -> None:
    time = func.min(col(CommitRow.commit_time))
    for repository, commit, seconds in _pairs(session, asked.commits, shown, CommitRow.id, time):
        if len(rows[repository].samples) < SAMPLES:
            day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
            rows[repository].samples.append((asked.commits[commit], day))


def _pairs(
    session: Session, ids: Iterable[bytes], shown: Sequence[int], key: Any, value: Any
) -> Iterator[tuple[int, bytes, Any]]:
    """Yield (repository, id, value) for each id that one of the shown repositories holds."""
    repository_id = key.class_.repository_id
    for batch in batches(ids, _BATCH) if shown else ():
        rows = session.execute(
            select_columns(repository_id, key, value)
            .where(repository_id.in_(shown), key.in_(batch))
            .group_by(repository_id, key)
            .order_by(repository_id, key)
        )
        yield from ((repository, bytes(found), shows) for repository, found, shows in rows)
