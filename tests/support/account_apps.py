"""The whole application with people in it, for tests of what they see and may do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.actors import Role
from registry.accounts.providers import Provider
from registry.accounts.sealing import Sealer
from registry.accounts.service import Accounts
from registry.adoption.calls.service import Calls
from registry.adoption.drift.service import Drifts
from registry.adoption.follows.service import Follows
from registry.adoption.needs.service import Needs
from registry.catalogue.record import AuthorHasher
from registry.clock import utc_now
from registry.db.session import Database
from registry.domain.votes import ForgeVotes
from registry.errors import BlockedUrl
from registry.governance.measures.service import Measures
from registry.governance.record.forge_votes import BodyVotes
from registry.governance.record.service import Bodies
from registry.publishing.proposals import Proposals
from registry.settings import WebSettings
from registry.webhooks.hooks import OrganisationHooks
from registry.webhooks.service import Webhooks
from tests.support.accounts import Person, add_account, add_organisation, sign_in
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.databases import empty_sqlite, fresh_sqlite
from tests.support.follows import plain_catalogue
from tests.support.job_queues import open_queue
from tests.support.lineage_fakes import InMemoryLineage
from tests.support.proposals import FakeSources
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app

BASE = "http://127.0.0.1:8000"
# An organisation of the in-memory catalogue, so that its pages and its members are of one.
SLUG = "ministry-of-examples"


class Town:
    """An organisation with an owner, a maintainer and a member, a stranger, and an operator."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.organisation = add_organisation(database, SLUG)
        self.elsewhere = add_organisation(database, "elsewhere")
        role = {self.organisation: Role.OWNER}
        self.owner = self._person("Olga Owner", role)
        self.maintainer = self._person("Marta Maintainer", {self.organisation: Role.MAINTAINER})
        self.member = self._person("Mina Member", {self.organisation: Role.MEMBER})
        self.stranger = self._person("Sven Stranger", {self.elsewhere: Role.OWNER})
        self.operator = self._person("Opal Operator", {}, is_operator=True)

    def _person(self, name: str, roles: Mapping[int, Role], **options: Any) -> Person:
        return sign_in(self.database, add_account(self.database, name, roles, **options))

    def stale(self, person: Person) -> Person:
        """Return another session of a person, who signed in an hour ago."""
        return sign_in(self.database, person.account, utc_now() - timedelta(hours=1))


class Browser:
    """A browser in which somebody, or nobody, is signed in."""

    def __init__(self, client: TestClient[Litestar], person: Person | None = None) -> None:
        self.client = client
        self.person = person

    def get(self, path: str) -> Response:
        self.client.cookies.clear()
        return self.client.get(path, headers=self.person.headers if self.person else {})

    def post(self, path: str, **fields: str) -> Response:
        self.client.cookies.clear()
        own = {"Sec-Fetch-Site": "same-origin"}
        if self.person is None:
            return self.client.post(path, data=fields or {"x": ""}, headers=own)
        data = {"csrf": self.person.csrf, **fields}
        return self.client.post(path, data=data, headers=self.person.headers | own)


class NoVotes:
    """A forge at which no vote ended yet."""

    def read(self, url: str, forge: str = "", bot: str = "") -> ForgeVotes:
        return ForgeVotes(host="git.example.org", path="examples/forms", votes=())


def app_with_accounts(database: Database, **options: Any) -> Litestar:
    """Return the application over the in-memory catalogue, with accounts in a database.

    Webhooks lead anywhere but to names under `.internal`.
    """
    settings = WebSettings(base_url=BASE, requests_per_minute=0)
    provider = Provider("city", "oidc", "City of Examples", "https://id.example", "registry")
    sealer = Sealer([b"k" * 32])
    queue = open_queue("embedded", database)
    return create_app(
        replace(
            web_services(settings=settings),
            accounts=Accounts(database, providers=(provider,), **options),
            webhooks=Webhooks(database, queue, sealer, _checked, utc_now),
            hooks=OrganisationHooks(database, sealer, utc_now),
            drifts=Drifts(database, utc_now),
            bodies=Bodies(database, utc_now),
            votes=BodyVotes(database, utc_now, NoVotes(), lambda: AuthorHasher(b"k" * 32)),
            proposals=Proposals(database, FakeSources(), utc_now),
            measures=Measures(database, utc_now, lambda _session, _jobs: None),
            calls=Calls(database, utc_now),
            follows=Follows(
                database, plain_catalogue(database), queue, sealer, utc_now, has_mail=True
            ),
            needs=Needs(database, InMemoryCatalogue(), InMemoryLineage(), utc_now),
            api_routes=api_routers(),
        )
    )


def _checked(url: str) -> str:
    if not url.startswith("https://") or ".internal" in url:
        raise BlockedUrl("this address is not told of anything")
    return url


@contextmanager
def town_in() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    """Yield the people of a new town and a client of their registry; one town at a time.

    The application is the same for all tests of a process: building one takes half a second.
    """
    database, app, _ = _kept()
    empty_sqlite(database)
    with asked(app) as client:
        yield Town(database), client
    database.close()


@cache
def _kept() -> tuple[Database, Litestar, TemporaryDirectory[str]]:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    return database, app_with_accounts(database), folder
