"""Every route that may change something × every kind of actor, and × every forged request.

The routes are those of the application that the composition root builds, so that new ones are
covered by themselves, and one without an entry in `tests/support/write_routes.py` fails.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.accounts.actors import Actor, Role
from registry.accounts.authorise import RULES, Action, Scope
from registry.accounts.invitations import invite
from registry.adoption.calls.readmodels import NewCall
from registry.adoption.needs.readmodels import NewNeed
from registry.adoption.needs.together import NewOffer
from registry.cli.build import Registry
from registry.cli.web import build_app
from registry.clock import utc_now
from registry.db.base import Model
from registry.db.session import Database
from registry.db.tables import (
    Account,
    AccountState,
    ApiToken,
    DeliveryState,
    Identity,
    ProofMethod,
    WebhookDelivery,
    WebSession,
)
from registry.publishing.ownership import NewClaim, start_claim
from registry.publishing.proposals import NewProposal
from registry.reports.keeping import NewReport
from registry.reports.portfolio import Portfolio
from registry.search.indexing import rebuild
from registry.settings import LogSettings, Settings, WebSettings
from registry.webhooks.endpoints import NewEndpoint
from registry.webhooks.hooks import add_hook
from tests.support.account_apps import BASE, SLUG, Town
from tests.support.accounts import Person, add_account, add_token, sign_in
from tests.support.drafts import held_draft
from tests.support.drift_rows import missed_fix
from tests.support.lineage_rows import World
from tests.support.web_apps import asked
from tests.support.write_routes import CALLED, KINDS, WRITES, Write
from web.auth.declared import write_handlers
from web.auth.forgery import Protection, protection_of
from web.i18n.languages import shipped_languages

# Times that a request may move although it is refused: when somebody was seen last.
PULSE = {"web_session": {"seen_at"}, "api_token": {"used_on"}}
QUEUES = {"job", "job_lane"}
Rows = dict[str, list[dict[str, Any]]]
KEPT = Path(__file__).parents[1] / "api/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))


class Place:
    """A registry with people in it, that can be put back as it was."""

    def __init__(self, registry: Registry, client: TestClient[Litestar]) -> None:
        self.client = client
        self.database = registry.database
        town = Town(self.database)
        self.people = {
            kind: getattr(town, kind)
            for kind in ("stranger", "member", "maintainer", "owner", "operator")
        }
        suspended = add_account(self.database, "Sue", {town.organisation: Role.OWNER})
        self.people["suspended"] = sign_in(self.database, suspended)
        everything = tuple(Scope)
        self.tokens = {
            kind: add_token(self.database, person.account, everything)
            for kind, person in self.people.items()
        }
        self.parts = self._parts(town) | webhook_parts(registry, town)
        self.parts["dispute"] = disputed_edge(registry, town, self.parts["key"])
        self.parts |= need_parts(registry, town)
        self.parts["proposal"] = proposed(registry, town)
        report = NewReport(title="Ours", portfolio=Portfolio(components=("copy",)))
        self.parts["report_key"] = registry.reports.keep(Actor(town.owner.account), report).key
        call = NewCall(**(CALLED | {"kind": "exchange"}))
        owner = Actor(town.owner.account)
        self.parts["follow_number"] = str(registry.follows.follow(owner, organisation=SLUG).id)
        self.parts["call_number"] = str(registry.calls.open_as_operator(call).id)
        with self.database.write() as session:
            session.get_one(Account, suspended).state = AccountState.SUSPENDED
        # Another connection's eyes: it sees a new version whenever anything was committed.
        self._watcher: Any = self.database.engine.raw_connection()
        self._copy: Any = type(self._watcher.driver_connection)(":memory:")
        self._watcher.driver_connection.backup(self._copy)
        self.snapshot = dump(self.database)
        self._kept = self._version()

    def _version(self) -> int:
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def _parts(self, town: Town) -> dict[str, str]:
        """Return what paths are filled with: things of the owner, and of the organisation."""
        owner = town.owner.account
        sign_in(self.database, owner)
        with self.database.write() as session:
            identity = Identity(
                account_id=owner, issuer="https://id.example", subject="1", provider="city",
                linked_at=utc_now(),
            )  # fmt: skip
            session.add(identity)
            claim = start_claim(
                session,
                NewClaim(
                    account=owner, organisation=SLUG, method=ProofMethod.DNS, domain="town.org"
                ),
                utc_now(),
            )
            number, key = invite(session, town.organisation, Role.MEMBER, owner, utc_now())
            session.add(held_draft("of-the-owner"))
            fix = missed_fix(session, town.organisation)
            session.flush()
            sessions = session.exec(select(WebSession).where(WebSession.account_id == owner)).all()
            token = session.exec(select(ApiToken).where(ApiToken.account_id == owner)).one()
            return {
                "slug": SLUG,
                "number": str(claim.id),
                "confirmation": "1",
                "account": str(town.member.account),
                "session": str(sessions[-1].id),
                "identity": str(identity.id),
                "token": str(token.id),
                "invitation": str(number),
                "invitation_key": key,
                "provider": "city",
                "forge": "github",
                "key": "ev_0000000000000000",
                "fix": fix,
                "secret": "of-the-owner",
                "step": "about",
            }

    def restore(self) -> None:
        """Put the database back as it was, if anything was written to it."""
        if self._version() != self._kept:
            with closing(self.database.engine.raw_connection()) as connection:
                self._copy.backup(connection.driver_connection)
            self._kept = self._version()

    def changes(self) -> Rows:
        """Return the tables that hold something else than before, but for the pulse."""
        if self._version() == self._kept:
            return {}
        before, now = lasting(self.snapshot), lasting(dump(self.database))
        return {name: rows for name, rows in now.items() if rows != before[name]}

    def send(
        self, method: str, path: str, write: Write, headers: Mapping[str, str], **extra: str
    ) -> int:
        """Send what a route takes, filled in, and return the status."""
        self.client.cookies.clear()
        content_type, body = write.content_type, write.body
        if write.json is not None:
            content_type, body = "application/json", json.dumps(write.json)
        elif not content_type:
            fields = {k: v.format(**self.parts) for k, v in write.fields.items()} | extra
            request = self.client.build_request(method, BASE, data=fields or {"x": ""})
            content_type, body = request.headers["content-type"], request.read().decode()
        answer = self.client.request(
            method,
            path.format(**self.parts),
            content=body,
            headers={"Content-Type": content_type, **headers},
        )
        demand_documented(method, plain(path), answer)
        return answer.status_code

    def asks(self, kind: str, method: str, path: str, write: Write, protection: Protection) -> int:
        """Send a good request as this kind of actor does, and return the status."""
        if protection is Protection.PROGRAM:
            token = self.tokens.get(kind)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return self.send(method, path, write, headers)
        person: Person | None = self.people.get(kind)
        if person is None:
            return self.send(method, path, write, {"Sec-Fetch-Site": "same-origin"})
        csrf = {"csrf": person.csrf}
        return self.send(method, path, write, person.headers | {"X-CSRF-Token": csrf["csrf"]})


def disputed_edge(registry: Registry, town: Town, key: str) -> str:
    """Add an edge from the stranger's organisation, which objects to it, to the owner's."""
    with registry.database.write() as session:
        world = World(session, bodies={SLUG: town.organisation, "elsewhere": town.elsewhere})
        world.component("forms", body="elsewhere")
        world.component("copy", body=SLUG)
        world.edge("forms", "copy", key=key)
    stranger = Actor(account=town.stranger.account, roles={town.elsewhere: Role.OWNER})
    made = registry.disputes.object_to_edge(stranger, key, "other", "We never gave it to them.")
    return str(made.id)


def webhook_parts(registry: Registry, town: Town) -> dict[str, str]:
    """Add a webhook of the owner with a message that was sent, and a hook of the organisation."""
    owner, now = Actor(account=town.owner.account), utc_now()
    wanted = NewEndpoint(url="https://ci.example/", events=("crawl.failed",), organisation=SLUG)
    key = registry.webhooks.create(owner, wanted)[0].id
    sent = registry.webhooks.test(owner, key).id
    with registry.database.write() as session:
        delivery = session.exec(select(WebhookDelivery)).one()
        delivery.state = DeliveryState.DELIVERED
        delivery.tries = [{"at": "2026-11-26T03:42:09.000000Z", "status": 204, "ms": 82}]
        hook = add_hook(
            session, registry.sealer, forge="github", organisation_id=town.organisation,
            actor=None, now=now,
        )  # fmt: skip
    return {
        "webhook": key, "webhook_id": key, "delivery": sent, "delivery_id": sent, "hook": hook.key
    }  # fmt: skip


def need_parts(registry: Registry, town: Town) -> dict[str, str]:
    """Add a need of the organisation, with an offer of the owner that waits."""
    owner = Actor(account=town.owner.account, roles={town.organisation: Role.OWNER})
    need = NewNeed(title="Zeppelins", description="Hangars of nobody.", lang="en")
    rebuild(registry.database, registry.index)  # what was written straight into the tables
    number = registry.needs.create(owner, need, SLUG)
    offer = registry.needs.offer(owner, number, NewOffer(text="Ours", name="Somebody"))
    unknown = {"member": "1", "answer": "accept", "change": "1", "what": "fact"}
    return {**unknown, "need": str(number), "offer": str(offer.id), "decision": "show"}


def proposed(registry: Registry, town: Town) -> str:
    """Add a proposal of the owner that waits for an operator."""
    new = NewProposal(
        url="https://git.example.org/town", name="The town", country="EE",
        evidence_url="https://town.example/code",
    )  # fmt: skip
    return str(registry.proposals.propose(Actor(account=town.owner.account), new).id)


def demand_documented(method: str, path: str, answer: Response) -> None:
    """Hold an answer of the API against the OpenAPI document."""
    operation = DOCUMENT["paths"].get(path, {}).get(method.lower())
    if operation is None:
        assert not path.startswith("/api/")
        return
    media = answer.headers.get("content-type", "").partition(";")[0]
    content = operation["responses"][str(answer.status_code)].get("content", {})
    assert bool(content) == bool(answer.content), (path, answer.status_code)
    if content:
        schema = {**content[media]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(answer.json())


def dump(database: Database) -> Rows:
    """Return every row of every table."""
    with database.read() as session:
        return {
            table.name: [dict(row._mapping) for row in session.execute(table.select())]
            for table in Model.metadata.sorted_tables
        }


def lasting(rows: Rows) -> Rows:
    """Return rows without what any request may move."""
    return {
        name: [{k: v for k, v in row.items() if k not in PULSE.get(name, set())} for row in table]
        for name, table in rows.items()
        if name not in QUEUES
    }


@pytest.fixture(scope="module")
def app_and_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Registry]]:
    registry = Registry(
        Settings(
            home=tmp_path_factory.mktemp("every-write"),
            web=WebSettings(base_url=BASE, requests_per_minute=0),
            log=LogSettings(level="error"),
        )
    )
    yield build_app(registry, BASE), registry
    registry.close()


@pytest.fixture(scope="module")
def place(app_and_registry: tuple[Any, Registry]) -> Iterator[Place]:
    app, registry = app_and_registry
    with asked(app) as client:
        yield Place(registry, client)


def routes(app: Any) -> dict[str, tuple[str, str, Any]]:
    """Return the routes that may change something, of one language, by method and path."""
    prefixes = tuple(f"{x.prefix}/" for x in shipped_languages() if x.prefix)
    return {
        f"{method} {path}": (method, path, handler)
        for method, path, handler in write_handlers(app)
        if not path.startswith(prefixes)
    }


def plain(path: str) -> str:
    """Return a path without the types of its parameters, and without a slash at its end."""
    return path.rstrip("/") or "/"


@pytest.fixture(scope="module")
def found(app_and_registry: tuple[Any, Registry]) -> dict[str, tuple[str, str, Any]]:
    return {plain(key): value for key, value in routes(app_and_registry[0]).items()}


def test_every_route_that_writes_has_an_entry(found: dict[str, Any]) -> None:
    assert set(found) == set(WRITES)


@pytest.mark.parametrize("name", WRITES)
def test_every_kind_of_actor_gets_what_the_table_says(
    found: dict[str, Any], place: Place, name: str
) -> None:
    method, path, handler = found[name]
    write, answers = WRITES[name], {}
    for kind in KINDS:
        place.restore()
        answers[kind] = place.asks(kind, method, path, write, protection_of(handler))
        if answers[kind] in {401, 403}:
            assert not place.changes(), kind
    assert answers == {kind: write.code(kind) for kind in KINDS}


@pytest.mark.parametrize("name", WRITES)
def test_a_forged_request_changes_nothing(found: dict[str, Any], place: Place, name: str) -> None:
    method, path, handler = found[name]
    write, protection = WRITES[name], protection_of(handler)
    place.restore()
    owner, other = place.people["owner"], place.people["stranger"]
    cookie, own = {"Cookie": owner.headers["Cookie"]}, {"Sec-Fetch-Site": "same-origin"}
    token, evil = {"X-CSRF-Token": owner.csrf}, "https://evil.example"
    text = Write(write.codes, content_type="text/plain", body=f"csrf={owner.csrf}")
    forged: dict[str, int] = {}
    if protection is not Protection.PROGRAM:
        for case, headers in (
            ("another origin", cookie | token | {"Origin": evil}),
            ("no origin", cookie | token),
            ("another site", cookie | token | {"Sec-Fetch-Site": "cross-site", "Origin": BASE}),
            ("a sister site", cookie | token | {"Sec-Fetch-Site": "same-site"}),
        ):
            forged[case] = place.send(method, path, write, headers)
        forged["text, elsewhere"] = place.send(method, path, text, cookie | {"Origin": evil})
    if protection is Protection.SESSION:
        forged["no token"] = place.send(method, path, write, cookie | own)
        forged["foreign token"] = place.send(
            method, path, write, cookie | own | {"X-CSRF-Token": other.csrf}
        )
        forged["foreign field"] = place.send(method, path, write, cookie | own, csrf=other.csrf)
        forged["text"] = place.send(method, path, text, cookie | own)
    assert set(forged.values()) <= {403}, forged
    if protection is Protection.PROGRAM and RULES[handler.opt["action"]].least != "anybody":
        assert place.send(method, path, write, cookie | own | token) == 401, "a cookie is no token"
        good = place.tokens["owner"]
        wrong = good[:-1] + ("y" if good.endswith("x") else "x")
        for value in (f"Bearer {wrong}", "Bearer x", f"Basic {evil}"):
            assert place.send(method, path, write, {"Authorization": value}) == 401
    assert not place.changes()


def test_no_part_of_the_application_excludes_paths(app_and_registry: tuple[Any, Registry]) -> None:
    app = app_and_registry[0]
    assert app.csrf_config is None
    layers = [app, *(x for route in app.routes for x in getattr(route, "route_handlers", []))]
    for layer in layers:
        for middleware in layer.middleware or []:
            given = getattr(middleware, "kwargs", {})
            config = given.get("config")
            assert not given.get("exclude")
            assert not getattr(config, "exclude", None)
            assert not getattr(middleware, "exclude_path_pattern", None)
        assert not getattr(layer, "cache", False)


def test_every_action_of_a_route_is_in_the_table(found: dict[str, Any]) -> None:
    assert {handler.opt["action"] for _, _, handler in found.values()} <= set(Action)
