"""Settings: each documented, each read from the environment or the file, errors that name it."""

import json
from pathlib import Path

import msgspec
import pytest

from registry.errors import InvalidInput
from registry.settings import (
    ProviderSettings,
    Settings,
    describe,
    from_environ,
    sections,
    variable_name,
)

ALL = [(section, info) for section, kind in sections() for info in msgspec.structs.fields(kind)]
NAMES = [f"{section}.{info.name}" for section, info in ALL]

PROVIDERS = {
    name: {
        "kind": "oidc", "client_id": "c", "url": "https://id.example", "label": "City",
        "client_secret_file": "/run/secrets/city",
    }
    for name in ("city", "county")
}  # fmt: skip


def _read(home: Path, **values: str) -> Settings:
    return from_environ({"REGISTRY_HOME": str(home)} | values)


def test_every_setting_has_a_meaning_and_a_default(tmp_path: Path) -> None:
    rows = describe(Settings(home=tmp_path))
    assert [name for name, *_ in rows] == ["home", *NAMES]
    assert all(meaning.endswith((".", "`.", "disk.")) for _, _, meaning in rows)


def _sample(section: str, info: msgspec.structs.FieldInfo) -> tuple[str, object]:
    """Return a text for a variable and the value that it must become."""
    default = getattr(getattr(Settings(home=Path()), section), info.name)
    if (section, info.name) == ("accounts", "providers"):
        return json.dumps(PROVIDERS), msgspec.convert(PROVIDERS, dict[str, ProviderSettings])
    if isinstance(default, dict):
        return '{"a": "b"}', {"a": "b"}
    if isinstance(default, tuple):
        return '["a", "b"]', ("a", "b")
    if isinstance(default, bool):
        return ("false", False) if default else ("true", True)
    if isinstance(default, int):
        return "7", 7
    options = msgspec.json.schema(info.type).get("enum")
    text = options[-1] if options else "x"
    return text, text


@pytest.mark.parametrize(("section", "info"), ALL, ids=NAMES)
def test_every_setting_is_read_from_its_variable_and_from_the_file(
    tmp_path: Path, section: str, info: msgspec.structs.FieldInfo
) -> None:
    text, value = _sample(section, info)
    from_variable = _read(tmp_path, **{variable_name(section, info.name): text})
    assert getattr(getattr(from_variable, section), info.name) == value
    plain = json.dumps(msgspec.to_builtins(value))
    written = plain.replace(": ", " = ") if isinstance(value, dict) else plain
    (tmp_path / "config.toml").write_text(f"[{section}]\n{info.name} = {written}\n")
    assert getattr(getattr(_read(tmp_path), section), info.name) == value


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[crawl]\nworkers = 5\ninterval_hours = 9\n")
    found = _read(tmp_path, REGISTRY_CRAWL_WORKERS="3").crawl
    assert (found.workers, found.interval_hours) == (3, 9)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"REGISTRY_CRAWL_WORKERS": "0"}, "crawl.workers"),
        ({"REGISTRY_CRAWL_WORKERS": "many"}, "crawl.workers"),
        ({"REGISTRY_WEB_PORT": "70000"}, "web.port"),
        ({"REGISTRY_SEARCH_ENGINE": "grep"}, "search.engine"),
        ({"REGISTRY_CRAWL_MIRRORS": "{"}, "REGISTRY_CRAWL_MIRRORS"),
        ({"REGISTRY_CRAWL_ALLOW_HOSTS": "git.lan"}, "REGISTRY_CRAWL_ALLOW_HOSTS"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    tmp_path: Path, values: dict[str, str], named: str
) -> None:
    with pytest.raises(InvalidInput, match=named):
        _read(tmp_path, **values)


@pytest.mark.parametrize(
    "text", ["[crawl]\nworker = 3\n", "[craw]\nworkers = 3\n", "[crawl\n", "\xff"]
)
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInput, match="settings: "):
        _read(tmp_path)


def test_secrets_are_masked_where_settings_are_shown(tmp_path: Path) -> None:
    settings = _read(tmp_path, REGISTRY_DATABASE_URL="postgresql://u:hunter2@db.lan/registry")
    shown = {name: value for name, value, _ in describe(settings)}
    assert shown["database.url"] == "postgresql://***@db.lan/registry"
    assert settings.database_url.startswith("postgresql://u:")


def test_without_anything_the_registry_lives_in_the_home_of_its_user() -> None:
    found = from_environ({})
    assert found.home == Path.home() / ".public-code-registry"
    assert found.database_url == f"sqlite:///{found.home / 'registry.db'}"
