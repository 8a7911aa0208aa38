"""A component that was taken down is in no answer, however a reading transaction asks."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import exists, func, union
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.db.session import Database
from registry.db.tables import Component, Repository
from tests.support.catalogue_rows import crawled

_OTHER = aliased(Component)
_HERE = col(Component.repository_id) == col(Repository.id)
QUESTIONS: dict[str, Callable[[], Any]] = {
    "entities": lambda: select(Component),
    "a column": lambda: select(Component.slug),
    "columns": lambda: select_columns(col(Component.slug), col(Component.name)),
    "joined": lambda: select_columns(col(Component.slug)).join(Repository, _HERE),
    "join target": lambda: (
        select_columns(col(Component.slug)).select_from(Repository).join(Component, _HERE)
    ),
    "outer joined": lambda: (
        select_columns(col(Component.slug))
        .select_from(Repository)
        .outerjoin(Component, _HERE)
        .where(col(Component.slug).is_not(None))
    ),
    "aliased": lambda: select_columns(col(_OTHER.slug)),
    "in a subquery": lambda: select_columns(select(Component.slug).subquery().c.slug),
    "in a condition": lambda: select(Repository).where(
        col(Repository.id).in_(select(Component.repository_id))
    ),
    "exists": lambda: select(Repository).where(exists().where(_HERE)),
    "in a union": lambda: union(select(Component.slug), select(_OTHER.slug)),
}


@pytest.fixture
def hidden(sqlite_database: Database) -> int:
    crawled(sqlite_database, "town/shown")
    number = crawled(sqlite_database, "town/hidden")
    with sqlite_database.write() as session:
        session.get_one(Component, number).is_taken_down = True
    return number


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_finds_it(sqlite_database: Database, hidden: int, name: str) -> None:
    def found(session: Session) -> int:
        return len(session.execute(QUESTIONS[name]()).all())

    with sqlite_database.read() as session:
        assert found(session) == 1
    with sqlite_database.write() as session:
        assert found(session) == 2


def test_neither_a_count_nor_its_number_finds_it(sqlite_database: Database, hidden: int) -> None:
    with sqlite_database.read() as session:
        assert session.scalar(select(func.count()).select_from(Component)) == 1
        assert session.get(Component, hidden) is None
