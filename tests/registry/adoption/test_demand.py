"""Searches in vain: what is counted, what is dropped, and when it is shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import func
from sqlmodel import select

from registry.adoption.demand.counting import counted_as, is_in_vain
from registry.adoption.demand.service import ENOUGH_DAYS, Demand, forget_old_searches
from registry.catalogue.readmodels import ComponentQuery
from registry.db.session import Database
from registry.db.tables import VainSearch
from registry.errors import Unavailable
from tests.support.databases import fresh_sqlite
from tests.support.demand import NOTHING, Days
from tests.support.hard_cases import NOW


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = fresh_sqlite(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Snow  ploughs for the TOWN", "ploughs snow town"),
        ("town ploughs snow", "ploughs snow town"),
        ("Déneigement", "deneigement"),
        ("covid19 web2", "covid19 web2"),
        ("ann.smith@town.example", None),
        ("ann smith @town", None),
        ("https://town.example/x?token=1", None),
        ("www.town.example", None),
        ("api_key=abc", None),
        ("0123 456 789", None),
        ("call +44 20 7946 0000", None),
        ("192.168.0.17", None),
        ("born 1987-03-01", None),
        ("ghp4x9a8bq2", None),
        ("Straßenreinigungsgebührenbescheid", "strassenreinigungsgebuhrenbescheid"),
        ("x" * 41, None),
        ("deadbeefdeadbeefdeadbeefdeadbeef", None),
        ("one two three four five six seven eight nine ten", None),
        ("ab cd", None),
        ("the of", None),
        ("  ", None),
        ("\x00\ud800", None),
    ],
)
def test_words_are_counted_and_what_may_be_private_is_not(text: str, expected: str | None) -> None:
    assert counted_as(text) == expected


@given(st.text())
def test_no_text_breaks_the_counting_and_no_at_sign_or_long_number_comes_through(
    text: str,
) -> None:
    found = counted_as(text)
    assert found is None or ("@" not in found and len(found) <= 120)


@pytest.mark.parametrize(
    "changed",
    [
        {"country": ("EE",)}, {"licence_fits": "MIT"}, {"is_fork": False}, {"after": "MjA"},
        {"since": NOW}, {"q": " "}, {"platform": ("web",)}, {"min_reuse_countries": 2},
        {"min_reuse_organisations": 1}, {"reused_in": ("FI",)},
    ],
)  # fmt: skip
def test_only_words_alone_in_the_whole_catalogue_are_in_vain(changed: dict[str, Any]) -> None:
    query = ComponentQuery(q="snow")
    assert is_in_vain(query, NOTHING)
    assert not is_in_vain(replace(query, **changed), NOTHING)
    assert not is_in_vain(query, replace(NOTHING, total=1))
    assert not is_in_vain(query, replace(NOTHING, degraded=True))


def test_words_are_shown_once_they_came_on_enough_days(database: Database) -> None:
    days = Days(database)
    days.search("snow ploughs", days=ENOUGH_DAYS - 1, times=100)
    assert days.demand.list() == ((), None)
    days.search("Ploughs, snow!", days=ENOUGH_DAYS)
    days.search("tram", days=ENOUGH_DAYS + 1)
    shown, following = days.demand.list()
    assert following is None
    assert [(x.words, x.days, x.searches, x.last_on) for x in shown] == [
        ("tram", 6, 6, NOW.date()), ("ploughs snow", 5, 405, NOW.date()),
    ]  # fmt: skip
    first, following = days.demand.list(limit=1)
    assert days.demand.list(after=following or 0, limit=1)[0] == shown[1:]
    assert first == shown[:1]


def test_what_is_old_is_neither_shown_nor_kept(database: Database) -> None:
    days = Days(database)
    days.search("snow ploughs", days=7)
    days.now = NOW + timedelta(days=364)
    assert days.demand.list() == ((), None)
    with database.write() as session:
        forget_old_searches(session, NOW + timedelta(days=400))
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(VainSearch)).one() == 1


def test_a_busy_database_loses_no_count_and_disturbs_no_search(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = Demand(database, lambda: NOW)
    demand.note(ComponentQuery(q="snow"), NOTHING)
    write = database.write

    def busy() -> None:
        raise Unavailable("the database is locked")

    monkeypatch.setattr(database, "write", busy)
    demand.flush()
    monkeypatch.setattr(database, "write", write)
    demand.note(ComponentQuery(q="snow"), NOTHING)
    demand.close()
    with database.read() as session:
        assert session.exec(select(VainSearch.searches)).one() == 2


def test_a_flood_of_different_words_fills_no_memory(database: Database) -> None:
    demand = Demand(database, lambda: NOW)
    for number in range(3_000):
        word = "".join(chr(ord("a") + int(x)) for x in str(number))
        demand.note(ComponentQuery(q=f"abc{word}"), NOTHING)
    demand.close()
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(VainSearch)).one() == 1_000
