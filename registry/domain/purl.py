"""Package URLs (purl): which package of which ecosystem a text names."""

import re
from typing import Final
from urllib.parse import unquote

MAX_LENGTH: Final = 700
_TYPE: Final = re.compile(r"[a-z][a-z0-9.+-]{0,19}")
_SEPARATORS: Final = re.compile(r"[-_.]+")
# Types whose names do not tell capitals and small letters apart.
_FOLDED: Final = frozenset({"composer", "npm", "pypi"})


def package_of(purl: str) -> tuple[str, str]:
    """Return the ecosystem and the name of a package as manifests write it.

    A version, qualifiers and a subpath are left aside. Raises `ValueError` for what is no purl.
    """
    scheme, _, rest = purl.strip().partition(":")
    if len(purl) > MAX_LENGTH or scheme.lower() != "pkg":
        raise ValueError("a package URL begins with pkg:, as in pkg:npm/left-pad")
    path = rest.lstrip("/").partition("#")[0].partition("?")[0]
    kind, _, named = path.partition("/")
    kind = kind.lower()
    # A scope such as @angular may stand as it is written: the version comes after the last slash.
    folder, slash, last = named.rpartition("/")
    parts = [unquote(part) for part in (folder + slash + last.partition("@")[0]).split("/") if part]
    if not _TYPE.fullmatch(kind) or not parts or "\0" in "".join(parts):
        raise ValueError("a package URL names a type and a package, as in pkg:npm/left-pad")
    name = (":" if kind == "maven" else "/").join(parts)
    if kind in _FOLDED:
        name = name.lower()
    return kind, _SEPARATORS.sub("-", name) if kind == "pypi" else name
