"""Repositories, listed or not, as the crawler sees them."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter

from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl
from web.api import kinds
from web.api.answers import selected
from web.api.call import Call, CallDependency, id_in
from web.api.cursors import cursor, number_of
from web.api.items import repository_item
from web.api.openapi import described, specs
from web.api.parameters import Parameter
from web.api.structs import RepositoryItem, RepositoryPage

# Kept as text: the web does not import tables. A test holds it against them.
STATES: Final = ("pending", "active", "archived", "moved", "gone", "identity_changed")


def _canonical(text: str) -> str:
    try:
        return canonical_repository_url(text)
    except BlockedUrl as error:
        raise ValueError(str(error)) from error


_URL: Final = kinds.text("url", "", max_length=2048, example="https://code.example/city/forms")
URL: Final = Parameter(
    name="url",
    description="URL of a repository, present or past, in any spelling: is it known?",
    parse=_canonical,
    schema=_URL.schema,
    max_length=2048,
    example=_URL.example,
)
FIELDS: Final = kinds.fields(RepositoryItem.__struct_fields__)
LIST: Final = (
    URL,
    kinds.text("q", "A part of the URL.", example="city"),
    kinds.pattern(
        "host",
        "Host of the repository, with its port if that is unusual.",
        r"[a-z0-9._-]{1,240}(:[0-9]{1,5})?",
        "the name of a host in lower case",
        max_length=250,
        example="code.example",
    ),
    kinds.choice("state", "Where the repository stands.", STATES, example="active"),
    kinds.limit(),
    kinds.AFTER,
    FIELDS,
)


class RepositoriesApi(Controller):
    """Lists of repositories and single repositories."""

    tags = ["Repositories"]

    @get(
        "/repositories",
        sync_to_thread=True,
        operation_id="list_repositories",
        summary="Find repositories",
        responses=specs(RepositoryPage, "A page of repositories."),
        operation_class=described(LIST),
    )
    def list_repositories(self, call: CallDependency) -> Response[Any]:
        """Return repositories by number; those that failed or left are among them."""
        return repositories(call)

    @get(
        "/repositories/{repository_id:str}",
        sync_to_thread=True,
        operation_id="get_repository",
        summary="Get a repository",
        responses=specs(RepositoryItem, "The repository.", can_be_missing=True),
        operation_class=described((FIELDS,)),
    )
    def get_repository(
        self,
        call: CallDependency,
        repository_id: Annotated[str, PathParameter(description="Number of the repository.")],
    ) -> Response[Any]:
        """Return a repository; its crawl log is `/crawls/repositories/<id>`."""
        values = call.read((FIELDS,))
        view, _ = call.catalogue.repository_log(id_in(repository_id, "repository"))
        item = repository_item(call, view)
        return call.resource(item, values, last_modified=view.last_checked_at)


def repositories(call: Call) -> Response[Any]:
    """Answer with a page of repositories."""
    values = call.read(LIST)
    found, place = call.catalogue.repositories(
        url=values.one("url"),
        text=values.one("q"),
        host=values.one("host"),
        state=values.one("state"),
        after=number_of(values.one("after")),
        limit=values.one("limit", 20),
    )
    following = call.next_url(values, cursor(place))
    fields = values.one("fields", ())
    items: Any = tuple(selected(repository_item(call, view), fields) for view in found)
    page = RepositoryPage(items=items, next=following)
    return call.json(page, headers=call.links(values, following))
