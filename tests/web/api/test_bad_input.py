"""What is sent to break the registry, on every route that could take it: numbers that no integer
holds, bodies of 25 MB, fields that nobody asked for. Each is refused, and stores nothing.

The rest of bad input stands where it belongs: sign-in in `tests/web/auth/test_sign_in.py`, forged
forms and foreign origins for every route in `test_every_write.py`, look-alike domains and proofs
in `tests/registry/publishing`, forged and replayed messages in `tests/registry/webhooks`, markup
in every field in `tests/web/pages`.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from registry.accounts.actors import Role
from registry.accounts.authorise import Scope
from registry.db.base import Model
from tests.support.account_apps import SLUG, Town, town_in
from tests.support.accounts import add_account, add_token
from tests.support.write_routes import WRITES
from web.auth.declared import write_handlers

HUGE = "99999999999999999999"
LARGE = b"x" * (25 * 1024 * 1024)
NUMBERS = frozenset({"limit", "since", "page[size]", "year", "at"})
NOWHERE = {"{slug}": "forms", "{key}": "ev_commits", "{code}": "EE", "{number}": HUGE}

Place = tuple[Town, TestClient[Litestar]]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with town_in() as made:
        yield made


@pytest.fixture(scope="module")
def described(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = place[1].get("/api/v1/openapi.json").json()
    return found


def rows(town: Town) -> dict[str, int]:
    with town.database.read() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Model.metadata.sorted_tables
        }


def numbered(described: dict[str, Any]) -> list[tuple[str, str]]:
    """Return path and name of every parameter that takes a number or a moment."""
    return [
        (path, parameter["name"])
        for path, item in described["paths"].items()
        for parameter in item.get("get", {}).get("parameters", ())
        if parameter["in"] == "query" and parameter["name"] in NUMBERS
    ]


def test_no_parameter_takes_a_number_that_is_too_large(
    place: Place, described: dict[str, Any]
) -> None:
    asked = numbered(described)
    assert len(asked) > 20
    bad = {}
    for path, name in asked:
        filled = path
        for given, value in NOWHERE.items():
            filled = filled.replace(given, value)
        for value in (HUGE, f"-{HUGE}", "1e999"):
            answer = place[1].get(filled, params={name: value})
            if answer.status_code not in {400, 401, 404, 422} or not answer.json():
                bad[f"{filled}?{name}={value}"] = answer.status_code
    assert bad == {}


def test_no_route_reads_25_megabytes(place: Place) -> None:
    town, client = place
    bad = {}
    forms = {"Content-Type": "application/x-www-form-urlencoded"}
    owner = {"X-CSRF-Token": town.owner.csrf, "Sec-Fetch-Site": "same-origin"}
    token = add_token(town.database, town.owner.account, tuple(Scope))
    before = rows(town)
    for method, path, handler in write_handlers(client.app):
        if "body" not in handler.parsed_fn_signature.parameters:  # it is not read, and may do much
            continue
        kind = {"Content-Type": "application/json"} if path.startswith("/api/") else forms
        headers = {**town.owner.headers, **owner, **kind}
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {token}", **kind}
        filled = re.sub(r"\{\w+\}", "1", path)
        answer = client.request(method, filled, content=LARGE, headers=headers)
        if answer.status_code != 413:
            bad[f"{method} {path}"] = answer.status_code
    assert bad == {}
    assert rows(town) == before


@pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.json is not None])
def test_no_program_may_send_a_field_that_nobody_asked_for(place: Place, name: str) -> None:
    town, client = place
    method, _, path = name.partition(" ")
    everything = {town.organisation: Role.OWNER}
    who = add_account(town.database, "Allowed All", everything, is_operator=True)
    token = add_token(town.database, who, tuple(Scope))
    before = rows(town)
    body = {**(WRITES[name].json or {}), "verified": True}
    answer = client.request(
        method,
        re.sub(r"\{\w+\}", "1", path.replace("{slug}", SLUG)),
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 400, answer.text
    assert "verified" in answer.text
    assert rows(town) == before
