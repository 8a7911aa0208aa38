"""Searches that are followed: each new match is told once, to who follows it alone."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor
from registry.adoption.follows import following, searches
from registry.db.tables import (
    Component,
    Follow,
    FollowMatch,
    Repository,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.db.tables.repository import RepositoryState
from registry.errors import Conflict, InvalidInput, Unauthenticated, Unavailable
from registry.webhooks.endpoints import NewEndpoint, create_endpoint
from tests.support.bodies import member_of
from tests.support.follow_worlds import World, follow_world, link_in
from tests.support.mail_server import MailServer, mail_server
from tests.support.needs import add_component

FORMS = "q=forms"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, server: MailServer) -> Iterator[World]:
    with follow_world(tmp_path, server) as made:
        yield made


def told(world: World) -> list[str]:
    """Return the texts of the digests so far."""
    return [text_of(x) for x in world.seen if "List-Unsubscribe" in x]


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def test_what_is_there_is_no_news_and_a_new_match_is_told_once(world: World) -> None:
    world.confirmed()
    made = world.follows.follow(world.ada, search=f"?{FORMS}&sort=newest&after=x", by_mail=True)
    assert made.search is not None
    assert (made.search.question, made.search.label, made.name) == (FORMS, "forms", "forms")
    world.look(hours=1)
    assert world.beat(days=1) == []
    add_component(world.database, "forms-of-towns")
    add_component(world.database, "parking")
    world.look(hours=1)
    world.look(hours=1)
    (mail,) = world.beat(days=1)
    assert "New in the search “forms”:" in text_of(mail)
    assert "https://registry.example/components/forms-of-towns\n" in text_of(mail)
    assert "https://registry.example/search?q=forms&sort=newest" in text_of(mail)
    assert "components/forms\n" not in text_of(mail)
    assert "parking" not in text_of(mail)
    world.look(hours=1)
    assert world.beat(days=2) == []


def test_what_matches_no_more_and_then_again_is_not_told_again(world: World) -> None:
    world.confirmed()
    world.follows.follow(world.ada, search=FORMS, by_mail=True)
    for state in (RepositoryState.GONE, RepositoryState.ACTIVE):
        with world.database.write() as session:
            for row in session.exec(select(Repository)).all():
                row.state = state
                session.add(row)
        world.look(hours=1)
        assert world.beat(days=1) == []


def test_a_digest_that_is_lost_is_told_by_the_next(world: World) -> None:
    world.confirmed()
    world.follows.follow(world.ada, search=FORMS, by_mail=True)
    add_component(world.database, "forms-of-towns")
    world.look(hours=1)
    world.server.answer = "554 refused"
    world.beat(hours=1)
    for _ in range(9):
        world.beat(hours=12)
    assert told(world) == []
    world.server.answer = "250 OK"
    world.beat(days=1)
    world.beat(hours=1)
    (text,) = told(world)
    assert "components/forms-of-towns\n" in text


def test_without_mail_nothing_waits_and_turning_it_on_tells_of_later_finds(world: World) -> None:
    world.confirmed()
    number = world.follows.follow(world.ada, search=FORMS).id
    add_component(world.database, "forms-of-towns")
    world.look(hours=1)
    world.follows.set_mail(world.ada, number, by_mail=True)
    assert world.beat(days=1) == []
    add_component(world.database, "forms-of-states")
    world.look(hours=1)
    world.follows.set_mail(world.ada, number, by_mail=False)
    assert world.beat(days=1) == [], "what waited is not told after mail was turned off"
    world.follows.follow(world.ada, search=FORMS, by_mail=True)
    add_component(world.database, "forms-of-lands")
    world.look(hours=1)
    (mail,) = world.beat(days=1)
    assert "forms-of-lands" in text_of(mail)
    assert "forms-of-states" not in text_of(mail)


def test_a_component_that_is_hidden_meanwhile_is_not_named(world: World) -> None:
    world.confirmed()
    world.follows.follow(world.ada, search=FORMS, by_mail=True)
    add_component(world.database, "forms-of-towns")
    add_component(world.database, "forms-of-states")
    world.look(hours=1)
    with world.database.write() as session:
        hidden = session.exec(select(Component).where(Component.slug == "forms-of-towns")).one()
        hidden.is_taken_down = True
        session.add(hidden)
    (mail,) = world.beat(days=1)
    assert "forms-of-states" in text_of(mail)
    assert "forms-of-towns" not in text_of(mail)


def _endpoint(world: World, actor: Actor, **options: Any) -> None:
    with world.database.write() as session:
        create_endpoint(
            session, actor,
            NewEndpoint(url="https://ci.example/told", events=("search.matched",), **options),
            sealer=world.follows._sealer, check_url=str, now=world.now,
        )  # fmt: skip


def test_a_webhook_of_who_follows_it_is_told_and_no_other(world: World) -> None:
    other = member_of(world.database, world.numbers["town-1"])
    operator = Actor(other.account, is_operator=True)
    _endpoint(world, world.ada, followed=True)
    _endpoint(world, other, followed=True)
    _endpoint(world, operator)
    world.follows.follow(world.ada, search=FORMS)
    world.look(hours=1)
    add_component(world.database, "forms-of-towns")
    world.look(hours=1)
    world.look(hours=1)
    (row,) = world.rows(WebhookDelivery)
    (own,) = (x for x in world.rows(WebhookEndpoint) if x.account_id == world.ada.account)
    assert row.endpoint_id == own.id
    data = json.decode(row.body)["data"]
    assert data == {
        "search": FORMS, "count": 1, "components": ["forms-of-towns"],
        "href": "/api/v1/components?q=forms&sort=newest",
    }  # fmt: skip


def test_a_search_is_followed_once_whatever_the_order_of_its_parts(world: World) -> None:
    first = world.follows.follow(world.ada, search="country=EE&q=forms++ ")
    again = world.follows.follow(world.ada, search="q=forms&country=EE&limit=50")
    assert first.id == again.id
    in_french = world.follows.follow(world.ada, search="q=forms&country=EE&lang=fr")
    assert in_french.id != first.id
    assert in_french.name == "forms · EE"
    assert len(world.follows.list(world.ada)) == 2


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("sort=name", "search must name words or a filter"),
        ("q=+", "search must name words or a filter"),
        ("colour=red", "search has no part 'colour'"),
        ("is_fork=perhaps", "search: is_fork must be true or false"),
        ("since=tomorrow", "search: since must be a day"),
        ("q=%00a", "search: q must have at most 300 printable"),
        (f"q={'a' * 301}", "search: q must have at most 300 printable"),
        ("q=a\nb", "search must be at most 2000 characters"),
        ("&".join(f"licence={x}" for x in range(31)), "search: at most 30 values of licence"),
    ],
)
def test_what_is_no_search_is_refused(world: World, search: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{says}"):
        world.follows.follow(world.ada, search=search)
    assert world.rows(Follow) == []


def test_who_is_not_signed_in_and_two_targets_at_once_are_refused(world: World) -> None:
    with pytest.raises(Unauthenticated):
        world.follows.follow(VISITOR, search=FORMS)
    with pytest.raises(InvalidInput, match="only one"):
        world.follows.follow(world.ada, search=FORMS, component="forms")


def test_a_search_that_finds_too_much_and_too_many_searches_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MAX_MATCHES", 1)
    with pytest.raises(InvalidInput, match="search finds 2 components"):
        world.follows.follow(world.ada, search="country=EE")
    monkeypatch.setattr(following, "MAX_SEARCHES", 1)
    world.follows.follow(world.ada, search=FORMS)
    with pytest.raises(Conflict, match="at most 1 searches"):
        world.follows.follow(world.ada, search="q=termine")
    assert len(world.rows(Follow)) == 1


def test_an_index_that_is_down_tells_nothing_and_forgets_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_query: object) -> None:
        raise Unavailable("the index is down")

    world.confirmed()
    world.follows.follow(world.ada, search=FORMS, by_mail=True)
    before = len(world.rows(FollowMatch))
    add_component(world.database, "forms-of-towns")
    with monkeypatch.context() as patched:
        patched.setattr(world.catalogue._index, "search", down)
        with pytest.raises(Unavailable):
            world.look(hours=1)
    assert len(world.rows(FollowMatch)) == before
    world.look(hours=1)
    (mail,) = world.beat(days=1)
    assert "forms-of-towns" in text_of(mail)


def test_what_is_followed_goes_with_the_follow_and_mail_ends_with_a_link(world: World) -> None:
    world.confirmed()
    made = world.follows.follow(world.ada, search=FORMS, by_mail=True)
    add_component(world.database, "forms-of-towns")
    world.look(hours=1)
    (mail,) = world.beat(days=1)
    world.follows.leave(link_in(mail, "leave"))
    world.follows.unfollow(world.ada, made.id)
    assert world.rows(Follow) == world.rows(FollowMatch) == []
    world.now += timedelta(days=1)
    world.look()
