"""Texts that people write here: lengths, languages, and nothing that hides or names a person.

What is markup elsewhere is plain text here: it is stored as it was written and shown escaped.
"""

import re
import unicodedata
from typing import Final, Literal
from urllib.parse import urlsplit

import langcodes

from registry.domain.addresses import ADDRESS, role_mailbox
from registry.errors import InvalidInput

Problem = Literal[
    "empty", "short", "long", "direction", "address", "language", "url", "choice", "unknown",
    "date", "own", "day", "digest", "overlap", "organisation",
    "until", "member", "mailbox", "amount", "source", "number", "dues",
]  # fmt: skip
MAX_URL: Final = 2048
# Overrides and isolates turn text around unseen (CVE-2021-42574); the marks that texts written
# from right to left need (U+200E, U+200F, U+061C) may stay.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)


class WrongField(InvalidInput):
    """One field of what somebody sent is wrong: `field` and `problem` are for forms to tell."""

    def __init__(self, field: str, problem: Problem, message: str) -> None:
        super().__init__(f"{field} {message}")
        self.field = field
        self.problem: Problem = problem


def plain_text(text: str, field: str, longest: int, *, least: int = 1) -> str:
    """Return a text of several lines without control characters, or raise `WrongField`."""
    if len(text) > 4 * longest:  # before any work is done on it
        raise WrongField(field, "long", f"must have at most {longest} characters")
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(x for x in lines if x == "\n" or unicodedata.category(x) not in {"Cc", "Cs"})
    cleaned = "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    cleaned = re.sub(r"\n{3,}", "\n\n", cleaned)
    if least and not cleaned:
        raise WrongField(field, "empty", "must not be empty")
    if len(cleaned) < least:
        raise WrongField(field, "short", f"must have at least {least} characters")
    if len(cleaned) > longest:
        raise WrongField(field, "long", f"must have at most {longest} characters")
    if _TURNING.search(cleaned):
        raise WrongField(
            field, "direction", "holds characters that turn the direction of text unseen"
        )
    return cleaned


def public_text(text: str, field: str, longest: int, *, least: int = 1) -> str:
    """Return a plain text for everybody to read: it names no e-mail address of a person."""
    cleaned = plain_text(text, field, longest, least=least)
    if any(role_mailbox(found[0]) is None for found in ADDRESS.finditer(cleaned)):
        raise WrongField(
            field, "address", "names an e-mail address that may be a person's: name a role's"
        )
    return cleaned


def public_line(text: str, field: str, longest: int, *, least: int = 1) -> str:
    """Return a public text of one line, or raise `WrongField`."""
    return public_text(" ".join(text[: 4 * longest + 1].split()), field, longest, least=least)


def language_tag(text: str, field: str = "lang") -> str:
    """Return a BCP 47 tag of a language that exists, or raise `WrongField`."""
    tag = text.strip()
    if len(tag) > 35 or not _LANGUAGE.fullmatch(tag) or not langcodes.tag_is_valid(tag):
        raise WrongField(field, "language", "must be a language tag such as en or pt-BR")
    return langcodes.standardize_tag(tag)


def web_address(text: str, field: str = "url") -> str:
    """Return an https or http address without credentials, or raise `WrongField`."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in {"https", "http"} and bool(parts.hostname)
        has_no_user = "@" not in parts.netloc and parts.port != 0
    except ValueError:
        is_plain = has_no_user = False
    fits = len(url) <= MAX_URL and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    if not (is_plain and has_no_user and fits) or _TURNING.search(url):
        raise WrongField(field, "url", "must be a web address such as https://town.example/forms")
    return url


def public_contact(text: str, field: str = "contact") -> str:
    """Return a web address or the mailbox of a role; a person's address is `WrongField`."""
    given = text.strip()
    if "://" in given:
        return web_address(given, field)
    mailbox = role_mailbox(given) if ADDRESS.fullmatch(given) and given.isascii() else None
    if mailbox is None:
        raise WrongField(
            field, "address", "must be a web address, or the mailbox of a role such as info@…"
        )
    return mailbox
