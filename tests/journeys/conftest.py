"""What several journeys begin with."""

from pathlib import Path

import pytest

from tests.support.lineage_story import COUNTRIES, add, build_story
from tests.support.registries import open_world, read_in_process


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a world in which the story of reuse was crawled; copy it to go on."""
    folder = tmp_path_factory.mktemp("story")
    with pytest.MonkeyPatch.context() as patch, open_world(folder) as made:
        read_in_process(patch)
        build_story(made)
        add(made, *COUNTRIES)
        assert made.crawl() == 0
    return folder
