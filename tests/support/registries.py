"""A whole registry over repositories that the test builds: added, crawled and looked at.

It is put together by the real composition root. `in_process` reads repositories without the
sandbox's child processes, for journeys that are about something else.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlmodel import select

from crawlers import reader, sandbox
from crawlers.adding import Entry, add_entry, jobs_due
from crawlers.drift.measure import measure
from crawlers.forges.infer import SourceSpec
from crawlers.forges.port import ForgeKind
from registry.catalogue.readmodels import CrawlEventView, RepositoryView
from registry.cli.build import Registry
from registry.cli.commands.check import find_differences
from registry.cli.working import work_until_idle
from registry.clock import utc_now
from registry.db.base import Model
from registry.db.tables import Repository
from registry.domain.drift import DriftRequest
from registry.domain.identity import canonical_repository_url
from registry.settings import CrawlSettings, DatabaseSettings, LogSettings, Settings
from tests.support.databases import migrated_sqlite
from tests.support.git_repos import Commit, build_repository

PUBLIC = "https://code.example"
PUBLICCODE = """publiccodeYmlVersion: "0.4"
name: {name}
url: {url}
releaseDate: 2024-01-01
developmentStatus: stable
softwareType: standalone/web
platforms: [web]
categories: [communications]
description:
  en:
    shortDescription: Sends letters to every inhabitant of the town.
    longDescription: {long}
    features: [Sends letters]
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [en]
"""


def publiccode(name: str, **values: str) -> str:
    """Return a publiccode.yml that is valid but for what the test changes."""
    filled = {"name": name, "url": f"{PUBLIC}/town/{name}", "long": "Letters. " * 40} | values
    return PUBLICCODE.format(**filled)


def honest_commits(name: str) -> list[Commit]:
    """Return the history of a small honest project."""
    return [
        Commit(
            {
                "README.md": f"# {name}\n\nA tool of the town.\n",
                "publiccode.yml": publiccode(name),
                "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge\n",
                "src/main.py": "print('one')\n",
            }
        ),
        Commit({"src/main.py": "print('two')\n", "package.json": '{"name": "' + name + '"}'}),
        Commit({"docs/guide.md": "# Guide\n"}, tag="v1.0.0"),
    ]


class World:
    """A registry in `folder` with mirrors of `https://code.example/{owner}/{name}`."""

    def __init__(self, folder: Path, *, url: str = "", **crawl: Any) -> None:
        self.folder = folder
        self.repositories = folder / "repositories"
        self.repositories.mkdir(parents=True, exist_ok=True)
        place = str(self.repositories / "{owner}+{name}.git")
        self.settings = Settings(
            home=folder / "home",
            database=DatabaseSettings(url=url),
            crawl=CrawlSettings(mirrors={f"{PUBLIC}/{{owner}}/{{name}}": place}, **crawl),
            log=LogSettings(level="error"),
        )
        if not url:
            migrated_sqlite(self.settings.home / "registry.db")
        self.ahead = timedelta(0)
        self.registry = self.open()

    def open(self) -> Registry:
        """Return the registry as another process would put it together."""
        registry = Registry(self.settings)
        registry.clock = self.now
        return registry

    def reopen(self, **crawl: Any) -> None:
        """Put the registry together anew, with other settings of crawling."""
        self.registry.close()
        changed = replace(self.settings.crawl, **crawl)
        self.settings = replace(self.settings, crawl=changed)
        self.registry = self.open()

    def now(self) -> datetime:
        """Return the time of this world."""
        return utc_now() + self.ahead

    def close(self) -> None:
        self.registry.close()

    # What is crawled.

    def place(self, name: str) -> Path:
        """Return the folder of the repository `https://code.example/town/<name>`."""
        return self.repositories / f"town+{name}.git"

    def build(self, name: str, commits: Sequence[Commit] | None = None) -> list[str]:
        """Build a repository, or add commits to it."""
        return build_repository(self.place(name), commits or honest_commits(name))

    def add(self, *names: str, **entry: Any) -> None:
        """Add single repositories by name, or by URL."""
        for name in names:
            self.add_url(name if "://" in name else f"{PUBLIC}/town/{name}", **entry)

    def add_url(self, url: str, **entry: Any) -> None:
        """Add one repository by its URL, as an operator would."""
        allowed = frozenset(self.settings.crawl.allow_hosts)
        url = canonical_repository_url(url, allow_http_hosts=allowed)
        host, _, path = url.partition("://")[2].partition("/")
        spec = SourceSpec("repository", ForgeKind.PLAIN, host, url, path)
        with self.registry.database.write() as session:
            add_entry(session, Entry(spec=spec, **entry), self.now())

    def queue_due(self, *, force: bool = True) -> int:
        """Queue what is due; return how many jobs are new."""
        with self.registry.database.write() as session:
            jobs = jobs_due(session, self.settings.crawl, self.now(), force=force)
            return self.registry.queue.enqueue(session, jobs)

    def crawl(self, *, force: bool = True) -> int:
        """Crawl what is due until nothing is left to do; return how many failed."""
        self.queue_due(force=force)
        return work_until_idle(self.registry)

    # What came of it.

    def row(self, name: str) -> Repository:
        """Return the row of a repository by its name or URL."""
        url = f"{PUBLIC}/town/{name}" if name.replace("-", "").isalnum() else name
        with self.registry.database.read() as session:
            return session.exec(select(Repository).where(Repository.url == url)).one()

    def log(self, name: str) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return what the crawl page of a repository shows."""
        return self.registry.catalogue.repository_log(self.row(name).id or 0)

    def problems(self) -> list[str]:
        """Return what `registry check` finds, and what lies about that should be gone."""
        found = [f"{d.invariant} {d.what}: {d.examples}" for d in find_differences(self.registry)]
        area = self.settings.home / "git/.quarantine"
        left = [path.name for path in area.iterdir()] if area.is_dir() else []
        return found + [f"left over: {name}" for name in left]


@contextmanager
def open_world(folder: Path, **options: Any) -> Iterator[World]:
    """Yield a world and close it."""
    world = World(folder, **options)
    try:
        yield world
    finally:
        world.close()


_IN_PROCESS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "crawlers.reader": (reader.Request, reader.answer),
    "crawlers.drift.measure": (DriftRequest, measure),
}


def read_in_process(monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    """Read and compare repositories in this process instead of in sandboxed children.

    Git keeps its limits, but needs no namespace of its own: what it is given was made by the test.
    Without `monkeypatch` it is for good: in a process that the test started.
    """
    real = sandbox.run
    # Two threads in libgit2 at once ended a process now and then; children have one each.
    one_at_a_time = threading.Lock()

    def run(kind: sandbox.Kind, argv: Sequence[str], *rest: Any, **options: Any) -> sandbox.Result:
        found = next((name for name in _IN_PROCESS if name in argv), None)
        if found is None:
            if argv[0] == "git" and options.get("socket") is None:
                options["chosen"] = "limits"
            return real(kind, argv, *rest, **options)
        asked, answer = _IN_PROCESS[found]
        request = msgspec.msgpack.decode(options["stdin"], type=asked)
        with one_at_a_time:
            told = answer(request)
        return sandbox.Result(0, msgspec.msgpack.encode(told), "")

    if monkeypatch is None:
        sandbox.run = run
    else:
        monkeypatch.setattr(sandbox, "run", run)


def dump(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of the registry, but for the queue and its pulse."""
    skipped = {"job", "job_lane", "registry_state", "host_budget", "forge_cache"}
    database = world.registry.database
    tables = [t for t in Model.metadata.sorted_tables if t.name not in skipped]
    with database.read() as session:
        return {
            table.name: [
                dict(row._mapping)
                for row in session.execute(table.select().order_by(*table.primary_key))
            ]
            for table in tables
        }


# Numbers and times that two crawls of the same thing may differ in.
VOLATILE = frozenset(
    {
        "id", "uuid", "document_id", "claim_id", "component_id", "repository_id", "source_id",
        "peer_record_id",
        "organisation_id", "origin_id", "added_at", "state_since", "created_at", "updated_at",
        "observed_at", "read_at", "ended_at", "last_checked_at", "last_crawled_at",
        "discovered_at", "inspected_at", "looked_at", "revision", "at", "duration_ms", "size_bytes",
        "bytes_received", "author_key",
    }
)  # fmt: skip


def comparable(world: World) -> dict[str, list[str]]:
    """Return the catalogue without numbers and times of the crawl: what two crawls must share.

    References become the URL of the repository. Lines of the crawl log are left out: a crawl that
    is killed has more of them.
    """
    rows = dump(world)
    urls = {row["id"]: row["url"] for row in rows["repository"]}
    urls |= {None: None}
    components = {row["id"]: urls[row["repository_id"]] for row in rows["component"]}
    # Commit ids are bytes under the name `id`: facts, not numbers.
    return {
        name: sorted(
            repr(
                {
                    "of": urls[row["repository_id"]] if "repository_id" in row else None,
                    "part_of": components.get(row.get("component_id")),
                    "ended": row.get("ended_at") is not None,
                }
                | {
                    key: value
                    for key, value in sorted(row.items())
                    if key not in VOLATILE or (isinstance(value, bytes) and key == "id")
                }
            )
            for row in table
        )
        for name, table in rows.items()
        if name not in {"crawl_event", "index_outbox"}
    }


def changes(
    before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]
) -> Iterable[str]:
    """Return `table.column` of all that differs between two dumps."""
    for name, rows in after.items():
        if len(rows) != len(before[name]):
            yield f"{name}: {len(before[name])} rows became {len(rows)}"
            continue
        for old, new in zip(before[name], rows, strict=True):
            yield from (f"{name}.{key}" for key in new if new[key] != old[key])


def bytes_on_disk(folder: Path, *, leave_out: str = "") -> bytes:
    """Return all files below a folder as one text, to search it for what must not be there."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return b"".join(
        path.read_bytes() for path in files if path.relative_to(folder).parts[0] != leave_out
    )
