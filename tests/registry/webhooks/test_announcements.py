"""What of the catalogue and of lineage is told to endpoints: written where the change is."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts.actors import Actor, Role
from registry.catalogue.announce import announce_failure
from registry.db.session import Database
from registry.db.tables import Account, Component, Dispute, Edge, Repository, WebhookDelivery
from registry.db.tables.webhook import WebhookEndpoint
from registry.disputes.edges import object_to_edge, settle_decided
from registry.domain.facts import Claim
from registry.lineage.announce import announce_edge
from registry.lineage.edges import write_edges
from registry.webhooks.events import EVENTS
from tests.support.catalogue_rows import NOW, document, reading, record, register
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import World


class Listening:
    """A database in which one endpoint listens to everything."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            session.add(
                WebhookEndpoint(
                    key="we_all", url="https://ci.example/", events=list(EVENTS), secret="x",
                    created_at=NOW,
                )
            )  # fmt: skip

    def told(self, change: Callable[[Session], Any]) -> dict[str, dict[str, Any]]:
        """Make a change and return what is told of it: data by event."""
        with self.database.write() as session:
            for row in session.scalars(select(WebhookDelivery)):
                session.delete(row)
        with self.database.write() as session:
            change(session)
        with self.database.read() as session:
            rows = session.scalars(select(WebhookDelivery).order_by(col(WebhookDelivery.id)))
            return {row.event: json.loads(row.body)["data"] for row in rows}


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    database = fresh_sqlite(tmp_path)
    yield Listening(database)
    database.close()


def _crawl(version: str | None, day: str = "2026-01-01") -> Callable[[Session], Component]:
    stated = [Claim(property="name", value="Letters")]
    if version:
        stated += [Claim(property="version", value=version),
                   Claim(property="release_date", value=day)]  # fmt: skip

    def change(session: Session) -> Component:
        return record(session, register(session, "town/letters"), reading(document(*stated)))

    return change


def test_a_component_is_told_of_when_it_is_new_and_when_it_changes(listening: Listening) -> None:
    first = listening.told(_crawl("1.0"))
    assert list(first) == ["component.updated"], "what was there before is no release now"
    told = first["component.updated"]
    assert told["is_new"]
    assert told["href"] == f"/api/v1/components/{told['component']}"
    assert listening.told(_crawl("1.0")) == {}, "nothing changed"
    second = listening.told(_crawl("1.1", "2026-02-01"))
    assert set(second) == {"component.updated", "release.published"}
    assert second["release.published"]["version"] == "1.1"
    assert not second["component.updated"]["is_new"]
    assert {"version", "released_at"} <= set(second["component.updated"]["changed"])


def test_a_version_that_goes_back_or_away_is_no_release(listening: Listening) -> None:
    listening.told(_crawl("2.0", "2026-03-01"))
    assert set(listening.told(_crawl("1.9", "2025-01-01"))) == {"component.updated"}
    assert set(listening.told(_crawl(None))) == {"component.updated"}


def test_a_repository_that_cannot_be_read_is_told_of_with_its_reason(listening: Listening) -> None:
    def fail(session: Session) -> None:
        repository = session.scalars(select(Repository)).one()
        announce_failure(session, repository, "too_slow", NOW)

    with listening.database.write() as session:
        register(session, "town/new")
    assert listening.told(fail)["crawl.failed"]["component"] is None
    with listening.database.write() as session:
        record(session, session.scalars(select(Repository)).one(), reading(document()))
    told = listening.told(fail)["crawl.failed"]
    assert (told["reason"], told["repository"]) == ("too_slow", "https://code.example/town/new")
    assert told["component"]


def _edge(session: Session, **values: Any) -> Edge:
    world = World(session)
    origin, reuser = world.component("origin", "EE"), world.component("reuser", "FI")
    edge = Edge(
        key="ev_0123456789abcdef", kind="shared_files", tag="measured", origin_id=origin,
        reuser_id=reuser, found_at=NOW, changed_at=NOW, **values,
    )  # fmt: skip
    session.add(edge)
    session.flush()
    return edge


def test_an_edge_is_told_of_when_it_is_found_lost_and_found_again(listening: Listening) -> None:
    with listening.database.write() as session:
        key = _edge(session).key

    def withdraw(session: Session) -> None:
        standing = session.scalars(select(Edge)).all()
        write_edges(session, [], standing, lambda *_: None, NOW)

    told = listening.told(withdraw)["reuse.removed"]
    assert (told["evidence"], told["origin"], told["reuser"]) == (key, "origin", "reuser")
    assert told["state"] == "withdrawn"
    assert listening.told(withdraw) == {}, "it is gone already"


def test_an_objection_is_told_of_when_it_disputes_and_when_it_is_decided(
    listening: Listening,
) -> None:
    with listening.database.write() as session:
        edge = _edge(session)
        edge.reuser_organisation_id = session.get_one(Component, edge.reuser_id).organisation_id
        account = Account(name="Rita", created_at=NOW)
        session.add(account)
        session.flush()
        key = edge.key
        actor = Actor(account=account.id, roles={edge.reuser_organisation_id or 0: Role.MEMBER})

    def object_to(session: Session) -> None:
        object_to_edge(session, actor, key, "not_reuse", "This is a coincidence.", NOW)

    def accept(session: Session) -> None:
        dispute = session.scalars(select(Dispute)).one()
        dispute.state, dispute.reply = "accepted", "So it is."
        settle_decided(session, dispute, NOW)

    told = listening.told(object_to)
    assert told["reuse.disputed"]["state"] == "disputed"
    told = listening.told(accept)
    assert {told[x]["state"] for x in ("reuse.disputed", "reuse.removed")} == {"withdrawn"}
    assert told["reuse.disputed"]["evidence"] == key


@pytest.mark.parametrize("quiet", ["is_internal", "is_mirror"])
def test_what_stays_within_one_body_or_is_a_mirror_is_no_news(
    listening: Listening, quiet: str
) -> None:
    with listening.database.write() as session:
        _edge(session, **{quiet: True})

    def announce(session: Session) -> None:
        announce_edge(
            session, session.scalars(select(Edge)).one(), "reuse.discovered",
            NOW + timedelta(days=1),
        )  # fmt: skip

    assert listening.told(announce) == {}
