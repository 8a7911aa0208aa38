"""Fixtures of every test: fresh databases of both kinds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.db.session import Database
from tests.support.databases import KINDS, fresh_database


def on_every_database() -> list[Any]:
    """Return the kinds of database as parameters; PostgreSQL carries its marker."""
    return [
        pytest.param(kind, marks=pytest.mark.postgresql if kind == "postgresql" else ())
        for kind in KINDS
    ]


@pytest.fixture(params=on_every_database())
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database with every table: the test runs on SQLite and on PostgreSQL."""
    with fresh_database(request.param, tmp_path) as fresh:
        yield fresh


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty SQLite database with every table."""
    with fresh_database("sqlite", tmp_path) as fresh:
        yield fresh
