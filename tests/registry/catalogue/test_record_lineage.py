"""Facts of lineage are stored by difference: history is added to, never taken away."""

from typing import Any

import pytest
from msgspec.structs import replace

from registry.catalogue.record_lineage import CAPS_OF_CONTENTS, record_lineage_facts
from registry.db.session import Database
from registry.db.tables import AttributionRow, DependencySpan, FingerprintRow, PackageSpan
from registry.domain.dates import EARLIEST
from registry.domain.facts import (
    Attribution,
    Dependency,
    Fingerprint,
    Package,
    Reading,
)
from registry.domain.facts import DependencySpan as Named
from registry.domain.facts import PackageSpan as Published
from tests.support.catalogue_rows import reading, register, rows_of

BLOB, COMMIT, LATER = "b" * 40, "c" * 40, "d" * 40
TEXT = "Adapted from and with thanks to Alberta Health Services."


def _print(value: int, *, time: int = 50, in_head: bool = True, path: str = "a.py") -> Fingerprint:
    return Fingerprint(value, BLOB, path, time, in_head)


def _published(name: str, *, until: int | None = None, private: bool = False) -> Published:
    package = Package(ecosystem="npm", name=name, path="package.json", private=private)
    return Published(package=package, blob=BLOB, commit=COMMIT, first_seen=5, last_seen=until)


def _named(name: str, **values: Any) -> Named:
    dependency = Dependency(ecosystem="npm", name=name, path="package.json", line=3, **values)
    return Named(dependency=dependency, blob=BLOB, commit=COMMIT, first_seen=5)


STATED = Attribution(
    path="NOTICE.md", line=1, text=TEXT, phrase="adapted_from", target="Alberta Health Services",
    blob=BLOB, commit=COMMIT, first_seen=7,
)  # fmt: skip
FULL = reading(
    fingerprints=(_print(-(2**63)), _print(2**63 - 1, in_head=False)),
    package_spans=(_published("uswds", until=9), _published("@uswds/uswds")),
    dependency_spans=(_named("left", spec="^1", git_url="https://code.example/left"),),
    attributions=(STATED,),
)
TABLES: tuple[Any, ...] = (FingerprintRow, PackageSpan, DependencySpan, AttributionRow)


class Shelf:
    """One repository, to which facts are recorded."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.id = register(session, "town/letters").id or 0

    def record(self, found: Reading) -> None:
        with self.database.write() as session:
            record_lineage_facts(session, self.id, found)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return {table.__tablename__: rows_of(self.database, table) for table in TABLES}

    def prints(self) -> dict[int, tuple[int, bool]]:
        rows = rows_of(self.database, FingerprintRow)
        return {row["hash"]: (row["first_seen"], row["in_head"]) for row in rows}


@pytest.fixture
def shelf(sqlite_database: Database) -> Shelf:
    return Shelf(sqlite_database)


def test_the_same_reading_again_changes_no_row(database: Database) -> None:
    shelf = Shelf(database)
    shelf.record(FULL)
    before = shelf.rows()
    assert {name: len(rows) for name, rows in before.items()} == {
        "fingerprint_fact": 2, "package_span": 2, "dependency_span": 1, "attribution_fact": 1,
    }  # fmt: skip
    (dependency,) = before["dependency_span"]
    assert (dependency["spec"], dependency["git_url"], dependency["line"]) == (
        "^1", "https://code.example/left", 3,
    )  # fmt: skip
    assert {row["name"]: row["last_seen"] for row in before["package_span"]} == {
        "uswds": 9, "@uswds/uswds": None,
    }  # fmt: skip
    shelf.record(FULL)
    assert shelf.rows() == before


def test_an_earlier_sight_of_a_fingerprint_moves_its_date_and_a_later_one_does_not(
    shelf: Shelf,
) -> None:
    for after in (0, 50, 40, 60, 0):
        print_ = _print(1, time=EARLIEST + after, path=f"{after}.py")
        shelf.record(reading(fingerprints=(print_,)))
    assert shelf.prints() == {1: (EARLIEST + 40, True)}
    assert rows_of(shelf.database, FingerprintRow)[0]["path"] == "40.py"


def test_a_fingerprint_that_left_head_stays_and_comes_back_with_its_date(shelf: Shelf) -> None:
    shelf.record(reading(fingerprints=(_print(1), _print(2))))
    shelf.record(reading(fingerprints=(_print(2, in_head=False),)))
    assert shelf.prints() == {1: (50, False), 2: (50, False)}
    shelf.record(reading(fingerprints=(_print(1, time=70),)))
    assert shelf.prints() == {1: (50, True), 2: (50, False)}


def test_a_mark_of_third_parties_is_not_lost_by_another_reading(shelf: Shelf) -> None:
    shelf.record(reading(fingerprints=(_print(1), _print(2))))
    with shelf.database.write() as session:
        row = session.get(FingerprintRow, (1, shelf.id))
        assert row is not None
        row.is_third_party = True
    before = shelf.rows()
    shelf.record(reading(fingerprints=(_print(1), _print(2))))
    assert shelf.rows() == before


@pytest.mark.parametrize("cap", sorted(CAPS_OF_CONTENTS))
def test_a_reading_that_saw_few_contents_takes_nothing_away(shelf: Shelf, cap: str) -> None:
    shelf.record(FULL)
    before = shelf.rows()
    shelf.record(reading(partial=(cap,)))
    assert shelf.rows() == before
    # What it did see is new all the same.
    shelf.record(reading(partial=(cap,), fingerprints=(_print(3),)))
    assert len(shelf.prints()) == 3


def test_other_caps_do_not_make_what_manifests_say_old(shelf: Shelf) -> None:
    shelf.record(FULL)
    shelf.record(reading(partial=("commits",)))
    assert shelf.rows()["package_span"] == []
    assert set(shelf.prints().values()) == {(50, False)}


def test_spans_are_replaced_by_difference(shelf: Shelf) -> None:
    shelf.record(FULL)
    kept = next(x for x in shelf.rows()["package_span"] if x["name"] == "uswds")
    shelf.record(
        replace(
            FULL,
            package_spans=(_published("uswds", until=9), _published("@uswds/uswds", private=True)),
            dependency_spans=(),
        )
    )
    rows = {row["name"]: row for row in shelf.rows()["package_span"]}
    assert rows["uswds"] == kept
    assert rows["@uswds/uswds"]["private"] is True
    assert shelf.rows()["dependency_span"] == []


def test_a_statement_is_kept_and_learns_that_it_was_removed(shelf: Shelf) -> None:
    shelf.record(FULL)
    (before,) = shelf.rows()["attribution_fact"]
    removed = replace(STATED, removed_commit=LATER, removed_at=9)
    shelf.record(replace(FULL, attributions=(removed,)))
    (after,) = shelf.rows()["attribution_fact"]
    assert after == before | {"removed_commit": LATER, "removed_at": 9}
    # History was rewritten, or the file is no longer read: what it said was said.
    shelf.record(replace(FULL, attributions=()))
    assert shelf.rows()["attribution_fact"] == [after]
    shelf.record(replace(FULL, attributions=(replace(STATED, path="README.md"),)))
    assert len(shelf.rows()["attribution_fact"]) == 2


def test_texts_that_databases_refuse_or_cut_are_stored_all_the_same(database: Database) -> None:
    shelf = Shelf(database)
    odd = replace(STATED, text="a\0" + "x" * 2_000, target="t" * 900, lang="l" * 90)
    found = reading(
        attributions=(odd,),
        package_spans=(_published("p" * 900 + "\0"),),
        dependency_spans=(_named("n" * 900, git_url="https://x.example/" + "g" * 3_000),),
    )
    shelf.record(found)
    before = shelf.rows()
    (row,) = before["attribution_fact"]
    assert (row["text"][:3], len(row["text"]), len(row["target"])) == ("a\ufffdx", 1_000, 500)
    assert len(before["package_span"][0]["name"]) == 512
    assert len(before["dependency_span"][0]["git_url"]) == 2_048
    shelf.record(found)
    assert shelf.rows() == before


def test_repositories_do_not_touch_each_other_s_facts(shelf: Shelf) -> None:
    shelf.record(FULL)
    before = shelf.rows()
    with shelf.database.write() as session:
        other = register(session, "town/other").id or 0
        record_lineage_facts(session, other, FULL)
        record_lineage_facts(session, other, reading())
    rows = shelf.rows()
    mine = {
        name: [r for r in found if r["repository_id"] == shelf.id] for name, found in rows.items()
    }
    assert mine == before
