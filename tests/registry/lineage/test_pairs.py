"""Pairs of clusters on both databases: measured over what is rare, stored by difference."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import event
from sqlalchemy import update as update_rows
from sqlmodel import Session, col, select

from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import ClusterPair, FileArtefact, FingerprintRow, PathRow
from registry.domain.dates import EARLIEST
from registry.domain.lineage import Holder
from registry.lineage.artefacts import index_repository
from registry.lineage.clusters import Joined, join_cluster
from registry.lineage.pairs import (
    cluster_owners,
    cluster_sizes,
    forget_clusters,
    judged,
    measure_cluster,
    neighbours,
    related_clusters,
    shared_files,
    shared_fingerprints,
    shared_with_others,
    store_pairs,
)
from registry.lineage.rules import RULES
from registry.lineage.verdicts import BELOW, COMMON_UPSTREAM, DIRECT, PairValues, Verdict
from tests.support.lineage_facts import (
    Shelf,
    add_commits,
    add_files,
    add_prints,
    hash_of,
    moment,
    oid,
)
from tests.support.lineage_rows import NOW, World

ENOUGH = RULES.minimum_files * 4
WRITERS = ("coast/forms", "hills/forms", "lakes/forms", "plain/forms")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with database.write() as session:
        yield World(session)


@pytest.fixture
def small_world(sqlite_database: Database) -> Iterator[World]:
    with sqlite_database.write() as session:
        yield World(session)


def write_code(
    world: World, slug: str, names: Sequence[str], *, day: float = 0, every: float = 1
) -> None:
    """Add files one by one, each of its own commit."""
    rows = (
        {
            "repository_id": world.repositories[slug], "blob": oid(name), "path": f"src/{name}.py",
            "commit": oid(f"{slug} {name}"), "first_seen": moment(day + number * every),
            "in_head": True, "size": 500, "is_generated": False,
        }
        for number, name in enumerate(names)
    )  # fmt: skip
    insert_rows(world.session, PathRow, rows)


def code(name: str, count: int = ENOUGH) -> list[str]:
    """Return the names of files that somebody wrote."""
    return [f"{name}-{number}" for number in range(count)]


def known(world: World, *slugs: str) -> None:
    """Index repositories and put them into clusters."""
    for slug in slugs:
        key = world.repositories[slug]
        index_repository(world.session, key, Shelf(), NOW)
        join_cluster(world.session, key)


def update(world: World, slug: str) -> dict[tuple[int, int], Verdict]:
    """Measure the cluster of a repository against all others and store the pairs."""
    joined: Joined = join_cluster(world.session, world.repositories[slug])
    shared = shared_with_others(world.session, joined.cluster_id, joined.members)
    measured = measure_cluster(world.session, joined.cluster_id, shared)
    return store_pairs(world.session, joined.cluster_id, judged(measured))


def pairs(session: Session) -> dict[tuple[int, int], dict[str, Any]]:
    session.flush()
    rows = session.exec(select(ClusterPair).execution_options(populate_existing=True)).all()
    return {(row.cluster_a, row.cluster_b): row.model_dump() for row in rows}


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        found.append(" ".join(text.split()))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def writes(found: Sequence[str]) -> list[str]:
    return [text for text in found if text.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_copy_is_direct_reuse_measured_the_same_from_both_sides(world: World) -> None:
    world.component("coast/forms")
    world.component("hills/forms")
    write_code(world, "coast/forms", code("forms"))
    write_code(world, "hills/forms", code("forms")[: ENOUGH // 2], day=400, every=0)
    write_code(world, "hills/forms", code("own"), day=410)
    known(world, "coast/forms", "hills/forms")
    key = (world.repositories["coast/forms"], world.repositories["hills/forms"])

    assert update(world, "coast/forms")[key].name == DIRECT
    stored = pairs(world.session)
    values = msgspec.convert(stored[key]["values"], PairValues)
    assert (values.files.count, values.files.first_a, values.files.first_b) == (
        ENOUGH // 2, ENOUGH // 2, 0,
    )  # fmt: skip
    assert values.files.containment == 0.5
    assert (values.files.days_a, values.files.days_b) == (ENOUGH // 2, 1)
    assert (stored[key]["verdict"], stored[key]["rule_version"]) == (DIRECT, RULES.version)

    update(world, "hills/forms")
    assert pairs(world.session) == stored


def test_two_that_took_a_third_have_it_as_their_upstream(small_world: World) -> None:
    for slug in WRITERS[:3]:
        small_world.component(slug)
    write_code(small_world, "lakes/forms", code("forms"))
    for day, slug in ((300, "coast/forms"), (500, "hills/forms")):
        write_code(small_world, slug, code("forms"), day=day, every=0)
        write_code(small_world, slug, code(slug), day=day)
    known(small_world, *WRITERS[:3])
    update(small_world, "coast/forms")
    update(small_world, "hills/forms")
    one, two, upstream = (small_world.repositories[slug] for slug in WRITERS[:3])
    found = {
        key: (row["verdict"], row["upstream_id"]) for key, row in pairs(small_world.session).items()
    }
    assert found == {
        (one, two): (COMMON_UPSTREAM, upstream),
        (one, upstream): (DIRECT, None),
        (two, upstream): (DIRECT, None),
    }


def test_a_body_that_moved_its_own_code_is_no_third_party(small_world: World) -> None:
    """Another repository of the origin's owner holds all of it earlier: that explains nothing."""
    for slug in ("coast/old-forms", "coast/forms", "hills/forms"):
        small_world.component(slug)
    write_code(small_world, "coast/old-forms", code("forms"))
    write_code(small_world, "coast/forms", code("forms"), day=200)
    write_code(small_world, "hills/forms", code("forms"), day=400)
    known(small_world, "coast/old-forms", "coast/forms", "hills/forms")
    update(small_world, "hills/forms")
    found = pairs(small_world.session)
    key = (small_world.repositories["coast/forms"], small_world.repositories["hills/forms"])
    assert found[key]["verdict"] == DIRECT
    assert "tau" not in found[key]["values"]["files"] or not found[key]["values"]["files"]["tau"]

    owners = cluster_owners(small_world.session, small_world.repositories.values())
    assert owners[key[0]] == frozenset({"https://code.example/coast"})
    assert related_clusters(owners, *key) == frozenset(small_world.repositories.values())
    assert related_clusters(owners, key[1], key[1]) == {key[1]}


def test_what_a_cluster_shares_has_the_earliest_holder_of_each_cluster(world: World) -> None:
    for slug in ("coast/forms", "coast/fork", "hills/forms"):
        world.component(slug)
    add_commits(world, "coast/forms", range(3))
    add_commits(world, "coast/fork", range(3))
    for slug, name, day in (
        ("coast/forms", "both", 9), ("coast/fork", "both", 5), ("hills/forms", "both", 7),
        ("coast/forms", "even", 9), ("coast/fork", "even", 9), ("hills/forms", "even", 9),
        ("coast/forms", "inside", 1), ("coast/fork", "inside", 2),
        ("hills/forms", "alone", 3),
    ):  # fmt: skip
        write_code(world, slug, [name], day=day)
    add_files(world, "coast/fork", {"src/dateless.py": "dateless"}, day=-20_000)
    add_files(world, "coast/forms", {"src/dateless.py": "dateless"}, day=4)
    add_files(world, "hills/forms", {"src/dateless.py": "dateless"}, day=4)
    known(world, "coast/forms", "coast/fork", "hills/forms")
    forms, fork, other = world.repositories.values()
    found = shared_files(world.session, forms, [forms, fork])
    assert found == {
        hash_of("both"): {forms: Holder(moment(5), fork), other: Holder(moment(7), other)},
        hash_of("even"): {forms: Holder(moment(9), forms), other: Holder(moment(9), other)},
        hash_of("dateless"): {forms: Holder(moment(4), forms), other: Holder(moment(4), other)},
    }
    assert shared_files(world.session, other, [other]) == found
    assert neighbours(found, forms) == {other: 3}


def test_code_of_third_parties_is_not_shared(world: World) -> None:
    for slug in WRITERS[:2]:
        world.component(slug)
        add_prints(world, slug, "src/a.py", "a", range(6))
        add_prints(world, slug, "src/jquery.js", f"library {slug}", range(10, 20))
    library = dict.fromkeys(range(10, 20), "npm:jquery@3")
    for slug in WRITERS[:2]:
        index_repository(world.session, world.repositories[slug], Shelf(code=library), NOW)
        join_cluster(world.session, world.repositories[slug])
    one, two = world.repositories.values()
    assert set(shared_fingerprints(world.session, one, [one])) == set(range(6))
    sizes = cluster_sizes(world.session, [one, two])
    assert (sizes[one].files, sizes[one].fingerprints) == (0, 6)


def test_code_without_a_believed_date_is_not_the_oldest(small_world: World) -> None:
    for slug in WRITERS[:2]:
        small_world.component(slug)
        add_prints(small_world, slug, "src/a.py", "a", [1])
    known(small_world, *WRITERS[:2])
    one, two = small_world.repositories.values()
    small_world.session.execute(
        update_rows(FingerprintRow)
        .where(col(FingerprintRow.repository_id) == two)
        .values(first_seen=EARLIEST)
    )
    held = shared_fingerprints(small_world.session, one, [one])[1]
    assert {key: holder.first_seen for key, holder in held.items()} == {one: moment(0), two: 0}


def test_what_many_clusters_hold_brings_nobody_near(small_world: World) -> None:
    crowd = [f"body-{number}/forms" for number in range(RULES.max_clusters + 1)]
    for slug in crowd:
        small_world.component(slug)
        write_code(small_world, slug, code("popular", RULES.minimum_files), every=0)
    known(small_world, *crowd)
    key = small_world.repositories[crowd[0]]
    shared = shared_with_others(small_world.session, key, [key])
    assert shared.files == {}
    assert measure_cluster(small_world.session, key, shared) == {}
    assert update(small_world, crowd[0]) == {}


def test_fewer_files_than_count_for_anything_are_not_looked_at(small_world: World) -> None:
    for slug in WRITERS[:2]:
        small_world.component(slug)
        write_code(small_world, slug, code("few", RULES.minimum_files - 1))
    known(small_world, *WRITERS[:2])
    key = small_world.repositories[WRITERS[0]]
    assert (
        measure_cluster(
            small_world.session, key, shared_with_others(small_world.session, key, [key])
        )
        == {}
    )


def _family(world: World) -> None:
    """Add four repositories, of which the first three share code, the last two a little more."""
    for number, slug in enumerate(WRITERS):
        world.component(slug)
        write_code(world, slug, code(slug), day=number)
    for number, slug in enumerate(WRITERS[:3]):
        write_code(world, slug, code("forms"), day=100 * number)
    for number, slug in enumerate(WRITERS[2:]):
        write_code(world, slug, code("maps"), day=100 * number)
        for file in range(ENOUGH):
            hashes = range(9_000 + file * 10, 9_008 + file * 10)
            add_prints(world, slug, f"src/m{file}.py", f"{slug} {file}", hashes, day=100 * number)
    known(world, *WRITERS)


def test_a_second_run_writes_nothing(world: World) -> None:
    _family(world)
    for slug in WRITERS:
        update(world, slug)
    before = pairs(world.session)
    assert len(before) == 4
    with statements(world.session) as sent:
        for slug in WRITERS:
            known(world, slug)
            update(world, slug)
    assert sent
    assert writes(sent) == []
    assert pairs(world.session) == before


def test_pairs_are_the_same_in_any_order_of_updates(world: World) -> None:
    _family(world)
    for slug in WRITERS:
        update(world, slug)
    expected = pairs(world.session)
    for seed in range(5):
        forget_clusters(world.session, world.repositories.values())
        assert pairs(world.session) == {}
        for slug in random.Random(seed).sample(WRITERS, len(WRITERS)):
            update(world, slug)
        assert pairs(world.session) == expected


def test_an_update_touches_the_rows_of_its_own_cluster_alone(small_world: World) -> None:
    _family(small_world)
    for slug in WRITERS:
        update(small_world, slug)
    before = pairs(small_world.session)
    own = small_world.repositories["plain/forms"]
    write_code(small_world, "plain/forms", code("forms"), day=900)
    known(small_world, "plain/forms")
    update(small_world, "plain/forms")
    after = pairs(small_world.session)
    assert {key: row for key, row in after.items() if own not in key} == {
        key: row for key, row in before.items() if own not in key
    }
    assert len([key for key in after if own in key]) == 3


def test_a_pair_that_shares_nothing_any_more_is_forgotten(small_world: World) -> None:
    _family(small_world)
    for slug in WRITERS:
        update(small_world, slug)
    lakes, plain = (small_world.repositories[slug] for slug in WRITERS[2:])
    assert (lakes, plain) in pairs(small_world.session)
    for table in (PathRow, FingerprintRow):
        for row in small_world.session.exec(
            select(table).where(table.repository_id == plain)
        ).all():
            small_world.session.delete(row)
    small_world.session.flush()
    known(small_world, "plain/forms")
    assert update(small_world, "plain/forms") == {}
    assert len(pairs(small_world.session)) == 3


def test_values_below_the_thresholds_are_kept_when_they_are_near(small_world: World) -> None:
    """So that a table of rules that asks for less needs no new crawl."""
    for slug in WRITERS[:2]:
        small_world.component(slug)
        write_code(small_world, slug, code(slug, int(2 * 5 / RULES.minimum_containment)))
        write_code(small_world, slug, code("forms", 5), day=400)
    known(small_world, *WRITERS[:2])
    (verdict,) = update(small_world, WRITERS[0]).values()
    assert verdict.name == BELOW
    (row,) = pairs(small_world.session).values()
    assert row["values"]["files"]["count"] == 5


def test_a_file_has_the_number_of_fingerprints_that_it_has_in_all(small_world: World) -> None:
    """Three of ten are not much alike, ten of ten are."""
    for slug, mine in ((WRITERS[0], range(100)), (WRITERS[1], range(7, 107))):
        small_world.component(slug)
        for file in range(10):
            add_prints(small_world, slug, f"src/f{file}.py", f"{slug} {file}",
                       [1000 * file + value for value in mine])  # fmt: skip
    known(small_world, *WRITERS[:2])
    update(small_world, WRITERS[0])
    (row,) = pairs(small_world.session).values()
    assert row["values"]["fingerprints"]["strong_pairs"] == 10
    assert row["values"]["fingerprints"]["count"] == 930


# A great deal that is equal: what it costs must not grow with how much of it there is.

MANY = 20_000
VENDORED = 4_000


def _rows_of(repository: int, folder: str, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "repository_id": repository, "blob": oid(f"{folder} {number}"),
            "path": f"{folder}/f{number}.js", "commit": oid("import"), "first_seen": moment(3),
            "in_head": True, "size": 900, "is_generated": False,
        }  # fmt: skip


def test_equal_vendored_files_by_the_thousand_are_no_artefacts_at_all(small_world: World) -> None:
    for slug in WRITERS[:2]:
        small_world.component(slug)
        rows = _rows_of(small_world.repositories[slug], "web/node_modules/lib", VENDORED)
        insert_rows(small_world.session, PathRow, rows)
    known(small_world, *WRITERS[:2])
    assert small_world.session.exec(select(FileArtefact)).all() == []
    with statements(small_world.session) as sent:
        assert update(small_world, WRITERS[0]) == {}
    assert len(sent) < 20


def test_statements_do_not_grow_with_what_two_share(small_world: World) -> None:
    world = small_world
    sent_for: dict[int, int] = {}
    for count in (ENOUGH, MANY):
        slugs = [f"coast/forms-{count}", f"hills/forms-{count}"]
        for number, slug in enumerate(slugs):
            world.component(slug)
            insert_rows(
                world.session, FileArtefact,
                (
                    {"hash": count * 1_000_000 + value, "repository_id": world.repositories[slug],
                     "first_seen": moment(number * 90), "is_import": True, "versions": 1}
                    for value in range(count)
                ),
            )  # fmt: skip
            join_cluster(world.session, world.repositories[slug])
        with statements(world.session) as sent:
            (verdict,) = update(world, slugs[0]).values()
        assert verdict.by_files
        sent_for[count] = len(sent)
    assert sent_for[MANY] == sent_for[ENOUGH] < 30
    row = pairs(world.session)[tuple(world.repositories[slug] for slug in slugs)]  # type: ignore[index]
    assert row["values"]["files"]["count"] == MANY
    assert len(str(row["values"])) < 2_000, "counts are stored, not what was counted"
