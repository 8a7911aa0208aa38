"""Who makes a request, and whether it was made on purpose, in an application of three handlers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get, post
from litestar.exceptions import ImproperlyConfiguredException
from litestar.params import FromPath, RawBody
from litestar.testing import TestClient
from sqlalchemy import event

from registry.accounts.actors import Role
from registry.accounts.authorise import Action, Scope, authorise
from registry.accounts.service import Accounts
from registry.accounts.tokens import is_token, new_token
from registry.clock import utc_now
from registry.db.session import Database
from registry.settings import WebSettings
from tests.support.accounts import (
    Person,
    add_account,
    add_organisation,
    add_token,
    sign_in,
)
from tests.support.databases import fresh_sqlite
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.app import create_app
from web.auth.forgery import Protection
from web.auth.visit import ActorDependency, VisitDependency
from web.services import Services

FORM = "application/x-www-form-urlencoded"


@get("/who", sync_to_thread=True, include_in_schema=False)
def who(visit: VisitDependency) -> dict[str, Any]:
    """Say who asks."""
    return {"account": visit.actor.account, "csrf": visit.csrf}


@post(
    "/write/{organisation:int}",
    sync_to_thread=True,
    include_in_schema=False,
    opt={"action": Action.EDIT_COMPONENT},
)
def write(actor: ActorDependency, organisation: FromPath[int], body: RawBody) -> str:
    """Write, for maintainers."""
    authorise(actor, Action.EDIT_COMPONENT, organisation)
    return f"{actor.account} wrote {len(body)} bytes"


@post(
    "/open",
    sync_to_thread=True,
    include_in_schema=False,
    opt={"action": Action.OPEN_DISPUTE, "protection": Protection.ORIGIN},
)
def open_form(actor: ActorDependency) -> str:
    """Take a form of a public page."""
    return f"from {actor.account}"


@post(
    "/api/v1/write/{organisation:int}",
    sync_to_thread=True,
    include_in_schema=False,
    opt={"action": Action.EDIT_COMPONENT, "protection": Protection.PROGRAM},
)
def write_by_program(actor: ActorDependency, organisation: FromPath[int]) -> str:
    """Write, for programs of maintainers."""
    authorise(actor, Action.EDIT_COMPONENT, organisation)
    return f"{actor.account} wrote"


def services(database: Database, **settings: Any) -> Services:
    made = web_services(settings=WebSettings(**({"base_url": "http://127.0.0.1:8000"} | settings)))
    return replace(made, accounts=Accounts(database))


HANDLERS = [who, write, open_form, write_by_program]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = fresh_sqlite(tmp_path_factory.mktemp("accounts"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient[Litestar]]:
    with asked(create_app(services(database), HANDLERS)) as opened:
        yield opened


@pytest.fixture(scope="module")
def town(database: Database) -> int:
    return add_organisation(database)


@pytest.fixture(scope="module")
def maintainer(database: Database, town: int) -> Person:
    return sign_in(database, add_account(database, "Ada", {town: Role.MAINTAINER}))


def form(person: Person | None = None, **changed: str) -> dict[str, str]:
    """Return the headers of a form that was sent as it should be, but for what is changed."""
    return {"Content-Type": FORM} | (person.headers if person else {}) | changed


def test_a_form_of_the_session_is_taken(
    client: TestClient[Litestar], maintainer: Person, town: int
) -> None:
    sent = client.post(
        f"/write/{town}", content=f"csrf={maintainer.csrf}", headers=form(maintainer)
    )
    assert (sent.status_code, sent.text) == (201, f"{maintainer.account} wrote 69 bytes")
    assert sent.headers["cache-control"] == "private, no-store"
    by_header = client.post(
        f"/write/{town}", headers=maintainer.headers | {"X-CSRF-Token": maintainer.csrf}
    )
    assert by_header.status_code == 201
    multipart = client.post(
        f"/write/{town}", files={"csrf": (None, maintainer.csrf)}, headers=maintainer.headers
    )
    assert multipart.status_code == 201


def test_a_forged_form_is_refused(
    client: TestClient[Litestar], database: Database, maintainer: Person, town: int
) -> None:
    other = sign_in(database, add_account(database, "Eve"))
    mine, cookie = f"csrf={maintainer.csrf}", maintainer.headers["Cookie"]
    own = form(maintainer)
    for headers, body in (
        (own, ""),
        (own, "csrf="),
        (own, f"csrf={other.csrf}"),
        (own, "csrf=%C3%A9"),
        (own, f"csrf={maintainer.secret}"),
        ({**own, "X-CSRF-Token": "é".encode()}, mine),
        (own | {"Sec-Fetch-Site": "cross-site"}, mine),
        (own | {"Sec-Fetch-Site": "same-site"}, mine),
        ({"Content-Type": FORM, "Cookie": cookie, "Origin": "https://evil.example"}, mine),
        ({"Content-Type": FORM, "Cookie": cookie, "Origin": "null"}, mine),
        ({"Content-Type": FORM, "Cookie": cookie}, mine),
        (own | {"Content-Type": "text/plain"}, mine),
        (own | {"Content-Type": "application/json"}, f'{{"csrf": "{maintainer.csrf}"}}'),
    ):
        answer = client.post(f"/write/{town}", content=body, headers=headers)
        assert answer.status_code == 403, (headers, body)


def test_two_cookies_of_one_name_are_no_session(
    client: TestClient[Litestar], maintainer: Person, town: int
) -> None:
    cookie = {"Cookie": f"session={'a' * 43}; session={maintainer.secret}"}
    assert client.get("/who", headers=cookie).json()["account"] is None


def test_a_visitor_is_asked_to_sign_in_and_a_stranger_refused(
    client: TestClient[Litestar], database: Database, town: int
) -> None:
    nobody = client.post(f"/write/{town}", headers=form(Origin="http://127.0.0.1:8000"))
    assert nobody.status_code == 401
    elsewhere = add_account(database, "Bob", {add_organisation(database, "city"): Role.OWNER})
    stranger = sign_in(database, elsewhere)
    answer = client.post(f"/write/{town}", content=f"csrf={stranger.csrf}", headers=form(stranger))
    assert answer.status_code == 403


def test_a_session_that_is_over_is_none(
    client: TestClient[Litestar], database: Database, maintainer: Person, town: int
) -> None:
    old = sign_in(database, maintainer.account, utc_now() - timedelta(hours=13))
    # The token lets it send what anybody may send.
    assert client.get("/who", headers=old.headers).json() == {"account": None, "csrf": old.csrf}
    answer = client.post(f"/write/{town}", content=f"csrf={old.csrf}", headers=form(old))
    assert answer.status_code == 401


def test_a_form_of_a_public_page_reads_no_session(
    client: TestClient[Litestar], maintainer: Person
) -> None:
    answer = client.post("/open", headers=form(maintainer))
    assert (answer.status_code, answer.text) == (201, "from None")
    foreign = form(maintainer, **{"Sec-Fetch-Site": "cross-site"})
    assert client.post("/open", headers=foreign).status_code == 403


def test_a_program_is_known_by_its_token_and_never_by_a_cookie(
    client: TestClient[Litestar], database: Database, maintainer: Person, town: int
) -> None:
    token = add_token(database, maintainer.account, (Scope.COMPONENTS_WRITE,))
    path = f"/api/v1/write/{town}"

    def sent(value: str, **headers: str) -> int:
        return client.post(path, headers={"Authorization": value, **headers}).status_code

    assert sent(f"Bearer {token}") == 201
    assert sent(f"bearer {token}", Origin="https://tool.example") == 201
    assert client.post(path, headers=maintainer.headers).status_code == 401
    assert client.post(f"{path}?access_token={token}").status_code == 401
    reading = add_token(database, maintainer.account, (Scope.READ,))
    assert sent(f"Bearer {reading}") == 403
    past = utc_now() - timedelta(days=31)
    over = add_token(database, maintainer.account, (Scope.COMPONENTS_WRITE,), at=past)
    narrowed = add_token(
        database, maintainer.account, (Scope.COMPONENTS_WRITE,), add_organisation(database, "far")
    )
    assert sent(f"Bearer {narrowed}") == 403
    for value in ("", "Bearer", f"Basic {token}", f"Bearer {over}", f"Bearer {token} x", token):
        assert sent(value) == 401, value
    answer = client.post(path, headers={"Authorization": f"Bearer {new_token()}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_token_with_a_wrong_checksum_is_not_looked_up(
    client: TestClient[Litestar], database: Database
) -> None:
    asked_for: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked_for.append(given[2])
    )
    token = new_token()
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for value in (wrong, token[:-1], token.replace("gcr_", "ghp_"), "é" * 40, token + "a"):
        headers = {b"authorization": b"Bearer " + value.encode()}
        assert client.post("/api/v1/write/1", headers=headers).status_code == 401
    assert asked_for == []
    assert is_token(token)


def test_visitors_leave_nothing_behind(client: TestClient[Litestar], database: Database) -> None:
    asked_for: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked_for.append(given[2])
    )
    for number in range(100):
        for path in ("/", "/search?q=x", "/who", f"/nothing/{number}"):
            answer = client.get(path)
            assert "set-cookie" not in answer.headers
    assert asked_for == []


def test_public_pages_are_the_same_for_everybody(
    client: TestClient[Litestar], maintainer: Person
) -> None:
    alone, known = client.get("/"), client.get("/", headers=maintainer.headers)
    assert alone.content == known.content
    assert known.headers["cache-control"].startswith("public")


def test_cookies_are_hosts_own_where_the_site_is_https(tmp_path: Path) -> None:
    database = fresh_sqlite(tmp_path)
    person = sign_in(database, add_account(database))
    app = create_app(services(database, base_url="https://localhost"), HANDLERS)
    with asked(app) as client:
        plain = client.get("/who", headers={"Cookie": f"session={person.secret}"})
        assert plain.json()["account"] is None
        cookie = {"Cookie": f"__Host-session={person.secret}"}
        assert client.get("/who", headers=cookie).json()["account"] == person.account
    database.close()


def test_a_handler_that_declares_nothing_does_not_start() -> None:
    @post("/silent", sync_to_thread=True, include_in_schema=False)
    def silent() -> None:
        """Change something."""

    @post(
        "/careless",
        sync_to_thread=True,
        include_in_schema=False,
        opt={"action": Action.CHANGE_ROLE},
    )
    def careless() -> None:
        """Change something without asking who wants it."""

    for handler, told in ((silent, "declares no action"), (careless, "does not ask who")):
        with pytest.raises(ImproperlyConfiguredException, match=told):
            create_app(web_services(), [handler])
