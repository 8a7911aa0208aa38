"""Reads Gradle build files where dependencies are plain strings, and version catalogues.

A build file is a program: only its literal forms are read, and nothing is evaluated.
"""

import re
from typing import Any, Final

from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    decode,
    load_toml,
    short_text,
    table,
)

_CONFIGURATION = (
    r"(?P<configuration>[a-zA-Z]{0,40}?(?:[iI]mplementation|[aA]pi|[cC]ompile|[rR]untime"
    r"|[cC]ompileOnly|[rR]untimeOnly|[aA]nnotationProcessor|[kK]apt|[kK]sp|[cC]lasspath"
    r"|[pP]rovided))"
)
_STRING_FORM = re.compile(
    rf"^\s{{0,80}}{_CONFIGURATION}\s{{0,4}}\(?\s{{0,4}}(?:(?:enforcedP|p)latform\s?\(\s?)?"
    r"[\"'](?P<group>[\w.-]{1,150}):(?P<name>[\w.-]{1,150})(?::(?P<version>[^\"':@]{1,100}))?"
)
_MAP_FORM = re.compile(
    rf"^\s{{0,80}}{_CONFIGURATION}\s{{0,4}}\(?\s{{0,4}}group\s?[:=]\s?[\"'](?P<group>[\w.-]{{1,150}})"
    r"[\"'],\s?name\s?[:=]\s?[\"'](?P<name>[\w.-]{1,150})[\"']"
    r"(?:,\s?version\s?[:=]\s?[\"'](?P<version>[^\"']{1,100}))?"
)
_PROJECT_FORM = re.compile(
    rf"^\s{{0,80}}{_CONFIGURATION}\s{{0,4}}\(?\s{{0,4}}project\s?\(\s?(?:path\s?[:=]\s?)?"
    r"[\"'](?P<name>:[\w:.-]{1,150})"
)
_PLUGIN_FORM = re.compile(
    r"^\s{0,80}id\s?\(?\s?[\"'](?P<name>[\w.-]{1,150})[\"']\s?\)?"
    r"(?:\s{1,4}version\s?\(?\s?[\"'](?P<version>[^\"']{1,60}))?"
)
_BUILD: Final = ("classpath", "kapt", "ksp", "annotationprocessor")


def read_gradle(data: bytes, path: str) -> ManifestReading:
    """Read build.gradle or build.gradle.kts line by line; other forms are passed over."""
    found = Collector("maven", path)
    in_comment = False
    for number, line in enumerate(decode(data).splitlines(), start=1):
        text = line[:1_000]
        if in_comment or text.lstrip().startswith("/*"):
            in_comment = "*/" not in text
            continue
        _read_line(found, text, number)
    return found.reading()


def _read_line(found: Collector, text: str, number: int) -> None:
    for form in (_STRING_FORM, _MAP_FORM):
        match = form.match(text)
        if match:
            version = match["version"]
            found.dependency(
                f"{match['group']}:{match['name']}",
                version if version and "$" not in version else None,
                scope=_scope(match["configuration"]),
                line=number,
            )
            return
    project = _PROJECT_FORM.match(text)
    if project:
        scope = _scope(project["configuration"])
        found.dependency(project["name"], scope=scope, line=number, local=True)
        return
    plugin = _PLUGIN_FORM.match(text)
    if plugin and "." in plugin["name"]:
        found.dependency(
            f"{plugin['name']}:{plugin['name']}.gradle.plugin",
            plugin["version"],
            scope="build",
            line=number,
        )


def _scope(configuration: str) -> str:
    lower = configuration.lower()
    if "test" in lower or lower.startswith("debug"):
        return "dev"
    if lower.endswith(_BUILD):
        return "build"
    return "peer" if lower.endswith(("compileonly", "provided")) else "runtime"


def read_version_catalogue(data: bytes, path: str) -> ManifestReading:
    """Read the libraries of a gradle/libs.versions.toml; who uses them is not told there."""
    root = load_toml(data)
    found = Collector("maven", path)
    versions = table(root.get("versions"))
    for entry in table(root.get("libraries")).values():
        name, version = _library(entry, versions)
        found.dependency(name, version)
    return found.reading()


def _library(entry: Any, versions: dict[str, Any]) -> tuple[str | None, str | None]:
    if isinstance(entry, str):
        group, _, rest = entry.partition(":")
        name, _, version = rest.partition(":")
        return (f"{group}:{name}", version or None) if name else (None, None)
    fields = table(entry)
    module = short_text(fields.get("module"))
    if module is None and fields.get("group") and fields.get("name"):
        module = f"{fields['group']}:{fields['name']}"
    stated = fields.get("version")
    if isinstance(stated, dict):
        stated = versions.get(str(stated.get("ref")), stated.get("require"))
    return module, short_text(stated, 100)
