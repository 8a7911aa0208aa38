"""Everything hostile at once, through the real pipeline and sandbox: each ends with its reason.

One crawl brings in honest and hostile repositories side by side; the tests look at what came of
each. Budgets are small, so that what never ends costs seconds.
"""

import html
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.cli.web import build_app
from registry.db.tables import Repository, RepositoryState, Source
from registry.domain.crawl import REASONS
from tests.support import git_repos as repos
from tests.support import hostile_servers as servers
from tests.support import packs
from tests.support.git_repos import Commit, RawRepository, git
from tests.support.hostile_servers import RawServer, git_server
from tests.support.registries import World, dump, open_world, publiccode
from tests.support.web_apps import BASE

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
# Files that are bad in themselves, side by side with a good one: path → (contents, status).
BAD_FILES: dict[str, tuple[str, str]] = {
    "brackets/publiccode.yml": ("[" * 30_000, "unparseable"),
    "aliases/publiccode.yml": (ALIASES, "unparseable"),
    "two/publiccode.yml": (publiccode("x") + "---\nname: second\n", "unparseable"),
    "float/publiccode.yml": (publiccode("x").replace('"0.4"', "1.10"), "invalid"),
    "good/publiccode.yml": (publiccode("good"), "valid"),
    "deep/package.json": ('{"a":' * 150_000 + "1" + "}" * 150_000, "unparseable"),
    "large/package.json": (" " * 2_000_000 + "{}", "unparseable"),
    "number/package.json": ('{"name": "n", "n": ' + "9" * 5_000 + "}", "unparseable"),
    "half/package.json": ('{"name": "\\ud800 half"}', "unparseable"),
    "page/package.json": ("<!doctype html><title>Sign in</title>", "unparseable"),
}
FILES: dict[str, dict[str, str | bytes]] = {
    "bad-files": {path: text for path, (text, _) in BAD_FILES.items()},
    "nul-in-text": {
        "README.md": "# Nul \0 name\n\n\0text\n",
        "package.json": '{"name": "a\\u0000b"}',
        "codemeta.json": '{"@type": "SoftwareSourceCode", "name": "a\\u0000b"}',
    },
    "pack-bomb": {"README.md": b"\0" * (64 * 1024**2), "src/a.py": "pass\n"},
    "long-path": {"/".join(["d" * 200] * 15) + "/f.py": "pass\n", "README.md": "# Long\n"},
}
NEIGHBOURS = ("honest-one", "honest-two")
# URLs that no door lets in, placed where only the crawler can still refuse them.
PLACED = {
    "loopback": ("https://127.0.0.1/a/b", "blocked_address"),
    "loopback by name": ("https://localhost/a/b", "blocked_address"),
    "IPv6 loopback": ("https://[::1]/a/b", "blocked_address"),
    "mapped loopback": ("https://[::ffff:127.0.0.1]/a/b", "blocked_address"),
    "link-local": ("https://169.254.10.10/a/b", "blocked_address"),
    "metadata": ("https://169.254.169.254/latest/meta-data", "blocked_address"),
    "private": ("https://10.0.0.1/a/b", "blocked_address"),
    "plain http": ("http://code.example/other/b", "blocked_url"),
    "another port": ("https://code.example:8443/other/b", "blocked_url"),
    "transport helper": ("ext::sh -c touch% CANARY", "blocked_url"),
    "file": ("file:///etc", "blocked_url"),
    "path": ("/etc", "blocked_url"),
    "credentials": ("https://user:secret@code.example/other/b", "blocked_url"),
    "dash": ("--upload-pack=touch CANARY", "blocked_url"),
    "ssh": ("ssh://-oProxyCommand=x/a", "blocked_url"),
    "mirror escape": ("https://code.example/..%2f..%2fetc/passwd", "no_mirror"),
}


class Crawled:
    """The world after the crawl, with what each server saw."""

    def __init__(
        self, world: World, urls: dict[str, str], canary: RawServer, answers: list[int]
    ) -> None:
        self.world = world
        self.urls = urls
        self.canary = canary
        self.answers = answers

    @cached_property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return dump(self.world)

    def rows_of(self, name: str, table: str) -> list[dict[str, Any]]:
        key = self.world.row(name).id
        return [row for row in self.rows[table] if row["repository_id"] == key]

    def reason(self, name: str) -> str | None:
        view, events = self.world.log(self.urls.get(name, name))
        assert events, "the crawl page shows something"
        last = events[0]
        if last.outcome != "crawled":
            assert last.outcome in REASONS
            assert last.cause
            assert last.next_step
        assert view.last_outcome == last.outcome
        return view.last_outcome

    def flags(self, name: str) -> tuple[str, ...]:
        return self.world.log(name)[0].flags

    def documents(self, name: str) -> dict[str, str]:
        return {row["path"]: row["status"] for row in self.rows_of(name, "document")}


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("hostile")
    temporary = folder / "tmp"
    temporary.mkdir()
    former, tempfile.tempdir = tempfile.tempdir, str(temporary)
    with ExitStack() as stack:
        try:
            found = _crawl(folder, stack)
        finally:
            tempfile.tempdir = former
        yield found


def _crawl(folder: Path, stack: ExitStack) -> Crawled:
    canary = stack.enter_context(RawServer(servers.answer("200 OK")))
    hostile = {
        "drip": servers.drip,
        "slow headers": servers.slow_headers,
        "endless refs": servers.endless_refs,
        "redirect inside": servers.redirect(f"http://{canary.host}/secret"),
        "redirect to metadata": servers.redirect("http://169.254.169.254/latest"),
        "page": servers.answer("200 OK", b"Content-Type: text/html\r\n", b"<html>Sign in</html>"),
        "server error": servers.answer("500 Oh"),
        "login": servers.answer("401 Who", b'WWW-Authenticate: Basic realm="x"\r\n'),
        "gone": servers.answer("404 Not Found"),
    }
    opened = {name: stack.enter_context(RawServer(how)) for name, how in hostile.items()}
    (folder / "remote").mkdir()
    cut = stack.enter_context(git_server(folder / "remote", cut_after=100))
    repos.build_repository(folder / "remote/town/cut", [Commit({"a.txt": "one\n" * 5000})])
    urls = {name: f"http://{server.host}/town/{name[:4]}" for name, server in opened.items()}
    urls["cut off"] = f"http://{cut.host}/town/cut"
    world = stack.enter_context(
        open_world(
            folder,
            allow_hosts=(*(server.host for server in opened.values()), cut.host),
            workers=4,
        )
    )
    _build(world)
    world.add(*NEIGHBOURS, *FILES, "bomb", "deep", "huge", "odd", "names", "strange", "empty")
    world.add("sha256", "submodules")
    _place(world)
    world.crawl(force=False)
    world.reopen(fetch_seconds=2)
    world.add(*urls.values())
    with _asked_meanwhile(world) as answers:
        world.crawl(force=False)
    urls |= {name: url for name, (url, _) in PLACED.items()}
    return Crawled(world, urls, canary, answers)


ASKED = ("/", "/search?q=honest", "/crawls", "/api/v1/components")


def _client(world: World) -> TestClient[Litestar]:
    return TestClient(build_app(world.registry, BASE), base_url=BASE)


@contextmanager
def _asked_meanwhile(world: World) -> Iterator[list[int]]:
    """Ask for pages over and over in another thread; yield the status of every answer."""
    answers: list[int] = []
    begun, over = threading.Event(), threading.Event()

    def ask() -> None:
        with _client(world) as client:
            while not over.is_set():
                answers.extend(client.get(path).status_code for path in ASKED)
                begun.set()
                over.wait(0.3)

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(60), "no page was answered before the crawl"
    yield answers
    over.set()
    thread.join()


def _build(world: World) -> None:
    for name in NEIGHBOURS:
        world.build(name)
    for name, files in FILES.items():
        world.build(name, [Commit(files)])
    repos.bomb(world.place("bomb"))
    packs.deep(world.place("deep"))
    repos.huge(world.place("huge"))
    repos.odd(world.place("odd"))
    repos.names(world.place("names"))
    _strange(world.place("strange"))
    RawRepository(world.place("empty"))
    world.place("sha256").mkdir()
    git(world.place("sha256"), "init", "--bare", "--object-format=sha256", "--initial-branch=main")
    world.build("sha256")
    modules = {
        "a": ("ext::sh -c touch% CANARY", "1" * 40),
        "b": ("https://127.0.0.1/x/y", "2" * 40),
        "c": ("../../internal", "3" * 40),
        "d": ("https://github.com/Town/Shared.git", "4" * 40),
    }
    world.build("submodules", [Commit({"a.py": "pass\n"}, submodule=modules)])


def _strange(place: Path) -> None:
    """Names that are no UTF-8, in trees, branches and tags; a commit of the year 2500."""
    raw = RawRepository(place)
    blob = raw.add("blob", b"caf\xe9\n")
    tree = raw.tree([("100644", b"README.md", blob), ("100644", b"caf\xe9.py", blob)])
    oid = raw.commit(tree, author=b"Ada <ada@gov.example> 16725225600 +0000")
    raw.branch(oid)
    (place / "packed-refs").write_bytes(
        f"{oid} refs/heads/caf".encode() + b"\xe9\n" + f"{oid} refs/tags/v".encode() + b"\xe9\n"
    )


def _place(world: World) -> None:
    with world.registry.database.write() as session:
        source = Source(
            spec="placed", kind="repository", forge="git", host="x", added_at=world.now()
        )
        session.add(source)
        session.flush()
        for url, _ in PLACED.values():
            session.add(
                Repository(
                    url=url, host="placed", path="a/b", source_id=source.id,
                    state=RepositoryState.PENDING, state_since=world.now(), added_at=world.now(),
                )
            )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("drip", {"too_slow", "timeout"}),
        ("slow headers", {"too_slow", "timeout"}),
        ("endless refs", {"too_many_refs", "too_slow", "timeout"}),
        ("redirect inside", {"redirect_refused"}),
        ("redirect to metadata", {"redirect_refused"}),
        ("page", {"not_a_repository"}),
        ("server error", {"unavailable"}),
        ("login", {"auth"}),
        ("gone", {"gone"}),
        ("cut off", {"malformed"}),
        ("empty", {"empty"}),
        ("names", {"fsck_failed"}),
        ("sha256", {"unsupported"}),
        *((name, {reason}) for name, (_, reason) in PLACED.items()),
    ],
)
def test_what_cannot_be_read_ends_with_a_typed_reason(
    crawled: Crawled, name: str, reasons: set[str]
) -> None:
    assert crawled.reason(name) in reasons


def test_nothing_inside_was_asked(crawled: Crawled) -> None:
    assert crawled.canary.hits == 0
    assert not list(crawled.world.folder.rglob("CANARY"))
    assert not Path("CANARY").exists()


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_are_crawled_as_if_they_were_alone(crawled: Crawled, name: str) -> None:
    assert crawled.reason(name) == "crawled"
    view, _ = crawled.world.log(name)
    assert (view.commit_count, view.flags) == (3, ())
    paths = ("README.md", "publiccode.yml", "LICENSE", "package.json")
    assert crawled.documents(name) == dict.fromkeys(paths, "valid")


@pytest.mark.parametrize(("path", "status"), [(p, s) for p, (_, s) in BAD_FILES.items()])
def test_a_bad_file_costs_one_document_and_not_the_repository(
    crawled: Crawled, path: str, status: str
) -> None:
    assert crawled.reason("bad-files") == "crawled"
    document = next(r for r in crawled.rows_of("bad-files", "document") if r["path"] == path)
    assert document["status"] == status
    assert document["diagnostics"] or status == "valid", "the owner is told why"


def test_a_repository_of_ten_billion_paths_is_read_in_part(crawled: Crawled) -> None:
    assert crawled.reason("bomb") == "crawled"
    assert any(flag.startswith("partial") for flag in crawled.flags("bomb"))


def test_a_tree_of_20_000_levels_is_read_in_part(crawled: Crawled) -> None:
    assert crawled.reason("deep") == "crawled"
    assert "partial: depth" in crawled.flags("deep")


def test_huge_files_under_known_names_are_not_read_and_that_is_said(crawled: Crawled) -> None:
    for name in ("huge", "pack-bomb"):
        assert crawled.reason(name) == "crawled"
        assert set(crawled.documents(name).values()) == {"unparseable"}
    assert set(crawled.documents("huge")) == {"README.md", "publiccode.yml"}
    assert crawled.world.row("huge").head_files == 20_002


def test_malformed_commits_are_all_counted_and_flagged(crawled: Crawled) -> None:
    assert crawled.reason("odd") == "crawled"
    rows = crawled.rows_of("odd", "commit_fact")
    assert len(rows) == 5
    flags = {flag for row in rows for flag in row["flags"].split(",") if flag}
    assert {"date", "zone", "identity"} <= flags
    assert "lenient_author_lines" in crawled.flags("odd")


def test_names_without_a_known_encoding_and_far_dates_are_stored(crawled: Crawled) -> None:
    assert crawled.reason("strange") == "crawled"
    paths = [row["path"] for row in crawled.rows_of("strange", "path_fact")]
    assert sorted(paths) == ["README.md", "caf\N{REPLACEMENT CHARACTER}.py"]
    commit = crawled.rows_of("strange", "commit_fact")[0]
    assert "date" in commit["flags"]
    assert commit["commit_time"] < crawled.world.now().timestamp() + 2 * 86_400


def test_submodules_are_stored_as_checked_text_and_never_fetched(crawled: Crawled) -> None:
    assert crawled.reason("submodules") == "crawled"
    rows = crawled.rows_of("submodules", "submodule_fact")
    assert {row["path"]: row["url"] for row in rows} == {
        "a": None, "b": "https://127.0.0.1/x/y", "c": None, "d": "https://github.com/town/shared",
    }  # fmt: skip


def test_texts_are_stored_without_nul(crawled: Crawled) -> None:
    assert crawled.reason("nul-in-text") == "crawled"
    tables = ("document", "claim", "package_fact")
    stored = [crawled.rows_of("nul-in-text", name) for name in tables]
    assert all(stored)
    assert "\\x00" not in repr(stored)


def test_a_path_that_no_index_of_a_database_takes_is_left_out(crawled: Crawled) -> None:
    assert crawled.reason("long-path") == "crawled"
    assert "partial: path_length" in crawled.flags("long-path")


def test_nothing_is_left_over(crawled: Crawled) -> None:
    assert crawled.world.problems() == []
    assert list((crawled.world.folder / "tmp").iterdir()) == []
    assert _children() == []


def _children() -> list[str]:
    tasks = Path(f"/proc/{os.getpid()}/task")
    found = " ".join((task / "children").read_text() for task in tasks.iterdir()).split()
    return [name for child in found if "git" in (name := Path(f"/proc/{child}/comm").read_text())]


def test_the_web_answered_all_the_while(crawled: Crawled) -> None:
    assert set(crawled.answers) == {200}
    assert len(crawled.answers) > len(ASKED)


def test_every_page_about_what_was_crawled_is_shown_and_names_the_reasons(
    crawled: Crawled,
) -> None:
    with _client(crawled.world) as client:
        for row in crawled.rows["component"]:
            for part in ("", "/metadata", "/activity", "/dependencies"):
                answer = client.get(f"/components/{row['slug']}{part}")
                assert answer.status_code == 200, answer.url
                answer.content.decode("utf-8")
        for name in ("names", "sha256", crawled.urls["page"], crawled.urls["metadata"]):
            row = crawled.world.row(name)
            page = html.unescape(client.get(f"/crawls/repositories/{row.id}").text)
            cause, step = REASONS[row.last_outcome or ""]
            assert cause in page
            assert step in page
