"""Sources without a repository: the shipped list, and those that operators add and remove."""

import pytest

from registry.db.session import Database
from registry.db.tables import AttributionRow, NamedSource
from registry.errors import Conflict, InvalidInput, NotFound
from registry.lineage.detectors import attribution
from registry.lineage.named_sources import (
    Source,
    list_sources,
    put_source,
    remove_source,
    repositories_naming,
    shipped_sources,
    sync_named_sources,
)
from tests.support.lineage_facts import moment
from tests.support.lineage_rows import NOW, World

THANKS = "Adapted from and with thanks to Alberta Health Services."


def _say(world: World, slug: str, target: str) -> None:
    world.session.add(
        AttributionRow(
            repository_id=world.repositories[slug], path="NOTICE.md", line=1, text=THANKS,
            phrase="adapted_from", target=target, blob="1" * 40, commit="2" * 40,
            first_seen=moment(1),
        )
    )  # fmt: skip
    world.session.flush()


def test_the_shipped_list_is_taken_over_once_and_names_who_mentions_it(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        for slug in ("quay", "pier"):
            world.component(slug)
        _say(world, "quay", "ALBERTA Health Services")
        _say(world, "pier", "Nobody")
        assert sync_named_sources(session, NOW) == [world.repositories["quay"]]
        assert {row["slug"] for row in list_sources(session)} == {
            source.slug for source in shipped_sources()
        }
        (found,) = attribution.find(session, world.repositories["quay"])
        assert found.origin_source_id is not None
        remove_source(session, "alberta-health-services")
        assert sync_named_sources(session, NOW) == []
        assert "alberta-health-services" not in {row["slug"] for row in list_sources(session)}


def test_every_shipped_source_can_be_put_and_says_where_it_is_reported(
    sqlite_database: Database,
) -> None:
    with sqlite_database.write() as session:
        for source in shipped_sources():
            row = put_source(session, source, NOW)
            assert (row.slug, row.country, row.region) == (
                source.slug, source.country, source.region,
            )  # fmt: skip
            assert (row.reference or "").startswith("https://")


def test_a_source_is_put_once_and_changed_by_its_slug(database: Database) -> None:
    with database.write() as session:
        put_source(session, Source("Port  Authority", ("PA Digital",), country="EE"), NOW)
        row = put_source(session, Source("Port Authority", (), country="CA-AB"), NOW)
        assert (row.slug, row.patterns) == ("port-authority", "port authority")
        assert (row.country, row.region) == ("CA", "CA-AB")
        assert len(list_sources(session)) == 1


@pytest.mark.parametrize(
    "source",
    [
        Source("", ()),
        Source("Port", ("of",)),
        Source("Port Authority", ("%%%",)),
        Source("Port Authority", (), country="XX"),
        Source("Port Authority", (), reference="javascript:alert(1)"),
    ],
)
def test_what_is_no_source_is_refused(sqlite_database: Database, source: Source) -> None:
    with sqlite_database.write() as session, pytest.raises(InvalidInput):
        put_source(session, source, NOW)


def test_signs_in_names_are_no_wildcards(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("quay")
        _say(world, "quay", "Port Authority")
        assert repositories_naming(session, "p_rt%") == []
        assert repositories_naming(session, "port auth") == [world.repositories["quay"]]


def test_a_source_that_edges_rest_on_stays(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        world.component("quay")
        world.source("tide")
        world.edge("source:tide", "quay")
        with pytest.raises(Conflict, match="1 edges rest"):
            remove_source(session, "tide")
        assert list_sources(session)[0]["edges"] == 1
        with pytest.raises(NotFound):
            remove_source(session, "nobody")
        assert session.get(NamedSource, 1) is not None
