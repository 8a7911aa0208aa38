"""`registry account` and `registry token` as they are typed: roles and scopes by their names."""

from pathlib import Path

import pytest

from registry.accounts.authorise import Scope
from registry.cli.build import Registry, read_settings
from tests.support.accounts import add_organisation
from tests.support.command_line import CommandLine


def test_roles_and_scopes_are_given_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = CommandLine(tmp_path, monkeypatch, capsys)
    line("db", "upgrade")
    line("account", "link", "--operator")
    registry = Registry(read_settings())
    add_organisation(registry.database, "town")
    registry.close()
    line("account", "role", "1", "town", "owner")
    assert "owner of town" in line.talk
    line("account", "role", "1", "town", "OWNER", code=2)
    every = [word for scope in Scope for word in ("--scope", scope.value)]
    assert line("token", "create", "1", "--name", "CI", *every).startswith("gcr_")
    (token,) = line.json("token", "list", "1")
    assert set(token["scopes"]) == {scope.value for scope in Scope}
