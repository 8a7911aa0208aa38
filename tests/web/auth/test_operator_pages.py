"""What operators look after: ownership claims of everybody, and the hooks of forges."""

import hashlib
import hmac
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.accounts.actors import Actor
from registry.accounts.sealing import Sealer
from registry.clock import utc_now
from registry.db.tables import InboundHook, OwnershipClaim, OwnershipState, ProofMethod
from registry.errors import Forbidden
from registry.publishing.ownership import NewClaim, start_claim
from registry.publishing.ownership_service import OwnershipClaims
from registry.webhooks.hooks import Hooks, add_hook
from tests.support.account_apps import SLUG, Browser, Town, town_in
from tests.support.job_queues import open_queue

Place = tuple[Town, TestClient[Litestar]]
BODY = b'{"repository": {"clone_url": "https://github.com/town/unknown"}}'
SEALER = Sealer([b"k" * 32])


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with town_in() as made:
        yield made


@pytest.mark.parametrize("path", ["/operator/claims", "/operator/hooks"])
def test_the_pages_are_for_operators(place: Place, path: str) -> None:
    town, client = place
    assert Browser(client).get(path).status_code == 302
    assert Browser(client, town.owner).get(path).status_code == 403
    assert Browser(client, town.operator).get(path).status_code == 200
    links = Browser(client, town.operator).get("/account").text
    assert path in links
    assert path not in Browser(client, town.owner).get("/account").text


def test_claims_are_listed_by_state_and_level_page_by_page(place: Place) -> None:
    town, _ = place
    queue = open_queue("embedded", town.database)
    ownership = OwnershipClaims(town.database, queue, utc_now)
    with town.database.write() as session:
        for person in (town.owner, town.member, town.stranger):
            wanted = NewClaim(account=person.account, organisation=SLUG, method=ProofMethod.FORGE)
            start_claim(session, wanted, utc_now())
        first = session.exec(select(OwnershipClaim)).all()[0]
        first.state, first.level = OwnershipState.CONTESTED, 2
    operator = Actor(account=town.operator.account, is_operator=True)
    found = ownership.overview(operator)
    assert [x.account for x in found] == [
        town.stranger.account, town.member.account, town.owner.account,
    ]  # fmt: skip
    assert {x.token for x in found} == {""}
    rest = ownership.overview(operator, before=found[0].id, limit=1)
    assert [x.id for x in rest] == [found[1].id]
    some = ownership.overview(operator, states=[OwnershipState.CONTESTED], level=2)
    assert [x.id for x in some] == [found[2].id]
    assert ownership.overview(operator, level=3) == []
    with pytest.raises(Forbidden):
        ownership.overview(Actor(account=town.owner.account))
    with pytest.raises(Forbidden):
        ownership.revoke_as(Actor(account=town.owner.account), found[0].id)
    assert ownership.revoke_as(operator, found[0].id).state == "revoked"


def test_hooks_tell_what_they_took_and_that_they_refused(place: Place) -> None:
    town, client = place
    with town.database.write() as session:
        made = add_hook(
            session, SEALER, forge="github", organisation_id=town.organisation, actor=None,
            now=utc_now(),
        )  # fmt: skip
    queue = open_queue("embedded", town.database)
    hooks = Hooks(town.database, SEALER, queue, lambda _: None, utc_now)
    digest = hmac.new(made.secret.encode(), BODY, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={digest}", "x-github-delivery": "d-1",
               "content-type": "application/json"}  # fmt: skip
    operator = Browser(client, town.operator)
    assert "never" in operator.get("/operator/hooks").text
    assert hooks.receive("github", made.key, headers, BODY) == "ignored"
    assert hooks.receive("github", made.key, headers, BODY + b" ") == "refused"
    shown = operator.get("/operator/hooks").text
    assert "d-1" in shown
    assert "it names no repository of the hook" in shown
    assert "never" not in shown
    with town.database.read() as session:
        refused = session.exec(select(InboundHook)).one().last_refused_at
    hooks.receive("github", made.key, headers, BODY + b"  ")
    with town.database.read() as session:
        again = session.exec(select(InboundHook)).one().last_refused_at
    assert again == refused, "who sends many writes little"
