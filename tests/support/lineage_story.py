"""Real git repositories of invented countries that take code from each other in every known way.

harbour/forms (EE)   written over a year; a package of that name
northern/forms (FI)  a hard fork that goes its own way
archive/forms (LV)   a mirror that lags behind
coast/blanks (CA)    a copy without history, half of it edited, with work of its own
library/engine (NL)  taken by city-one/site (DE) and city-two/portal (FR)
valley-N/ledger      several that took what is nowhere in the catalogue
tools/reports (PT)   depends on the forms, and has the engine as a submodule
island/desk (IE)     said once that it is based on the forms
alone/thing (SE)     has the licence, the build wrapper and the jQuery of the forms
"""

import random
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlmodel import col, select

from registry.db.tables import Component, Repository
from registry.db.tables.lineage import EdgeKind
from registry.lineage.readmodels import EdgeView, ReuseQuery
from registry.lineage.rules import RULES
from tests.support.git_repos import Commit, build_repository
from tests.support.registries import PUBLIC, World

_SYLLABLES = "ba co di fu ga ho ji ku la mo ni pu ra so ti vu we xa yo ze".split()  # noqa: SIM905
FORMS = [f"forms{number}" for number in range(12)]
ENGINE = [f"engine{number}" for number in range(10)]
LEDGER = [f"ledger{number}" for number in range(8)]
VALLEYS = RULES.maximum_holders + 2
COUNTRIES = {
    "harbour/forms": "EE", "northern/forms": "FI", "archive/forms": "LV", "coast/blanks": "CA",
    "library/engine": "NL", "city-one/site": "DE", "city-two/portal": "FR", "tools/reports": "PT",
    "island/desk": "IE", "alone/thing": "SE",
} | {f"valley-{number}/ledger": ("NO", "DK", "IT", "ES", "GR", "AT")[number % 6]
     for number in range(VALLEYS)}  # fmt: skip
PLANTED = {
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge\n" * 4,
    "gradlew": "#!/bin/sh\nexec java -jar gradle-wrapper.jar\n" * 8,
    "web/jquery.js": "(function(window){ window.jQuery = 1; })(window);\n" * 20,
} | {f"node_modules/jquery/src/part{n}.js": f"define({n});\n" * 40 for n in range(12)}  # fmt: skip


@cache
def module(name: str, edits: int = 0) -> str:
    """Return a source file that nobody else would write; edited in some places."""
    chance = random.Random(name)

    def word() -> str:
        return "".join(chance.choices(_SYLLABLES, k=3))

    functions = [
        f"def {word()}({word()}, {word()}):\n    return {word()} + {number} * {word()}.{word()}\n"
        for number in range(70)
    ]
    for number in range(edits):
        functions.insert(9 * (number + 1), f"limit_{number} = {number}\n")
    return "\n".join(functions)


def on(year: int, day: int = 1) -> int:
    """Return a moment of a day of a year."""
    return int(datetime(year, 1, 1, 12, tzinfo=UTC).timestamp()) + (day - 1) * 86_400


def files(names: Iterable[str], folder: str = "src", edits: int = 0) -> dict[str, str]:
    """Return source files by path."""
    return {f"{folder}/{name}.py": module(name, edits) for name in names}


def work(
    names: Sequence[str], year: int, who: str, *, first: int = 1, at_once: int = 2
) -> list[Commit]:
    """Return commits of somebody who writes files, some at once, every twenty days."""
    return [
        Commit(
            files(names[start : start + at_once]), message=f"Add {names[start]}",
            author=(who, f"{who}@{who}.example"), date=on(year, first + 10 * start),
        )
        for start in range(0, len(names), at_once)
    ]  # fmt: skip


def place(world: World, name: str) -> Path:
    """Return the folder of the repository `https://code.example/<name>`."""
    return world.repositories / f"{name.replace('/', '+')}.git"


def build(world: World, name: str, commits: Sequence[Commit]) -> list[str]:
    """Build a repository, or add commits to it."""
    return build_repository(place(world, name), commits)


def add(world: World, *names: str) -> None:
    """Add repositories to the registry, each with a body of its own."""
    for name in names:
        owner = name.partition("/")[0]
        world.add_url(
            f"{PUBLIC}/{name}", country=COUNTRIES.get(name, "EE"), name=f"Office of {owner}",
            organisation_uri=f"https://{owner}.example",
        )  # fmt: skip


def build_story(world: World) -> None:
    """Build all repositories of the story."""
    build_forms(world)
    copied = files(FORMS[:6]) | files(FORMS[6:], edits=5)
    build(world, "coast/blanks", [Commit(copied, date=on(2018))])
    build(world, "coast/blanks", work(["blanks0", "blanks1"], 2018, "cora", first=40))
    build(world, "library/engine", work(ENGINE, 2014, "lena"))
    for name, year, who in (("city-one/site", 2016, "otto"), ("city-two/portal", 2017, "paul")):
        build(world, name, [Commit(files(ENGINE, "engine"), date=on(year))])
        build(world, name, work([f"{who}0", f"{who}1"], year, who, first=30))
    for number in range(VALLEYS):
        name = f"valley-{number}/ledger"
        build(world, name, [Commit(files(LEDGER, "app"), date=on(2016, 1 + 9 * number))])
        build(world, name, work([f"{name[:8]}-own"], 2017, f"vera{number}"))
    head = build(world, "tools/reports", work(["reports0", "reports1"], 2019, "rita"))
    manifest = '{"name": "reports", "dependencies": {"harbour-forms": "^1.2.0"}}\n'
    link = {"engine": (f"{PUBLIC}/library/engine", head[0])}
    build(world, "tools/reports", [Commit({"package.json": manifest}, date=on(2019, 50)),
                                   Commit(submodule=link, date=on(2019, 60))])  # fmt: skip
    said = f"# Desk\n\nThis software is based on {PUBLIC}/harbour/forms by Harbour.\n"
    build(world, "island/desk", [
        Commit({"README.md": said} | files(["desk0"]), date=on(2017)),
        Commit({"README.md": "# Desk\n"}, date=on(2017, 90)),
    ])  # fmt: skip
    build(world, "alone/thing", [Commit(PLANTED | files(["thing0", "thing1"]), date=on(2018))])


def build_forms(world: World) -> None:
    """Build the project of harbour, its hard fork and its mirror."""
    manifest = '{"name": "harbour-forms", "version": "1.2.0"}\n'
    build(world, "harbour/forms", [
        Commit(PLANTED | {"package.json": manifest}, date=on(2015), author=_ADA),
        *work(FORMS, 2015, "ada", first=5),
    ])  # fmt: skip
    copy(world, "harbour/forms", "northern/forms")
    build(world, "northern/forms", work(["north0", "north1", "north2"], 2017, "nils", at_once=1))
    build(world, "harbour/forms", work(["later0", "later1"], 2016, "ada", at_once=1))
    copy(world, "harbour/forms", "archive/forms")
    build(world, "harbour/forms", work(["later2"], 2017, "ada"))


_ADA = ("ada", "ada@ada.example")


def copy(world: World, name: str, other: str) -> None:
    """Copy a repository with its history."""
    shutil.copytree(place(world, name), place(world, other))


def short(url: str | None) -> str:
    """Return owner and name of a repository of the story."""
    return (url or "").removeprefix(f"{PUBLIC}/")


def slug_of(world: World, name: str) -> str:
    """Return the slug of a repository of the story in the catalogue."""
    with world.registry.database.read() as session:
        found = select(Component.slug).join(
            Repository, col(Repository.id) == col(Component.repository_id)
        )
        return session.exec(found.where(Repository.url == f"{PUBLIC}/{name}")).one()


def all_edges(world: World) -> list[EdgeView]:
    """Return every edge, whatever its state, by its public views."""
    states = ("current", "since_removed", "disputed", "withdrawn", "superseded")
    query = ReuseQuery(
        state=states, with_internal=True, with_mirrors=True, with_possible=True, limit=100
    )
    return list(world.registry.lineage.edges(query))


def told(world: World) -> set[tuple[str, str, str, str, str]]:
    """Return (kind, origin, reuser, direction, state) of every edge that was not withdrawn."""
    return {
        (edge.kind, short(edge.origin.url), short(edge.reuser.url), edge.direction, edge.state)
        for edge in all_edges(world)
        if edge.state != "withdrawn"
    }


EXPECTED = {
    (EdgeKind.SHARED_COMMITS, "harbour/forms", "northern/forms", "known", "current"),
    (EdgeKind.SHARED_COMMITS, "harbour/forms", "archive/forms", "known", "current"),
    (EdgeKind.SHARED_FILES, "harbour/forms", "coast/blanks", "known", "current"),
    (EdgeKind.SIMILAR_FILES, "harbour/forms", "coast/blanks", "known", "current"),
    (EdgeKind.SHARED_FILES, "library/engine", "city-one/site", "known", "current"),
    (EdgeKind.SIMILAR_FILES, "library/engine", "city-one/site", "known", "current"),
    (EdgeKind.SHARED_FILES, "library/engine", "city-two/portal", "known", "current"),
    (EdgeKind.SIMILAR_FILES, "library/engine", "city-two/portal", "known", "current"),
    (EdgeKind.PACKAGE_DEPENDENCY, "harbour/forms", "tools/reports", "known", "current"),
    (EdgeKind.SUBMODULE, "library/engine", "tools/reports", "known", "current"),
    (EdgeKind.ATTRIBUTION_TEXT, "harbour/forms", "island/desk", "known", "since_removed"),
}  # fmt: skip
