"""What several journeys begin with."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.support.lineage_story import COUNTRIES, add, build_story
from tests.support.registries import open_world, read_in_process


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a world in which the story of reuse was crawled; copy it to go on.

    It is crawled once, by whichever of the processes that test at the same time needs it first.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    whole, folder = shared / "crawled-story", tmp_path_factory.mktemp("story") / "world"
    with (shared / "crawled-story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.is_dir():
            _crawl_story(shared / "new-story")
            (shared / "new-story").rename(whole)
    shutil.copytree(whole, folder)
    return folder


def _crawl_story(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, open_world(folder) as made:
        read_in_process(patch)
        build_story(made)
        add(made, *COUNTRIES)
        assert made.crawl() == 0
