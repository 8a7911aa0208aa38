"""Links in mails through the whole application: no sign-in, and opening changes nothing."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from registry.accounts.secrets import digest
from registry.db.session import Database
from registry.db.tables import MailAddress
from tests.support.account_apps import SLUG, Browser, Town, town_in

SECRET, OTHER = "s" * 43, "o" * 43


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    with town_in() as made:
        yield made


def given(place: tuple[Town, TestClient[Litestar]]) -> Browser:
    """Return the owner's browser, in which an address was given; its secrets are known."""
    town, client = place
    owner = Browser(client, town.owner)
    assert owner.post("/account/mail", address="ada@town.example").status_code in {200, 303}
    with town.database.write() as session:
        row = session.exec(select(MailAddress)).one()
        row.confirm_hash, row.leave_hash = digest(SECRET), digest(OTHER)
    return owner


def address(database: Database) -> MailAddress | None:
    with database.read() as session:
        return session.exec(select(MailAddress)).first()


def test_opening_a_link_changes_nothing_and_its_button_confirms(
    place: tuple[Town, TestClient[Litestar]],
) -> None:
    given(place)
    town, client = place
    nobody = Browser(client)
    opened = nobody.get(f"/fr/mail/confirm/{SECRET}")
    assert opened.status_code == 200
    assert opened.headers["cache-control"] == "no-store"
    assert (found := address(town.database)) is not None
    assert found.confirmed_at is None
    assert nobody.post(f"/fr/mail/confirm/{SECRET}").status_code == 200
    assert (found := address(town.database)) is not None
    assert found.confirmed_at is not None
    assert nobody.get(f"/mail/confirm/{SECRET}").status_code == 404, "it works once"


def test_the_one_click_of_a_mail_service_ends_all_mail(
    place: tuple[Town, TestClient[Litestar]],
) -> None:
    """RFC 8058: a POST from anywhere, without cookies, origin or redirect."""
    owner = given(place)
    town, client = place
    assert owner.post(f"/organisations/{SLUG}/follow", by_mail="1").status_code in {200, 303}
    assert "ada@town.example" in owner.get("/account/follows").text
    client.cookies.clear()
    assert client.get(f"/mail/leave/{OTHER}").status_code == 200
    assert address(town.database) is not None
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    sent = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        answer = client.post(
            f"/mail/leave/{OTHER}", data=sent, headers=headers, follow_redirects=False
        )
        assert answer.status_code == 200
        assert address(town.database) is None
    page = owner.get("/account/follows")
    assert "ada@town.example" not in page.text
    assert "Ministry" in page.text, "what is followed stays"


def test_a_link_that_is_none_of_ours_is_not_found(
    place: tuple[Town, TestClient[Litestar]],
) -> None:
    nobody = Browser(place[1])
    for path in ("/mail/confirm/x", f"/mail/confirm/{'x' * 43}"):
        assert nobody.get(path).status_code == 404
        assert nobody.post(path).status_code == 404
    assert nobody.post("/mail/leave/x").status_code == 404
