"""`registry adopt` as it is typed: an operator writes down what an organisation told them."""

from pathlib import Path

import pytest

from registry.cli.build import Registry, read_settings
from tests.support.accounts import add_organisation
from tests.support.catalogue_rows import crawled
from tests.support.command_line import CommandLine

SLUG = "code-example-town-forms"


def test_a_statement_is_made_listed_renewed_and_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = CommandLine(tmp_path, monkeypatch, capsys)
    line("db", "upgrade")
    registry = Registry(read_settings())
    crawled(registry.database, "town/forms", country="EE")
    add_organisation(registry.database, "county")
    registry.close()

    line("adopt", "declare", SLUG, "county", "--since", "2025", "--production", "--how", "as_is")
    (made,) = line.json("adopt", "list", "--component", SLUG)
    assert made["organisation"]["slug"] == "county"
    assert (made["used_since"], made["in_production"]) == ("2025-01-01", True)
    assert line.json("adopt", "list", "--organisation", "nobody") == []

    line("adopt", "renew", str(made["id"]))
    line("adopt", "withdraw", str(made["id"]))
    assert "withdrawn" in line.talk
    assert line.json("adopt", "list") == []

    line("adopt", "declare", SLUG, "county", "--contact", "ada.lovelace@county.example", code=2)
    line("adopt", "declare", "nothing", "county", code=3)
    line("adopt", "renew", "99", code=3)
