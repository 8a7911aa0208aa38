"""What a component's own code is worth in work: its lines, and the months in which who worked.

Lines are not counted by the crawler, which knows the bytes of source code by language, without
vendored and generated files; they are divided by what a line of the language has on average.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Float, Integer, cast, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Contribution, LanguageRow, Repository
from registry.reports.rows import ReportComponent
from registry.reports.savings.effort import MAX_COMMITS

BYTES_PER_LINE: Final[Mapping[str, float]] = {
    "C": 49.8, "Groovy": 38.5, "HTML": 32.5, "Java": 67.5, "JavaScript": 40.7, "Kotlin": 33.2,
    "Python": 45.3, "Ruby": 54.7, "SQL": 38.9, "Shell": 39.6, "TypeScript": 39.9, "Vue": 39.6,
}  # fmt: skip
"""Bytes of a file for each line of it that is neither blank nor comment (docs/savings.md)."""
OTHER_BYTES_PER_LINE: Final = 42.0
NOT_COUNTED: Final = frozenset({"Jupyter Notebook"})
"""Languages whose files hold mostly what programs put out."""
_DAYS_PER_MONTH: Final = 365.2425 / 12
_BATCH: Final = 500


class ComponentInputs(Struct, frozen=True, kw_only=True):
    """What the effort of one component is reckoned from.

    `lines` are of source code at HEAD, tests among them, `None` where no size is known;
    `basis` says on what the sizes rest (`all`, `sample` or `files`). `own` is the part of its
    commits that it did not inherit from another repository, `None` where that was not counted.
    `author_months[k]` counts the months in which one author made k + 1 own commits.
    """

    lines: float | None = None
    basis: str | None = None
    own: float | None = None
    author_months: tuple[int, ...] = ()


def lines_of(sizes: Mapping[str, int]) -> float | None:
    """Return the lines of source code that sizes in bytes by language amount to."""
    counted = {name: size for name, size in sizes.items() if name not in NOT_COUNTED}
    if not counted:
        return None
    return sum(
        size / BYTES_PER_LINE.get(name, OTHER_BYTES_PER_LINE) for name, size in counted.items()
    )


def load_inputs(
    session: Session, components: Sequence[ReportComponent]
) -> dict[str, ComponentInputs]:
    """Return the inputs of each component, by its slug."""
    keys = [item.repository_id for item in components]
    sizes, bases = _sizes(session, keys), _bases(session, keys)
    months, own = _author_months(session, keys), _own(session, keys)
    return {
        item.slug: ComponentInputs(
            lines=lines_of(sizes.get(item.repository_id, {})),
            basis=bases.get(item.repository_id),
            own=own.get(item.repository_id, None if item.family != item.slug else 1.0),
            author_months=months.get(item.repository_id, ()),
        )
        for item in components
    }


def _sizes(session: Session, keys: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    columns = (col(LanguageRow.repository_id), col(LanguageRow.name), col(LanguageRow.size))
    for batch in batches(sorted(keys), _BATCH):
        for key, name, size in session.execute(
            select_columns(*columns).where(col(LanguageRow.repository_id).in_(batch))
        ):
            found.setdefault(key, {})[name] = size
    return found


def _bases(session: Session, keys: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for batch in batches(sorted(keys), _BATCH):
        rows = session.execute(
            select_columns(col(Repository.id), col(Repository.language_basis)).where(
                col(Repository.id).in_(batch)
            )
        )
        found |= {key: basis for key, basis in rows if basis}
    return found


def _own(session: Session, keys: Iterable[int]) -> dict[int, float]:
    """Return the part of own commits, bots left out, of each repository that was counted."""
    found: dict[int, dict[bool, int]] = {}
    for batch in batches(sorted(keys), _BATCH):
        rows = session.execute(
            select_columns(
                col(Contribution.repository_id), col(Contribution.is_own),
                func.sum(col(Contribution.commits)),
            )
            .where(col(Contribution.repository_id).in_(batch), col(Contribution.is_bot).is_(False))
            .group_by(col(Contribution.repository_id), col(Contribution.is_own))
        )  # fmt: skip
        for key, is_own, commits in rows:
            found.setdefault(key, {})[bool(is_own)] = int(commits)
    return {
        key: counts.get(True, 0) / sum(counts.values())
        for key, counts in found.items()
        if sum(counts.values())
    }


def _author_months(session: Session, keys: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return how many author-months had 1, 2 … and 12 or more own commits, bots left out."""
    found: dict[int, list[int]] = {}
    for batch in batches(sorted(keys), _BATCH):
        for key, commits, count in session.execute(_months_by_commits(batch)):
            if commits > 0:
                counts = found.setdefault(key, [0] * MAX_COMMITS)
                counts[min(int(commits), MAX_COMMITS) - 1] += count
    return {key: tuple(counts) for key, counts in found.items()}


def _months_by_commits(keys: Sequence[int]) -> Any:
    month = cast(func.floor(cast(col(Contribution.day), Float) / _DAYS_PER_MONTH), Integer)
    worked = (
        select_columns(
            col(Contribution.repository_id).label("repository_id"),
            func.sum(col(Contribution.commits)).label("commits"),
        )
        .where(
            col(Contribution.repository_id).in_(keys),
            col(Contribution.is_bot).is_(False),
            col(Contribution.is_own).is_(True),
        )
        .group_by(col(Contribution.repository_id), col(Contribution.author_key), month)
        .subquery()
    )
    columns = (worked.c.repository_id, worked.c.commits)
    return select_columns(*columns, func.count()).group_by(*columns)
