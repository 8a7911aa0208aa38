"""The list of packages whose code is background: one name and version a line, in order.

A line is `name@version` for npm, and `pypi:name==version` or `pypi:name@version` for PyPI; after
`#` it is a comment. The order decides to which package a hash belongs that several carry.
"""

import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Final, Literal

from msgspec import Struct

from registry.errors import InvalidInput

FILE: Final = "packages.txt"
# Exact names and versions only: the clients would also take URLs, folders, ranges and options.
_NPM = re.compile(
    r"(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9~_][\w.~-]*)@(?P<version>\d[\w.+-]*)"
)
_PYPI = re.compile(r"pypi:(?P<name>[A-Za-z0-9][\w.-]*)(?:==|@)(?P<version>\d[\w.+!-]*)")


class Listed(Struct, frozen=True, order=True):
    """One version of a package in a registry."""

    ecosystem: Literal["npm", "pypi"]
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.ecosystem}:{self.name}@{self.version}"


def shipped_list() -> tuple[Listed, ...]:
    """Return the list that the program brings."""
    text = files("crawlers.background").joinpath(FILE).read_text(encoding="utf-8")
    return read_listing(text.splitlines(), FILE)


def read_listing(lines: Iterable[str], name: str) -> tuple[Listed, ...]:
    """Return the packages of a list without repetitions; `InvalidInput` names a bad line."""
    found: dict[Listed, None] = {}
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if text:
            found[_listed(text, f"{name}, line {number}")] = None
    return tuple(found)


def _listed(text: str, place: str) -> Listed:
    if match := _PYPI.fullmatch(text):
        return Listed("pypi", match["name"].lower(), match["version"])
    if match := _NPM.fullmatch(text):
        return Listed("npm", match["name"], match["version"])
    raise InvalidInput(
        f"{place}: {text!r} is neither name@version (npm) nor pypi:name==version (PyPI)"
    )
