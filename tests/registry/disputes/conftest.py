"""The town whose edges are disputed."""

import pytest

from registry.db.session import Database
from tests.support.disputed_edges import Town


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return Town(sqlite_database)


@pytest.fixture
def any_town(database: Database) -> Town:
    """Return the town on both databases, for what differs between them."""
    return Town(database)
