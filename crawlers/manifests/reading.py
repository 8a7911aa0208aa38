"""What every manifest reader gives back, and what the readers share: caps, text, git addresses."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from registry.domain.facts import Dependency, Diagnostic, Package

MAX_BYTES: Final = 1024 * 1024
MAX_DEPENDENCIES: Final = 3_000
_MAX_NAME: Final = 300
_MAX_DEPTH: Final = 100

_FORGE_SHORTHAND: Final = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
}
_SCP_STYLE = re.compile(r"(?:[\w.-]{1,64}@)?([\w.-]{1,253}):([\w.~-][\w./~-]{0,500})")
_OWNER_AND_NAME = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}")
_CODE_HOSTS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})


class UnreadableManifest(ValueError):
    """The bytes are no manifest of this kind; `line` (from 1) says where, if that is known."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class ManifestReading:
    """Packages that a manifest publishes and dependencies that it names, with its licence text.

    `licence` and `description` are as written; `readable` is False where nothing could be read,
    and then `diagnostics` holds the reason.
    """

    packages: tuple[Package, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    licence: str | None = None
    description: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    readable: bool = True
    licence_line: int | None = None


class Collector:
    """Gathers what one manifest says, within the caps and without repetition."""

    def __init__(self, ecosystem: str, path: str) -> None:
        self._ecosystem = ecosystem
        self._path = path
        self._packages: list[Package] = []
        self._dependencies: dict[tuple[str, str], Dependency] = {}
        self._diagnostics: list[Diagnostic] = []
        self.licence: str | None = None
        self.licence_line: int | None = None
        self.description: str | None = None

    def package(self, name: Any, version: Any = None, *, private: bool = False) -> None:
        """Note that the manifest publishes this package; a name that is no text is left out."""
        clean = short_text(name)
        if clean:
            self._packages.append(
                Package(
                    ecosystem=self._ecosystem,
                    name=clean,
                    path=self._path,
                    version=short_text(version, 100),
                    private=private,
                )
            )

    def dependency(
        self,
        name: Any,
        spec: Any = None,
        *,
        scope: str = "runtime",
        line: int | None = None,
        git_url: str | None = None,
        local: bool = False,
        locked: bool = False,
    ) -> None:
        """Note a dependency; the first of the same name and scope counts."""
        clean = short_text(name)
        if not clean or (clean, scope) in self._dependencies:
            return
        if len(self._dependencies) >= MAX_DEPENDENCIES:
            self.warn(f"only the first {MAX_DEPENDENCIES} dependencies are kept")
            return
        self._dependencies[(clean, scope)] = Dependency(
            ecosystem=self._ecosystem,
            name=clean,
            path=self._path,
            line=line,
            spec=short_text(spec, 200),
            scope=scope,
            git_url=git_url,
            local=local,
            locked=locked,
        )

    def warn(self, message: str, line: int = 1) -> None:
        """Note something that a reader can live with; the same message is noted once."""
        if all(noted.message != message for noted in self._diagnostics):
            self._diagnostics.append(Diagnostic(severity="warning", message=message, line=line))

    def reading(self) -> ManifestReading:
        """Return what was gathered."""
        return ManifestReading(
            packages=tuple(self._packages[:50]),
            dependencies=tuple(self._dependencies.values()),
            licence=short_text(self.licence, 500),
            description=short_text(self.description, 1_000),
            diagnostics=tuple(self._diagnostics[:50]),
            licence_line=self.licence_line,
        )


def short_text(value: Any, limit: int = _MAX_NAME) -> str | None:
    """Return a one-line text of at most `limit` characters, or None for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return " ".join(str(value)[: 4 * limit].split())[:limit] or None


def decode(data: bytes) -> str:
    """Return the text of a manifest, or raise `UnreadableManifest` (too large, not text)."""
    if len(data) > MAX_BYTES:
        raise UnreadableManifest(f"the file is larger than {MAX_BYTES} bytes")
    if b"\x00" in data[:1024] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableManifest("the file is not text")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if utf16 else "utf-8-sig", "replace")


def load_toml(data: bytes) -> dict[str, Any]:
    """Return a TOML document, or raise `UnreadableManifest`."""
    try:
        return tomllib.loads(decode(data))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r"line (\d{1,9})", message)
        line = int(place[1]) if place else 1
        raise UnreadableManifest(f"not valid TOML: {message[:100]}", line) from error
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        raise UnreadableManifest("not valid TOML") from error


def load_xml(data: bytes) -> Any:
    """Return the root element of an XML document without a DTD, or raise `UnreadableManifest`.

    Entities and external references are refused, and nesting deeper than 100 elements.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableManifest(f"the file is larger than {MAX_BYTES} bytes")
    try:
        root = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise UnreadableManifest("the file declares a DTD or entities") from error
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
        position = getattr(error, "position", (1, 0))
        raise UnreadableManifest("not valid XML", max(int(position[0]), 1)) from error
    _refuse_depth(root)
    return root


def _refuse_depth(root: Any) -> None:
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise UnreadableManifest(f"the file is nested deeper than {_MAX_DEPTH} levels")


def local_name(element: Any) -> str:
    """Return the tag of an XML element without its namespace (comments have none)."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def table(value: Any) -> dict[str, Any]:
    """Return the value where it is a table (object), else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return the value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def git_address(text: Any) -> str | None:
    """Return `https://host/path` for any way to write a git address, or None.

    Understood are `git+https://…@ref#egg=…`, `git+ssh://git@host/…`, `git@host:owner/name.git`,
    `github:owner/name` and https addresses that end in `.git` or stand on a known code host.
    Credentials, refs, fragments and `.git` are dropped; a host without a dot is no public host.
    """
    if not isinstance(text, str) or not text or len(text) > 2_000:
        return None
    address = text.strip().split("#", 1)[0].split("?", 1)[0]
    scheme, colon, rest = address.partition(":")
    if colon and scheme in _FORGE_SHORTHAND and _OWNER_AND_NAME.fullmatch(rest):
        return _https(_FORGE_SHORTHAND[scheme], rest)
    if "://" not in address:
        scp = _SCP_STYLE.fullmatch(address.removeprefix("git+"))
        return _https(scp[1], scp[2]) if scp else None
    explicit = scheme.startswith(("git", "ssh"))
    try:
        parts = urlsplit(address.removeprefix("git+"))
        host = parts.hostname or ""
    except ValueError:
        return None
    path = parts.path.split("@", 1)[0]
    if not explicit and not path.endswith(".git") and host not in _CODE_HOSTS:
        return None
    if parts.scheme not in {"https", "http", "ssh", "git"}:
        return None
    return _https(host, path) if path.strip("/").count("/") or explicit else None


def _https(host: str, path: str) -> str | None:
    clean = path.strip("/").removesuffix(".git").strip("/")
    if "." not in host or not clean or ".." in clean:
        return None
    return f"https://{host.lower().removeprefix('www.')}/{clean}"
