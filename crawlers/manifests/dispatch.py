"""Which reader a manifest has, by its file name; a reader is loaded when it is first used."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Final, TypeAlias, cast

from crawlers.manifests.reading import ManifestReading, UnreadableManifest
from registry.domain.facts import Diagnostic

Reader: TypeAlias = Callable[[bytes, str], ManifestReading]

_BY_NAME: Final[dict[str, str]] = {
    "package.json": "npm.read_package_json",
    "package-lock.json": "npm.read_package_lock",
    "pyproject.toml": "python.read_pyproject",
    "pipfile": "python.read_pipfile",
    "setup.cfg": "python.read_setup_cfg",
    "setup.py": "setup_py.read_setup_py",
    "pom.xml": "maven.read_pom",
    "build.gradle": "gradle.read_gradle",
    "build.gradle.kts": "gradle.read_gradle",
    "libs.versions.toml": "gradle.read_version_catalogue",
    "go.mod": "golang.read_go_mod",
    "cargo.toml": "cargo.read_cargo",
    "composer.json": "composer.read_composer",
    "gemfile": "gem.read_gemfile",
    "packages.config": "nuget.read_packages_config",
    "directory.packages.props": "nuget.read_project",
    "pubspec.yaml": "mobile.read_pubspec",
    "package.swift": "mobile.read_package_swift",
}
_BY_ENDING: Final[dict[str, str]] = {
    ".gemspec": "gem.read_gemspec",
    ".csproj": "nuget.read_project",
    ".fsproj": "nuget.read_project",
    ".vbproj": "nuget.read_project",
}
_REQUIREMENTS = re.compile(
    r"(?:.{0,200}/)?(?:requirements[\w.-]{0,40}|[\w.-]{1,40}requirements)\.(?:txt|in)"
)
_REQUIREMENTS_FOLDER = re.compile(r"(?:.{0,200}/)?requirements/[\w.-]{1,60}\.(?:txt|in)")


def is_manifest(path: str) -> bool:
    """Tell whether the file at this path is one that a reader knows."""
    return _name_of_reader(path) is not None


def reader_for(path: str) -> Reader | None:
    """Return the reader of the manifest at this path, or None where it is none."""
    name = _name_of_reader(path)
    if name is None:
        return None
    module, _, function = name.partition(".")
    return cast("Reader", getattr(import_module(f"crawlers.manifests.{module}"), function))


def _name_of_reader(path: str) -> str | None:
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
        return "python.read_requirements"
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
