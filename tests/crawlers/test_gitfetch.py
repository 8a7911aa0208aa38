import contextlib
import hashlib
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers import sandbox
from crawlers.egress import Egress
from crawlers.gitfetch import GitFetch, parse_refs
from crawlers.mirrors import Transport
from crawlers.quarantine import janitor, quarantine
from registry import faults
from registry.domain.crawl import REASONS
from registry.errors import CrawlFailure
from registry.settings import CrawlSettings
from tests.support import git_repos as repos
from tests.support import hostile_servers as servers
from tests.support.git_repos import Commit, build_repository, git
from tests.support.hostile_servers import GitHttpServer, RawServer, git_server

STRICT = sandbox.level(CrawlSettings()) == "strict"
# Does not compress, so that a transfer of it is large.
NOISE = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(200))
URL = "https://code.example/org/project"


@dataclass
class World:
    """A folder of repositories, a server for them, and the store that they are fetched into."""

    root: Path
    store: Path
    server: GitHttpServer
    fetcher: GitFetch
    template: Path

    def history(self) -> list[str]:
        """Put a small honest history at `a.git` and return its commits in order."""
        place = self.root / "a.git"
        shutil.copytree(self.template, place)
        listed = git(place, "rev-list", "--reverse", "--topo-order", "main").split()
        merged = git(place, "rev-parse", "side")
        return [*[oid for oid in listed[:-1] if oid != merged], merged, listed[-1]]

    def over_http(self, name: str) -> Transport:
        return Transport(f"http://{self.server.host}/{name}")

    def over_folder(self, name: str) -> Transport:
        return Transport(f"file://{self.root / name}", self.root / name)

    def fetch(self, transport: Transport) -> Path:
        refs = self.fetcher.ls_remote(transport)
        return self.fetcher.fetch(transport, URL, refs).directory

    def leftovers(self) -> list[Path]:
        area = self.store / ".quarantine"
        return list(area.iterdir()) if area.is_dir() else []


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("template") / "a.git"
    build_repository(
        place,
        [
            Commit({"README.md": "one\n", "src/a.py": "print(1)\n"}, tag="v1"),
            Commit({"README.md": "two\n"}, rename={"src/a.py": "src/b.py"}),
            Commit({"side.txt": "side\n"}, branch="side", start="main"),
            Commit(merge=["side"], message="Merge side"),
        ],
    )
    return place


@pytest.fixture(
    params=[
        "limits",
        pytest.param(
            "strict",
            marks=pytest.mark.skipif(not STRICT, reason="bubblewrap does not work here"),
        ),
    ]
)
def both_levels(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[World]:
    yield from _world(tmp_path, template, request.param)


@pytest.fixture
def world(tmp_path: Path, template: Path) -> Iterator[World]:
    yield from _world(tmp_path, template, "auto")


def _world(tmp_path: Path, template: Path, level: str) -> Iterator[World]:
    root = tmp_path / "remote"
    root.mkdir()
    with git_server(root) as server:
        settings = CrawlSettings(allow_hosts=(server.host,), sandbox=level)  # type: ignore[arg-type]
        egress = Egress(settings)
        store = tmp_path / "store"
        yield World(root, store, server, GitFetch(settings, store, egress), template)
        egress.close()


def _failure(work: Callable[[], object]) -> CrawlFailure:
    with pytest.raises(CrawlFailure) as caught:
        work()
    assert caught.value.reason in REASONS
    return caught.value


@pytest.mark.parametrize("way", ["over_http", "over_folder"])
def test_history_arrives_without_file_contents(both_levels: World, way: str) -> None:
    commits = both_levels.history()
    transport = getattr(both_levels, way)("a.git")
    refs = both_levels.fetcher.ls_remote(transport)
    fetched = both_levels.fetcher.fetch(transport, URL, refs)
    folder = fetched.directory
    assert refs.default_branch == "main"
    assert set(refs.refs) == {"refs/heads/main", "refs/heads/side", "refs/tags/v1"}
    assert git(folder, "rev-parse", "HEAD") == commits[-1] == refs.refs["refs/heads/main"]
    assert git(folder, "rev-list", "--count", "main") == "4"
    missing = git(folder, "rev-list", "--objects", "--missing=print", "--all").split()
    assert len([oid for oid in missing if oid.startswith("?")]) == 4
    assert fetched.bytes_received > 0
    assert fetched.flags == ()
    assert both_levels.leftovers() == []


@pytest.mark.parametrize("way", ["over_http", "over_folder"])
def test_wanted_contents_come_in_one_batch(both_levels: World, way: str) -> None:
    both_levels.history()
    transport = getattr(both_levels, way)("a.git")
    folder = both_levels.fetch(transport)
    wanted = [line.split()[2] for line in git(folder, "ls-tree", "-r", "main").splitlines()]
    posts = len(both_levels.server.paths)
    assert both_levels.fetcher.fetch_blobs(folder, transport, wanted) > 0
    assert len(both_levels.server.paths) - posts <= 4
    contents = {git(folder, "cat-file", "blob", oid) for oid in wanted}
    assert contents == {"two", "print(1)", "side"}


def test_no_wanted_contents_ask_nothing(world: World) -> None:
    world.history()
    folder = world.fetch(world.over_http("a.git"))
    seen = len(world.server.paths)
    assert world.fetcher.fetch_blobs(folder, world.over_http("a.git"), []) == 0
    assert len(world.server.paths) == seen


def test_unknown_content_is_a_typed_failure(world: World) -> None:
    world.history()
    transport = world.over_http("a.git")
    folder = world.fetch(transport)
    failure = _failure(lambda: world.fetcher.fetch_blobs(folder, transport, ["1" * 40]))
    assert failure.reason == "malformed"
    with pytest.raises(ValueError, match="id of an object"):
        world.fetcher.fetch_blobs(folder, transport, ["--upload-pack=id"])


def test_content_that_a_mirror_lacks_does_not_cost_the_others(world: World) -> None:
    world.history()
    transport = world.over_folder("a.git")
    folder = world.fetch(transport)
    there = git(world.root / "a.git", "rev-parse", "main:README.md")
    assert world.fetcher.fetch_blobs(folder, transport, ["1" * 40]) == 0
    assert world.fetcher.fetch_blobs(folder, transport, ["1" * 40, there]) > 0
    assert git(folder, "cat-file", "blob", there) == "two"


@pytest.mark.parametrize("way", ["over_http", "over_folder"])
def test_update_brings_only_what_is_new(both_levels: World, way: str) -> None:
    build_repository(both_levels.root / "a.git", [Commit({"f": "1"}, message=NOISE)])
    transport = getattr(both_levels, way)("a.git")
    refs = both_levels.fetcher.ls_remote(transport)
    first = both_levels.fetcher.fetch(transport, URL, refs)
    new = build_repository(both_levels.root / "a.git", [Commit({"f": "new"}, date=1_700_000_000)])
    again = both_levels.fetcher.ls_remote(transport)
    second = both_levels.fetcher.fetch(transport, URL, again)
    assert again.digest != refs.digest
    assert second.directory == first.directory
    assert second.bytes_received < first.bytes_received / 2
    assert git(second.directory, "rev-parse", "main") == new[0]
    assert git(second.directory, "rev-list", "--count", "--all") == "2"
    packs = list((second.directory / "objects/pack").glob("*.pack"))
    assert all(pack.with_suffix(".promisor").exists() for pack in packs)
    git(second.directory, "fsck", "--connectivity-only", GIT_NO_LAZY_FETCH="1")


def test_refs_become_those_of_the_remote_and_old_objects_stay(world: World) -> None:
    commits = world.history()
    transport = world.over_folder("a.git")
    folder = world.fetch(transport)
    remote = world.root / "a.git"
    git(remote, "update-ref", "refs/heads/main", commits[0])
    git(remote, "update-ref", "-d", "refs/heads/side")
    git(remote, "update-ref", "refs/heads/trunk", commits[1])
    git(remote, "symbolic-ref", "HEAD", "refs/heads/trunk")
    world.fetch(transport)
    shown = git(folder, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    assert shown[:2] == [f"refs/heads/main {commits[0]}", f"refs/heads/trunk {commits[1]}"]
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/trunk"
    assert git(folder, "cat-file", "-t", commits[-1]) == "commit"


def cut(world: World, depth: int) -> None:
    """Put the newest part of the honest history at `cut.git`, as a shallow clone has it."""
    shutil.rmtree(world.root / "cut.git", ignore_errors=True)
    address = f"file://{world.root / 'a.git'}"
    git(world.root, "clone", "-q", "--bare", f"--depth={depth}", address, "cut.git")


@pytest.mark.parametrize("way", ["over_http", "over_folder"])
def test_a_shallow_source_is_read_as_far_as_it_goes_and_deepens(world: World, way: str) -> None:
    commits = world.history()
    cut(world, 1)
    transport = getattr(world, way)("cut.git")
    folder = world.fetch(transport)
    assert git(folder, "rev-list", "main").split() == [commits[-1]]
    assert world.fetcher.fetch_blobs(
        folder, transport, [git(folder, "rev-parse", "main:README.md")]
    )

    cut(world, 2)
    assert git(world.fetch(transport), "rev-list", "--count", "main") == "3"
    whole = world.fetch(getattr(world, way)("a.git"))
    assert git(whole, "rev-list", "--count", "main") == "4"
    assert not (whole / "shallow").exists()
    assert world.leftovers() == []


def test_a_source_that_forgot_its_history_takes_nothing_away(world: World) -> None:
    world.history()
    folder = world.fetch(world.over_folder("a.git"))
    build_repository(world.root / "a.git", [Commit({"c.txt": "c"}, start="main")])
    cut(world, 1)
    with pytest.raises(CrawlFailure) as caught:
        world.fetch(world.over_folder("cut.git"))
    assert caught.value.reason == "history_cut"
    assert git(folder, "rev-list", "--count", "main") == "4"


def test_refs_of_strangers_are_left_out(world: World) -> None:
    commits = world.history()
    git(world.root / "a.git", "update-ref", "refs/pull/1/head", commits[0])
    refs = world.fetcher.ls_remote(world.over_http("a.git"))
    assert not [name for name in refs.refs if "pull" in name]


def test_digest_stays_while_nothing_changes(world: World) -> None:
    world.history()
    asked = [world.fetcher.ls_remote(world.over_http("a.git")) for _ in range(2)]
    asked.append(world.fetcher.ls_remote(world.over_folder("a.git")))
    assert len({refs.digest for refs in asked}) == 1


def test_place_in_the_store_holds_nothing_of_the_url(world: World) -> None:
    place = world.fetcher.place("https://code.example/../../etc/passwd")
    assert place.is_relative_to(world.store)
    assert place.name.removesuffix(".git").isalnum()


def test_drop_removes_a_repository_and_nothing_outside_the_store(world: World) -> None:
    world.history()
    folder = world.fetch(world.over_folder("a.git"))
    world.fetcher.drop(folder)
    world.fetcher.drop(folder)
    assert not folder.exists()
    assert world.leftovers() == []
    with pytest.raises(ValueError, match="not in the store"):
        world.fetcher.drop(world.root / "a.git")


def test_repository_without_a_commit_is_empty(world: World) -> None:
    git(world.root, "init", "--quiet", "--bare", "e.git")
    for transport in (world.over_folder("e.git"), world.over_http("e.git")):
        assert _failure(lambda t=transport: world.fetcher.ls_remote(t)).reason == "empty"


def test_repository_that_is_not_there_is_gone(world: World) -> None:
    assert _failure(lambda: world.fetcher.ls_remote(world.over_http("no.git"))).reason == "gone"


@pytest.mark.parametrize("entry", [b"..", b".git", b"a/b", b"."])
def test_hostile_paths_are_refused_and_never_reach_the_store(world: World, entry: bytes) -> None:
    repos.names(world.root / "n.git", entry)
    failure = _failure(lambda: world.fetch(world.over_http("n.git")))
    assert failure.reason == "fsck_failed"
    assert "in object" in failure.detail
    assert not world.fetcher.place(URL).exists()
    assert world.leftovers() == []


def test_old_author_lines_are_accepted_with_a_flag(world: World) -> None:
    oid = repos.without_email(world.root / "o.git")
    transport = world.over_folder("o.git")
    fetched = world.fetcher.fetch(transport, URL, world.fetcher.ls_remote(transport))
    assert fetched.flags == ("lenient_author_lines",)
    assert git(fetched.directory, "rev-parse", "main") == oid


def test_odd_history_arrives_whole_with_a_flag(world: World) -> None:
    commits = repos.odd(world.root / "o.git")
    transport = world.over_folder("o.git")
    fetched = world.fetcher.fetch(transport, URL, world.fetcher.ls_remote(transport))
    assert fetched.flags == ("lenient_author_lines",)
    folder = fetched.directory
    assert all(git(folder, "cat-file", "-t", oid) == "commit" for oid in commits)


def test_old_history_with_a_hostile_path_is_still_refused(world: World) -> None:
    raw = repos.RawRepository(world.root / "n.git")
    tree = raw.tree([("100644", b"..", raw.add("blob", b"x"))])
    first = raw.commit(raw.tree([]), author=b"Ada 1600000000 +0000")
    raw.branch(raw.commit(tree, [first]))
    failure = _failure(lambda: world.fetch(world.over_folder("n.git")))
    assert failure.reason == "fsck_failed"
    assert failure.detail == f"hasDotdot in object {tree}"
    assert not world.fetcher.place(URL).exists()


def test_tolerated_old_forms_need_no_flag(world: World) -> None:
    raw = repos.RawRepository(world.root / "z.git")
    inner = raw.tree([("100644", b"f", raw.add("blob", b"x"))])
    tree = raw.tree([("040000", b"d", inner)])
    raw.branch(raw.commit(tree, author=b"Ada <ada@gov.example> 1600000000 +051800"))
    transport = world.over_folder("z.git")
    fetched = world.fetcher.fetch(transport, URL, world.fetcher.ls_remote(transport))
    assert fetched.flags == ()


def test_bomb_costs_only_its_few_objects(world: World) -> None:
    repos.bomb(world.root / "b.git")
    transport = world.over_folder("b.git")
    fetched = world.fetcher.fetch(transport, URL, world.fetcher.ls_remote(transport))
    assert fetched.bytes_received < 10_000


def test_large_files_are_not_transferred(world: World) -> None:
    repos.huge(world.root / "h.git", entries=300, blob_bytes=2_000_000)
    transport = world.over_folder("h.git")
    fetched = world.fetcher.fetch(transport, URL, world.fetcher.ls_remote(transport))
    assert fetched.bytes_received < 20_000


def test_deep_trees_arrive(world: World) -> None:
    repos.deep(world.root / "d.git", depth=200)
    folder = world.fetch(world.over_folder("d.git"))
    assert git(folder, "rev-list", "--count", "main") == "1"


def test_host_with_the_old_protocol_that_git_does_not_check_is_refused(
    world: World, tmp_path: Path
) -> None:
    world.history()
    git(world.root / "a.git", "update-server-info")

    def files(connection: socket.socket, head: bytes, stopped: threading.Event) -> None:
        path = world.root / head.split()[1].decode().split("?")[0].lstrip("/")
        found = path.is_file()
        status = "200 OK" if found else "404 Not Found"
        servers.answer(status, body=path.read_bytes() if found else b"")(connection, head, stopped)

    with RawServer(files) as server:
        settings = CrawlSettings(allow_hosts=(server.host,))
        egress = Egress(settings)
        fetcher = GitFetch(settings, tmp_path / "other", egress)
        transport = Transport(f"http://{server.host}/a.git")
        refs = fetcher.ls_remote(transport)
        failure = _failure(lambda: fetcher.fetch(transport, URL, refs))
        egress.close()
    assert failure.reason == "malformed"
    assert not fetcher.place(URL).exists()


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% canary",
        "file:///etc",
        "/etc",
        "ssh://-oProxyCommand=id/x",
        "git://127.0.0.1/x",
        "--upload-pack=id",
        "http://127.0.0.1:1/x",
        "https://user@host/x",
    ],
)
def test_forbidden_url_in_the_database_is_refused_by_the_crawler(world: World, url: str) -> None:
    assert _failure(lambda: world.fetcher.ls_remote(Transport(url))).reason == "blocked_url"


def test_environment_and_configuration_of_the_user_do_not_matter(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with RawServer(servers.answer("200 OK")) as canary:
        home = tmp_path / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(
            f'[url "http://{canary.host}/"]\n\tinsteadOf = http://{world.server.host}/\n'
            f"[core]\n\thooksPath = {home}\n[credential]\n\thelper = !touch {home}/canary\n"
        )
        for name in ("http_proxy", "all_proxy", "GIT_PROXY_COMMAND", "GIT_SSH_COMMAND"):
            monkeypatch.setenv(name, f"http://{canary.host}")
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        world.history()
        world.fetch(world.over_http("a.git"))
        assert canary.hits == 0
    assert not (home / "canary").exists()
    shown = [key for seen in world.server.headers_seen for key in seen]
    assert not {"authorization", "proxy-authorization"} & set(shown)


def _hostile(tmp_path: Path, handler: servers.Handler, seconds: int = 20) -> CrawlFailure:
    with RawServer(handler) as server:
        settings = CrawlSettings(allow_hosts=(server.host,), fetch_seconds=seconds)
        egress = Egress(settings)
        fetcher = GitFetch(settings, tmp_path / "store", egress)
        failure = _failure(lambda: fetcher.ls_remote(Transport(f"http://{server.host}/x")))
        egress.close()
    return failure


HTML = servers.answer("200 OK", b"Content-Type: text/html\r\n", b"<html>Sign in</html>")
UNAUTHORISED = servers.answer("401 Unauthorized", b"WWW-Authenticate: Basic\r\n")


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (servers.redirect("/internal/info/refs"), "redirect_refused"),
        (servers.redirect("http://169.254.169.254/latest"), "redirect_refused"),
        (HTML, "not_a_repository"),
        (UNAUTHORISED, "auth"),
        (servers.answer("403 Forbidden"), "auth"),
        (servers.answer("404 Not Found"), "gone"),
        (servers.answer("410 Gone"), "gone"),
        (servers.answer("429 Too Many Requests"), "rate_limited"),
        (servers.answer("503 Unavailable"), "unavailable"),
        (servers.gzip_bomb(20 * 1024**2), "too_large"),
    ],
)
def test_answer_of_a_hostile_server_ends_with_its_reason(
    tmp_path: Path, handler: servers.Handler, reason: str
) -> None:
    assert _hostile(tmp_path, handler).reason == reason


@pytest.mark.parametrize("handler", [servers.drip, servers.slow_headers])
def test_dripping_server_ends_at_the_wall_limit(tmp_path: Path, handler: servers.Handler) -> None:
    assert _hostile(tmp_path, handler, seconds=1).reason in {"too_slow", "timeout"}


def test_endless_refs_end_at_the_byte_budget(tmp_path: Path) -> None:
    assert _hostile(tmp_path, servers.endless_refs).reason == "too_many_refs"


def test_closed_port_is_a_connection_failure(tmp_path: Path) -> None:
    with RawServer(HTML) as server:
        host = server.host
    egress = Egress(CrawlSettings(allow_hosts=(host,)))
    fetcher = GitFetch(CrawlSettings(allow_hosts=(host,)), tmp_path, egress)
    failure = _failure(lambda: fetcher.ls_remote(Transport(f"http://{host}/x")))
    egress.close()
    assert (failure.reason, failure.retryable) == ("connect_failed", True)


def test_private_address_behind_a_public_name_is_blocked(tmp_path: Path) -> None:
    egress = Egress(CrawlSettings(), resolver=lambda host, port: ["169.254.169.254"])
    fetcher = GitFetch(CrawlSettings(), tmp_path, egress)
    failure = _failure(lambda: fetcher.ls_remote(Transport("https://code.example/x")))
    egress.close()
    assert failure.reason == "blocked_address"


@pytest.mark.parametrize("cut", [10, 200, 700])
def test_transfer_that_breaks_off_leaves_the_store_as_it_was(world: World, cut: int) -> None:
    world.history()
    transport = world.over_http("a.git")
    refs = world.fetcher.ls_remote(transport)
    world.server.cut_after = cut
    failure = _failure(lambda: world.fetcher.fetch(transport, URL, refs))
    assert (failure.reason, failure.retryable) == ("malformed", True)
    assert not world.fetcher.place(URL).exists()
    world.server.cut_after = None
    assert world.fetcher.fetch(transport, URL, refs).directory.exists()


def test_repository_beyond_the_byte_budget_is_too_large(tmp_path: Path, world: World) -> None:
    build_repository(world.root / "a.git", [Commit({"f": "1"}, message=NOISE)])
    settings = CrawlSettings(allow_hosts=(world.server.host,), max_repository_bytes=5000)
    egress = Egress(settings)
    fetcher = GitFetch(settings, tmp_path / "other", egress)
    transport = world.over_http("a.git")
    refs = fetcher.ls_remote(transport)
    assert _failure(lambda: fetcher.fetch(transport, URL, refs)).reason == "too_large"
    egress.close()


@pytest.mark.parametrize("point", ["after_fetch", "after_fsck", "before_rename", "after_rename"])
@pytest.mark.parametrize("update", [False, True])
def test_killed_at_any_point_the_store_is_the_old_or_the_new_one(
    world: World, point: str, update: bool
) -> None:
    commits = world.history()
    transport = world.over_folder("a.git")
    if update:
        world.fetch(transport)
        commits += build_repository(world.root / "a.git", [Commit({"n": "1"}, date=1_700_000_000)])
    place = world.fetcher.place(URL)
    child = os.fork()
    if child == 0:  # pragma: no cover - it is killed
        faults.arm(point)
        world.fetch(transport)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    if place.exists():
        assert git(place, "rev-parse", "main") in {commits[-1], commits[3]}
        git(place, "fsck", "--connectivity-only", GIT_NO_LAZY_FETCH="1")
    elif update:
        raise AssertionError("the old copy is gone")
    janitor(world.store)
    assert world.leftovers() == []
    assert git(world.fetch(transport), "rev-parse", "main") == commits[-1]


def test_janitor_leaves_living_jobs_alone(tmp_path: Path) -> None:
    with quarantine(tmp_path) as folder:
        assert janitor(tmp_path) == 0
        assert folder.exists()
    assert janitor(tmp_path) == 0


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (b"", "empty"),
        (b"<html>\n", "malformed"),
        (b"%040x\trefs/pull/1/head\n" % 1, "empty"),
        (b"".join(b"%040x\trefs/heads/b%d\n" % (1, n) for n in range(100_001)), "too_many_refs"),
    ],
)
def test_list_of_refs_that_cannot_be_used_is_typed(listing: bytes, reason: str) -> None:
    assert _failure(lambda: parse_refs(listing)).reason == reason


def test_default_branch_must_be_announced() -> None:
    listing = b"ref: refs/heads/../../x\tHEAD\n%040x\trefs/heads/main\n%040x\trefs/tags/v1^{}\n"
    refs = parse_refs(listing % (1, 2))
    assert refs.default_branch is None
    assert list(refs.refs) == ["refs/heads/main"]


def test_no_child_of_git_outlives_its_job(tmp_path: Path) -> None:
    with RawServer(servers.drip) as server:
        settings = CrawlSettings(allow_hosts=(server.host,), fetch_seconds=1)
        egress = Egress(settings)
        fetcher = GitFetch(settings, tmp_path, egress)
        _failure(lambda: fetcher.ls_remote(Transport(f"http://{server.host}/x")))
        egress.close()
        assert server.hits == 1
        end = time.monotonic() + 2  # the kernel may still be taking them down
        while _speaks_to(server.host) and time.monotonic() < end:
            time.sleep(0.02)
        assert not _speaks_to(server.host)


def _speaks_to(host: str) -> list[bytes]:
    return [line for line in _command_lines() if host.encode() in line]


def _command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()
