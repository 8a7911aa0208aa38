"""Asking another instance by its API: `--server https://…`, with a token where it writes there."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import click
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from registry.cli.output import talk
from registry.errors import (
    Conflict,
    CrawlFailure,
    Forbidden,
    InvalidInput,
    NotFound,
    RegistryError,
    Unauthenticated,
    Unavailable,
)
from registry.settings import CrawlSettings

if TYPE_CHECKING:  # heavy, and only needed to ask another instance
    from crawlers.egress import Egress

T = TypeVar("T")
PREFIX: Final = "/api/v1/"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_WAITS: Final = 20
LONGEST_WAIT: Final = 120
# Of the environment alone: arguments are seen by everybody on the machine, and kept by shells.
TOKEN: Final = "REGISTRY_SERVER_TOKEN"  # noqa: S105 - a name
_REFUSALS: Final[Mapping[int, tuple[type[RegistryError], str]]] = {
    400: (InvalidInput, "the server refuses the question"),
    401: (Unauthenticated, f"the server does not accept the token in {TOKEN}"),
    403: (Forbidden, "the server does not allow it to whose token it is"),
    404: (NotFound, "the server does not have it"),
    409: (Conflict, "the server cannot do it as things stand"),
    410: (NotFound, "the server does not have it"),
}

server_option = click.option(
    "--server", help="Ask another instance, by its address, and not the catalogue of this machine."
)


class _Repository(Struct, frozen=True):
    url: str
    component: str | None = None


class _Repositories(Struct, frozen=True):
    items: tuple[_Repository, ...]


class _Component(Struct, frozen=True):
    slug: str
    repository_url: str


class Server:
    """The API of another instance; every method raises the error that its answer stands for.

    What it answers is checked against the type that is expected, and goes into no command. A token
    is sent to this server alone: where there is one, no redirect is followed.
    """

    def __init__(self, egress: "Egress", address: str, token: str = "") -> None:
        self._egress = egress
        self._address = address
        self._token = token

    def get(self, *path: str, kind: type[T], **asked: Any) -> T:
        """Return what a resource says; `asked` are parameters, of which None is none."""
        given = urlencode({name: value for name, value in asked.items() if value is not None})
        place = "/".join(quote(part, safe="") for part in path)
        return self._sent("GET", f"{place}?{given}" if given else place, None, kind)

    def post(self, path: str, body: object, kind: type[T]) -> T:
        """Return the answer to a question that is sent as JSON."""
        return self._sent("POST", path, msgspec.json.encode(body), kind)

    def component(self, named: str) -> tuple[str, str]:
        """Return slug and repository of a component, named by slug or address."""
        slug = named
        if "://" in named:
            found = self.get("repositories", kind=_Repositories, url=named).items
            slug = next((x.component for x in found if x.component), "")
            if not slug:
                raise NotFound(f"no component there has the repository {named}")
        told = self.get("components", slug, kind=_Component)
        return told.slug, told.repository_url

    def _sent(self, method: str, place: str, body: bytes | None, kind: type[T]) -> T:
        address = f"{self._address}{PREFIX}{place}"
        headers = {"accept": "application/json"}
        if body is not None:
            headers = {"content-type": "application/json", **headers}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        for _ in range(MAX_WAITS):
            try:
                answer = self._egress.request(
                    method, address, headers=headers, body=body, follow=not self._token
                )
            except CrawlFailure as error:
                raise Unavailable(f"{address} cannot be asked: {error}") from error
            if answer.status != 429:
                return _understood(address, answer.status, answer.body, kind)
            wait = _seconds(answer.headers)
            talk.print(f"The server asks to wait {wait} s …")
            time.sleep(wait)
        raise Unavailable(f"{address} has too much to do: try again later")


@contextmanager
def asking_server(
    crawl: CrawlSettings, server: str, *, has_token: bool = False
) -> Iterator[Server]:
    """Give the API of an instance; whoever names it allows it to be asked.

    With `has_token` it is asked as the account whose token is in `REGISTRY_SERVER_TOKEN`; raises
    `Unauthenticated` where there is none.
    """
    from crawlers.egress import Egress

    token = os.environ.get(TOKEN, "").strip() if has_token else ""
    if has_token and not (token and token.isascii() and token.isprintable() and " " not in token):
        raise Unauthenticated(f"set {TOKEN} to an API token of your account at the server")

    address, place = _address(server, crawl.allow_hosts)
    # The operator's contact is nobody's business there.
    egress = Egress(replace(crawl, allow_hosts=(*crawl.allow_hosts, place), contact=""))
    try:
        yield Server(egress, address, token)
    finally:
        egress.close()


def _address(server: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Return where to ask, and the host as the egress compares it."""
    try:
        parts = urlsplit(server.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInput(f"the server's address cannot be read: {error}") from error
    named = f"[{host}]" if ":" in host else host
    place = named if port is None else f"{named}:{port}"
    is_plain = parts.scheme == "http" and (host in LOOPBACK or place in allowed)
    if not host or parts.username or parts.query or parts.fragment:
        raise InvalidInput("the server is an address such as https://registry.example")
    if parts.scheme != "https" and not is_plain:
        raise InvalidInput("the server must be asked over https: plain http is for this machine")
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}", place


def _seconds(headers: Mapping[str, str]) -> int:
    text = headers.get("retry-after", "")
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else 5


def _understood(address: str, status: int, body: bytes, kind: type[T]) -> T:
    try:
        if status in {200, 201}:
            return msgspec.json.decode(body, type=kind)
        problem = msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unavailable(f"{address} is no registry, or not this version: {status}") from error
    detail = str(problem.get("detail") or problem.get("title") or "")[:300]
    if status in _REFUSALS:
        kind_of_error, says = _REFUSALS[status]
        raise kind_of_error(f"{says}: {detail}")
    raise Unavailable(f"{address} answers {status}: {detail}")
