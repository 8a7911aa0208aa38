"""Lists of affiliations: recorded whole or not at all, disputed with effect at once."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from registry.db.tables import Affiliation, AuditEntry
from registry.errors import InvalidInput
from registry.governance.measures.recording import (
    COLUMNS,
    STARTER,
    Recorded,
    record_affiliations,
    sync_starter,
)
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW

HEADER = ",".join(COLUMNS) + "\n"
CITY = "domain,town.example,town,Town,government,EE,,,,https://town.example\n"
HOUSE = "domain,house.example,house,House,supplier,,,,,https://house.example\n"
WORKS = "organisation,house,town,Town,government,EE,,2024-01-01,2024-12-31,https://town.example/c\n"
TWICE = (
    "name,House Ltd,house,House,supplier,,,,,https://house.example\n"
    "name,HOUSE  ltd,town,Town,government,,,2020-01-01,,https://town.example\n"
)
BACK = "organisation,town,house,House,supplier,,,2024-06-01,,https://house.example\n"


@pytest.fixture
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    database = fresh_sqlite(tmp_path_factory.mktemp("affiliations"))
    with Session(database.engine) as found:
        yield found
    database.close()


def record(session: Session, *lines: str) -> Recorded:
    done, _ = record_affiliations(session, (HEADER + "".join(lines)).encode(), NOW)
    return done


def test_a_list_is_recorded_once(session: Session) -> None:
    assert record(session, CITY, HOUSE, WORKS) == Recorded(3, 0)
    assert record(session, CITY, HOUSE, WORKS.replace("2024-12-31", "2025-12-31")) == Recorded(0, 3)
    untils = [row.until for row in session.exec(select(Affiliation)) if row.kind == "organisation"]
    assert [str(until) for until in untils] == ["2025-12-31"]
    assert len(session.exec(select(AuditEntry)).all()) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (CITY.replace("town.example,", "gmail.com,", 1), "nobody's own"),
        (CITY.replace("town.example,", "town,", 1), "no domain"),
        (CITY.replace("government", "king"), "category"),
        (CITY.replace("https://town.example", "javascript:x"), "web address"),
        (WORKS.replace("2024-01-01", "2999-01-01"), "future"),
        (WORKS.replace("2024-12-31", "2023-12-31"), "before"),
        (WORKS.replace("2024-01-01", "soon"), "day"),
        (CITY.replace(",EE,", ",EE,,,,,"), "values"),
        ("name,,house,House,supplier,,,,,https://house.example\n", "subject"),
        ("name,House Ltd,house,House,free_mail,,,,,https://house.example\n", "name"),
        (TWICE, "house and"),
        ("organisation,town,town,Town,government,,,,,https://town.example\n", "itself"),
    ],
)
def test_a_wrong_line_records_nothing(session: Session, line: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        record(session, HOUSE, line)
    session.rollback()
    assert session.exec(select(Affiliation)).all() == []


def test_a_circle_is_refused_also_with_what_is_on_record(session: Session) -> None:
    record(session, CITY, HOUSE, WORKS)
    with pytest.raises(InvalidInput, match="itself"):
        record(session, BACK)


def test_what_never_holds_at_once_is_no_circle(session: Session) -> None:
    record(session, CITY, HOUSE, WORKS)
    assert record(session, BACK.replace("2024-06-01", "2025-01-01")).new == 1


@pytest.mark.parametrize("data", [b"\xff", b"a,b\n1,2\n", b""])
def test_what_is_no_list(session: Session, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        record_affiliations(session, data, NOW)


def test_the_shipped_list_is_valid_and_taken_over_once(session: Session) -> None:
    sync_starter(session, NOW)
    sync_starter(session, NOW)
    rows = session.exec(select(Affiliation)).all()
    assert len(rows) == len(STARTER.read_text().splitlines()) - 1
    assert len(session.exec(select(AuditEntry)).all()) == 1
