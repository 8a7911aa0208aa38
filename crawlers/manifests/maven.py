"""Reads Maven's pom.xml; properties are resolved inside the file alone, nothing is fetched."""

import re
from collections.abc import Iterator
from typing import Any, Final

from crawlers.manifests.reading import Collector, ManifestReading, decode, load_xml, local_name

_SCOPES: Final = {"test": "dev", "provided": "peer", "import": "build", "system": "runtime"}
_PROPERTY = re.compile(r"\$\{([^${}]{1,100})\}")
_ARTIFACT_LINE = re.compile(r"<artifactId>\s*([\w.${}-]{1,200})\s*</artifactId>")


def read_pom(data: bytes, path: str) -> ManifestReading:
    """Read coordinates, licences, dependencies, plugins and the parent of a pom.xml."""
    root = load_xml(data)
    found = Collector("maven", path)
    if local_name(root) != "project":
        found.warn("the root element is not project")
        return found.reading()
    project = _Project(root)
    lines = _lines(decode(data))
    if project.artifact and "${" not in project.artifact:
        found.package(f"{project.group}:{project.artifact}", project.version)
    found.description = project.text(root, "description")
    names = [project.text(node, "name") for node in project.nodes("licenses", "license")]
    found.licence = " OR ".join(name for name in names if name) or None
    for node in project.nodes("dependencies", "dependency"):
        _depend(found, project, node, lines)
    for node in project.nodes("dependencyManagement", "dependencies", "dependency"):
        if project.text(node, "scope") == "import":
            _depend(found, project, node, lines)
    for node in project.nodes("build", "plugins", "plugin"):
        group = project.text(node, "groupId") or "org.apache.maven.plugins"
        _add(found, project, node, lines, group=group, scope="build")
    if project.parent is not None:
        owner = project.text(project.parent, "groupId")
        _add(found, project, project.parent, lines, group=owner, scope="build")
    return found.reading()


class _Project:
    """One POM: its coordinates and its properties."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._properties: dict[str, str] = {}
        self.parent = next((node for node in root if local_name(node) == "parent"), None)
        for node in self.nodes("properties"):
            for entry in list(node)[:2_000]:
                self._properties[local_name(entry)] = (entry.text or "").strip()[:300]
        self.group = self._own("groupId")
        self.artifact = self.text(root, "artifactId")
        self.version = self._own("version")
        for key, value in (
            ("groupId", self.group),
            ("artifactId", self.artifact),
            ("version", self.version),
        ):
            for prefix in ("project.", "pom.", ""):
                self._properties.setdefault(prefix + key, value or "")

    def _own(self, name: str) -> str | None:
        own = self.text(self._root, name)
        return own or (self.text(self.parent, name) if self.parent is not None else None)

    def nodes(self, *names: str) -> Iterator[Any]:
        """Yield the elements at this path below the root."""
        level = [self._root]
        for name in names:
            level = [child for node in level for child in node if local_name(child) == name]
        yield from level

    def text(self, node: Any, name: str) -> str | None:
        """Return the text of a child with the properties of this file put in."""
        for child in node:
            if local_name(child) == name:
                return self._resolved((child.text or "").strip()[:500]) or None
        return None

    def _resolved(self, text: str) -> str:
        for _ in range(5):  # properties may name properties, but not for ever
            if "${" not in text or len(text) > 1_000:
                break
            text = _PROPERTY.sub(lambda match: self._properties.get(match[1]) or match[0], text)
        return text[:500]


def _depend(found: Collector, project: _Project, node: Any, lines: dict[str, int]) -> None:
    stated = project.text(node, "scope") or "compile"
    scope = _SCOPES.get(stated, "runtime")
    if project.text(node, "optional") == "true":
        scope = "optional"
    _add(found, project, node, lines, group=project.text(node, "groupId"), scope=scope)


def _add(
    found: Collector,
    project: _Project,
    node: Any,
    lines: dict[str, int],
    *,
    group: str | None,
    scope: str,
) -> None:
    artifact = project.text(node, "artifactId")
    if not group or not artifact or "${" in group + artifact:
        return
    found.dependency(
        f"{group}:{artifact}",
        project.text(node, "version"),
        scope=scope,
        line=lines.get(artifact),
        local=project.text(node, "systemPath") is not None,
    )


def _lines(text: str) -> dict[str, int]:
    """Return the first line of each artifactId."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _ARTIFACT_LINE.finditer(line[:2_000]):
            lines.setdefault(match[1], number)
    return lines
