"""Reads .NET project files, packages.config and central package versions (NuGet)."""

import re
from pathlib import PurePosixPath
from typing import Any

from crawlers.manifests.reading import Collector, ManifestReading, decode, load_xml, local_name

_REFERENCE_LINE = re.compile(r"(?:Include|id)\s?=\s?\"([\w.-]{1,150})\"")


def read_project(data: bytes, path: str) -> ManifestReading:
    """Read a .csproj, .fsproj or .vbproj, or a Directory.Packages.props.

    The package's name is `PackageId`, else the name of the project file; a project that does not
    pack itself (`IsPackable` false, or no package properties at all) counts as private.
    """
    root = load_xml(data)
    found = Collector("nuget", path)
    lines = _lines(decode(data))
    properties: dict[str, str] = {}
    for element in root.iter():
        name = local_name(element)
        if name in {"PackageReference", "PackageVersion", "GlobalPackageReference"}:
            _reference(found, element, lines)
        elif name == "ProjectReference":
            project = PurePosixPath(element.get("Include", "").replace("\\", "/")).stem
            found.dependency(project, local=True)
        elif name.startswith(("Package", "Version", "IsPackable", "Description")):
            properties.setdefault(name, (element.text or "").strip()[:500])
    if path.lower().endswith("proj"):
        _package(found, properties, path)
    found.licence = properties.get("PackageLicenseExpression") or None
    found.description = properties.get("Description") or None
    return found.reading()


def _reference(found: Collector, element: Any, lines: dict[str, int]) -> None:
    name = element.get("Include") or element.get("Update")
    version = element.get("Version") or next(
        (child.text for child in element if local_name(child) == "Version"), None
    )
    private = [child.text for child in element if local_name(child) == "PrivateAssets"]
    private.append(element.get("PrivateAssets"))
    scope = "build" if any((text or "").lower() == "all" for text in private) else "runtime"
    if name and "$" not in name:
        found.dependency(name, version, scope=scope, line=lines.get(name))


def _package(found: Collector, properties: dict[str, str], path: str) -> None:
    published = "PackageId" in properties or "PackageLicenseExpression" in properties
    packable = properties.get("IsPackable", "").lower()
    stem = PurePosixPath(path).stem
    name = properties.get("PackageId") or stem
    if "$" in name:
        name = stem
    version = properties.get("PackageVersion") or properties.get("Version")
    private = packable == "false" or not (published or packable == "true")
    found.package(name, version, private=private)


def read_packages_config(data: bytes, path: str) -> ManifestReading:
    """Read a packages.config: exact versions of every package."""
    root = load_xml(data)
    found = Collector("nuget", path)
    lines = _lines(decode(data))
    for element in root.iter():
        if local_name(element) == "package" and element.get("id"):
            name = element.get("id")
            scope = "dev" if element.get("developmentDependency") == "true" else "runtime"
            found.dependency(
                name, element.get("version"), scope=scope, line=lines.get(name), locked=True
            )
    return found.reading()


def _lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _REFERENCE_LINE.finditer(line[:2_000]):
            lines.setdefault(match[1], number)
    return lines
