"""An objection from end to end, over HTTP: two organisations, an operator, and a reader."""

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlmodel import select

from registry.accounts.actors import Role
from registry.accounts.authorise import Scope
from registry.catalogue.resolve import resolve_component
from registry.cli.build import Registry
from registry.cli.web import build_app
from registry.clock import utc_now
from registry.db.tables import AuditEntry, Component, Repository
from registry.settings import LogSettings, Settings, WebSettings
from tests.support.accounts import Person, add_account, add_token, sign_in
from tests.support.lineage_rows import World

KEY = "ev_0000000000000001"
EVIDENCE = f"/evidence/{KEY}"
API = f"/api/v1{EVIDENCE}"


class Instance:
    """A served registry with one edge between two organisations, and people of both."""

    def __init__(self, registry: Registry, base: str) -> None:
        self.registry, self.base = registry, base
        database = registry.database
        with database.write() as session:
            world = World(session)
            world.component("forms", "EE")
            world.component("copy", "FI")
            world.edge("forms", "copy")
            bodies = dict(world.bodies)
            for slug, repository in world.repositories.items():
                row = session.get_one(Repository, repository)
                row.organisation_id = bodies[f"body-of-{slug}"]
        self.bodies = bodies
        self.rita = self._person("Rita", bodies["body-of-copy"], Role.MEMBER)
        self.olga = self._person("Olga", bodies["body-of-forms"], Role.OWNER)
        self.opal = sign_in(database, add_account(database, "Opal", is_operator=True))

    def _person(self, name: str, body: int, role: Role) -> Person:
        return sign_in(
            self.registry.database, add_account(self.registry.database, name, {body: role})
        )

    def get(self, path: str, person: Person | None = None) -> str:
        answer = httpx.get(self.base + path, headers=person.headers if person else {})
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, person: Person | None = None, **fields: str) -> httpx.Response:
        own = person.headers if person else {"Sec-Fetch-Site": "same-origin"}
        data = fields | ({"csrf": person.csrf} if person else {})
        return httpx.post(self.base + path, data=data, headers=own)

    def audited(self) -> list[str]:
        with self.registry.database.read() as session:
            return [x.action for x in session.exec(select(AuditEntry))]

    def crawl_again(self, slug: str) -> None:
        """Derive a component anew, as each crawl does."""
        with self.registry.database.write() as session:
            found = select(Repository).join(Component)
            repository = session.exec(found.where(Component.slug == slug)).one()
            resolve_component(session, repository, utc_now())

    def edge_state(self) -> str:
        return str(httpx.get(self.base + API).json()["edge"]["state"])

    def counted(self) -> int:
        found = httpx.get(f"{self.base}/api/v1/reuse").json()["by_tag"]
        return int(found.get("measured", 0))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    web = WebSettings(base_url=base, requests_per_minute=0)
    registry = Registry(Settings(home=tmp_path, web=web, log=LogSettings(level="error")))
    made = Instance(registry, base)
    config = uvicorn.Config(build_app(registry, base), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        registry.close()


def test_an_edge_is_disputed_answered_and_decided(instance: Instance) -> None:
    assert instance.counted() == 1
    form = instance.get(f"{EVIDENCE}/dispute", instance.rita)
    assert "You object for Body Of Copy" in form
    reason = "<b>Both</b> were written by the same supplier."
    sent = instance.post(f"{EVIDENCE}/dispute", instance.rita, category="not_reuse", reason=reason)
    assert sent.status_code == 303
    place = sent.headers["location"].partition("?")[0]

    assert (instance.edge_state(), instance.counted()) == ("disputed", 1)
    evidence = instance.get(EVIDENCE)
    assert "&lt;b&gt;Both&lt;/b&gt; were written" in evidence
    assert "<b>Both" not in evidence
    again = instance.post(f"{EVIDENCE}/dispute", instance.rita, category="other", reason=reason)
    assert again.status_code == 409

    assert "Send the answer" not in instance.get(place, instance.rita)
    assert "Send the answer" in instance.get(place, instance.olga)
    answered = instance.post(f"{place}/answer", instance.olga, text="They took it in 2018.")
    assert answered.status_code == 303
    assert "They took it in 2018." in instance.get(EVIDENCE)

    assert 'name="verdict"' not in instance.get(place)
    assert 'name="verdict"' in instance.get(place, instance.opal)
    empty = instance.post(f"{place}/decide", instance.opal, verdict="accept", text="")
    assert empty.status_code == 400
    decided = instance.post(f"{place}/decide", instance.opal, verdict="accept", text="It is so.")
    assert decided.status_code == 303
    late = instance.post(f"{place}/decide", instance.opal, verdict="reject", text="It is not.")
    assert late.status_code == 409

    assert (instance.edge_state(), instance.counted()) == ("withdrawn", 0)
    log = instance.get("/disputes")
    assert re.search(r"Objection 1</a>", log)
    assert "Accepted" in log
    (item,) = httpx.get(f"{instance.base}/api/v1/disputes?state=accepted").json()["items"]
    assert (item["reply"], item["answer"]) == ("It is so.", "They took it in 2018.")
    assert instance.audited() == ["dispute.opened", "dispute.answered", "dispute.accepted"]


@pytest.mark.slow
def test_a_program_disputes_once_however_often_it_sends(instance: Instance) -> None:
    token = add_token(instance.registry.database, instance.rita.account, (Scope.COMPONENTS_WRITE,))
    body = {"evidence": KEY, "category": "common_source", "reason": "Both took it from a third."}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    url = f"{instance.base}/api/v1/disputes"
    first, second = (httpx.post(url, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert instance.edge_state() == "disputed"


def test_a_component_leaves_an_organisation_that_is_not_its_own(instance: Instance) -> None:
    path = "/components/copy/dispute"
    assert "You object for Body Of Copy" in instance.get(path, instance.rita)
    reader = instance.post(path, category="former_body", reason="It moved to the state in 2020.")
    assert reader.status_code == 303
    sent = instance.post(path, instance.rita, category="not_ours", reason="We never wrote this.")
    place = sent.headers["location"].partition("?")[0]
    assert "The organisation objects to being named here." in instance.get("/components/copy")
    instance.post(f"{place}/decide", instance.opal, verdict="accept", text="It is not theirs.")

    shown = httpx.get(f"{instance.base}/api/v1/components/copy").json()
    assert (shown["organisation"], shown["is_attribution_disputed"]) == (None, False)
    edge = httpx.get(instance.base + API).json()["edge"]
    assert (edge["reuser"]["organisation"], edge["reuser"]["country"]) == (None, None)
    instance.crawl_again("copy")
    assert httpx.get(f"{instance.base}/api/v1/components/copy").json()["organisation"] is None
