"""Who can merge: observed merging and code owners, with the ladder and the risk they feed."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from registry.catalogue.record import record_reading
from registry.db.session import Database
from registry.db.tables import Affiliation, Level, Organisation, Repository, Source
from registry.domain.governance_files import GovernanceFile, Named
from registry.governance.measures.owners import owners_of
from registry.governance.measures.parties import GOVERNMENT, NOT_RECORDED, Party
from registry.governance.measures.recorded import Citation
from registry.governance.measures.rights import CODE_OWNER, PUT_IN, Owner
from registry.governance.measures.rows import standing_rows
from registry.governance.measures.works import Tally
from tests.registry.governance.test_standing import (
    EE,
    FI,
    HOUSE,
    done,
    fact,
    flag,
    record,
    stand,
)
from tests.support.catalogue_rows import HASHER, NOW, reading, register

FILE = Citation(basis="file", url="https://code.example/CODEOWNERS#L2", commit="c0ffee")


def owner(who: Party | None, **more: object) -> Owner:
    given = {"name": who.key if who else "stranger", "is_attributed": who is not None, "rules": 2}
    return Owner(known=who, source=FILE, **given | more)  # type: ignore[arg-type]


MERGING = (
    done("ee", 10, author=1, put_in=6), done("house", 80, author=2, put_in=2),
    done("gmail", 10, author=3, put_in=2),
)  # fmt: skip


def test_who_put_in_and_who_owns_code_stand_side_by_side() -> None:
    """Of 10 put in: Estonia 6, the house 2, nobody known 2; Finland owns code alone."""
    found = stand(MERGING, owners=(owner(EE), owner(FI), owner(None))).rights
    told = {x.name: (x.put_in, x.share, x.rules, x.shown_by) for x in found.organisations}
    assert told == {
        "Estonia": (6, 0.6, 2, (PUT_IN, CODE_OWNER)),
        "House": (2, 0.2, 0, (PUT_IN,)),
        "Finland": (0, 0.0, 2, (CODE_OWNER,)),
        "stranger": (0, 0.0, 2, (CODE_OWNER,)),
    }
    assert (found.put_in, found.unattributed) == (10, 0.2)
    assert sum(x.share for x in found.organisations) + found.unattributed == pytest.approx(1)
    assert found.organisations[0].citations[-1] == FILE


def test_a_rule_on_record_is_told_in_its_words() -> None:
    body = record(facts=(fact("merge_rule", text="Two maintainers agree."),))
    (rule,) = stand(MERGING, body).rights.rules
    assert rule.text == "Two maintainers agree."
    lines = {(row.part, row.name) for row in standing_rows(stand(MERGING, body))}
    assert {("right", "Estonia"), ("merge_rule", "Two maintainers agree.")} <= lines


def test_nothing_shows_anything() -> None:
    found = stand([]).rights
    assert (found.put_in, found.organisations, found.rules) == (0, (), ())


def test_a_public_body_that_owns_code_can_merge() -> None:
    found = stand(MERGING, owners=(owner(FI),)).ladder.rungs[2]
    assert (found.state, found.names) == ("met", ("Estonia", "Finland"))
    assert [x.basis for x in found.citations] == ["git", "file"]
    alone = stand([], owners=(owner(EE), owner(FI))).ladder.rungs[2]
    assert [x.basis for x in alone.citations] == ["file", "file"]


@pytest.mark.parametrize(
    "owners",
    [
        (owner(EE),),  # the very same body
        (owner(HOUSE),),  # for whom a supplier would merge is not known
        (owner(None),),
        (owner(FI, is_attributed=False),),  # perhaps the same body by another name
        (),
    ],
)
def test_what_is_no_second_body_shows_no_rung(owners: Sequence[Owner]) -> None:
    assert stand(MERGING, owners=tuple(owners)).ladder.rungs[2].state == "not_known"


SUPPLIERS: tuple[Tally, ...] = (
    done("house", 81, author=1, put_in=3), done("ee", 19, author=2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("owners", "state"),
    [((), "raised"), ((owner(HOUSE),), "raised"), ((owner(None),), "raised"),
     ((owner(EE),), "clear")],
)  # fmt: skip
def test_a_public_body_that_owns_code_has_kept_the_right(
    owners: tuple[Owner, ...], state: str
) -> None:
    found = flag(stand(SUPPLIERS, owners=owners), "suppliers")
    assert (found.state, found.value) == (state, 0.81)
    assert (FILE in found.citations) is (state == "clear")


def test_a_review_in_a_trailer_shows_no_right() -> None:
    """Ninety reviews by Finland move the side of merges and approvals alone."""
    said = replace(done("fi", 0, author=9), reviewed=90, approvals=90)
    found = stand([*SUPPLIERS, said])
    assert found.ladder.rungs[2].state == "not_known"
    assert flag(found, "suppliers").state == "raised"
    merges = next(side for side in found.sides if side.name == "merges")
    assert merges.shares == {"Finland": pytest.approx(90 / 93)}
    assert merges.concentration.coverage == pytest.approx(90 / 93)


def code_owners(session: Session, *names: str) -> int:
    row = register(session, "town/letters")
    file = GovernanceFile(
        kind="code_owners",
        path="CODEOWNERS",
        blob="b" * 40,
        rules=2,
        owners=2,
        teams=2,
        organisations=tuple(Named(name=x, rules=1, line=n) for n, x in enumerate(names, 1)),
    )
    found = replace(reading(), governance=(file,))
    record_reading(session, row, found, hasher=HASHER, reader_version=7, now=NOW)
    return row.id or 0


def test_an_organisation_at_the_forge_is_led_to_its_affiliation(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        key = code_owners(session, "Town", "stranger")
        (alone, stranger) = owners_of(session, [key])
        assert (stranger.known, stranger.is_attributed) == (None, False)
        assert alone.known is not None
        assert not alone.is_attributed, "no affiliation knows it"
        town = session.exec(select(Organisation)).one()
        session.add(
            Affiliation(
                key="aff_t",
                kind="domain",
                subject="town.example",
                organisation="the-town",
                name=town.name,
                category=GOVERNMENT,
                country="EE",
                source_url="https://town.example",
                recorded_at=NOW,
                changed_at=NOW,
            )
        )
        session.flush()
        known = owners_of(session, [key])[0]
        assert known.known == Party("the-town", town.name, GOVERNMENT, "EE")
        assert known.is_attributed
        head = session.get_one(Repository, key).head_commit
        assert known.source.url.endswith(f"/blob/{head}/CODEOWNERS#L1")


def test_the_namespace_of_a_repository_is_of_whom_it_is(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        key = code_owners(session, "Town", "stranger")
        session.exec(select(Source)).one().namespace = None
        session.flush()
        holder, stranger = owners_of(session, [key])
        assert holder.known is not None
        assert stranger.known is None
        session.get_one(Repository, key).organisation_id = None
        session.flush()
        assert [x.known for x in owners_of(session, [key])] == [None, None]


@pytest.mark.parametrize(
    ("level", "category"),
    [(Level.LOCAL, GOVERNMENT), (Level.JOINT, GOVERNMENT), (Level.COMPANY, NOT_RECORDED),
     (Level.UNKNOWN, NOT_RECORDED)],
)  # fmt: skip
def test_an_organisation_that_is_no_public_body_is_none_here(
    sqlite_database: Database, level: Level, category: str
) -> None:
    with sqlite_database.write() as session:
        key = code_owners(session, "town")
        session.exec(select(Organisation)).one().level = level
        session.flush()
        (found,) = owners_of(session, [key])
        assert found.known is not None
        assert found.known.category == category
