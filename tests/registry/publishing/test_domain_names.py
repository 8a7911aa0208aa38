"""Which domain proves which: the public suffix list, international names, look-alikes."""

import pytest

from registry.errors import InvalidInput
from registry.publishing.domain_names import (
    domain_of_url,
    government_suffix,
    parents,
    parse_domain,
    proves,
)


@pytest.mark.parametrize(
    ("text", "name", "registrable"),
    [
        ("alberta.ca", "alberta.ca", "alberta.ca"),
        (" Data.Alberta.CA. ", "data.alberta.ca", "alberta.ca"),
        ("gov.bc.ca", "gov.bc.ca", "gov.bc.ca"),
        ("www2.gov.bc.ca", "www2.gov.bc.ca", "gov.bc.ca"),
        ("notifications.service.gov.uk", *["notifications.service.gov.uk"] * 2),
        ("münchen.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ],
)
def test_a_domain_is_written_one_way(text: str, name: str, registrable: str) -> None:
    found = parse_domain(text)
    assert (found.name, found.registrable, found.is_suspect) == (name, registrable, False)


@pytest.mark.parametrize(
    "text",
    [
        "ca", "gov.uk", "on.ca", "co.uk", "github.io", "", ".", "a..ca", "-a.ca", "a_b.ca",
        "alberta.ca/x", "alberta.ca:53", "user@alberta.ca", "127.0.0.1", "[::1]", "localhost",
        "alberta.invalid", "a" * 64 + ".ca", "a." * 130 + "ca", "xn--a.ca", "\0.ca",
        "alberta .ca", "<b>.ca", "_gcr-challenge.alberta.ca",
    ],
)  # fmt: skip
def test_what_nobody_owns_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_domain(text)


@pytest.mark.parametrize(
    ("text", "is_suspect"),
    [
        ("аlberta.ca", True),  # a Cyrillic letter among Latin ones
        ("аррӏе.com", True),  # Cyrillic letters only, all of which look Latin
        ("пример.com", False),
        ("東京例え.jp", False),
        ("straße-köln.de", False),
    ],
)
def test_look_alikes_are_flagged(text: str, is_suspect: bool) -> None:
    found = parse_domain(text)
    assert found.is_suspect is is_suspect
    assert found.name.isascii()


def test_a_domain_proves_itself_and_what_is_below_it() -> None:
    assert proves("alberta.ca", "alberta.ca")
    assert proves("alberta.ca", "data.alberta.ca")
    assert not proves("data.alberta.ca", "alberta.ca")
    assert not proves("alberta.ca", "notalberta.ca")
    assert parents("a.b.ca") == ["a.b.ca", "b.ca", "ca"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.alberta.ca/page?x=1", "alberta.ca"),
        ("https://github.com/abgov", "github.com"),
        ("https://127.0.0.1/", None),
        ("https://[::1", None),
        ("", None),
        (None, None),
    ],
)
def test_the_domain_of_a_website(url: str | None, name: str | None) -> None:
    found = domain_of_url(url)
    assert (found.name if found else None) == name


def test_suffixes_of_governments() -> None:
    for name in ("gov", "gov.uk", "gouv.fr", "gc.ca", "alberta.ca", "go.jp", "service.gov.uk"):
        assert government_suffix(name) == name
    for name in ("ca", "com", "on.ca", "co.uk", "github.io", "example.invalid"):
        with pytest.raises(InvalidInput):
            government_suffix(name)
