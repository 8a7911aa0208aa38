"""Missed fixes: listed by who misses them, muted in public by who speaks for the fork."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.adoption.drift.readmodels import FixQuery
from registry.adoption.drift.service import Drifts
from registry.db.session import Database
from registry.db.tables import Advisory, AuditEntry, MissedFix
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from tests.support.accounts import add_account
from tests.support.databases import fresh_sqlite
from tests.support.drift_rows import WHEN, missed_fix
from tests.support.needs import BODY, add_bodies

KEYS = [f"fix_{number}" for number in range(5)]
REASON = "This part is switched off in our settings."
EVERY = ("missing", "not_known", "muted", "ended")


class Town:
    """A registry in which the fork of each of five upstreams misses a fix."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.drifts = Drifts(database, lambda: WHEN + timedelta(days=1))
        self.bodies = add_bodies(database)
        with database.write() as session:
            for key in KEYS:
                missed_fix(session, self.bodies[BODY], key)
        self.owner = self.person(BODY, Role.MAINTAINER)

    def person(self, slug: str, role: Role) -> Actor:
        roles = {self.bodies[slug]: role}
        return Actor(add_account(self.database, slug, roles), roles=roles)

    def change(self, key: str, **values: object) -> None:
        with self.database.write() as session:
            row = self._row(session, key)
            row.sqlmodel_update(values)
            session.add(row)

    def _row(self, session: Session, key: str) -> MissedFix:
        return session.exec(select(MissedFix).where(MissedFix.key == key)).one()

    def keys(self, query: FixQuery) -> list[str]:
        return [fix.key for fix in self.drifts.all_fixes(query)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    database = fresh_sqlite(tmp_path)
    yield Town(database)
    database.close()


def test_fixes_are_listed_by_state_the_latest_changed_first(town: Town) -> None:
    town.change("fix_0", verdict="not_known")
    town.change("fix_1", muted_at=WHEN, mute_reason=REASON)
    town.change("fix_2", ended_at=WHEN, ended_because="taken")
    town.change("fix_3", changed_at=WHEN + timedelta(days=1))
    assert town.keys(FixQuery()) == ["fix_3", "fix_4"]
    for state, expected in zip(EVERY[1:], (["fix_0"], ["fix_1"], ["fix_2"]), strict=True):
        assert town.keys(FixQuery(state=(state,))) == expected
    assert town.keys(FixQuery(state=EVERY)) == ["fix_3", "fix_4", "fix_2", "fix_1", "fix_0"]
    with pytest.raises(InvalidInput):
        town.drifts.fixes(FixQuery(state=("missing", "gone")))


def test_filters_add_up(town: Town) -> None:
    with town.database.write() as session:
        told = session.exec(select(Advisory).where(Advisory.key == "GHSA-3")).one()
        told.severity = "low"
    assert town.keys(FixQuery(severity=("low",))) == ["fix_3"]
    assert town.keys(FixQuery(severity=("low",), component="town-fork-2")) == []
    assert town.keys(FixQuery(component="town-fork-2")) == ["fix_2"]
    assert town.keys(FixQuery(upstream="town-upstream-2", advisory="GHSA-2")) == ["fix_2"]
    assert sorted(town.keys(FixQuery(organisation=BODY))) == KEYS
    assert town.keys(FixQuery(organisation="town-1")) == []
    assert town.keys(FixQuery(country="CA")) == []


def test_pages_hold_every_fix_once(town: Town) -> None:
    found, after = [], None
    for _ in range(3):
        page = town.drifts.fixes(FixQuery(limit=2, after=after))
        found += [fix.key for fix in page.items]
        after = page.next
    assert after is None
    assert found == sorted(KEYS, reverse=True)
    with pytest.raises(InvalidInput):
        town.drifts.fixes(FixQuery(after=999))


def test_a_maintainer_mutes_for_a_reason_that_everybody_reads(town: Town) -> None:
    muted = town.drifts.mute(town.owner, "fix_0", f"  {REASON}\n ")
    assert (muted.state, muted.mute_reason) == ("muted", REASON)
    slug = "town-fork-0"
    assert town.drifts.of_component(slug).upstreams[0].fixes_missing == 0
    assert town.drifts.summary(slug).fixes_missing == 0
    again = town.drifts.unmute(town.owner, "fix_0")
    assert (again.state, again.mute_reason, again.muted_at) == ("missing", "", None)
    assert town.drifts.summary(slug).fixes_missing == 1
    town.drifts.unmute(town.owner, "fix_0")
    with town.database.read() as session:
        noted = session.exec(select(AuditEntry).order_by(col(AuditEntry.index))).all()
        assert [(x.action, x.subject) for x in noted][-2:] == [
            ("fix.muted", "fix:fix_0"), ("fix.unmuted", "fix:fix_0"),
        ]  # fmt: skip
        assert noted[-1].actor == town.owner.account


def test_nobody_else_mutes_and_nobody_without_a_reason(town: Town) -> None:
    for actor, error in (
        (VISITOR, Unauthenticated),
        (town.person("town-1", Role.OWNER), Forbidden),
        (town.person(BODY, Role.MEMBER), Forbidden),
    ):
        with pytest.raises(error):
            town.drifts.mute(actor, "fix_0", REASON)
        with pytest.raises(error):
            town.drifts.unmute(actor, "fix_0")
    for reason in ("", "x" * 501, "Never\u202e used", "    a   ", "Ask ada@home.example about it."):
        with pytest.raises(InvalidInput):
            town.drifts.mute(town.owner, "fix_0", reason)
    with pytest.raises(NotFound):
        town.drifts.mute(town.owner, "fix_none", REASON)
    town.change("fix_1", ended_at=WHEN, ended_because="taken")
    with pytest.raises(Conflict):
        town.drifts.mute(town.owner, "fix_1", REASON)
    assert town.drifts.fix("fix_0").state == "missing"
