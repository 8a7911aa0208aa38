"""Which reader a manifest has, by its file name."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from crawlers.manifests import (
    cargo,
    composer,
    gem,
    golang,
    gradle,
    maven,
    mobile,
    npm,
    nuget,
    python,
    setup_py,
)
from crawlers.manifests.reading import ManifestReading, UnreadableManifest
from registry.domain.facts import Diagnostic

Reader: TypeAlias = Callable[[bytes, str], ManifestReading]

_BY_NAME: Final[dict[str, Reader]] = {
    "package.json": npm.read_package_json,
    "package-lock.json": npm.read_package_lock,
    "pyproject.toml": python.read_pyproject,
    "pipfile": python.read_pipfile,
    "setup.cfg": python.read_setup_cfg,
    "setup.py": setup_py.read_setup_py,
    "pom.xml": maven.read_pom,
    "build.gradle": gradle.read_gradle,
    "build.gradle.kts": gradle.read_gradle,
    "libs.versions.toml": gradle.read_version_catalogue,
    "go.mod": golang.read_go_mod,
    "cargo.toml": cargo.read_cargo,
    "composer.json": composer.read_composer,
    "gemfile": gem.read_gemfile,
    "packages.config": nuget.read_packages_config,
    "directory.packages.props": nuget.read_project,
    "pubspec.yaml": mobile.read_pubspec,
    "package.swift": mobile.read_package_swift,
}
_BY_ENDING: Final[dict[str, Reader]] = {
    ".gemspec": gem.read_gemspec,
    ".csproj": nuget.read_project,
    ".fsproj": nuget.read_project,
    ".vbproj": nuget.read_project,
}
_REQUIREMENTS = re.compile(
    r"(?:.{0,200}/)?(?:requirements[\w.-]{0,40}|[\w.-]{1,40}requirements)\.(?:txt|in)"
)
_REQUIREMENTS_FOLDER = re.compile(r"(?:.{0,200}/)?requirements/[\w.-]{1,60}\.(?:txt|in)")


def reader_for(path: str) -> Reader | None:
    """Return the reader of the manifest at this path, or None where it is none."""
    lower = path.lower()
    name = lower.rsplit("/", 1)[-1]
    if name in _BY_NAME:
        return _BY_NAME[name]
    for ending, reader in _BY_ENDING.items():
        if name.endswith(ending) and name != ending:
            return reader
    if len(lower) <= 300 and (
        _REQUIREMENTS.fullmatch(lower) or _REQUIREMENTS_FOLDER.fullmatch(lower)
    ):
        return python.read_requirements
    return None


def read(path: str, data: bytes) -> ManifestReading:
    """Read the manifest at `path`; what cannot be read is told in `diagnostics`."""
    reader = reader_for(path)
    if reader is None:
        return _unreadable("no reader for this kind of file", 1)
    try:
        return reader(data, path)
    except UnreadableManifest as error:
        return _unreadable(error.message, error.line)
    except (RecursionError, MemoryError):
        return _unreadable("the file is nested too deeply", 1)


def _unreadable(message: str, line: int) -> ManifestReading:
    fault = Diagnostic(severity="error", message=message, line=line)
    return ManifestReading(diagnostics=(fault,), readable=False)
