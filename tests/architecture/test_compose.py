"""compose.yaml is checked by reading it: no container engine is needed."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from registry.cli.main import cli
from registry.settings import from_environ

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe").load(ROOT / "compose.yaml")


def test_the_default_profile_is_one_container(compose):
    default = [name for name, service in compose["services"].items() if "profiles" not in service]
    assert default == ["registry"]


def test_the_scale_profile_has_every_part_of_a_national_service(compose):
    scale = {name for name, service in compose["services"].items() if "profiles" in service}
    assert scale == {"migrate", "web", "worker", "postgres", "meilisearch"}


def test_commands_of_the_services_exist(compose):
    for service in compose["services"].values():
        command = service.get("command")
        if command:
            assert command[0] == "registry"
            assert command[1] in cli.commands


def test_settings_of_the_services_are_known(compose):
    for service in compose["services"].values():
        names = {
            name: value
            for name, value in (service.get("environment") or {}).items()
            if name.startswith("REGISTRY_")
        }
        assert len(names) == sum(_is_known(name, value) for name, value in names.items())


def _is_known(name, value):
    changed = from_environ({"REGISTRY_HOME": "/tmp/compose", name: value})
    return changed != from_environ({"REGISTRY_HOME": "/tmp/compose"})


def test_secrets_come_from_files_and_are_never_values(compose):
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert "PASSWORD:" not in text.replace("POSTGRES_PASSWORD_FILE:", "")
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_servers_have_health_checks_and_least_rights(compose):
    services = compose["services"]
    assert "healthcheck" in services["postgres"]
    assert "healthcheck" in services["meilisearch"]
    for name in ("registry", "web", "worker"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
