"""`registry adopt … --server`: an organisation states its use at another instance, with a token."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.accounts.actors import Role
from registry.accounts.service import Accounts
from registry.adoption.adopter_service import Adopters
from registry.cli.asking import TOKEN
from registry.clock import utc_now
from tests.support.accounts import add_account, add_organisation, add_token
from tests.support.api_samples import SETTINGS, sample_catalogue
from tests.support.browser import served
from tests.support.catalogue_rows import crawled
from tests.support.command_line import CommandLine
from tests.support.databases import fresh_sqlite
from tests.support.hostile_servers import RawServer, answer, redirect
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app

SLUG = "code-example-town-forms"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Yield the address of an instance, the token of a maintainer there, and one of a stranger."""
    database = fresh_sqlite(tmp_path_factory.mktemp("elsewhere"))
    crawled(database, "town/forms", country="EE")
    county = {add_organisation(database, "county"): Role.MAINTAINER}
    tokens = [
        add_token(database, add_account(database, name, roles), ("components:write",))
        for name, roles in (("ada", county), ("eve", {}))
    ]
    services = replace(
        web_services(), accounts=Accounts(database), settings=SETTINGS,
        catalogue=sample_catalogue(database), adopters=Adopters(database, utc_now),
    )  # fmt: skip
    with served(create_app(services, api_routers())) as url:
        yield url, *tokens
    database.close()


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


def test_a_statement_is_made_renewed_and_withdrawn_there(
    line: CommandLine, place: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, token, _ = place
    monkeypatch.setenv(TOKEN, token)
    line("adopt", "declare", SLUG, "county", "--since", "2025", "--production", "--how", "as_is",
         "--server", url)  # fmt: skip
    assert "county uses forms, current" in line.talk.lower()
    (made,) = line.json("adopt", "list", "--component", SLUG, "--server", url)
    assert (made["used_since"], made["in_production"], made["how"]) == ("2025-01-01", True, "as_is")
    line("adopt", "renew", str(made["id"]), "--server", url)
    line("adopt", "withdraw", str(made["id"]), "--server", url)
    assert "withdrawn" in line.talk
    assert line.json("adopt", "list", "--component", SLUG, "--server", url) == []
    assert not (line.home / "registry.db").exists(), "no catalogue of one's own is needed"


def test_who_may_not_and_what_is_wrong_is_said_by_name(
    line: CommandLine, place: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, token, of_a_stranger = place
    declare = ("adopt", "declare", SLUG, "county", "--server", url)
    monkeypatch.delenv(TOKEN, raising=False)
    line(*declare, code=1)
    assert f"set {TOKEN}" in line.talk
    for wrong, says in (
        ("pcr_nobody", "does not accept the token"), (of_a_stranger, "does not allow it"),
        ("two words", f"set {TOKEN}"),
    ):  # fmt: skip
        monkeypatch.setenv(TOKEN, wrong)
        line(*declare, code=1)
        assert says in line.talk
        assert wrong not in line.talk
    monkeypatch.setenv(TOKEN, token)
    line(*declare, "--contact", "ada.lovelace@county.example", code=2)
    assert "contact" in line.talk
    line("adopt", "declare", "../../x", "county", "--server", url, code=3)
    line("adopt", "declare", "nothing", "county", "--server", url, code=3)
    line("adopt", "renew", "99", "--server", url, code=3)
    line(*declare[:-1], "http://elsewhere.example", code=2)
    assert "https" in line.talk


def test_a_token_follows_no_redirect(
    line: CommandLine, place: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token, _ = place
    monkeypatch.setenv(TOKEN, token)
    with RawServer(answer("200 OK")) as other:
        location = f"http://{other.host}/api/v1/adoptions/1/renew"
        with RawServer(redirect(location, "307 Temporary Redirect")) as asked:
            line("adopt", "renew", "1", "--server", f"http://{asked.host}", code=4)
        assert (asked.hits, other.hits) == (1, 0)
    assert token not in line.talk
