"""Commits given back: counted where the record tells from where an organisation writes."""

from datetime import UTC, datetime
from pathlib import Path

from registry.db.tables import Affiliation, Organisation
from registry.reports import contributed
from registry.reports.contributed import Contributed, read_contributed
from tests.support.databases import fresh_sqlite

MOMENT = datetime(2026, 8, 2, tzinfo=UTC)


def test_nothing_is_zero_only_where_its_addresses_are_known() -> None:
    commits = {"town": 7, "lab.example": 5}
    known = Contributed(
        commits, {"lab": "lab.example", "city": "city.example"}, frozenset({"county"})
    )
    assert [known.by(x) for x in ("town", "lab", "city", "county")] == [7, 5, 0, 0]
    assert known.by("nobody-knows") is None


def test_what_is_disputed_tells_nothing(tmp_path: Path) -> None:
    database = fresh_sqlite(tmp_path)
    with database.write() as session:
        session.add(Organisation(
            slug="town", uri="https://town.example/id", name="Town", created_at=MOMENT,
            website="https://www.town.example/",
        ))  # fmt: skip
        for number, (kind, state) in enumerate(
            (("domain", "current"), ("domain", "disputed"), ("organisation", "current"))
        ):
            session.add(Affiliation(
                key=f"aff_{number}", kind=kind, subject=f"s{number}.example", state=state,
                organisation=f"body-{number}", name="Body", category="government",
                source_url="https://example.org/", recorded_at=MOMENT, changed_at=MOMENT,
            ))  # fmt: skip
    with database.read() as session:
        assert contributed._affiliated(session) == {"body-0"}
        assert contributed._domains(session) == {"town": "town.example"}
        assert read_contributed(session, [1]) == {}
    database.close()
