"""The same journey on PostgreSQL, with its own work queue."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from registry.catalogue.readmodels import ComponentQuery
from registry.db import migrate
from registry.jobs.procrastinate_queue import ProcrastinateQueue
from tests.support import git_repos as repos
from tests.support.git_repos import Commit
from tests.support.postgresql import drop_database, postgresql_url
from tests.support.registries import World, changes, dump, open_world, read_in_process

pytestmark = pytest.mark.postgresql


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    url = postgresql_url()
    with open_world(tmp_path, url=url) as made:
        yield made
        assert made.problems() == []
    drop_database(url)


def test_a_crawl_on_postgresql_gives_the_same_catalogue(world: World) -> None:
    assert isinstance(world.registry.queue, ProcrastinateQueue)
    assert migrate.differences(world.registry.database) == []
    ids = world.build("letters")
    long = {"/".join(["d" * 200] * 15) + "/f.py": "x\n", "README.md": "# Nul \0\n\nA \0 text.\n"}
    world.build("strange", [Commit(long)])
    repos.odd(world.place("odd"))
    world.add("letters", "strange", "odd", "missing")
    assert world.crawl() == 1

    view, _ = world.log("letters")
    assert (view.state, view.head_commit) == ("active", ids[-1])
    assert world.log("strange")[0].last_outcome == "crawled"
    assert world.log("odd")[0].commit_count == 5
    assert world.log("missing")[0].last_outcome == "no_mirror"
    page = world.registry.catalogue.search(ComponentQuery(q="letters"))
    assert page.items[0].name.value == "letters"

    before = dump(world)
    world.ahead += timedelta(days=1, seconds=1)
    world.crawl(force=False)
    after = dump(world)
    assert {
        change for change in changes(before, after) if not change.startswith("crawl_event")
    } <= {"repository.last_checked_at", "repository.failures"}

    newer = world.build("letters", [Commit({"src/new.py": "pass\n"}, date=1_610_000_000)])
    world.crawl()
    assert world.log("letters")[0].head_commit == newer[0]
