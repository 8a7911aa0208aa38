"""One application for agents, served once: its tests only ask."""

from collections.abc import Iterator

import pytest

from tests.support.agents import agent_app
from tests.support.browser import served


@pytest.fixture(scope="package")
def url() -> Iterator[str]:
    """Yield the address of a registry in memory."""
    with served(agent_app()) as address:
        yield address
