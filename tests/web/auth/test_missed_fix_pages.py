"""Muting the alert of a missed fix by its form: for a reason that everybody reads."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.db.tables import MissedFix
from tests.support.account_apps import Browser, Town, town_in
from tests.support.drift_rows import WHEN, missed_fix

PAGE = "/fixes-missing/fix_0a1b2c"
REASON = "We switched this part <b>off</b>."


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    with town_in() as (town, client):
        with town.database.write() as session:
            missed_fix(session, town.organisation)
            ended = missed_fix(session, town.organisation, "fix_ended")
            row = session.exec(select(MissedFix).where(MissedFix.key == ended)).one()
            row.ended_at, row.ended_because = WHEN, "taken"
        yield town, client


@pytest.fixture
def maintainer(place: tuple[Town, TestClient[Litestar]]) -> Browser:
    return Browser(place[1], place[0].maintainer)


def test_a_muted_alert_shows_its_reason_and_can_count_again(maintainer: Browser) -> None:
    assert "Why does the fork need no fix?" in maintainer.get(f"{PAGE}/mute").text
    answer = maintainer.post(f"{PAGE}/mute", reason=REASON)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    page = Browser(maintainer.client).get(PAGE).text
    assert "We switched this part &lt;b&gt;off&lt;/b&gt;." in page
    assert "Why does the fork need no fix?" not in maintainer.get(f"{PAGE}/mute").text
    assert maintainer.post(f"{PAGE}/unmute").status_code == 303
    assert "We switched" not in Browser(maintainer.client).get(PAGE).text


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("No", "Write the reason, in 5 to 500 characters"),
        ("x" * 501, "Write the reason, in 5 to 500 characters"),
        ("Ask ada@home.example about this", "Name no e-mail address of a person"),
        ("Never \u202e used", "invisible characters"),
    ],
)
def test_what_is_wrong_with_a_reason_is_said_and_what_was_written_stays(
    maintainer: Browser, reason: str, told: str
) -> None:
    answer = maintainer.post(f"{PAGE}/mute", reason=reason)
    assert answer.status_code == 400
    assert told in answer.text
    assert reason[:500] in answer.text
    assert 'href="#reason"' in answer.text


def test_an_alert_that_ended_cannot_be_muted(maintainer: Browser) -> None:
    answer = maintainer.post("/fixes-missing/fix_ended/mute", reason=REASON)
    assert answer.status_code == 409
    assert "This fix is not missing any more" in answer.text
