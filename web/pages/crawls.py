"""Crawl status: how fresh the data is, what failed and why, and the log of each repository."""

from typing import ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.catalogue.readmodels import CrawlEventView, CrawlStatus, RepositoryView
from web.pages.view import Context, ViewDependency, bounded_id

WORKER_MINUTES: Final = 10


class CrawlsContext(Context, frozen=True, kw_only=True):
    """Variables of `crawls.html`; `find` is what was typed under "Why am I not listed?".

    `silent_minutes` is set when no worker has reported for more than ten minutes.
    """

    template: ClassVar[str] = "crawls.html"
    status: CrawlStatus
    silent_minutes: int | None
    find: str
    found: tuple[RepositoryView, ...]


class RepositoryContext(Context, frozen=True, kw_only=True):
    """Variables of `repository.html`."""

    template: ClassVar[str] = "repository.html"
    repository: RepositoryView
    events: tuple[CrawlEventView, ...]


class CrawlPages(Controller):
    """`/crawls`."""

    path = "/crawls"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def status(self, view: ViewDependency) -> Response[bytes]:
        """Show the state of crawling, and find a repository in it."""
        catalogue, find = view.services.catalogue, view.first("find")
        status = catalogue.crawl_status()
        context = CrawlsContext(
            status=status,
            silent_minutes=_silent_minutes(status),
            find=find,
            found=tuple(catalogue.find_repositories(find)) if find else (),
        )
        is_demo = any(source.is_demo for source in status.sources)
        return view.render(context, is_demo=is_demo, twin="/api/v1/crawls")

    @get("/repositories/{repository_id:int}", sync_to_thread=True)
    def repository(self, view: ViewDependency, repository_id: FromPath[int]) -> Response[bytes]:
        """Show the crawl log of a repository."""
        row_id = bounded_id(repository_id)
        repository, events = view.services.catalogue.repository_log(row_id)
        context = RepositoryContext(repository=repository, events=tuple(events))
        twin = f"/api/v1/repositories/{repository.id}"
        return view.render(context, is_demo=repository.is_demo, twin=twin)


def _silent_minutes(status: CrawlStatus) -> int | None:
    waiting = any(states.get("waiting") for states in status.queue.values())
    if status.worker_seen_at is None or not waiting:
        return None
    minutes = int((status.as_of - status.worker_seen_at).total_seconds() // 60)
    return minutes if minutes > WORKER_MINUTES else None
