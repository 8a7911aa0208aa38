"""Counting who did what on which day, from the commits of a repository's main line.

A fork inherits the commits of what it is a fork of: they are counted apart, since they tell of the
other project. A commit counts once, for the address of its author at that time.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import and_, delete, or_, select
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import insert_rows
from registry.db.tables import ApprovalCount, Contribution, ContributionCount, Repository
from registry.governance.measures.approving import SINCE_READER, Approving, load_named
from registry.governance.measures.days import day_at
from registry.jobs.port import NewJob
from registry.lineage.ancestry import ancestors

COUNT: Final = "governance.count"
VERSION: Final = 4  # raised when anything here counts differently
PRIORITY: Final = -10  # after crawling, before drift
BOT: Final = "bot"
_COMMITS: Final = Model.metadata.tables["commit_fact"]
_Key = tuple[int, bytes, str, bool, bool]


def count_job(repository_id: int) -> NewJob:
    """Return the job that counts a repository."""
    return NewJob(
        task=COUNT,
        key=str(repository_id),
        payload={"repository_id": repository_id},
        lane=COUNT,
        priority=PRIORITY,
    )


def count_jobs(_session: Session, repository_id: int) -> list[NewJob]:
    """Return the job of a repository whose facts or edges changed."""
    return [count_job(repository_id)]


def due_counts(session: Session) -> list[NewJob]:
    """Return the jobs of all repositories that were not counted as they are now."""
    query = (
        select(col(Repository.id))
        .outerjoin(ContributionCount, col(ContributionCount.repository_id) == col(Repository.id))
        .where(
            col(Repository.head_commit).is_not(None),
            or_(
                col(ContributionCount.repository_id).is_(None),
                col(ContributionCount.version) != VERSION,
                col(ContributionCount.head) != col(Repository.head_commit),
            ),
        )
        .order_by(col(Repository.id))
    )
    return [count_job(key) for key in session.execute(query).scalars() if key is not None]


def count_contributions(session: Session, repository_id: int, now: datetime) -> None:
    """Count a repository anew; does nothing where it was removed meanwhile."""
    counted = read_counts(session, repository_id)
    if counted is not None:
        write_counts(session, counted, now)


class Counts(Struct, frozen=True, kw_only=True):
    """What was counted of a repository up to a commit: rows of both tables of counts."""

    repository_id: int
    head: str | None
    rows: list[dict[str, Any]]
    approvals: list[dict[str, Any]]


def read_counts(session: Session, repository_id: int) -> Counts | None:
    """Count a repository, or return `None` where it was removed; writes nothing, may take long."""
    repository = session.get(Repository, repository_id)
    if repository is None:
        return None
    commits, merges, put_in, approving = _counted(session, repository)
    reviews, approvals = approving.reviews, approving.approvals
    rows: list[dict[str, Any]] = [
        {
            "repository_id": repository_id, "day": key[0], "author_key": key[1],
            "author_domain": key[2], "is_bot": key[3], "is_own": key[4],
            "commits": commits[key], "merges": merges[key], "put_in": put_in[key],
            "reviewed": reviews[key], "approvals": approvals[key],
        }
        for key in sorted({*commits, *merges, *put_in, *reviews, *approvals})
    ]  # fmt: skip
    return Counts(
        repository_id=repository_id, head=repository.head_commit, rows=rows,
        approvals=approving.rows(repository_id),
    )  # fmt: skip


def write_counts(session: Session, counted: Counts, now: datetime) -> None:
    """Put what was counted in the place of what was before."""
    repository = session.get(Repository, counted.repository_id, with_for_update=True)
    if repository is None:
        return
    for table, rows in ((Contribution, counted.rows), (ApprovalCount, counted.approvals)):
        mine = col(table.repository_id) == counted.repository_id
        session.execute(delete(table).where(mine))
        insert_rows(session, table, rows)
    session.merge(
        ContributionCount(
            repository_id=counted.repository_id, head=counted.head, version=VERSION,
            counted_at=now,
        )
    )  # fmt: skip
    session.flush()


def _counted(
    session: Session, repository: Repository
) -> tuple[Counter[_Key], Counter[_Key], Counter[_Key], Approving]:
    commits: Counter[_Key] = Counter()
    merges: Counter[_Key] = Counter()
    put_in: Counter[_Key] = Counter()
    approving = Approving()
    key = repository.id or 0
    rows = _rows(session, key)
    line = _first_parents(rows, repository.head_commit)
    named = load_named(session, key)
    is_read = repository.reader_version >= SINCE_READER
    for row in rows:
        is_own = not row.is_inherited
        is_bot = BOT in row.flags.split(",")
        day = day_at(datetime.fromtimestamp(row.author_time, UTC))
        by = (day, bytes(row.author_key), row.author_domain, is_bot, is_own)
        is_merge = len(row.parents) > len(row.id)  # ids have 20 or 32 bytes
        (merges if is_merge else commits)[by] += 1
        is_on_line = bytes(row.id) in line
        if is_read and not is_merge and not is_bot:
            people = named.get(bytes(row.id), ())
            approving.take(row, people, is_own=is_own, is_on_line=is_on_line)
        if not is_on_line:
            continue
        if is_merge:
            put_in[by] += 1
        elif row.committer_key is not None:
            day = day_at(datetime.fromtimestamp(row.commit_time, UTC))
            domain = row.committer_domain or ""
            put_in[day, bytes(row.committer_key), domain, False, is_own] += 1
    return commits, merges, put_in, approving


def _first_parents(rows: Sequence[Any], head: str | None) -> set[bytes]:
    """Return the commits from the head down over first parents.

    What is written on a branch reaches the main line by one of them, so whoever made a merge there
    could put work in; a merge elsewhere shows nothing of that.
    """
    before = {bytes(row.id): bytes(row.parents[: len(row.id)]) for row in rows}
    line: set[bytes] = set()
    commit = bytes.fromhex(head) if head else b""
    while commit in before and commit not in line:
        line.add(commit)
        commit = before[commit]
    return line


def _rows(session: Session, repository_id: int) -> Sequence[Any]:
    """Return the commits of the main line, with whether they are an ancestor's."""
    mine, theirs = _COMMITS.alias("mine"), _COMMITS.alias("theirs")
    above = sorted(ancestors(session, repository_id))
    of_others = and_(theirs.c.id == mine.c.id, theirs.c.repository_id.in_(above))
    inherited = select(theirs.c.id).where(of_others).exists()
    statement = select(
        mine.c.id, mine.c.parents, mine.c.author_time, mine.c.commit_time, mine.c.author_key,
        mine.c.author_domain, mine.c.committer_key, mine.c.committer_domain, mine.c.flags,
        mine.c.merger_key, mine.c.merger_domain,
        inherited.label("is_inherited"),
    ).where(mine.c.repository_id == repository_id, mine.c.on_main.is_(True))  # fmt: skip
    return session.execute(statement).all()
