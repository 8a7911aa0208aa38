"""Needs on pages for who is signed in: opened, answered, stated, joined, offered to, and closed."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.actors import Actor, Role
from registry.adoption.needs.readmodels import NewNeed
from registry.adoption.needs.service import Needs
from registry.clock import utc_now
from tests.support.account_apps import SLUG, Browser, Town, town_in
from tests.support.lineage_fakes import InMemoryLineage
from tests.support.needs import answered
from tests.support.web_fakes import InMemoryCatalogue

NEED = NewNeed(title="Forms for citizens", description="People fill in forms.", lang="en")
Opened = tuple[Town, TestClient[Litestar]]


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    with town_in() as town:
        yield town


@pytest.fixture
def owner(opened: Opened) -> Browser:
    town, client = opened
    return Browser(client, town.owner)


def acting(town: Town) -> Actor:
    return Actor(account=town.owner.account, roles={town.organisation: Role.OWNER})


def needs_of(town: Town) -> Needs:
    return Needs(town.database, InMemoryCatalogue(), InMemoryLineage(), utc_now)


def need_of(town: Town) -> str:
    """Open a need and return the path of its page."""
    return f"/needs/{needs_of(town).create(acting(town), NEED, SLUG)}"


def test_a_draft_of_nobody_is_opened_in_the_name_of_an_organisation(
    opened: Opened, owner: Browser
) -> None:
    begun = Browser(opened[1]).post(
        "/fr/needs/new", title=NEED.title, description=NEED.description, lang="en"
    )
    draft = begun.headers["location"]
    assert (begun.status_code, draft.startswith("/fr/needs/drafts/")) == (303, True)
    page = owner.get(f"{draft}/publish")
    assert "no-store" in page.headers["cache-control"]
    assert page.headers["x-robots-tag"] == "noindex"
    assert "etag" not in page.headers
    nobody = owner.post(f"{draft}/publish", organisation="")
    assert nobody.status_code == 400
    assert 'id="organisation-error"' in nobody.text
    made = owner.post(f"{draft}/publish", organisation=SLUG)
    assert made.status_code == 303
    assert made.headers["location"].startswith("/fr/needs/")
    assert made.headers["location"].endswith("/manage?done=opened")


def test_an_issued_statement_is_shown_by_its_own_number(opened: Opened, owner: Browser) -> None:
    town = opened[0]
    need_of(town)
    here = need_of(town)
    unanswered = owner.post(f"{here}/manage/statement")
    assert unanswered.status_code == 409
    assert 'href="#reason-' in unanswered.text
    answered(needs_of(town), acting(town), int(here.rpartition("/")[2]))
    made = owner.post(f"{here}/manage/statement")
    assert (made.status_code, made.headers["location"]) == (303, f"{here}/statement/1")
    assert owner.get(made.headers["location"]).status_code == 200


def test_what_is_wrong_is_said_at_the_field(opened: Opened, owner: Browser) -> None:
    here = need_of(opened[0])
    closed = owner.post(f"{here}/manage/close", outcome="built", url="not an address")
    assert closed.status_code == 400
    assert 'value="not an address"' in closed.text
    assert 'aria-describedby="url-error" aria-invalid="true"' in closed.text
    offered = owner.post(f"{here}/take-part/offer", by="", name="Us", text="", url="ftp://x")
    assert offered.status_code == 400
    assert 'value="ftp://x"' in offered.text
    assert offered.text.count('-error"') >= 2
    own = owner.post(f"{here}/take-part/join", organisation=SLUG)
    assert own.status_code == 409
    assert 'href="#organisation"' in own.text


def test_a_closed_need_is_closed_once(opened: Opened, owner: Browser) -> None:
    here = need_of(opened[0])
    assert owner.post(f"{here}/manage/renew").headers["location"] == f"{here}/manage?done=renewed"
    assert owner.post(f"{here}/manage/close", outcome="dropped").status_code == 303
    assert owner.post(f"{here}/manage/close", outcome="dropped").status_code == 409
