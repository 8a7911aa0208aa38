"""Names on a record, and the organisations of the affiliations that bear them."""

from datetime import date
from typing import Any

from registry.db.tables import Affiliation
from registry.governance.measures.names import Names
from registry.governance.measures.parties import Party
from tests.support.hard_cases import NOW


def row(kind: str, subject: str, organisation: str = "gofore", **more: Any) -> Affiliation:
    values: dict[str, Any] = {
        "key": f"{kind}{subject}{more.get('since')}", "kind": kind, "subject": subject,
        "organisation": organisation, "name": organisation.title(), "category": "supplier",
        "source_url": "https://example.org", "recorded_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Affiliation(**values | more)


DOMAIN = row("domain", "gofore.com", country="FI")
LEGAL = row("name", "Gofore Oyj")


def test_a_legal_name_is_the_organisation_of_the_affiliations() -> None:
    names = Names([LEGAL, DOMAIN])
    assert names.key_of("  GOFORE   oyj ") == "gofore"
    assert names.key_of("Gofore") == names.key_of("gofore") == "gofore"
    assert names.party("gofore") == Party("gofore", "Gofore", "supplier", "FI")


def test_what_no_affiliation_knows_is_nobody() -> None:
    names = Names([DOMAIN])
    assert names.key_of("Gofore Oyj") is None, "close is not the same"
    assert names.key_of("") is None
    assert names.party("gofore-oyj") is None


def test_a_disputed_name_names_nobody() -> None:
    assert Names([row("name", "Gofore Oyj", state="disputed")]).key_of("Gofore Oyj") is None


def test_a_name_is_of_whom_it_was_at_the_time() -> None:
    before = row("name", "Agency", "old", until=date(2019, 12, 31))
    after = row("name", "Agency", "new", since=date(2020, 1, 1))
    names = Names([before, after])
    assert names.key_of("Agency", date(2018, 1, 1), date(2020, 1, 1)) == "old"
    assert names.key_of("Agency", date(2020, 1, 1)) == "new"
    assert names.key_of("Agency") is None, "by turns: nobody can tell which"
