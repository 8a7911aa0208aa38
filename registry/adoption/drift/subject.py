"""What the measuring of a pair needs to know, read before the work begins."""

from typing import Final

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.advisories.matching import sought_digest, sought_fixes
from registry.adoption.drift.graph import Counted, count_commits
from registry.db.tables import Component, Drift, FileArtefact, PathRow, Repository
from registry.domain.crawl import partial_flag
from registry.domain.drift import DRIFT_VERSION, SoughtFix
from registry.domain.fingerprints import file_hash
from registry.errors import NotFound

_CUT: Final = frozenset({partial_flag("shallow"), partial_flag("commits")})


class Side(Struct, frozen=True):
    """One repository of a pair: its row, its canonical URL, and the commit of its facts."""

    repository: int
    url: str
    head: str


class Subject(Struct, frozen=True, kw_only=True):
    """A pair that is to be measured.

    `counted` are the commits that only one side has, `None` where a history was cut. `shared` are
    ids of files of the fork that tell of reuse, where no commit is shared. `is_measured` says that
    nothing has changed since it was measured.
    """

    origin: Side
    reuser: Side
    counted: Counted | None
    shared: frozenset[str]
    sought: tuple[SoughtFix, ...]
    sought_digest: str
    is_measured: bool


def load_subject(session: Session, origin: int, reuser: int) -> Subject:
    """Return a pair of components by their ids; raises `NotFound` where one is not there."""
    sides = [_side(session, key) for key in (origin, reuser)]
    sought = sought_fixes(session, origin)
    digest = sought_digest(sought)
    rows = [side.repository for side, _ in sides]
    is_cut = any(_CUT & set(flags) for _, flags in sides)
    counted = None if is_cut else count_commits(session, *rows)
    is_apart = counted is not None and not counted.common
    return Subject(
        origin=sides[0][0],
        reuser=sides[1][0],
        counted=counted,
        shared=_shared(session, *rows) if is_apart else frozenset(),
        sought=sought,
        sought_digest=digest,
        is_measured=_is_measured(session, origin, reuser, sides[0][0], sides[1][0], digest),
    )  # fmt: skip


def _side(session: Session, component: int) -> tuple[Side, list[str]]:
    row = session.execute(
        select(
            col(Repository.id), col(Repository.url), col(Repository.head_commit),
            col(Repository.flags),
        )
        .join(Component, col(Component.repository_id) == col(Repository.id))
        .where(col(Component.id) == component)
    ).first()  # fmt: skip
    if row is None or row.head_commit is None:
        raise NotFound(f"component {component} has no repository that was read")
    return Side(row.id, row.url, row.head_commit), list(row.flags)


def _is_measured(
    session: Session, origin: int, reuser: int, upstream: Side, fork: Side, digest: str
) -> bool:
    row = session.get(Drift, (origin, reuser))
    wanted = (upstream.head, fork.head, digest, DRIFT_VERSION)
    return (
        row is not None
        and row.state != "not_known"
        and (row.origin_head, row.reuser_head, row.sought, row.version) == wanted
    )


def _shared(session: Session, origin: int, reuser: int) -> frozenset[str]:
    """Return the ids of the fork's files that tell of reuse, and that the upstream has or had."""
    theirs = aliased(FileArtefact)
    hashes = set(
        session.execute(
            select(col(FileArtefact.hash))
            .join(theirs, col(theirs.hash) == col(FileArtefact.hash))
            .where(col(FileArtefact.repository_id) == reuser, col(theirs.repository_id) == origin)
        ).scalars()
    )
    blobs = session.execute(select(col(PathRow.blob)).where(col(PathRow.repository_id) == reuser))
    return frozenset(blob.hex() for blob in blobs.scalars() if file_hash(blob) in hashes)
