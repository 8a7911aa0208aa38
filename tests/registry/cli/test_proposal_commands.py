"""`registry proposal`: an operator decides at the command line, and the crawler has its work."""

from pathlib import Path

import pytest
from sqlmodel import select

from registry.accounts.actors import Actor
from registry.cli.build import Registry
from registry.db.tables import Account, Job, Organisation, Source
from registry.publishing.proposals import NewProposal
from registry.settings import Settings
from tests.support.command_line import CommandLine


def test_accepted_at_the_command_line_it_is_listed_at_its_forge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(Settings(home=tmp_path))
    with registry.database.write() as session:
        session.add(Account(name="Ada", created_at=registry.clock()))
    for name in ("alphagov", "somebody"):
        url = f"https://github.com/{name}"
        new = NewProposal(
            url=url, name=name.title(), country="GB", evidence_url="https://www.gov.uk/code"
        )
        registry.proposals.propose(Actor(account=1), new)
    line = CommandLine(tmp_path, monkeypatch, capsys)
    assert [x["url"] for x in line.json("proposal", "list")] == [
        "https://github.com/somebody", "https://github.com/alphagov",
    ]  # fmt: skip
    line("proposal", "refuse", "2", "--reply", "This is a person.")
    line("proposal", "accept", "1", "--reply", "gov.uk names it.")
    assert [x["state"] for x in line.json("proposal", "list", "--state", "all")] == [
        "refused", "accepted",
    ]  # fmt: skip
    with registry.database.read() as session:
        source = session.exec(select(Source)).one()
        assert source.spec == "github:github.com/alphagov"
        body = session.get_one(Organisation, source.organisation_id)
        assert (body.name, body.country) == ("Alphagov", "GB")
        assert [x.task for x in session.exec(select(Job))] == ["crawl.source"]
    assert registry.proposals.standing("https://github.com/alphagov") == "crawled"
    registry.close()
