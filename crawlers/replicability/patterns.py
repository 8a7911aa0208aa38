"""The terms that are looked for, from the data files of this folder."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

_HERE: Final = Path(__file__).parent


class Term(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that ties code to a country or a vendor, and how it shows; see the data files."""

    rule: str
    name: str
    source: str
    country: str = ""
    words: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Currency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A currency by its ISO 4217 code; `symbol` where it is clear enough."""

    code: str
    symbol: str = ""
    country: str = ""


class Formats(Struct, frozen=True):
    """Currencies, countries by telephone prefix, and parts of the addresses of programs."""

    currency: tuple[Currency, ...]
    phone: dict[str, str]
    bots: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Return every term of the data files."""
    return tuple(
        term
        for name in ("countries", "vendors")
        for term in msgspec.convert(_table(name)["term"], tuple[Term, ...])
    )


@lru_cache(maxsize=1)
def formats() -> Formats:
    """Return the formats of the data file."""
    return msgspec.convert(_table("formats"), Formats)


def _table(name: str) -> dict[str, list[object]]:
    return tomllib.loads((_HERE / f"{name}.toml").read_text("utf-8"))


class Packages:
    """Which terms a package belongs to; names are compared as their registries compare them."""

    def __init__(self) -> None:
        self._exact: dict[str, Term] = {}
        self._begins: list[tuple[str, Term]] = []
        for term in terms():
            for name in term.packages:
                key = _key(*name.split(":", 1))
                if key.endswith("*"):
                    self._begins.append((key[:-1], term))
                else:
                    self._exact[key] = term

    def of(self, ecosystem: str, name: str) -> Iterator[Term]:
        """Yield the terms that name the package."""
        key = _key(ecosystem, name)
        if key in self._exact:
            yield self._exact[key]
        yield from (term for start, term in self._begins if key.startswith(start))


_DASHED: Final = frozenset({"pypi"})


def _key(ecosystem: str, name: str) -> str:
    lower = name.lower()
    return f"{ecosystem}:{lower.replace('_', '-') if ecosystem in _DASHED else lower}"
