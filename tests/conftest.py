"""Fixtures of every test: fresh databases of both kinds."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from registry.db.session import Database
from tests.support.databases import KINDS, fresh_database
from tests.support.examples import ALL, FEW

# A change must not fail for an example that an earlier run happened not to draw: examples are the
# same in each run, and all of them are tried with `make test-all`.
# `--hypothesis-profile explore` draws new ones.
settings.register_profile("explore", derandomize=False, max_examples=2000, deadline=None)
# A slow machine is no failure.
_SAME = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", _SAME, max_examples=FEW)
settings.register_profile("all", _SAME, max_examples=ALL)
settings.load_profile("few")


def pytest_collection_finish() -> None:
    """Leave what lives to the end out of every collection of garbage.

    It took a quarter of the time of the tests of the web: an application is very many objects, and
    for each one that was built all modules and tests were looked through several times over.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


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
