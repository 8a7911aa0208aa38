"""Webhooks, the audit log and repeated requests in the API, for people with tokens."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select, text

from registry.accounts.actors import Role
from registry.accounts.audit_log import AuditLog, write_checkpoint
from registry.accounts.idempotency import Answer, Idempotency, KeyReused, prune_requests
from registry.accounts.notes import Signer
from registry.accounts.sealing import Sealer
from registry.accounts.service import Accounts
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import IdempotentRequest, WebhookEndpoint
from registry.errors import BlockedUrl, Conflict
from registry.webhooks.hooks import OrganisationHooks
from registry.webhooks.service import Webhooks
from tests.support.accounts import add_account, add_organisation, add_token
from tests.support.api_samples import SETTINGS
from tests.support.databases import fresh_sqlite
from tests.support.job_queues import open_queue
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from tests.web.api.test_openapi import DOCUMENT
from web.api.idempotency import IdempotentPosts
from web.api.router import api_routers
from web.app import create_app
from web.checkpoint import checkpoint_giver

SEALER = Sealer([b"k" * 32])
SIGNER = Signer(b"k" * 32)
HOOKS = "/api/v1/webhooks"
WANTED = {"url": "https://ci.example/told", "events": ["crawl.failed"], "organisation": "town"}
GUARDED = {
    (method, path): operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if "security" in operation
}
Client = TestClient[Litestar]


class Office:
    """The application over a real database, with people who hold tokens."""

    def __init__(self, database: Database, client: Client) -> None:
        self.database = database
        self.client = client
        self.tokens: dict[str, str] = {}

    def ask(self, who: str | None, method: str, path: str, **options: Any) -> Any:
        headers = dict(options.pop("headers", {}))
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, path, headers=headers, **options)

    def post(self, who: str, key: str | None = None, body: Any = WANTED, **options: Any) -> Any:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.ask(who, "POST", HOOKS, json=body, headers=headers, **options)

    def endpoints(self) -> int:
        return self._count(WebhookEndpoint)

    def requests(self) -> int:
        return self._count(IdempotentRequest)

    def _count(self, table: Any) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def _checked(url: str) -> str:
    if not url.startswith("https://"):
        raise BlockedUrl("only https URLs can be told")
    return url


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = fresh_sqlite(tmp_path_factory.mktemp("webhooks"))
    accounts = Accounts(database)
    webhooks = Webhooks(database, open_queue("embedded", database), SEALER, _checked, utc_now)
    posts = IdempotentPosts(accounts, Idempotency(database, SEALER, utc_now))
    log = AuditLog(database)
    hooks = OrganisationHooks(database, SEALER, utc_now)
    services = replace(
        web_services(), accounts=accounts, webhooks=webhooks, hooks=hooks, audit=log,
        settings=SETTINGS,
    )  # fmt: skip
    app = create_app(services, [*api_routers(posts=posts), checkpoint_giver(log)])
    town = add_organisation(database)
    ada, bo, op = (add_account(database, name) for name in ("Ada", "Bo", "Op"))
    city = add_organisation(database, "city")
    may = add_account(database, "May", {town: Role.MAINTAINER, city: Role.MEMBER})
    with database.write() as session:
        session.execute(text("UPDATE account SET is_operator = 1 WHERE id = :id"), {"id": op})
    with asked(app) as client:
        office = Office(database, client)
        office.tokens = {
            "ada": add_token(database, ada, ("webhooks:write",)),
            "other": add_token(database, ada, ("webhooks:write",)),
            "reader": add_token(database, ada, ("read",)),
            "bo": add_token(database, bo, ("webhooks:write", "read")),
            "may": add_token(database, may, ("webhooks:write",)),
            "op": add_token(database, op, ("webhooks:write", "read", "operate")),
        }
        yield office
    database.close()


@pytest.fixture
def office(whole: Office) -> Office:
    with whole.database.write() as session:
        for table in ("webhook_endpoint", "idempotent_request", "inbound_hook"):
            session.execute(text(f"DELETE FROM {table}"))
    return whole


def test_an_endpoint_lives_from_its_making_to_its_end(office: Office) -> None:
    made = office.post("ada")
    assert made.status_code == 201
    told = made.json()
    assert told["secret"].startswith("whsec_")
    assert made.headers["location"].endswith(f"{HOOKS}/{told['id']}")
    place = f"{HOOKS}/{told['id']}"
    shown = office.ask("ada", "GET", place).json()
    assert (shown["state"], shown["organisation"], "secret" in shown) == ("active", "town", False)
    changed = office.ask("ada", "PATCH", place, json={"description": "ours", "state": "paused"})
    assert (changed.json()["description"], changed.json()["state"]) == ("ours", "paused")
    assert office.ask("ada", "POST", f"{place}/test").status_code == 409
    office.ask("ada", "PATCH", place, json={"state": "active"})
    sent = office.ask("ada", "POST", f"{place}/test")
    assert (sent.status_code, sent.json()["event"]) == (202, "webhook.test")
    secret = office.ask("ada", "POST", f"{place}/secret").json()["secret"]
    assert secret != told["secret"]
    (line,) = office.ask("ada", "GET", f"{place}/deliveries").json()["items"]
    assert line["id"] == sent.json()["id"]
    again = office.ask("ada", "POST", f"{place}/deliveries/{line['id']}/redeliver")
    assert again.status_code == 409, "it was not sent yet"
    assert office.ask("ada", "DELETE", place).status_code == 204
    assert office.ask("ada", "GET", place).status_code == 404
    assert office.ask("ada", "GET", HOOKS).json() == {"items": []}


def test_the_log_is_read_page_by_page(office: Office) -> None:
    place = f"{HOOKS}/{office.post('ada').json()['id']}"
    for _ in range(3):
        office.ask("ada", "POST", f"{place}/test")
    first = office.ask("ada", "GET", f"{place}/deliveries?limit=2").json()
    rest = office.ask("ada", "GET", first["next"]).json()
    assert ([len(first["items"]), len(rest["items"])], rest["next"]) == ([2, 1], None)
    assert office.ask("ada", "GET", f"{place}/deliveries?after=x").status_code == 400


def test_nobody_sees_or_changes_what_belongs_to_another(office: Office) -> None:
    place = f"{HOOKS}/{office.post('ada').json()['id']}"
    for method, path, body in (
        ("GET", place, None),
        ("PATCH", place, {"state": "paused"}),
        ("DELETE", place, None),
        ("POST", f"{place}/test", None),
        ("POST", f"{place}/secret", None),
        ("GET", f"{place}/deliveries", None),
        ("POST", f"{place}/deliveries/msg_x/redeliver", None),
    ):
        answers = {who: office.ask(who, method, path, json=body).status_code
                   for who in (None, "reader", "bo")}  # fmt: skip
        assert answers == {None: 401, "reader": 403, "bo": 404}, (method, path)
    assert office.ask("op", "GET", place).status_code == 200
    assert office.ask("bo", "GET", HOOKS).json() == {"items": []}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        (WANTED | {"id": 1}, 400),
        (WANTED | {"url": "http://ci.example/"}, 400),
        (WANTED | {"url": 5}, 400),
        (WANTED | {"events": []}, 400),
        (WANTED | {"events": ["x"]}, 400),
        (WANTED | {"organisation": None}, 400),
        (WANTED | {"component": "x"}, 400),
        (WANTED | {"organisation": "no\0where"}, 404),
        (WANTED | {"description": "\u202e" * 10}, 400),
        (WANTED | {"description": "x" * 201}, 400),
    ],
)
def test_what_cannot_be_is_refused_by_name(office: Office, body: Any, status: int) -> None:
    answer = office.post("ada", body=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert office.endpoints() == 0


def test_odd_ids_are_not_found(office: Office) -> None:
    for odd in ("we_x", "%00", "x" * 300, "%ED%A0%80"):
        assert office.ask("ada", "GET", f"{HOOKS}/{odd}").status_code in {400, 404}


@pytest.mark.parametrize(("method", "path"), sorted(GUARDED))
def test_what_needs_a_token_is_documented_and_keeps_visitors_out(
    office: Office, method: str, path: str
) -> None:
    operation = GUARDED[method, path]
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert operation["tags"]
    for parameter in operation.get("parameters", ()):
        assert parameter["description"]
    filled = re.sub(r"\{\w+\}", "x", path)
    answer = office.client.request(method, filled, json={})
    assert answer.status_code == 401
    assert {"401", "403"} <= set(operation["responses"])
    assert "no-store" in answer.headers["cache-control"]


def test_answers_are_what_the_document_says(office: Office) -> None:
    made = office.post("ada")
    place = f"{HOOKS}/{made.json()['id']}"
    office.ask("ada", "POST", f"{place}/test")
    for method, path, answer in (
        ("post", "", made),
        ("get", "", office.ask("ada", "GET", HOOKS)),
        ("get", "/{webhook_id}", office.ask("ada", "GET", place)),
        ("get", "/{webhook_id}/deliveries", office.ask("ada", "GET", f"{place}/deliveries")),
    ):
        told = GUARDED[method, HOOKS + path]["responses"][str(answer.status_code)]
        schema = told["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": DOCUMENT["components"]}).validate(
            answer.json()
        )


def test_the_audit_log_is_read_by_operators_alone(office: Office) -> None:
    office.post("ada")
    assert {who: office.ask(who, "GET", "/api/v1/audit").status_code
            for who in (None, "ada", "bo")} == {None: 401, "ada": 403, "bo": 403}  # fmt: skip
    first = office.ask("op", "GET", "/api/v1/audit?limit=1").json()
    assert first["items"][0]["index"] == 0
    total, following = 1, first["next"]
    while following:
        page = office.ask("op", "GET", following).json()
        assert page["items"][0]["index"] == total
        total, following = total + len(page["items"]), page["next"]
    with office.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_entry")) == total
    late = office.ask("op", "GET", "/api/v1/audit?since=2199-01-01&subject=webhook:x").json()
    assert late == {"items": [], "next": None}


def test_anybody_may_keep_the_newest_checkpoint(office: Office) -> None:
    office.post("ada")
    with office.database.write() as session:
        session.execute(text("DELETE FROM audit_checkpoint"))
    assert office.client.get("/audit/checkpoint").status_code == 404
    with office.database.write() as session:
        note = write_checkpoint(session, SIGNER, utc_now())
    answer = office.client.get("/audit/checkpoint")
    assert answer.text == note
    assert answer.headers["content-type"].startswith("text/plain")
    assert SIGNER.verifier.open(answer.text).size > 0


TOWN_HOOKS = "/api/v1/organisations/town/hooks"


def test_maintainers_make_and_remove_the_hooks_of_their_organisation(office: Office) -> None:
    made = office.ask("may", "POST", TOWN_HOOKS, json={"forge": "forgejo"})
    assert made.status_code == 201
    told = made.json()
    assert told["url"].endswith(f"/hooks/forgejo/{told['key']}")
    (listed,) = office.ask("may", "GET", TOWN_HOOKS).json()["items"]
    assert listed["key"] == told["key"]
    assert "secret" not in listed
    assert office.ask("op", "DELETE", f"/api/v1/organisations/city/hooks/{told['key']}"
                      ).status_code == 404  # fmt: skip
    assert office.ask("may", "DELETE", f"{TOWN_HOOKS}/{told['key']}").status_code == 204
    assert office.ask("may", "GET", TOWN_HOOKS).json() == {"items": []}


def test_nobody_else_manages_them(office: Office) -> None:
    for method, path, body in (
        ("GET", TOWN_HOOKS, None),
        ("POST", TOWN_HOOKS, {"forge": "github"}),
        ("DELETE", f"{TOWN_HOOKS}/hk_x", None),
        ("GET", "/api/v1/organisations/city/hooks", None),
    ):
        answers = {who: office.ask(who, method, path, json=body).status_code
                   for who in (None, "bo", "reader")}  # fmt: skip
        assert answers == {None: 401, "bo": 403, "reader": 403}, (method, path)
    assert office.ask("may", "GET", "/api/v1/organisations/city/hooks").status_code == 403
    assert office.ask("op", "GET", "/api/v1/organisations/no/hooks").status_code == 404
    for body in ({"forge": "svn"}, {"forge": "github", "secret": "short"}, {"forge": 1}, {}):
        assert office.ask("may", "POST", TOWN_HOOKS, json=body).status_code == 400


# Requests that are sent again.


def test_a_request_that_is_sent_again_is_done_once(office: Office) -> None:
    answers = [office.post("ada", "7d9f0c1e-key") for _ in range(5)]
    assert office.endpoints() == 1
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False] + [True] * 4
    assert answers[1].headers["content-type"] == answers[0].headers["content-type"]
    assert office.post("ada", '"7d9f0c1e-key"').content == answers[0].content, "also in quotes"


def test_a_key_of_another_request_is_refused(office: Office) -> None:
    assert office.post("ada", "one").status_code == 201
    other = office.post("ada", "one", WANTED | {"description": "another"})
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"
    assert office.post("other", "one").status_code == 422, "another token of the account"
    assert office.post("bo", "one").status_code == 201, "another account has its own keys"
    assert office.endpoints() == 2


def test_answers_are_not_readable_in_the_database(office: Office) -> None:
    secret = office.post("ada", "one").json()["secret"]
    with office.database.read() as session:
        (row,) = session.scalars(select(IdempotentRequest))
    assert secret not in (row.body or "")
    assert row.body


def test_visitors_leave_no_row(office: Office) -> None:
    for headers in ({}, {"Authorization": "Bearer gcr_x"}, {"Authorization": "Basic x"}):
        body = {"blobs": ["0" * 40]}
        answer = office.client.post(
            "/api/v1/lookup", json=body, headers={"Idempotency-Key": "one", **headers}
        )
        assert answer.status_code in {200, 400, 401}
    assert office.requests() == 0


def test_what_failed_may_be_sent_again(office: Office) -> None:
    assert office.post("reader", "one").status_code == 403
    assert office.requests() == 0
    assert office.post("ada", "two", {"url": "x"}).status_code == 400
    assert office.post("ada", "two").status_code == 422, "a mistake is an answer too"


@pytest.mark.parametrize("key", ["", '"', "a b", "x" * 256, "ü".encode().decode("latin-1")])
def test_a_key_that_is_none_is_refused(office: Office, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1"),
               "Authorization": f"Bearer {office.tokens['ada']}"}  # fmt: skip
    answer = office.client.post(HOOKS, json=WANTED, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert office.endpoints() == 0


def test_a_body_that_is_too_large_is_refused_with_a_key_too(office: Office) -> None:
    body = WANTED | {"description": "x" * (1024 * 1024 + 1)}
    assert office.post("ada", "one", body).status_code == 413


def test_of_many_at_once_one_is_done(office: Office) -> None:
    statuses: list[int] = []

    def send() -> None:
        statuses.append(office.post("ada", "one").status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert office.endpoints() == 1
    assert set(statuses) <= {201, 409}
    assert office.post("ada", "one").status_code == 201


def test_requests_are_kept_for_a_day_and_those_in_flight_for_minutes(
    office: Office, database: Database
) -> None:
    account, now = add_account(database), [utc_now()]
    kept = Idempotency(database, SEALER, lambda: now[0])
    assert kept.begin(account, "k", "asked") is None
    with pytest.raises(Conflict, match="still being done"):
        kept.begin(account, "k", "asked")
    now[0] += timedelta(minutes=6)
    assert kept.begin(account, "k", "asked") is None, "its process died"
    kept.finish(account, "k", Answer(201, {"content-type": "text/plain"}, b"\xff\x00"))
    assert kept.begin(account, "k", "asked") == Answer(
        201, {"content-type": "text/plain"}, b"\xff\x00"
    )
    with pytest.raises(KeyReused):
        kept.begin(account, "k", "another")
    other = Idempotency(database, Sealer([b"n" * 32]), lambda: now[0])
    with pytest.raises(Conflict, match="cannot be read"):
        other.begin(account, "k", "asked")
    now[0] += timedelta(hours=25)
    assert kept.begin(account, "k", "another") is None
    kept.forget(account, "k")
    assert kept.begin(account, "k", "asked") is None
    with database.write() as session:
        prune_requests(session, now[0] + timedelta(hours=25))
        assert not session.scalar(select(func.count()).select_from(IdempotentRequest))
