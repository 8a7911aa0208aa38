"""The pages of webhooks: made, shown, tested, paused and removed by whoever they belong to."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import col, select

from registry.db.tables import AuditEntry, DeliveryState, WebhookDelivery, WebhookEndpoint
from registry.webhooks.endpoints import MAX_ENDPOINTS
from tests.support.account_apps import SLUG, Browser, Town, town_in

PAGE = "/account/webhooks"
WANTED = {
    "url": "https://ci.example/told?<b>",
    "about": "organisation",
    "slug": SLUG,
    "event-release.published": "1",
    "event-crawl.failed": "1",
    "description": "for the <b>CI</b>",
}


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    with town_in() as made:
        yield made


@pytest.fixture
def town(place: tuple[Town, TestClient[Litestar]]) -> Town:
    with place[0].database.write() as session:
        for endpoint in session.exec(select(WebhookEndpoint)):
            session.delete(endpoint)
    return place[0]


@pytest.fixture
def owner(place: tuple[Town, TestClient[Litestar]], town: Town) -> Browser:
    return Browser(place[1], town.owner)


def made_by(browser: Browser) -> str:
    """Make a webhook and return the path of its page."""
    answer = browser.post(PAGE, **WANTED)
    assert answer.status_code == 200, answer.text
    found = re.search(rf"{PAGE}/(we_[0-9a-f]{{16}})/test", answer.text)
    assert found is not None
    return f"{PAGE}/{found[1]}"


def rows(town: Town) -> list[WebhookEndpoint]:
    with town.database.read() as session:
        return list(session.exec(select(WebhookEndpoint)))


def test_a_visitor_is_led_to_sign_in(owner: Browser) -> None:
    answer = Browser(owner.client).get(PAGE)
    assert answer.status_code == 302
    assert "/sign-in?next=" in answer.headers["location"]


def test_a_secret_is_shown_once_and_what_people_wrote_is_text(owner: Browser, town: Town) -> None:
    answer = owner.post(PAGE, **WANTED)
    secrets = set(re.findall(r"whsec_[\w+/=]+", answer.text))
    assert len(secrets) == 1
    assert answer.headers["cache-control"] == "private, no-store"
    row = rows(town)[0]
    assert (row.account_id, row.events) == (
        town.owner.account,
        ["crawl.failed", "release.published"],
    )
    for page in (owner.get(PAGE).text, owner.get(f"{PAGE}/{row.key}").text):
        assert "whsec_" not in page
        assert "https://ci.example/told?&lt;b&gt;" in page
        assert "for the &lt;b&gt;CI&lt;/b&gt;" in page
    replaced = owner.post(f"{PAGE}/{row.key}/secret").text
    assert secrets.isdisjoint(re.findall(r"whsec_[\w+/=]+", replaced))
    assert "whsec_" in replaced


@pytest.mark.parametrize(
    ("changed", "anchor"),
    [
        ({"url": "https://db.internal/"}, "url"),
        ({"url": "http://ci.example/"}, "url"),
        ({"slug": "nobody"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"about": "component"}, "slug"),
        ({"about": "all", "slug": ""}, "slug"),
        ({"event-release.published": None, "event-crawl.failed": None}, "event-1"),
        ({"description": "x" * 201}, "description"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(
    owner: Browser, town: Town, changed: dict[str, str | None], anchor: str
) -> None:
    fields = {name: value for name, value in (WANTED | changed).items() if value is not None}
    answer = owner.post(PAGE, **fields)
    assert answer.status_code == 400
    assert f'href="#{anchor}"' in answer.text
    assert f'id="{anchor}"' in answer.text
    assert rows(town) == []


def test_operators_alone_are_told_of_everything(owner: Browser, town: Town) -> None:
    operator = Browser(owner.client, town.operator)
    assert 'value="all"' in operator.get(PAGE).text
    assert 'value="all"' not in owner.get(PAGE).text
    assert operator.post(PAGE, **(WANTED | {"about": "all", "slug": ""})).status_code == 200
    assert rows(town)[0].organisation_id is None


def test_there_are_not_too_many(owner: Browser, town: Town) -> None:
    for _ in range(MAX_ENDPOINTS):
        made_by(owner)
    answer = owner.post(PAGE, **WANTED)
    assert answer.status_code == 409
    assert "too many webhooks" in answer.text
    assert len(rows(town)) == MAX_ENDPOINTS


def test_a_test_is_sent_and_a_paused_webhook_sends_none(owner: Browser, town: Town) -> None:
    place = made_by(owner)
    assert owner.post(f"{place}/test").headers["location"].endswith(f"{place}?done=test")
    assert "Waiting" in owner.get(place).text
    assert owner.post(f"{place}/pause").status_code == 303
    refused = owner.post(f"{place}/test")
    assert refused.status_code == 409
    assert "resume it first" in refused.text
    assert owner.post(f"{place}/resume").status_code == 303
    assert owner.post(f"{place}/test").status_code == 303
    with town.database.read() as session:
        assert len(session.exec(select(WebhookDelivery)).all()) == 2


def test_a_message_that_failed_is_shown_and_sent_again(owner: Browser, town: Town) -> None:
    place = made_by(owner)
    owner.post(f"{place}/test")
    with town.database.write() as session:
        delivery = session.exec(select(WebhookDelivery)).one()
        delivery.state = DeliveryState.FAILED
        delivery.tries = [
            {"at": "2026-11-26T03:42:09.000000Z", "status": 503, "ms": 82},
            {"at": "2026-11-26T03:43:09.000000Z", "reason": "timeout", "ms": 10000},
        ]
    page = owner.get(place).text
    assert "2026-11-26T03:42:09Z: 503, 82" in page
    assert "timeout" in page
    again = f"{place}/deliveries/{delivery.key}/redeliver"
    assert again in page
    assert owner.post(again).status_code == 303
    with town.database.read() as session:
        assert session.exec(select(WebhookDelivery)).one().state is DeliveryState.WAITING
    assert owner.post(f"{place}/deliveries/msg_invented/redeliver").status_code == 404


def test_removing_takes_the_log_away_and_is_written_down(owner: Browser, town: Town) -> None:
    place = made_by(owner)
    owner.post(f"{place}/test")
    assert owner.post(f"{place}/remove").headers["location"].endswith(f"{PAGE}?done=remove")
    assert owner.get(place).status_code == 404
    with town.database.read() as session:
        assert session.exec(select(WebhookDelivery)).all() == []
        written = session.exec(select(AuditEntry).order_by(col(AuditEntry.index).desc())).first()
    assert written is not None
    assert (written.action, written.actor) == ("webhook.removed", town.owner.account)


def test_a_webhook_of_somebody_else_is_not_there(owner: Browser, town: Town) -> None:
    place = made_by(owner)
    stranger = Browser(owner.client, town.stranger)
    assert stranger.get(place).status_code == 404
    assert "ci.example" not in stranger.get(PAGE).text
    assert Browser(owner.client, town.operator).get(place).status_code == 200


@pytest.mark.parametrize(("prefix", "word"), [("/fr", "Ajouter un webhook"), ("/es", "Añadir un")])
def test_pages_speak_the_language_of_the_address(
    owner: Browser, town: Town, prefix: str, word: str
) -> None:
    place = made_by(owner)
    assert word in owner.get(prefix + PAGE).text
    answer = owner.get(prefix + place)
    assert answer.status_code == 200
    assert "Send a test" not in answer.text


def test_the_address_is_changed_and_checked_and_the_secret_stays(
    owner: Browser, town: Town
) -> None:
    place = made_by(owner)
    before = rows(town)[0].secret
    refused = owner.post(f"{place}/address", url="https://metadata.internal/")
    assert refused.status_code == 400
    assert "Write an https address without credentials" in refused.text
    assert "https://metadata.internal/" in refused.text, "what was written is kept"
    sent = owner.post(f"{place}/address", url="https://other.example/told")
    assert sent.headers["location"].endswith("?done=address")
    assert (rows(town)[0].url, rows(town)[0].secret) == ("https://other.example/told", before)
    stranger = Browser(owner.client, town.stranger)
    assert stranger.post(f"{place}/address", url="https://x.example/").status_code == 404


def test_removal_is_asked_for_first(owner: Browser, town: Town) -> None:
    place = made_by(owner)
    assert f'href="{place}/remove"' in owner.get(place).text
    assert f'action="{place}/remove"' in owner.get(f"{place}/remove").text
    assert owner.get(place).status_code == 200, "asking removes nothing"
    assert Browser(owner.client, town.stranger).get(f"{place}/remove").status_code == 404
