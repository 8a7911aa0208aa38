"""What was measured of a pair is written down: alerts begin, are told once, end and begin again."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.adoption.drift.graph import Counted
from registry.adoption.drift.pairs import Pair
from registry.adoption.drift.record import record_drift
from registry.adoption.drift.subject import Side, Subject
from registry.adoption.drift.views import drift_of_members
from registry.db.session import Database
from registry.db.tables import Component, Drift, Edge, MissedFix, Organisation, WebhookDelivery
from registry.db.tables.webhook import WebhookEndpoint
from registry.domain.drift import DriftMeasured, FixFound, FixVerdict
from registry.webhooks.events import EVENTS
from tests.support.drift_rows import COMMIT, HEADS, WHEN, advisory
from tests.support.lineage_rows import World

COUNTED = Counted(9, 3, 2)
MISSING, TAKEN, UNKNOWN = FixVerdict.MISSING, FixVerdict.TAKEN, FixVerdict.NOT_KNOWN


class Fork:
    """A fork of two upstreams, an advisory, and an endpoint that listens to everything."""

    def __init__(self, session: Session) -> None:
        self.session = session
        world = World(session)
        self.upstreams = [world.component(name) for name in ("upstream", "further")]
        self.fork = world.component("fork")
        for name in ("upstream", "further"):
            world.edge(name, "fork")
        edges = session.scalars(select(Edge.id).order_by(col(Edge.id)))
        self.edges = [number or 0 for number in edges]
        self.flaw = advisory(session)
        self.days = 0
        session.add(
            WebhookEndpoint(
                key="we_all", url="https://ci.example/", events=list(EVENTS), secret="x",
                created_at=WHEN,
            )
        )  # fmt: skip
        session.flush()

    def measured(self, *verdicts: FixVerdict, upstream: int = 0) -> list[str]:
        """Write what was found a day later, and return the events that are told of it."""
        found = [FixFound(self.flaw, x, "commit", commit=COMMIT, subject="Fix") for x in verdicts]
        self.write(DriftMeasured(is_related=True, fixes=tuple(found)), upstream)
        rows = self.session.scalars(select(WebhookDelivery).order_by(col(WebhookDelivery.id))).all()
        for row in rows:
            self.session.delete(row)
        return [row.event for row in rows]

    def write(
        self, found: DriftMeasured | None, upstream: int = 0,
        counted: Counted | None = COUNTED, reason: str = "",
    ) -> None:  # fmt: skip
        self.days += 1
        origin = self.upstreams[upstream]
        sides = [Side(number, f"https://code.example/{number}", HEADS[0])
                 for number in (origin, self.fork)]  # fmt: skip
        subject = Subject(
            origin=sides[0], reuser=sides[1], counted=counted, shared=frozenset(), sought=(),
            sought_digest="", is_measured=False,
        )  # fmt: skip
        now = WHEN + timedelta(days=self.days)
        pair = Pair(origin, self.fork, self.edges[upstream])
        record_drift(self.session, pair, subject, found, reason=reason, now=now)

    def alerts(self) -> list[tuple[str, str, bool]]:
        """Return verdict, why it ended, and whether it is open, of each alert."""
        rows: Sequence[MissedFix] = self.session.scalars(select(MissedFix)).all()
        return [(row.verdict, row.ended_because, row.ended_at is None) for row in rows]


@pytest.fixture
def fork(sqlite_database: Database) -> Iterator[Fork]:
    with sqlite_database.write() as session:
        yield Fork(session)


def test_a_missing_fix_is_told_once_and_again_after_it_was_undone(fork: Fork) -> None:
    assert fork.measured(MISSING) == ["fix.missing"]
    assert fork.measured(MISSING) == []
    assert fork.alerts() == [("missing", "", True)]
    assert fork.measured(TAKEN) == []
    assert fork.alerts() == [("missing", "taken", False)]
    assert fork.measured(MISSING) == ["fix.missing"]
    assert fork.alerts() == [("missing", "", True)]


def test_what_nobody_can_tell_is_listed_and_alerts_nobody(fork: Fork) -> None:
    assert fork.measured(UNKNOWN) == []
    assert fork.alerts() == [("not_known", "", True)]
    assert fork.measured(MISSING) == ["fix.missing"]
    assert fork.measured(FixVerdict.NOT_AFFECTED) == []
    assert fork.alerts() == [("missing", "not_affected", False)]


def test_a_muted_alert_stays_quiet_when_it_begins_again(fork: Fork) -> None:
    fork.measured(MISSING)
    row = fork.session.scalars(select(MissedFix)).one()
    row.muted_at, row.mute_reason = WHEN, "We do not use it."
    fork.measured(TAKEN)
    assert fork.measured(MISSING) == []
    assert fork.alerts() == [("missing", "", True)]


def test_what_is_not_looked_for_any_more_ends(fork: Fork) -> None:
    fork.measured(MISSING)
    assert fork.measured() == []
    assert fork.alerts() == [("missing", "withdrawn", False)]


def test_two_upstreams_that_have_the_fix_are_one_alert(fork: Fork) -> None:
    assert fork.measured(MISSING) == ["fix.missing"]
    assert fork.measured(MISSING, upstream=1) == []
    assert len(fork.alerts()) == 1


def test_the_event_names_public_things_alone(fork: Fork) -> None:
    found = FixFound(fork.flaw, MISSING, "commit", commit=COMMIT, subject="Ask ada@home.example")
    fork.write(DriftMeasured(is_related=True, fixes=(found,)))
    row = fork.session.scalars(select(WebhookDelivery)).one()
    data: dict[str, Any] = json.loads(row.body)["data"]
    assert set(data) == {
        "fix", "advisory", "severity", "summary", "component", "upstream", "commit", "href",
    }  # fmt: skip
    assert (data["component"], data["upstream"]) == ("fork", "upstream")
    assert data["href"] == f"/api/v1/fixes-missing/{data['fix']}"


def test_without_a_measurement_commits_alone_are_counted(fork: Fork) -> None:
    fork.measured(MISSING)
    fork.write(None, reason="not_stored")
    row = fork.session.scalars(select(Drift)).one()
    assert (row.state, row.reason, row.behind, row.ahead) == ("counted", "not_stored", 3, 2)
    assert (row.missing, row.detail, row.base_commit) == (None, {}, None)
    # What was not looked at neither begins nor ends an alert.
    assert fork.alerts() == [("missing", "", True)]
    for counted in (None, Counted(0, 5, 5)):
        fork.write(None, counted=counted, reason="history_cut")
        assert (row.state, row.behind, row.ahead) == ("not_known", None, None)


def test_forks_that_members_keep_are_told_of_a_body(fork: Fork) -> None:
    fork.write(DriftMeasured(is_related=True))
    fork.write(DriftMeasured(is_related=True), 1)
    keeper = fork.session.get_one(Component, fork.fork)
    keeper.organisation_id = add_organisation_to(fork.session)
    fork.session.flush()

    def told(components: set[str], organisations: set[str]) -> list[tuple[str, str, int | None]]:
        found = drift_of_members(fork.session, components, organisations)
        assert all(not x.commits for x in found)
        return [(x.origin.slug, x.reuser.slug, x.behind) for x in found]

    assert told({"upstream"}, {"keeper", "other"}) == [("upstream", "fork", 3)]
    assert len(told({"upstream", "further"}, {"keeper"})) == 2
    assert told({"upstream"}, {"other"}) == []
    assert told({"upstream", "fork"}, {"keeper"}) == []  # the body governs it itself
    assert told(set(), {"keeper"}) == told({"upstream"}, set()) == []


def add_organisation_to(session: Session) -> int:
    row = Organisation(slug="keeper", uri="https://keeper.example/", name="Keeper", created_at=WHEN)
    session.add(row)
    session.flush()
    return row.id or 0
