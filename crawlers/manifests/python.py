"""Reads Python's pyproject.toml (PEP 621, 735, Poetry, uv), Pipfile, setup.cfg, requirements."""

import configparser
import re
from typing import Any, Final

from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    UnreadableManifest,
    decode,
    git_address,
    items,
    load_toml,
    short_text,
    table,
)

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,150}[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,150}[A-Za-z0-9])?)[ \t]*(?:\[[^\]]{0,200}\])?[ \t]*"
    r"(?:@[ \t]*(?P<url>[^ \t;]{1,1000})|(?P<spec>[^;]{0,300}))(?:;.{0,500})?"
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]{0,150})")
_QUOTED_NAME = re.compile(r"""["']?([A-Za-z0-9][A-Za-z0-9._-]{0,150})""")
_DEV_WORDS: Final = ("dev", "test", "lint", "doc", "ci", "typing", "style", "debug")
_CLASSIFIER: Final = "License :: OSI Approved :: "


def normalise(name: str) -> str:
    """Return a project name in the normal form of PEP 503 (`Flask_Login` → `flask-login`)."""
    return _SEPARATORS.sub("-", name).lower()


def scope_of(group: str, default: str = "optional") -> str:
    """Return `dev` for the name of a group or file that is for development, else the default."""
    words = re.split(r"[^a-z]+", group.lower()[:200])
    return "dev" if any(word.startswith(_DEV_WORDS) for word in words) else default


def add_requirement(
    found: Collector, text: Any, *, scope: str = "runtime", line: int | None = None
) -> None:
    """Read one requirement (PEP 508, or pip's bare address with `#egg=`) into the collector."""
    if not isinstance(text, str) or len(text) > 2_000:
        return
    requirement = text.strip()
    if requirement.startswith((".", "/", "file:")):
        return  # the project itself or a folder: it has no name here
    if "://" in requirement.split(" ", 1)[0]:
        egg = _EGG.search(requirement)
        address = git_address(requirement) if requirement.startswith("git+") else None
        name = egg[1] if egg else (address or "").rpartition("/")[2]
        if _NAME.fullmatch(name):
            found.dependency(normalise(name), requirement, scope=scope, line=line, git_url=address)
        return
    match = _REQUIREMENT.fullmatch(requirement)
    if match:
        url = match["url"]
        found.dependency(
            normalise(match["name"]),
            url or match["spec"],
            scope=scope,
            line=line,
            git_url=git_address(url),
            local=bool(url and url.startswith(("file:", "."))),
        )


def read_pyproject(data: bytes, path: str) -> ManifestReading:
    """Read a pyproject.toml; `[project]` wins over `[tool.poetry]`."""
    root = load_toml(data)
    project = table(root.get("project"))
    poetry = table(table(root.get("tool")).get("poetry"))
    found = Collector("pypi", path)
    lines = _lines_of_names(decode(data))
    for source in (project, poetry):
        _describe(found, source)
    name = short_text(project.get("name") or poetry.get("name"))
    if name:
        version = project.get("version") or poetry.get("version")
        private = "Private :: Do Not Upload" in items(project.get("classifiers"))
        private = private or poetry.get("package-mode") is False
        found.package(normalise(name), version, private=private)
    sources = {
        normalise(key): table(value)
        for key, value in table(table(table(root.get("tool")).get("uv")).get("sources")).items()
    }
    _project_dependencies(found, root, project, lines, sources)
    _poetry_dependencies(found, poetry, lines)
    found.licence_line = lines.get("license")
    return found.reading()


def _describe(found: Collector, project: dict[str, Any]) -> None:
    stated = project.get("license")
    if isinstance(stated, dict):
        stated = stated.get("text")
    classifiers = [text for text in items(project.get("classifiers")) if isinstance(text, str)]
    if not stated:
        stated = next(
            (
                text.removeprefix(_CLASSIFIER)
                for text in classifiers
                if text.startswith(_CLASSIFIER)
            ),
            None,
        )
    found.licence = found.licence or short_text(stated, 500)
    found.description = found.description or short_text(project.get("description"), 1_000)


def _project_dependencies(
    found: Collector,
    root: dict[str, Any],
    project: dict[str, Any],
    lines: dict[str, int],
    sources: dict[str, dict[str, Any]],
) -> None:
    groups: list[tuple[str, Any]] = [("runtime", project.get("dependencies"))]
    for group, texts in table(project.get("optional-dependencies")).items():
        groups.append((scope_of(group), texts))
    for group, texts in table(root.get("dependency-groups")).items():
        groups.append((scope_of(group, "dev"), texts))
    groups.append(("build", table(root.get("build-system")).get("requires")))
    for scope, texts in groups:
        for text in items(texts):
            match = _REQUIREMENT.fullmatch(text.strip()) if isinstance(text, str) else None
            name = normalise(match["name"]) if match else ""
            source = sources.get(name)
            if source:
                local = "path" in source or source.get("workspace") is True
                address = git_address(f"git+{source['git']}") if "git" in source else None
                found.dependency(name, match and match["spec"], scope=scope, line=lines.get(name),
                                 git_url=address, local=local)  # fmt: skip
            else:
                add_requirement(found, text, scope=scope, line=lines.get(name))


def _poetry_dependencies(found: Collector, poetry: dict[str, Any], lines: dict[str, int]) -> None:
    groups = [("runtime", poetry.get("dependencies")), ("dev", poetry.get("dev-dependencies"))]
    groups += [
        (scope_of(group, "dev"), table(content).get("dependencies"))
        for group, content in table(poetry.get("group")).items()
    ]
    for scope, entries in groups:
        for name, value in table(entries).items():
            if name.lower() == "python":
                continue
            _add_table_entry(found, name, value, scope, lines)


def _add_table_entry(
    found: Collector, name: str, value: Any, scope: str, lines: dict[str, int]
) -> None:
    """Read an entry of Poetry's or Pipenv's tables: a version or `{version, git, path}`."""
    entry = table(value)
    git = entry.get("git")
    spec = value if isinstance(value, str) else entry.get("version")
    found.dependency(
        normalise(name),
        spec,
        scope="optional" if entry.get("optional") is True else scope,
        line=lines.get(normalise(name)),
        git_url=git_address(f"git+{git}" if isinstance(git, str) and "://" in git else git),
        local="path" in entry,
    )


def read_pipfile(data: bytes, path: str) -> ManifestReading:
    """Read a Pipfile: `[packages]` and `[dev-packages]`."""
    root = load_toml(data)
    found = Collector("pypi", path)
    lines = _lines_of_names(decode(data))
    for key, scope in (("packages", "runtime"), ("dev-packages", "dev")):
        for name, value in table(root.get(key)).items():
            _add_table_entry(found, name, value, scope, lines)
    return found.reading()


def _lines_of_names(text: str) -> dict[str, int]:
    """Return the first line on which each name stands as a key or at the start of a string."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _QUOTED_NAME.finditer(line[:2_000]):
            lines.setdefault(normalise(match[1]), number)
    return lines


def read_requirements(data: bytes, path: str) -> ManifestReading:
    """Read a requirements file; included files and options of pip are passed over."""
    found = Collector("pypi", path)
    scope = scope_of(path.rsplit("/", 1)[-1], "runtime")
    continued = ""
    for number, line in enumerate(decode(data).splitlines(), start=1):
        joined = (continued + line)[:4_000]
        if joined.endswith("\\"):
            continued = joined[:-1]
            continue
        continued = ""
        text = re.split(r"(?:^|\s)#", joined, maxsplit=1)[0].strip()
        editable = text.removeprefix("--editable").removeprefix("-e")
        if editable != text:
            text = editable.lstrip("= ")
        if text and not text.startswith("-"):
            requirement = re.split(r"\s--(?:hash|global|config)", text, maxsplit=1)[0]
            add_requirement(found, requirement, scope=scope, line=number)
    return found.reading()


def read_setup_cfg(data: bytes, path: str) -> ManifestReading:
    """Read the sections `metadata` and `options` of a setup.cfg."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(decode(data))
    except (configparser.Error, ValueError, AttributeError) as error:
        raise UnreadableManifest("not a valid configuration file") from error
    found = Collector("pypi", path)
    name = parser.get("metadata", "name", fallback=None)
    if name:
        found.package(normalise(name), parser.get("metadata", "version", fallback=None))
    found.licence = parser.get("metadata", "license", fallback=None)
    found.description = parser.get("metadata", "description", fallback=None)
    for text in _config_lines(parser, "options", "install_requires"):
        add_requirement(found, text)
    for text in _config_lines(parser, "options", "setup_requires"):
        add_requirement(found, text, scope="build")
    if parser.has_section("options.extras_require"):
        for group in parser.options("options.extras_require"):
            for text in _config_lines(parser, "options.extras_require", group):
                add_requirement(found, text, scope=scope_of(group))
    return found.reading()


def _config_lines(parser: configparser.ConfigParser, section: str, option: str) -> list[str]:
    value = parser.get(section, option, fallback=None) or ""
    return [line.strip() for line in value.splitlines() if line.strip()]
