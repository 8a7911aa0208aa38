"""The demo: the same repositories every time, honest git, and the facts that the stories tell."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from crawlers.demo import add_demo, build_demo, remove_demo
from crawlers.demo.build import DIGEST
from crawlers.demo.history import Histories
from crawlers.demo.story import Commit, Story, publishers, stories
from crawlers.metadata import licence, publiccode
from crawlers.metadata.codejson import read as read_codejson
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import (
    ClaimRow,
    CommitRow,
    Component,
    ComponentField,
    CrawlEvent,
    DocumentRow,
    IndexOutbox,
    Organisation,
    Repository,
    RepositoryAlias,
    Source,
)
from registry.domain.countries import normalise_country, normalise_level
from registry.errors import Unavailable
from tests.support.git_repos import git

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT_OF_SELF_ASSESSMENT = "7a6de0357bcd594908a2f6d0e7ef1f73fd353a1d"
THANKS = "Adapted from and with thanks to Alberta Health Services."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder)
    return folder


def at(demo: Path, repository: str) -> Path:
    return demo / f"{repository.replace('/', '+')}.git"


def commits(demo: Path, repository: str) -> list[str]:
    return git(at(demo, repository), "rev-list", "--branches", "--tags").splitlines()


def blobs(demo: Path, repository: str) -> set[str]:
    listed = git(at(demo, repository), "rev-list", "--objects", "--branches", "--tags")
    objects = [line.split(" ", 1) for line in listed.splitlines()]
    paths = [pair for pair in objects if len(pair) == 2 and pair[1]]
    ids = "\n".join(oid for oid, _ in paths)
    kinds = git(at(demo, repository), "cat-file", "--batch-check", stdin=ids.encode())
    return {line.split()[0] for line in kinds.splitlines() if line.split()[1] == "blob"}


def refs(folder: Path) -> dict[str, str]:
    return {
        path.name: git(path, "for-each-ref", "--format=%(objectname) %(refname)")
        for path in sorted(folder.glob("*.git"))
    }


def test_two_builds_give_the_same_object_ids(demo: Path, tmp_path: Path) -> None:
    build_demo(tmp_path / "again")
    assert refs(tmp_path / "again") == refs(demo)
    assert len(refs(demo)) == len(stories()) >= 16


def test_the_object_ids_do_not_depend_on_the_version_of_git(demo: Path) -> None:
    # Written down once: a change of the contents changes it on purpose.
    root = git(at(demo, "demo-ontario/self-assessment"), "rev-list", "--max-parents=0", "main")
    assert root == ROOT_OF_SELF_ASSESSMENT


def test_the_environment_and_the_configuration_of_the_user_change_nothing(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[init]\n\tdefaultBranch = other\n[core]\n\tautocrlf = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    build_demo(tmp_path / "again")
    monkeypatch.undo()
    assert refs(tmp_path / "again") == refs(demo)


@pytest.mark.parametrize("repository", sorted(stories()))
def test_every_repository_is_sound(demo: Path, repository: str) -> None:
    assert git(at(demo, repository), "fsck", "--strict", "--no-dangling") == ""
    assert git(at(demo, repository), "symbolic-ref", "HEAD") == "refs/heads/main"
    assert 8 <= len(commits(demo, repository)) <= 40
    assert all(".example>" in who for who in stories()[repository].people.values())


def test_finished_repositories_are_left_as_they_are(demo: Path) -> None:
    before = {path: path.stat().st_ino for path in demo.glob("*.git")}
    assert build_demo(demo) == sorted(before)
    assert {path: path.stat().st_ino for path in demo.glob("*.git")} == before


def test_a_build_that_was_broken_off_is_done_again(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demo, folder)
    half, old, gone = (at(folder, name) for name in sorted(stories())[:3])
    (half / DIGEST).unlink()
    shutil.rmtree(half / "objects")
    (old / DIGEST).write_text("of another version", "ascii")
    gone.rename(gone.with_name(f".{gone.name}.building"))
    build_demo(folder)
    assert refs(folder) == refs(demo)
    assert not list(folder.glob(".*"))


def test_a_folder_that_git_cannot_build_in_is_a_typed_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.demo.build._ENVIRONMENT", {"PATH": str(tmp_path)})
    with pytest.raises(Unavailable, match="git"):
        build_demo(tmp_path / "demo")


def test_the_thanks_stand_in_the_history_and_not_at_head(demo: Path) -> None:
    folder = at(demo, "demo-ontario/self-assessment")
    first = git(folder, "rev-list", "--max-parents=0", "main")
    assert git(folder, "show", f"{first}:NOTICE.md") == THANKS
    assert "Alberta Health Services" in git(
        folder, "show", f"{first}:src/autoevaluation/index.html"
    )
    removed = git(folder, "log", "-1", "--format=%cs", "--diff-filter=D", "--", "NOTICE.md")
    assert removed == "2020-05-11"
    tree = git(folder, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert not [path for path in tree if "Alberta" in git(folder, "show", f"main:{path}")]


def test_nobody_has_a_repository_of_the_giving_side() -> None:
    assert not [name for name in stories() if "alberta" in name]


def test_estonia_finland_and_the_institute_share_commits(demo: Path) -> None:
    estonia, finland, institute = (
        set(commits(demo, f"demo-{who}/data-exchange"))
        for who in ("estonia", "finland", "joint-institute")
    )
    assert len(estonia & finland) == 6
    assert finland - estonia
    assert finland < institute
    assert len(institute - estonia - finland) > 10


def test_the_institutes_history_has_merges_tags_and_suppliers(demo: Path) -> None:
    folder = at(demo, "demo-joint-institute/data-exchange")
    assert len(git(folder, "rev-list", "--merges", "main").splitlines()) == 2
    kinds = git(folder, "for-each-ref", "--format=%(objecttype)", "refs/tags").splitlines()
    assert kinds == ["tag"] * 3
    domains = {line.rpartition("@")[2] for line in git(folder, "log", "--format=%ae").splitlines()}
    assert {"supplier.example", "institute.example", "contractor.example"} <= domains


def test_the_submodule_names_a_commit_of_the_other_repository(demo: Path) -> None:
    line = git(at(demo, "demo-finland/exchange-catalogue"), "ls-tree", "main", "exchange")
    mode, kind, commit = line.split()[:3]
    assert (mode, kind) == ("160000", "commit")
    assert commit in commits(demo, "demo-joint-institute/data-exchange")


@pytest.mark.parametrize(
    ("origin", "copy", "at_least"),
    [
        ("demo-uk/notify-api", "demo-us-agency/notify-api", 6),
        ("demo-ontario/self-assessment", "demo-ontario/screening-tool", 5),
        ("demo-design/components", "demo-emilia-romagna/iscrizioni-scolastiche", 5),
    ],
)
def test_copies_share_files_and_no_commit(
    demo: Path, origin: str, copy: str, at_least: int
) -> None:
    assert not set(commits(demo, origin)) & set(commits(demo, copy))
    assert len(blobs(demo, origin) & blobs(demo, copy)) >= at_least


@pytest.mark.parametrize("fork", ["demo-canada/notify-api", "demo-australia/notify-api"])
def test_the_forks_of_notify_share_commits_and_add_their_own(demo: Path, fork: str) -> None:
    origin, own = set(commits(demo, "demo-uk/notify-api")), set(commits(demo, fork))
    assert len(origin & own) >= 5
    assert len(own - origin) >= 5


def contents(repository: str) -> dict[str, bytes]:
    tree = Histories(stories()).tip(repository).tree
    return {path: entry for path, entry in tree.items() if isinstance(entry, bytes)}


def test_only_the_metadata_that_is_meant_to_be_wrong_is_wrong() -> None:
    wrong, languages = set(), set()
    for repository in stories():
        data = contents(repository).get("publiccode.yml")
        if data is not None:
            found = publiccode.read(data, path="publiccode.yml", blob="0" * 40)
            languages |= {c.lang for c in found.claims if c.property == "short_description"}
            wrong |= {repository} if found.status != "valid" else set()
    assert wrong == {"demo-france/formulaire-aides"}
    assert languages >= {"en", "fr", "et", "fi", "de", "it"}


def test_the_inventory_of_the_agency_is_valid() -> None:
    data = contents("demo-us-agency/notify-api")["code.json"]
    assert read_codejson(data, path="code.json", blob="0" * 40).status == "valid"


def test_every_licence_is_recognised() -> None:
    found = {}
    for repository in stories():
        files = {
            path: licence.detect_file(path, data.decode())
            for path, data in contents(repository).items()
            if path.startswith(("LICENSE", "LICENCE"))
        }
        chosen = licence.combine(files)
        found[repository] = chosen and chosen[1].spdx_id
    assert set(found.values()) == {"MIT", "EUPL-1.2", "Apache-2.0"}
    # The conflict that the catalogue must show.
    stated = contents("demo-munich/permit-service")["publiccode.yml"]
    assert found["demo-munich/permit-service"] == "MIT"
    assert b"license: EUPL-1.2" in stated


def test_every_publisher_has_a_known_place_and_a_repository() -> None:
    assert {name.partition("/")[0] for name in stories()} == set(publishers())
    for body in publishers().values():
        assert normalise_country(body.region or body.country) == (body.country, body.region)
        assert normalise_level(body.level) == body.level
    assert len({body.country for body in publishers().values()}) >= 10


def _story(*changes: Commit) -> Histories:
    story = Story(repository="a/b", people={"x": "X <x@x.example>"}, commit=changes)
    return Histories({"a/b": story})


def _commit(**changes: object) -> Commit:
    return Commit(at=NOW, by="x", message="Change", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mistake",
    [
        {"swap": {"f": (("two", "2"),)}},
        {"swap": {"f": (("none", "0"),)}},
        {"delete": ("missing",)},
        {"move": {"missing": "f"}},
        {"parent": "missing"},
    ],
)
def test_a_mistake_in_a_story_is_never_passed_over(mistake: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a/b"):
        _story(_commit(write={"f": "two two"}), _commit(**mistake)).tip("a/b")


def test_a_merge_takes_over_what_the_other_side_wrote_changed_and_deleted() -> None:
    histories = _story(
        _commit(key="base", write={"kept": "1", "changed": "1", "deleted": "1", "ours": "1"}),
        _commit(key="side", write={"changed": "2", "new": "1"}, delete=("deleted",)),
        _commit(parent="base", write={"ours": "2"}),
        _commit(merge="side"),
    )
    tree = histories.tip("a/b").tree
    assert tree == {"kept": b"1", "changed": b"2", "new": b"1", "ours": b"2"}
    assert len(histories.tip("a/b").parents) == 2


def count(session: Session, table: type) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_adding_the_demo_twice_adds_it_once(database: Database) -> None:
    with database.write() as session:
        first = add_demo(session, NOW)
    with database.write() as session:
        assert add_demo(session, NOW + timedelta(days=1)) == first
        assert len(set(first)) == len(stories()) == count(session, Repository)
        assert count(session, Organisation) == len(publishers())
        bodies = session.exec(select(Organisation)).all()
        assert all(body.is_demo and body.name.endswith(" (demo)") for body in bodies)
        urls = set(session.exec(select(Repository.url)).all())
        assert urls == {story.url for story in stories().values()}


def _add_facts(session: Session, repository: Repository, origin: int | None) -> Component:
    """Add a row of every kind that hangs on a repository."""
    assert repository.id is not None
    component = Component(
        uuid=f"uuid-{repository.id}", slug=f"slug-{repository.id}", repository_id=repository.id,
        organisation_id=repository.organisation_id, origin_id=origin, name="Name",
        is_demo=repository.is_demo, created_at=NOW, updated_at=NOW, revision=3,
    )  # fmt: skip
    document = DocumentRow(
        repository_id=repository.id, kind="readme", path="README.md", blob="0" * 40,
        commit="0" * 40, sha256="0" * 64, size=1, status="valid", read_at=NOW,
    )  # fmt: skip
    session.add_all([component, document])
    session.flush()
    claim = ClaimRow(
        repository_id=repository.id, document_id=document.id, property="name", value="Name",
        basis="readme", observed_at=NOW,
    )  # fmt: skip
    session.add(claim)
    session.flush()
    assert component.id is not None
    session.add_all(
        [
            ComponentField(
                component_id=component.id, property="name", basis="readme", claim_id=claim.id
            ),
            CommitRow(
                repository_id=repository.id, id=b"c" * 20, parents=b"", author_time=1,
                commit_time=1, author_key=b"k" * 16,
            ),
            RepositoryAlias(
                url=f"{repository.url}/old", repository_id=repository.id, since=NOW
            ),
            CrawlEvent(
                repository_id=repository.id, source_id=repository.source_id, at=NOW,
                stage="crawl", outcome="crawled",
            ),
        ]
    )  # fmt: skip
    return component


def _real_repository(session: Session, of: Repository) -> Repository:
    """Add a repository that is no demo and that points at the demo wherever it can."""
    real = Repository(
        url="https://git.example.org/real/tool", host="git.example.org", path="real/tool",
        organisation_id=of.organisation_id, source_id=of.source_id, moved_to_id=of.id,
        state_since=NOW, added_at=NOW,
    )  # fmt: skip
    session.add(real)
    session.flush()
    return real


def test_removing_the_demo_leaves_nothing_of_it_and_all_of_the_rest(database: Database) -> None:
    with database.write() as session:
        add_demo(session, NOW)
        first, second, *_ = session.exec(select(Repository).order_by(col(Repository.id))).all()
        origin = _add_facts(session, first, None)
        fork = _add_facts(session, second, origin.id)
        second.moved_to_id = first.id
        origin.origin_id = fork.id
        kept = _add_facts(session, _real_repository(session, first), origin.id)
        removed_ids = {origin.id, fork.id}
    with database.write() as session:
        assert remove_demo(session, utc_now()) == 2
    with database.read() as session:
        outbox = session.exec(select(IndexOutbox)).all()
        assert {(row.component_id, row.revision, row.removed) for row in outbox} == {
            (component_id, 4, True) for component_id in removed_ids
        }
        assert [count(session, table) for table in (Source, Organisation)] == [0, 0]
        for table in (Repository, Component, ComponentField, DocumentRow, ClaimRow, CommitRow):
            assert count(session, table) == 1, table
        left = session.exec(select(Repository)).one()
        assert (left.source_id, left.organisation_id, left.moved_to_id) == (None, None, None)
        component = session.exec(select(Component)).one()
        assert (component.id, component.origin_id) == (kept.id, None)
    with database.write() as session:
        assert remove_demo(session, utc_now()) == 0
