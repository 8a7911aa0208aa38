"""The file of a body in a repository: shown as what it would add, and taken by members."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from sqlmodel import select

from crawlers.governance.body_file import read_body
from registry.accounts.actors import Role
from registry.db.session import Database
from registry.db.tables import AuditEntry, BodyFact, Component, GovernanceFileRow
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound
from registry.governance.record.body_file import parse_file
from registry.governance.record.repository_files import RepositoryFile
from tests.registry.governance.test_body_files import Land
from tests.support.bodies import member_of
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_component

HEAD = "1" * 40
START: dict[str, Any] = {
    "joint_body": 1, "name": "Forms Together", "lang": "en", "components": ["forms"],
    "source": {"url": "https://example.org/statute"},
    "members": [{"organisation": BODY, "role": "owner", "since": "2017-06-30"}],
    "facts": [{"kind": "exit_clause", "choice": "none"}],
}  # fmt: skip
TEXT = b"""joint_body: 1
name: Forms Together
lang: en
source:
  url: https://example.org/statute
components: [forms]
members:
  - organisation: ministry-of-examples
    role: owner
    since: 2017-06-30
  - organisation: town-1
    role: partner
    since: 2026-01-01
  - name: Old Member
    role: partner
    since: 2017
    until: 2019
facts:
  - kind: exit_clause
    choice: none
  - kind: licence
    text: EUPL-1.2
rules:
  - name: Meeting
    threshold: unanimous
decisions:
  - title: Begin
    state: adopted
    decided_on: 2018-07-01
    rule: Meeting
  - title: Go on
    state: adopted
    decided_on: 2019-07-01
    amends: 1
funding:
  - payer: Town
    since: 2018-01-01
    amount: 5
    currency: EUR
contracts:
  - supplier: House
    on_behalf_of: Town
    since: 2018-01-01
"""


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    made.bodies.import_file(parse_file(START))
    owner = member_of(made.database, made.numbers[BODY])
    (member,) = made.bodies.body("forms-together").members
    made.bodies.answer(owner, "forms-together", member.id, agrees=True)
    yield made
    made.database.close()


def put(land: Land, text: bytes, component: str = "forms", blob: str = "b" * 40) -> None:
    put_file(land.database, text, component, blob)


def put_file(
    database: Database, text: bytes, component: str = "forms", blob: str = "b" * 40
) -> None:
    """Store the file as the crawler does."""
    with database.write() as session:
        found = session.exec(select(Component).where(Component.slug == component)).one()
        old = session.get(GovernanceFileRow, (found.repository_id, ".governance/body.yaml"))
        if old is not None:
            session.delete(old)
            session.flush()
        session.add(
            GovernanceFileRow(
                repository_id=found.repository_id, path=".governance/body.yaml", kind="body",
                blob=blob, commit=HEAD, read_at=NOW,
                data=to_builtins({"body": to_builtins(read_body(text))}),
            )
        )  # fmt: skip


def shown(land: Land) -> RepositoryFile:
    (found,) = land.bodies.repository_files("forms-together")
    return found


def states(land: Land) -> dict[str, str]:
    return {item.place: item.state for item in shown(land).items}


def test_what_the_file_would_add_is_shown_with_its_lines(land: Land) -> None:
    put(land, TEXT)
    assert states(land) == {
        "members[0]": "recorded", "members[1]": "new", "members[2]": "operator",
        "facts[0]": "recorded", "facts[1]": "new", "rules[0]": "new", "decisions[0]": "new",
        "decisions[1]": "new", "funding[0]": "new", "contracts[0]": "new",
    }  # fmt: skip
    licence = next(item for item in shown(land).items if item.place == "facts[1]")
    assert (licence.line, licence.url[-4:]) == (21, "#L21")
    assert HEAD in licence.url
    assert shown(land).news == 7


def test_a_member_takes_all_of_it_and_its_place_is_the_source(land: Land) -> None:
    put(land, TEXT)
    owner = member_of(land.database, land.numbers[BODY])
    assert land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY) == 7
    with land.database.read() as session:
        fact = session.exec(select(BodyFact).where(BodyFact.text == "EUPL-1.2")).one()
        assert fact.source_url is not None
        assert fact.source_url.endswith(f"/blob/{HEAD}/.governance/body.yaml#L21")
        assert fact.source_sha256 == shown(land).sha256
        assert fact.entered_by_id == land.numbers[BODY]
        noted = session.exec(
            select(AuditEntry).where(AuditEntry.action == "body.file_accepted")
        ).one()
        assert noted.detail["commit"] == HEAD
    joined = land.bodies.body("forms-together").members[1:]
    assert [(x.state, str(x.since)) for x in joined] == [("invited", "2026-01-01")]
    decided = land.bodies.decisions.decision("forms-together", 2)
    assert (decided.item.title, decided.amends) == ("Go on", 1)
    after = states(land)
    assert (after.pop("members[1]"), after.pop("members[2]")) == ("asked", "operator")
    assert set(after.values()) == {"recorded"}


def test_taken_twice_nothing_is_doubled(land: Land) -> None:
    put(land, TEXT)
    owner = member_of(land.database, land.numbers[BODY])
    assert land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY) == 7
    assert land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY) == 0


def test_a_member_that_the_file_ends_waits_for_a_second_sign_off(land: Land) -> None:
    put(
        land, TEXT.replace(b"since: 2017-06-30\n", b"since: 2017-06-30\n    until: 2026-01-01\n", 1)
    )
    assert states(land)["members[0]"] == "leaves"


def test_a_file_that_changed_since_is_not_taken(land: Land) -> None:
    put(land, TEXT, blob="c" * 40)
    owner = member_of(land.database, land.numbers[BODY])
    with pytest.raises(Conflict, match="changed"):
        land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY)


def test_only_members_that_govern_take_it(land: Land) -> None:
    put(land, TEXT)
    stranger = member_of(land.database, land.numbers["town-1"])
    with pytest.raises((Conflict, Forbidden)):
        land.bodies.accept_file(stranger, "forms-together", "forms", "b" * 40, "town-1")
    reader = member_of(land.database, land.numbers[BODY], Role.MEMBER)
    with pytest.raises(Forbidden):
        land.bodies.accept_file(reader, "forms-together", "forms", "b" * 40, BODY)


def test_a_repository_that_the_body_does_not_govern_is_refused(land: Land) -> None:
    add_component(land.database, "other")
    put(land, TEXT, "other")
    owner = member_of(land.database, land.numbers[BODY])
    assert land.bodies.repository_files("forms-together") == ()
    with pytest.raises(InvalidInput, match="no component that this body governs"):
        land.bodies.accept_file(owner, "forms-together", "other", "b" * 40, BODY)
    with pytest.raises(InvalidInput, match="no component that this body governs"):
        land.bodies.import_repository("other")


def test_a_mistake_names_line_and_field_and_nothing_is_taken(land: Land) -> None:
    put(land, TEXT.replace(b"currency: EUR", b"currency: EURO"))
    owner = member_of(land.database, land.numbers[BODY])
    with pytest.raises(InvalidInput, match=r"line 36, funding\[0\]\.currency"):
        land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY)
    with land.database.read() as session:
        assert len(session.exec(select(BodyFact)).all()) == 1


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (b"a: [", "", 1),
        (b"- a", "", 1),
        (TEXT.replace(b"joint_body: 1", b"joint_body: 2"), "joint_body", 1),
        (TEXT.replace(b"    role: owner\n", b""), "members[0]", 8),
        (TEXT.replace(b"amount: 5", b"amount: many"), "funding[0].amount", 38),
        (TEXT + b"extra: 1\n", "extra", 44),
        (TEXT.replace(b"House", b"&a House"), "", 41),
    ],
)
def test_a_bad_file_is_told_with_field_and_line(
    land: Land, text: bytes, field: str, line: int
) -> None:
    put(land, text)
    (fault,) = shown(land).faults
    assert (fault.field, fault.line) == (field, line)
    assert shown(land).items == ()
    with pytest.raises(InvalidInput, match=f"line {line}"):
        land.bodies.import_repository("forms")


def test_the_file_of_another_body_adds_nothing(land: Land) -> None:
    put(land, TEXT.replace(b"name: Forms Together", b"name: Others"))
    assert shown(land).is_other
    owner = member_of(land.database, land.numbers[BODY])
    with pytest.raises(InvalidInput, match="line 2"):
        land.bodies.accept_file(owner, "forms-together", "forms", "b" * 40, BODY)


def test_the_operator_records_a_new_body_from_it(tmp_path: Path) -> None:
    land = Land(tmp_path)
    with pytest.raises(NotFound):
        land.bodies.import_repository("forms")
    put(land, TEXT.replace(b"components: [forms]", b"components: []"))
    with pytest.raises(InvalidInput, match="line 6"):
        land.bodies.import_repository("forms")
    put(land, TEXT)
    assert land.bodies.import_repository("forms") == ("forms-together", 10)
    assert land.bodies.import_repository("forms") == ("forms-together", 0)
    members = land.bodies.body("forms-together").members
    assert {x.state for x in members} == {"stated"}
    assert all(x.source.url and x.source.url.startswith("https://") for x in members)
    land.database.close()


def test_the_operator_states_former_members(land: Land) -> None:
    put(land, TEXT)
    assert land.bodies.import_repository("forms") == ("forms-together", 8)
    assert "Old Member" in {x.name for x in land.bodies.body("forms-together").members}


def test_bodies_without_files_show_none(land: Land) -> None:
    assert land.bodies.repository_files("forms-together") == ()
