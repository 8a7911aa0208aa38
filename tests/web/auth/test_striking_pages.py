"""Striking out by the page what one's organisation entered wrongly of a body."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from registry.accounts.actors import Actor, Role
from registry.clock import utc_now
from registry.governance.record.money_models import NewFunding
from registry.governance.record.service import Bodies
from tests.support.account_apps import SLUG, Browser, town_in
from tests.support.bodies import FOUNDED, SOURCE
from tests.support.needs import add_component

MONEY = NewFunding(payer="Town <b>", since="2018-01-01", amount=9_205_000, currency="EUR")


class Struck:
    """Somebody signed in who acts for a body, and its record."""

    def __init__(self, browser: Browser, bodies: Bodies, slug: str) -> None:
        self.browser = browser
        self.bodies = bodies
        self.path = f"/bodies/{slug}/record/mistake"
        self.slug = slug


@pytest.fixture
def place() -> Iterator[Struck]:
    with town_in() as (town, client):
        add_component(town.database)
        bodies = Bodies(town.database, utc_now)
        owner = Actor(town.owner.account, roles={town.organisation: Role.OWNER})
        slug = bodies.create(owner, replace(FOUNDED, members=()), SLUG)
        bodies.facts.add_funding(owner, slug, MONEY, SOURCE, SLUG)
        yield Struck(Browser(client, town.owner), bodies, slug)


def test_it_leaves_the_record_and_the_list(place: Struck) -> None:
    (line,) = place.bodies.body(place.slug).funding
    page = place.browser.get(place.path).text
    assert "Town &lt;b&gt;, 9,205,000 EUR (2018-01-01)" in page
    sent = {"by": SLUG, "number": f"funding-{line.id}", "reason": "A digit too many"}
    answer = place.browser.post(place.path, **sent)
    assert answer.status_code == 303
    after = place.browser.get(answer.headers["location"]).text
    assert "It was struck out." in after
    assert "9,205,000" not in after
    assert place.bodies.body(place.slug).funding == ()
    assert place.browser.post(place.path, **sent).status_code == 404


@pytest.mark.parametrize(
    ("number", "reason"), [("", "x"), ("funding-x", "x"), ("funding-²", "x"), ("funding-1", "")]
)
def test_what_is_wrong_is_said_at_the_form(place: Struck, number: str, reason: str) -> None:
    answer = place.browser.post(place.path, by=SLUG, number=number, reason=reason)
    assert answer.status_code == 400
    assert "Error:" in answer.text
    assert len(place.bodies.body(place.slug).funding) == 1
