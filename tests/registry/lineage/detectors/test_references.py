"""Reuse by reference and by whole packages: dependencies, submodules, vendored components."""

from typing import Any

import pytest

from registry.db.session import Database
from registry.db.tables import EdgeState, RepositoryAlias
from registry.lineage.detectors import packages, submodules, vendored
from registry.lineage.findings import Finding
from tests.support.lineage_facts import (
    Shelf,
    add_cluster,
    add_dependency,
    add_files,
    add_package,
    add_submodule,
    hash_of,
    moment,
)
from tests.support.lineage_rows import NOW, World

OWNER, SITE = 1, 2


class Pair:
    """A repository that publishes packages, one that uses them, and a stranger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.world = World(session)
            for slug in ("town/forms", "city/site", "state/portal"):
                self.world.component(slug)
                add_cluster(self.world, slug)

    def add(self, function: Any, slug: str, *arguments: Any, **values: Any) -> Any:
        with self.database.write() as session:
            self.world.session = session
            return function(self.world, slug, *arguments, **values)

    def packages(self) -> list[Finding]:
        with self.database.read() as session:
            return packages.find(session, SITE)

    def submodules(self) -> list[Finding]:
        with self.database.read() as session:
            return submodules.find(session, SITE)

    def vendored(self, background: Shelf) -> list[Finding]:
        with self.database.read() as session:
            return vendored.find(session, SITE, background)


@pytest.fixture
def pair(sqlite_database: Database) -> Pair:
    return Pair(sqlite_database)


def test_a_dependency_on_a_package_of_the_catalogue_is_reuse(database: Database) -> None:
    pair = Pair(database)
    claimed = pair.add(add_package, "town/forms", "npm:forms")
    named = pair.add(add_dependency, "city/site", "npm:forms", day=40)
    pair.add(add_dependency, "city/site", "npm:left-pad")
    (found,) = pair.packages()
    assert (found.origin_repository_id, found.reuser_repository_id) == (OWNER, SITE)
    assert (found.locator, found.state, found.direction_basis) == (
        "npm:forms", EdgeState.CURRENT, "manifest",
    )  # fmt: skip
    assert (found.first_seen, found.last_seen, found.confidence) == (moment(40), None, "likely")
    assert found.strength == {
        "ecosystem": "npm", "package": "forms", "spec": "^1", "scope": "runtime",
        "path": "package.json", "line": 7, "by": "name",
    }  # fmt: skip
    assert found.evidence == {"dependency_span_id": named, "package_span_id": claimed}


def test_a_git_address_wins_over_the_name(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "npm:forms")
    pair.add(add_dependency, "city/site", "npm:forms", git_url="https://code.example/state/portal")
    (found,) = pair.packages()
    assert (found.origin_repository_id, found.confidence) == (3, "verified")
    assert (found.strength["by"], found.evidence["package_span_id"]) == ("git_url", None)


def test_an_address_outside_of_the_catalogue_leaves_the_name_to_speak(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "npm:forms")
    pair.add(add_dependency, "city/site", "npm:forms", git_url="https://elsewhere.example/forms")
    (found,) = pair.packages()
    assert (found.origin_repository_id, found.strength["by"]) == (OWNER, "name")


def test_what_points_inside_and_what_is_published_here_is_no_reuse(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "npm:forms")
    pair.add(add_dependency, "city/site", "npm:forms", local=True)
    pair.add(add_package, "city/site", "npm:own", private=True)
    pair.add(add_package, "town/forms", "npm:own")
    pair.add(add_dependency, "city/site", "npm:own")
    pair.add(add_dependency, "city/site", "npm:self", git_url="https://code.example/city/site")
    assert pair.packages() == []
    # Naming the place makes it a dependency on another's package of the same name.
    pair.add(add_dependency, "city/site", "npm:own", git_url="https://code.example/town/forms")
    assert [x.locator for x in pair.packages()] == ["npm:own"]


def test_a_dependency_that_head_no_longer_names_is_since_removed(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "npm:uswds", day=0, until=300)
    pair.add(add_package, "town/forms", "npm:@uswds/uswds", day=300)
    pair.add(add_dependency, "city/site", "npm:uswds", day=10, until=320)
    pair.add(add_dependency, "city/site", "npm:@uswds/uswds", day=320)
    renamed, old = pair.packages()
    assert (renamed.locator, renamed.state, renamed.last_seen) == (
        "npm:@uswds/uswds", EdgeState.CURRENT, None,
    )  # fmt: skip
    assert (old.locator, old.state) == ("npm:uswds", EdgeState.SINCE_REMOVED)
    assert (old.first_seen, old.last_seen) == (moment(10), moment(320))


def test_of_several_manifests_the_one_that_still_names_it_speaks(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "npm:forms")
    pair.add(add_dependency, "city/site", "npm:forms", day=1, until=9)
    pair.add(add_dependency, "city/site", "npm:forms", path="deep/er/package.json", day=2)
    pair.add(add_dependency, "city/site", "npm:forms", path="web/package.json", day=5)
    (found,) = pair.packages()
    assert (found.strength["path"], found.state) == ("web/package.json", EdgeState.CURRENT)


def test_no_more_names_are_looked_up_than_the_cap(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MAX_NAMES", 2)
    for name in ("npm:a", "npm:b", "npm:c"):
        pair.add(add_package, "town/forms", name)
        pair.add(add_dependency, "city/site", name)
    assert [x.locator for x in pair.packages()] == ["npm:a", "npm:b"]


def test_the_packages_of_a_repository_are_told_to_those_who_name_them(pair: Pair) -> None:
    pair.add(add_package, "town/forms", "pypi:forms")
    pair.add(add_package, "town/forms", "npm:forms", until=4)
    pair.add(add_package, "town/forms", "npm:forms", path="b/package.json")
    with pair.database.read() as session:
        assert packages.names_published(session, OWNER) == [("npm", "forms"), ("pypi", "forms")]


def test_a_submodule_of_the_catalogue_is_reuse_by_reference(pair: Pair) -> None:
    pair.add(add_submodule, "city/site", "lib/forms", "https://code.example/town/forms")
    pair.add(add_submodule, "city/site", "lib/same", "https://code.example/town/forms")
    pair.add(add_files, "city/site", {".gitmodules": "old"}, day=3, in_head=False)
    pair.add(add_files, "city/site", {".gitmodules": "new"}, day=8)
    (found,) = pair.submodules()
    assert (found.origin_repository_id, found.reuser_repository_id) == (OWNER, SITE)
    assert (found.kind, found.first_seen, found.confidence) == ("submodule", moment(8), "verified")
    assert found.strength == {"path": "lib/forms", "commit": "3" * 40}


def test_addresses_that_are_no_repository_of_the_catalogue_are_no_reuse(pair: Pair) -> None:
    addresses = (
        None, "../forms.git", "./forms", "https://code.example/town/nobody", "ext::sh -c id",
        "https://code.example/city/site",
    )  # fmt: skip
    for number, url in enumerate(addresses):
        pair.add(add_submodule, "city/site", f"lib/{number}", url)
    assert pair.submodules() == []


def test_a_submodule_at_a_former_address_is_found(pair: Pair) -> None:
    with pair.database.write() as session:
        session.add(RepositoryAlias(url="https://old.example/f", repository_id=OWNER, since=NOW))
    pair.add(add_submodule, "city/site", "lib/forms", "https://old.example/f.git")
    (found,) = pair.submodules()
    assert (found.origin_repository_id, found.first_seen) == (OWNER, None)


def _shelf(files: int, package: str = "npm:forms@2.0.0") -> Shelf:
    return Shelf(files={hash_of(f"part {n}"): package for n in range(files)})


def test_files_of_a_package_whose_owner_is_in_the_catalogue_are_vendored(pair: Pair) -> None:
    claimed = pair.add(add_package, "town/forms", "npm:forms")
    for number in range(6):
        files = {f"vendor/forms/{number}.js": f"part {number}"}
        pair.add(add_files, "city/site", files, day=10 + number)
    pair.add(add_files, "city/site", {"copy/0.js": "part 0", "own.js": "own"}, day=4)
    (found,) = pair.vendored(_shelf(6))
    assert (found.origin_repository_id, found.locator) == (OWNER, "npm:forms")
    assert (found.first_seen, found.last_seen) == (moment(4), moment(15))
    assert found.strength == {"package": "npm:forms", "files": 6}
    assert found.evidence == {
        "package": "npm:forms@2.0.0", "package_span_id": claimed,
        "hashes": sorted(hash_of(f"part {n}") for n in range(6)),
    }  # fmt: skip


@pytest.mark.parametrize(("files", "is_found"), [(4, False), (5, True)])
def test_a_few_equal_files_are_no_vendored_component(
    pair: Pair, files: int, is_found: bool
) -> None:
    pair.add(add_package, "town/forms", "npm:forms")
    pair.add(add_files, "city/site", {f"a/{n}.js": f"part {n}" for n in range(files)})
    assert bool(pair.vendored(_shelf(6))) is is_found


def test_nobody_vendors_from_itself_from_its_family_or_from_nobody(pair: Pair) -> None:
    pair.add(add_files, "city/site", {f"a/{n}.js": f"part {n}" for n in range(9)})
    assert pair.vendored(_shelf(9)) == []
    pair.add(add_package, "city/site", "npm:forms")
    assert pair.vendored(_shelf(9)) == []
    with pair.database.write() as session:
        world = World(session)
        world.component("city/fork")
        world.component("city/origin")
        add_cluster(world, "city/fork", "city/origin")
        add_files(world, "city/fork", {f"a/{n}.js": f"part {n}" for n in range(9)})
        add_package(world, "city/origin", "npm:other")
        fork = world.repositories["city/fork"]
        assert vendored.find(session, fork, _shelf(9, "npm:other@1.0.0")) == []
        assert [x.locator for x in vendored.find(session, fork, _shelf(9))] == ["npm:forms"]
