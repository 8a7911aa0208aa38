"""Sources, the state of crawling, and the public crawl log."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter

from registry.catalogue.readmodels import SourceView
from web.api import kinds
from web.api.answers import selected
from web.api.call import Call, CallDependency, id_in
from web.api.items import repository_item
from web.api.openapi import described, specs
from web.api.structs import CrawlLog, CrawlReport, SourceList

SOURCE_FIELDS: Final = kinds.fields(SourceView.__struct_fields__)
REPORT_FIELDS: Final = kinds.fields(CrawlReport.__struct_fields__)


class CrawlingApi(Controller):
    """What is crawled, and how it does."""

    tags = ["Crawling"]

    @get(
        "/sources",
        sync_to_thread=True,
        operation_id="list_sources",
        summary="List sources",
        responses=specs(SourceList, "Every source."),
        operation_class=described((SOURCE_FIELDS,)),
    )
    def list_sources(self, call: CallDependency) -> Response[Any]:
        """Return the organisations, repositories and lists that the operator added."""
        return sources(call)

    @get(
        "/crawls",
        sync_to_thread=True,
        operation_id="get_crawls",
        summary="Get the state of crawling",
        responses=specs(CrawlReport, "The state of crawling."),
        operation_class=described((REPORT_FIELDS,)),
    )
    def get_crawls(self, call: CallDependency) -> Response[Any]:
        """Return freshness, queue, budgets of hosts, and failures with their next step."""
        return crawls(call)

    @get(
        "/crawls/repositories/{repository_id:str}",
        sync_to_thread=True,
        operation_id="get_repository_log",
        summary="Get the crawl log of a repository",
        responses=specs(CrawlLog, "The crawl log.", can_be_missing=True),
        operation_class=described(),
    )
    def get_repository_log(
        self,
        call: CallDependency,
        repository_id: Annotated[str, PathParameter(description="Number of the repository.")],
    ) -> Response[Any]:
        """Return what happened to a repository, newest first: why is it not listed?"""
        call.read(())
        view, events = call.catalogue.repository_log(id_in(repository_id, "repository"))
        body = CrawlLog(repository=repository_item(call, view), events=events)
        return call.json(body, last_modified=view.last_checked_at)


def sources(call: Call) -> Response[Any]:
    """Answer with every source."""
    fields = call.read((SOURCE_FIELDS,)).one("fields", ())
    items: Any = tuple(selected(view, fields) for view in call.catalogue.sources())
    return call.json(SourceList(items=items))


def crawls(call: Call) -> Response[Any]:
    """Answer with the state of crawling."""
    values = call.read((REPORT_FIELDS,))
    status = call.catalogue.crawl_status()
    report = CrawlReport(**{name: getattr(status, name) for name in CrawlReport.__struct_fields__})
    return call.resource(report, values)
