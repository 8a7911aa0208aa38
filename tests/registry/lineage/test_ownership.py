"""Who publishes a package: a name alone does not tell."""

from typing import Any

from registry.db.session import Database
from registry.db.tables import EdgeKind, EdgeState, RepositoryAlias
from registry.lineage.clusters import clusters_of
from registry.lineage.ownership import claimants, owner, repository_of_url
from tests.support.lineage_facts import add_cluster, add_package
from tests.support.lineage_rows import NOW, World


class Market:
    """Repositories that name packages as their own."""

    def __init__(self, database: Database, *clusters: tuple[str, ...]) -> None:
        self.database = database
        self.ids: dict[str, int] = {}
        with database.write() as session:
            world = World(session)
            for cluster in clusters:
                for slug in cluster:
                    world.component(slug)
                add_cluster(world, *cluster)
            self.world = world
            self.ids = world.repositories

    def claim(self, slug: str, name: str, **values: Any) -> None:
        with self.database.write() as session:
            self.world.session = session
            add_package(self.world, slug, name, **values)

    def fork(self, origin: str, reuser: str, **values: Any) -> None:
        with self.database.write() as session:
            self.world.session = session
            self.world.edge(origin, reuser, kind=EdgeKind.SHARED_COMMITS, **values)

    def owner(self, name: str) -> str | None:
        ecosystem, _, bare = name.partition(":")
        with self.database.read() as session:
            found = owner(session, ecosystem, bare)
        names = {key: slug for slug, key in self.ids.items()}
        return names[found.repository] if found else None


def test_the_only_claimant_is_the_owner(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms",), ("city/other",))
    market.claim("town/forms", "npm:anything-at-all")
    market.claim("city/other", "pypi:anything-at-all")
    assert market.owner("npm:anything-at-all") == "town/forms"
    assert market.owner("pypi:anything-at-all") == "city/other"
    assert market.owner("npm:nobody-has-it") is None


def test_vendored_manifests_and_examples_claim_nothing(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms",))
    counts = {
        "package.json": True, "packages/forms/package.json": True, "exemplary/package.json": True,
        "node_modules/forms/package.json": False, "vendor/forms/package.json": False,
        "third_party/forms/package.json": False, "examples/forms/package.json": False,
        "demo/package.json": False, "tests/fixtures/a/package.json": False,
        "src/__tests__/package.json": False, "docs/package.json": False,
        "Sample/package.json": False,
    }  # fmt: skip
    for number, path in enumerate(counts):
        market.claim("town/forms", f"npm:p{number}", path=path)
    found = {path: market.owner(f"npm:p{n}") is not None for n, path in enumerate(counts)}
    assert found == counts


def test_a_private_package_is_published_by_nobody(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms",), ("city/forms",))
    market.claim("town/forms", "npm:forms", private=True)
    assert market.owner("npm:forms") is None
    market.claim("city/forms", "npm:forms", path="packages/a/package.json")
    assert market.owner("npm:forms") == "city/forms"


def test_of_a_repository_the_manifest_nearest_to_the_root_speaks(
    sqlite_database: Database,
) -> None:
    market = Market(sqlite_database, ("town/forms",))
    market.claim("town/forms", "npm:forms", path="packages/forms/package.json", day=1)
    market.claim("town/forms", "npm:forms", path="package.json", day=9)
    market.claim("town/forms", "npm:forms", path="vendor/forms/package.json", day=0)
    with sqlite_database.read() as session:
        (claimant,) = claimants(session, "npm", "forms")
    assert (claimant.path, claimant.url) == ("package.json", "https://code.example/town/forms")


def test_a_fork_keeps_the_name_and_the_parent_owns_it(database: Database) -> None:
    market = Market(database, ("city/fork", "town/parent", "state/fork-of-fork"))
    for slug in market.ids:
        market.claim(slug, "npm:forms")
    # Nothing says who stems from whom, and none bears the name.
    assert market.owner("npm:forms") is None
    market.fork("town/parent", "city/fork")
    market.fork("city/fork", "state/fork-of-fork")
    assert market.owner("npm:forms") == "town/parent"


def test_a_fork_that_was_withdrawn_decides_nothing(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms", "city/clone"))
    for slug in market.ids:
        market.claim(slug, "npm:rules")
    market.fork("town/forms", "city/clone")
    market.fork("city/clone", "town/forms", state=EdgeState.WITHDRAWN)
    assert market.owner("npm:rules") == "town/forms"


def test_a_fork_of_unknown_direction_decides_nothing_but_the_name_does(
    sqlite_database: Database,
) -> None:
    market = Market(sqlite_database, ("city/clone", "town/forms"))
    for slug in market.ids:
        market.claim(slug, "npm:@town/forms")
    market.fork("city/clone", "town/forms", direction="unknown")
    assert market.owner("npm:@town/forms") == "town/forms"


def test_of_several_clusters_the_one_that_bears_the_name(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms",), ("city/portal",))
    expected = {
        "npm:forms": "town/forms", "npm:@any/forms": "town/forms", "npm:Forms": "town/forms",
        "pypi:city-portal": "city/portal", "npm:@city/portal": "city/portal",
        "npm:unlike-all": None,
    }  # fmt: skip
    for name in expected:
        for slug in market.ids:
            market.claim(slug, name, path="packages/a/package.json")
    assert {name: market.owner(name) for name in expected} == expected


def test_claimants_that_nothing_tells_apart_leave_the_owner_unresolved(
    sqlite_database: Database,
) -> None:
    market = Market(sqlite_database, ("town/forms",), ("city/forms",), ("state/portal",))
    market.claim("town/forms", "npm:forms")
    market.claim("city/forms", "npm:forms", path="packages/forms/package.json")
    assert market.owner("npm:forms") is None
    # Two that do not bear the name: only one says it at its root.
    market.claim("state/portal", "npm:letters")
    market.claim("city/forms", "npm:letters", path="packages/letters/package.json")
    assert market.owner("npm:letters") == "state/portal"
    market.claim("town/forms", "npm:letters")
    assert market.owner("npm:letters") is None


def test_a_cluster_that_cannot_be_told_apart_leaves_the_whole_unresolved(
    sqlite_database: Database,
) -> None:
    market = Market(sqlite_database, ("a/one", "b/two"), ("town/forms",))
    for slug in market.ids:
        market.claim(slug, "npm:forms")
    assert market.owner("npm:forms") is None


def test_a_name_of_the_past_still_belongs_to_its_owner(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("gsa/uswds",), ("town/site",))
    market.claim("gsa/uswds", "npm:uswds", day=1, until=900)
    market.claim("gsa/uswds", "npm:@uswds/uswds", day=900)
    assert market.owner("npm:uswds") == "gsa/uswds"
    assert market.owner("npm:@uswds/uswds") == "gsa/uswds"


def test_the_name_of_a_go_module_is_its_address(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("town/forms", "city/forms"))
    expected = {
        "code.example/town/forms": "town/forms", "code.example/town/forms/v2": "town/forms",
        "code.example/town/forms/pkg/rules": "town/forms",
        "code.example/city/forms": "city/forms", "code.example/nobody/forms": None,
        "example.com/forms": None, "not a module": None,
    }  # fmt: skip
    for module in expected:
        for slug in market.ids:
            market.claim(slug, f"golang:{module}", path="go.mod")
    assert {module: market.owner(f"golang:{module}") for module in expected} == expected


def test_an_address_is_that_of_a_repository_now_or_before(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("town/forms")
        session.add(RepositoryAlias(url="https://old.example/forms", repository_id=1, since=NOW))
        session.flush()
        for url in ("https://code.example/town/forms", "https://code.example/town/forms.git",
                    "https://CODE.example/town/forms/", "https://old.example/forms"):  # fmt: skip
            assert repository_of_url(session, url) == 1
        for url in (
            "https://code.example/town", "../forms.git", "git@code.example:town/forms", "",
            "ext::sh -c id", "file:///town/forms", "https://a:b@code.example/town/forms",
        ):  # fmt: skip
            assert repository_of_url(session, url) is None


def test_clusters_are_told_of_those_that_were_measured(sqlite_database: Database) -> None:
    market = Market(sqlite_database, ("a/one", "b/two"), ("c/three",))
    with sqlite_database.read() as session:
        assert clusters_of(session, [1, 2, 3, 9]) == {1: 1, 2: 1, 3: 3}
    assert market.ids["c/three"] == 3
