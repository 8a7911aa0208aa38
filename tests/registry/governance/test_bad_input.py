"""Hostile histories: bots, squashed work, forged addresses, circles, and people."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import text
from sqlmodel import Session

from registry.db.session import Database
from registry.db.tables import GovernmentDomain, Repository
from registry.errors import InvalidInput
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.readmodels import ContributionQuery, Contributions
from registry.governance.measures.recording import record_affiliations
from registry.governance.measures.standing import Circumstances, standing_of
from registry.governance.measures.views import component_of, measure_component
from tests.support.contribution_rows import add_commit, commit_id
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW, World

HEADER = "kind,subject,organisation,name,category,country,scope,since,until,source_url\n"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database: Database = fresh_sqlite(tmp_path_factory.mktemp("bad"))
    with Session(database.engine) as session:
        world = World(session)
        world.component("forms")
        yield world
    database.close()


def found(world: World) -> Contributions:
    count_contributions(world.session, world.repositories["forms"], NOW)
    component = component_of(world.session, "forms")
    return measure_component(world.session, component, ContributionQuery(), NOW)


def test_100_000_commits_of_a_bot_change_no_figure(world: World) -> None:
    key = world.repositories["forms"]
    for name in "abc":
        add_commit(world.session, key, name, author=name, after=["x"])
    before = found(world)
    world.session.connection().execute(
        text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
            "INSERT INTO commit_fact (repository_id, id, parents, author_time, commit_time, "
            "author_key, author_domain, on_main, flags) SELECT :key, CAST(printf('%020d', i) AS "
            "BLOB), x'', :at + i, :at + i, CAST('bot-------------' AS BLOB), 'bot.example', 1, "
            "'bot' FROM n"
        ),
        {"key": key, "at": int(datetime(2026, 7, 1, tzinfo=UTC).timestamp())},
    )
    after = found(world)
    assert (after.bots, after.periods, after.activity) == (100_000, before.periods, before.activity)
    assert (after.phases, after.sectors) == (before.phases, before.sectors)
    component = component_of(world.session, "forms")
    asked = ContributionQuery(with_bots=True)
    with_bots = measure_component(world.session, component, asked, NOW)
    assert with_bots.periods[1].commits == 100_003


def test_a_squashed_history_is_one_commit_of_who_squashed_it(world: World) -> None:
    add_commit(world.session, world.repositories["forms"], "all", domain="house.example")
    squashed = found(world)
    whole = squashed.periods[1]
    assert (whole.commits, whole.absence, whole.people) == (1, 1, None)
    assert whole.lenses[0].unattributed.share == 1.0
    standing = standing_of("forms", squashed, (), Circumstances(), NOW.date())
    assert standing.ladder.rung == 0
    assert standing.index is None
    assert set(standing.missing) == {"work", "merges", "votes", "money"}


def test_forged_addresses_of_a_government_prove_nothing(world: World) -> None:
    world.session.add(GovernmentDomain(suffix="gov.example", country="EE", added_at=NOW))
    for number in range(9):
        add_commit(world.session, world.repositories["forms"], f"c{number}",
                   author=f"a{number}", domain="tax.gov.example")  # fmt: skip
    forged = found(world)
    (party,) = forged.periods[1].lenses[0].parties
    assert (party.category, party.share) == ("government", 1.0)
    assert forged.verified == 0.0


def test_a_merge_that_reached_the_main_line_over_a_branch_proves_no_rights(world: World) -> None:
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = commit_id("merge").hex()
    add_commit(world.session, key, "root", after=["x"])
    add_commit(world.session, key, "mine", author="spoof", after=["root", "elsewhere"])
    add_commit(world.session, key, "merge", author="owner", after=["root", "mine"])
    whole = found(world).periods[1]
    assert (whole.merges, whole.put_in) == (2, 1)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_a_circle_of_whom_organisations_work_for_is_refused(world: World, length: int) -> None:
    lines = [
        f"organisation,o{n},o{(n + 1) % length},O,supplier,,,,,https://example.org/{n}\n"
        for n in range(length)
    ]
    with pytest.raises(InvalidInput, match="on behalf of itself"):
        record_affiliations(world.session, (HEADER + "".join(lines)).encode(), NOW)


def test_nothing_tells_of_people(world: World) -> None:
    """Neither keys nor addresses, and of an organisation of four no number of people."""
    for number in range(4):
        add_commit(world.session, world.repositories["forms"], f"c{number}",
                   author=f"jane{number}", domain="janes-family.example")  # fmt: skip
    few = found(world)
    told = msgspec.json.encode(few).decode()
    for secret in ("jane", "janes-family", "@"):
        assert secret not in told
    whole = json.loads(told)["periods"][1]
    assert whole["people"] is None
    assert whole["people_for_80"] is None
