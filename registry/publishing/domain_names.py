"""Domain names as proofs of who somebody is: written one way, and which proves which.

A domain proves itself and what lies below it, never what lies above, and no suffix under which
anybody may register proves anything. The suffixes are those of the public suffix list
(https://publicsuffix.org), whose data the library brings along: nothing is asked of a network.
"""

import re
import unicodedata
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import idna
from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from registry.errors import InvalidInput

MAX_LENGTH: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Suffixes that a state keeps for its own bodies begin so; below others, anybody may register.
_OF_GOVERNMENT: Final = frozenset(
    {
        *("go", "gob", "gouv", "gov", "government", "govt", "gub", "gv", "leg", "lg", "llg"),
        *("mil", "police", "parliament", "jus", "nic", "nhs", "mod", "service", "campaign"),
        *("gc", "adm", "admin", "dep"),
    }
)
# Scripts that are written together in one word.
_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
# Letters of other alphabets that look like Latin ones (Unicode Technical Standard 39).
_LIKE_LATIN: Final = frozenset("абсԁеһіјӏкմոорԛѕтսхуԝοαινκρτυχ")


class DomainName(Struct, frozen=True):
    """A domain in ASCII (punycode, as RFC 5891), the part that was registered, and how it reads.

    `is_suspect` says that its letters look like those of another name: it is shown in ASCII with a
    warning, and proves nothing by itself.
    """

    name: str
    registrable: str
    is_suspect: bool = False


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def parse_domain(text: str) -> DomainName:
    """Return a domain that a body can have registered, or raise `InvalidInput` saying why not."""
    name = _ascii(text)
    registrable = _suffixes().privatesuffix(name)
    if registrable is None:
        raise InvalidInput(
            f"{name[:80]} is no domain that somebody can own: write one such as alberta.ca"
        )
    return DomainName(name, registrable, any(map(_is_suspect, name.split("."))))


def domain_of_url(url: str | None) -> DomainName | None:
    """Return the domain of a website without `www.`, or None where there is none."""
    try:
        host = urlsplit(url or "").hostname or ""
        return parse_domain(host.removeprefix("www."))
    except (ValueError, InvalidInput):
        return None


def proves(proven: str, wanted: str) -> bool:
    """Tell whether control of a domain proves control of another: of itself, and of those below."""
    return wanted == proven or wanted.endswith(f".{proven}")


def parents(name: str) -> list[str]:
    """Return a domain and all above it, the longest first."""
    labels = name.split(".")
    return [".".join(labels[i:]) for i in range(len(labels))]


def government_suffix(text: str) -> str:
    """Return a suffix as the list of government domains keeps it, or raise `InvalidInput`.

    A public suffix is taken only where its name says that a state keeps it for its bodies, such as
    `gov.uk`: below `on.ca` or `github.io` anybody may register.
    """
    name = _ascii(text)
    labels = name.split(".")
    is_public = _suffixes().is_public(name) or len(labels) == 1
    if is_public and _OF_GOVERNMENT.isdisjoint(labels[:-1] or labels):
        raise InvalidInput(f"{name[:80]}: anybody may register below it")
    if not is_public and _suffixes().privatesuffix(name) is None:
        raise InvalidInput(f"{name[:80]}: its ending is not known")
    return name


def _ascii(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    try:
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode("ascii")
        for label in name.split("."):
            if label.startswith("xn--"):
                idna.decode(label)
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidInput(f"{text[:80]!r} is not a domain name") from error
    labels = name.split(".")
    if len(name) > MAX_LENGTH or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise InvalidInput(f"{text[:80]!r} is not a domain name: write one such as alberta.ca")
    return name


def _is_suspect(label: str) -> bool:
    """Tell whether a label mixes alphabets, or is written in letters that pass for Latin ones."""
    if not label.startswith("xn--"):
        return False
    letters = [x for x in idna.decode(label) if unicodedata.category(x).startswith("L")]
    scripts = {unicodedata.name(x, "UNKNOWN").split()[0] for x in letters}
    if len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER):
        return True
    return "LATIN" not in scripts and all(x in _LIKE_LATIN for x in letters)
