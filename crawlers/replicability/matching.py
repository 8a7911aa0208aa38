"""Finding terms in text without regular expressions: fixed texts, then a look at what is around.

The cost is the length of the text times the number of needles, whatever the text holds.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from crawlers.replicability.patterns import Term, terms

_HOST_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
# A line that only says where a format or a project is described.
_NAMING: Final = (
    "xmlns", "$schema", "\"homepage\"", "\"repository\"", "\"bugs\"", "schemalocation", "doctype",
    "license", "licence", "\"$id\"", "@see", "namespace", "\"url\": \"git", "http://www.w3.org",
    "cdn.", "/dtd/", "opengis",
)  # fmt: skip
# Hosts that anybody may use, or that tell nothing: code, design systems, schemas, own address.
_FOR_ALL: Final = (
    "checkip.amazonaws.com",
    "design-system.service.gov.uk", "frontend.design-system.service.gov.uk", "design.gov.uk",
    "designsystem.digital.gov", "code.gouv.fr", "systeme-de-design.gouv.fr", "nist.gov",
    "niem.gov", "designers.italia.it", "service-manual.nhs.uk", "code.overheid.nl",
)  # fmt: skip


class Needle(NamedTuple):
    """A text in lower case that must stand in a file for its term to be looked for."""

    text: str
    term: Term
    kind: str

    @property
    def shown(self) -> str:
        """How the term shows where the needle is found, as in `Sign.kind`."""
        kind = self.kind.partition(":")[0]
        return {"start": "setting", "literal": "word"}.get(kind, kind)


@lru_cache(maxsize=1)
def needles() -> tuple[Needle, ...]:
    """Return everything that is looked for in contents."""
    found: dict[tuple[str, str, str], Needle] = {}
    for term in terms():
        for text, kind in _texts(term):
            found[(text, term.name, kind)] = Needle(text, term, kind)
    return tuple(found.values())


def _texts(term: Term) -> Iterator[tuple[str, str]]:
    for words in term.words:
        for joint in ("", " ", "_", "-") if " " in words else ("",):
            yield words.replace(" ", joint), "word"
    for literal in term.literals:
        yield literal.lower(), f"literal:{literal}"
    for host in term.hosts:
        yield host.rpartition("*")[2].lstrip(".") if "*" in host else host, f"host:{host}"
    for start in term.starts:
        yield start.lower(), f"start:{start}"


def present(lower: str) -> list[Needle]:
    """Return the needles that may stand in a text (in lower case): all that do, and more.

    Looked at are its different words, a fraction of the text: code repeats itself.
    """
    words = "\n".join(set(_WORD.findall(lower)))
    return [needle for needle, part in _longest_parts() if part in words]


_WORD: Final = re.compile(r"[\w.-]+")


@lru_cache(maxsize=1)
def _longest_parts() -> tuple[tuple[Needle, str], ...]:
    return tuple((needle, max(_WORD.findall(needle.text), key=len)) for needle in needles())


def holds(line: str, needle: Needle) -> bool:
    """Tell whether a line of code holds what the needle is looking for."""
    lower = line.lower()
    if len(lower) != len(line):
        line = lower  # letters that change their length: no capitals to go by
    kind, _, exact = needle.kind.partition(":")
    if kind == "literal":
        return exact in line
    if kind == "start":
        return line.lstrip().startswith(exact)
    place = lower.find(needle.text)
    while place >= 0:
        if kind == "word" and _is_word(line, place, place + len(needle.text)):
            return True
        if kind == "host" and _is_host(lower, place, needle, exact):
            return True
        place = lower.find(needle.text, place + 1)
    return False


def _is_word(line: str, start: int, end: int) -> bool:
    """Tell whether a word of an identifier or a text begins and ends here."""
    before, after = line[start - 1 : start], line[end : end + 1]
    begins = not before.isalnum() or (before.islower() and line[start].isupper())
    ends = not after.isalnum() or (after.isupper() and line[end - 1].islower()) or after.isdigit()
    return begins and ends


def _is_host(lower: str, start: int, needle: Needle, pattern: str) -> bool:
    """Tell whether the address of a host ends here, and whether it is one that counts."""
    end = start + len(needle.text)
    begin = start
    while begin > 0 and lower[begin - 1] in _HOST_CHARACTERS:
        begin -= 1
    host, before, after = lower[begin:end], lower[begin - 1 : begin], lower[end : end + 1]
    if after and (
        after.isalnum() or after in "-_" or (after == "." and lower[end + 1 : end + 2].isalpha())
    ):
        return False
    if before == "@" or not _fits(host, pattern) or any(_fits(host, x) for x in _FOR_ALL):
        return False
    if needle.term.rule != "country_domain":
        return True
    is_address = lower[:begin].endswith("://")
    is_meant = not any(word in lower for word in _NAMING)
    return is_address and is_meant


def _fits(host: str, pattern: str) -> bool:
    """Tell whether a host is `pattern` or below it; `*` in a pattern stands for any labels."""
    if "*" not in pattern:
        return host == pattern or host.endswith("." + pattern)
    first, _, last = pattern.partition(".*")
    return host.endswith(last) and (host.startswith(first + ".") or f".{first}." in host)
