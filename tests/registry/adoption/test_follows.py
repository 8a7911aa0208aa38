"""Following and its mail, over a real mail server: nothing lost, nothing twice, nothing unasked."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.own import delete_account
from registry.accounts.sealing import Sealer
from registry.adoption.adopter_service import Adopters
from registry.adoption.adopters import NewAdoption
from registry.adoption.follows.digests import write_due_digests
from registry.adoption.follows.mailing import RETRY_SECONDS, SEND, mails_due, prune_mails
from registry.adoption.follows.service import Follows
from registry.db.changes import number_changes
from registry.db.tables import (
    ChangeKind,
    Component,
    Follow,
    Mail,
    MailAddress,
    Reminder,
    WebhookDelivery,
)
from registry.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from registry.jobs.port import RunningJob, Unleased
from registry.texts import WrongField
from registry.webhooks.endpoints import NewEndpoint, create_endpoint
from registry.webhooks.events import emit
from tests.support.bodies import member_of
from tests.support.follow_worlds import ADDRESS, BASE, LINK, START, World, follow_world, link_in
from tests.support.hard_cases import EVIL
from tests.support.job_queues import open_queue
from tests.support.mail_server import MailServer, mail_server
from tests.support.needs import BODY


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, server: MailServer) -> Iterator[World]:
    with follow_world(tmp_path, server) as made:
        yield made


def test_each_target_is_followed_once_and_by_its_account_alone(world: World) -> None:
    first = world.follows.follow(world.ada, component="forms")
    assert world.follows.follow(world.ada, component="forms", by_mail=True).id == first.id
    world.follows.follow(world.ada, organisation="town-1")
    found = world.follows.list(world.ada)
    assert [(x.component or x.organisation).slug for x in found if x] == ["town-1", "forms"]
    assert [x.by_mail for x in found] == [False, True]
    other = member_of(world.database, world.numbers["town-1"])
    assert world.follows.list(other) == ()
    with pytest.raises(NotFound):
        world.follows.unfollow(other, first.id)
    world.follows.unfollow(world.ada, first.id)
    assert len(world.follows.list(world.ada)) == 1


def test_what_cannot_be_followed_is_refused(world: World) -> None:
    with pytest.raises(Unauthenticated):
        world.follows.follow(VISITOR, component="forms")
    for wrong in ({}, {"component": "forms", "organisation": "town-1"}):
        with pytest.raises(InvalidInput):
            world.follows.follow(world.ada, **wrong)
    for wrong in ({"component": "formz"}, {"component": "a\0b"}, {"organisation": "nobody"}):
        with pytest.raises(NotFound):
            world.follows.follow(world.ada, **wrong)
    assert world.rows(Follow) == []


def test_nothing_but_the_link_is_sent_before_the_address_is_confirmed(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.follows.give_address(world.ada, ADDRESS, "en")
    world.happens()
    (mail,) = world.beat()
    assert mail["To"] == ADDRESS
    assert "List-Unsubscribe" not in mail
    assert world.beat(days=2) == []
    world.follows.confirm(link_in(mail, "confirm"))
    assert world.beat() == [], "what happened before is not told"
    with pytest.raises(NotFound):
        world.follows.confirm(link_in(mail, "confirm"))
    world.happens()
    assert len(world.beat(hours=2)) == 1


def test_a_link_is_good_for_three_days(world: World) -> None:
    world.follows.give_address(world.ada, ADDRESS, "en")
    (mail,) = world.beat()
    world.now += timedelta(days=3, seconds=1)
    with pytest.raises(NotFound):
        world.follows.confirm(link_in(mail, "confirm"))


def test_the_address_is_nowhere_in_the_database_in_clear(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    world.beat(hours=2)
    file = Path(str(world.database.url.database))
    dump = b"".join(x.read_bytes() for x in file.parent.glob(f"{file.name}*"))
    assert b"Forms" in dump
    assert ADDRESS.encode() not in dump
    for mail in world.seen:
        for _, secret in LINK.findall(mail.get_content()):
            assert secret.encode() not in dump
    assert world.follows.mail(world.ada).address == ADDRESS


def test_a_digest_comes_at_most_daily_and_tells_everything_once(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.follows.follow(world.ada, component="termine")
    world.confirmed()
    world.happens()
    world.happens(ChangeKind.ADVISORY, advisory="GHSA-1")
    world.happens(ChangeKind.UPDATED)
    world.happens(slug="termine")
    (first,) = world.beat(hours=1)
    text = first.get_content()
    assert "Forms has a new release: 2.1" in text
    assert "A security advisory is about Forms: GHSA-1" in text
    assert f"{BASE}/components/forms" in text
    assert "updated" not in text
    assert "Termine" not in text, "it is followed, but not by mail"
    world.happens(ChangeKind.ADVISORY, advisory="GHSA-2")
    assert world.beat(hours=23) == []
    (second,) = world.beat(hours=2)
    assert "GHSA-2" in second.get_content()
    assert "GHSA-1" not in second.get_content()
    assert first["Message-ID"] != second["Message-ID"]
    assert world.beat(days=3) == [], "without news there is no mail"


def test_an_organisation_is_followed_with_all_its_components(world: World) -> None:
    world.follows.follow(world.ada, organisation="town-1", by_mail=True)
    world.confirmed(lang="fr")
    world.happens(slug="termine")
    world.happens()
    (mail,) = world.beat(hours=1)
    assert "Termine a une nouvelle version : 2.1 (2 août 2026)" in mail.get_content()
    assert "Forms" not in mail.get_content()
    assert f"{BASE}/fr/components/termine" in mail.get_content()
    assert mail["Content-Language"] == "fr"


def test_one_click_ends_all_mail_without_a_sign_in(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    (mail,) = world.beat(hours=1)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    secret = link_in(mail, "leave")
    assert mail["List-Unsubscribe"] == f"<{BASE}/mail/leave/{secret}>"
    world.follows.leave(secret)
    world.follows.leave(secret)
    assert world.rows(MailAddress) == []
    assert [x.by_mail for x in world.follows.list(world.ada)] == [False]
    world.happens()
    assert world.beat(days=2) == []
    with pytest.raises(NotFound):
        world.follows.leave("not a secret")


def test_a_mail_that_is_not_taken_is_tried_again_as_the_same_mail(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    world.server.final = "451 try again later"
    assert world.beat(hours=1) == []
    (waiting,) = [x for x in world.rows(Mail) if x.finished_at is None]
    assert (waiting.attempts, waiting.problem) == (1, "smtp_451")
    assert world.follows.mail(world.ada).problem == "smtp_451"
    assert world.beat(seconds=60) == [], "its time has not come"
    assert world.rows(Mail)[-1].attempts == 1
    world.server.final = "250 OK"
    (mail,) = world.beat(seconds=RETRY_SECONDS[0])
    assert mail["Message-ID"] == f"<{waiting.key}@registry.example>"
    assert world.follows.mail(world.ada).problem == ""
    assert world.beat(days=1) == []


def test_what_a_given_up_digest_would_have_told_is_in_the_next_one(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    world.server.final = "451 try again later"
    world.beat(hours=1)
    for seconds in RETRY_SECONDS:
        world.beat(seconds=seconds)
    assert world.rows(Mail)[-1].state == "failed"
    world.server.final = "250 OK"
    (mail,) = world.beat(days=1)
    assert "Forms has a new release: 2.1" in mail.get_content()


def test_a_mailbox_that_is_not_there_is_asked_for_anew(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    world.server.answer = "550 no such mailbox"
    assert world.beat(hours=1) == []
    status = world.follows.mail(world.ada)
    assert (status.is_confirmed, status.problem) == (False, "recipient_550")
    world.server.answer = "250 OK"
    assert world.beat(days=3) == []


def test_a_worker_that_dies_after_sending_sends_the_same_message_again(world: World) -> None:
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()

    class Died(Exception):
        pass

    def dies(_session: Any) -> None:
        raise Died

    number_changes(world.database, world.now)
    world.now += timedelta(hours=1)
    with world.database.write() as session:
        write_due_digests(session, world.now)
        (job,) = mails_due(session, world.now)
    lease = Unleased()
    lease.complete = dies  # type: ignore[method-assign]
    with suppress(Died):
        world.mailer.send(RunningJob(task=SEND, key=job.key, payload=job.payload, lease=lease))
    world.beat()
    told = [x["Message-ID"] for x in world.server.mails if "List-Unsubscribe" in x]
    assert len(told) == 2
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "ada@", "@town.example", "ada@town", "ada@town.example\r\nBcc: eve@evil.example",
        "ada@town.example, eve@evil.example", "Ada <ada@town.example>", "ada..x@town.example",
        "ada@töwn.example", "ada@town.example\0", f"{'a' * 300}@town.example", "a da@town.example",
        ".ada@town.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(world: World, address: str) -> None:
    with pytest.raises(WrongField) as caught:
        world.follows.give_address(world.ada, address, "en")
    assert (caught.value.field, caught.value.problem) == ("address", "mailbox")
    assert world.rows(Mail) == []


def test_no_header_is_made_of_what_others_wrote(world: World) -> None:
    with world.database.write() as session:
        component = session.exec(select(Component).where(Component.slug == "forms")).one()
        component.name = f"Forms\r\nBcc: eve@evil.example\r\n\r\n{EVIL}"
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    world.happens()
    (mail,) = world.beat(hours=1)
    assert mail["Bcc"] is None
    assert world.server.recipients[-1:] == [ADDRESS]
    assert "Forms Bcc: eve@evil.example <script>" in mail.get_content(), "on one line, as text"


def test_somebody_cannot_have_links_sent_without_end(world: World) -> None:
    for _ in range(5):
        world.follows.give_address(world.ada, ADDRESS, "en")
        world.beat()
    with pytest.raises(Conflict):
        world.follows.give_address(world.ada, "another@town.example", "en")
    world.now += timedelta(days=1)
    world.follows.give_address(world.ada, "another@town.example", "en")


def test_everything_goes_with_the_account(world: World) -> None:
    actor = Actor(member_of(world.database, world.numbers["town-1"], Role.MEMBER).account)
    world.follows.follow(actor, component="forms", by_mail=True)
    world.confirmed(actor)
    world.happens()
    world.beat(hours=1)
    with world.database.write() as session:
        delete_account(session, actor.account or 0, world.now)
    assert [world.rows(x) for x in (Follow, MailAddress, Mail, Reminder)] == [[], [], [], []]


def test_without_a_mail_server_no_address_is_taken(world: World) -> None:
    queue, sealer = open_queue("embedded", world.database), Sealer([b"k" * 32])
    follows = Follows(world.database, world.catalogue, queue, sealer, lambda: START, has_mail=False)
    with pytest.raises(Conflict):
        follows.give_address(world.ada, ADDRESS, "en")
    assert not follows.mail(world.ada).is_on


def test_who_speaks_for_an_adopter_is_reminded_once_before_its_statement_ends(world: World) -> None:
    adopters = Adopters(world.database, lambda: world.now)
    made = adopters.declare(world.ada, NewAdoption(component="termine", organisation=BODY))
    world.follows.follow(world.ada, component="forms", by_mail=True)
    world.confirmed()
    assert world.follows.endings(world.ada) == ()
    assert world.beat(days=334) == []
    (mail,) = world.beat(days=2)
    assert "Ministry of Examples uses Termine: until 2 August 2027" in mail.get_content()
    assert f"{BASE}/account/adoptions" in mail.get_content()
    (ending,) = world.follows.endings(world.ada)
    assert (ending.kind, ending.id) == ("adoption", made.id)
    assert world.follows.endings(world.ada, world.numbers["town-1"]) == ()
    assert [x for _ in range(10) for x in world.beat(days=2)] == [], "never twice"
    adopters.renew(world.ada, made.id)
    assert world.follows.endings(world.ada) == ()
    with world.database.write() as session:
        prune_mails(session, world.now + timedelta(days=60))
    assert world.rows(Reminder) == []
    assert [x for _ in range(4) for x in world.beat(days=82)] == []
    (again,) = world.beat(days=20)
    assert "until" in again.get_content(), "the next year asks again"


def test_a_member_who_cannot_confirm_it_is_not_reminded(world: World) -> None:
    member = member_of(world.database, world.numbers[BODY], Role.MEMBER)
    adopters = Adopters(world.database, lambda: world.now)
    adopters.declare(world.ada, NewAdoption(component="termine", organisation=BODY))
    world.follows.follow(member, component="forms", by_mail=True)
    world.confirmed(member)
    assert world.beat(days=340) == []
    assert world.follows.endings(member) == ()


def test_a_webhook_can_be_limited_to_what_is_followed(world: World) -> None:
    wanted = NewEndpoint(url="https://ci.example/", events=("release.published",), followed=True)
    with world.database.write() as session:
        create_endpoint(
            session, world.ada, wanted, sealer=Sealer([b"k" * 32]), check_url=str, now=START
        )

    def told() -> int:
        with world.database.write() as session:
            component = session.exec(select(Component).where(Component.slug == "termine")).one()
            return emit(
                session, "release.published", subject="component:termine", data=dict,
                components=[component.id], organisations=[component.organisation_id], at=START,
            )  # fmt: skip

    assert told() == 0
    follow = world.follows.follow(world.ada, component="termine")
    assert told() == 1
    world.follows.unfollow(world.ada, follow.id)
    assert told() == 0
    world.follows.follow(world.ada, organisation="town-1")
    assert told() == 1
    assert len(world.rows(WebhookDelivery)) == 1, "one message for both"
