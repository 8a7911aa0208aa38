"""Identifiers: one form for each repository, and no form for what must not be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.identity import (
    canonical_repository_url,
    repository_slug,
    slugify,
    swhid,
)
from registry.errors import BlockedUrl

CANONICAL = [
    ("https://github.com/Town/Tool.git", "https://github.com/town/tool"),
    ("https://www.github.com/town/tool/", "https://github.com/town/tool"),
    ("https://GITHUB.com:443/town/tool", "https://github.com/town/tool"),
    ("  https://github.com/town/tool  ", "https://github.com/town/tool"),
    ("https://github.com/town/tool.git/", "https://github.com/town/tool"),
    ("https://gitlab.com/A/B/C.git", "https://gitlab.com/a/b/c"),
    ("https://codeberg.org/Town/Tool", "https://codeberg.org/town/tool"),
    ("https://git.town.example/Town/Tool", "https://git.town.example/Town/Tool"),
    ("https://www.town.example/a/b", "https://www.town.example/a/b"),
    ("https://git.town.example./a/b", "https://git.town.example/a/b"),
    ("https://münchen.example/a/b", "https://xn--mnchen-3ya.example/a/b"),
    ("https://town.example/a%20b", None),
    ("https://town.example/~user/tool", "https://town.example/~user/tool"),
    ("https://[2606:4700::1]/a/b", "https://[2606:4700::1]/a/b"),
]
REFUSED = [
    "", "   ", "github.com/town/tool", "/etc/passwd", "file:///etc/passwd", "ext::sh -c evil",
    "ssh://git@github.com/a/b", "git://github.com/a/b", "git@github.com:a/b", "http://a.example/a/b",
    "ftp://a.example/a/b", "javascript:alert(1)", "https://user:pw@a.example/a/b",
    "https://user@a.example/a", "https://@a.example/a", "https://a.example:8443/a/b",
    "https://a.example:99999/a", "https://a.example:x/a", "https://a.example", "https://a.example/",
    "https://a.example/.git", "https:///a/b", "https://a.example/a/b?ref=x",
    "https://a.example/a/b#readme", "https://a.example/../b", "https://a.example/a/%2e%2e/b",
    "https://a.example/-oProxyCommand=x/b", "https://a.example/a//b", "-https://a.example/a",
    "--upload-pack=touch x", "https://a.example/a\nb", "https://a.example/a%0ab",
    "https://a.example/a%00b", "https://a.example\\@b.example/a", "https://a..example/a",
    "https://-a.example/a", "https://a_b-.example/a", "https://[::1/a",
    "https://a.example/" + "a" * 2048,
    "https://" + "a" * 64 + ".example/a", "https://a b.example/a", "https://a.example/a\u2028b",
    "https://xn--\u00e4.example/" , "https://./a",
]  # fmt: skip


@pytest.mark.parametrize(("written", "canonical"), [x for x in CANONICAL if x[1]])
def test_ways_to_write_one_repository_have_one_form(written: str, canonical: str) -> None:
    assert canonical_repository_url(written) == canonical
    assert canonical_repository_url(canonical) == canonical


@pytest.mark.parametrize("written", REFUSED)
def test_what_must_not_be_read_has_no_form(written: str) -> None:
    with pytest.raises(BlockedUrl) as refused:
        canonical_repository_url(written)
    assert str(refused.value)


def test_the_operator_alone_allows_plain_http_and_other_ports() -> None:
    allowed = frozenset({"git.lan:3000", "old.lan"})
    with_port = canonical_repository_url("http://git.lan:3000/a/b", allow_http_hosts=allowed)
    assert with_port == "http://git.lan:3000/a/b"
    assert (
        canonical_repository_url("http://old.lan/a", allow_http_hosts=allowed) == "http://old.lan/a"
    )
    for url in ("http://git.lan/a/b", "http://other.lan/a", "ftp://old.lan/a"):
        with pytest.raises(BlockedUrl):
            canonical_repository_url(url, allow_http_hosts=allowed)


@given(st.text(max_size=60))
def test_any_text_gives_a_canonical_form_or_a_reason(text: str) -> None:
    try:
        canonical = canonical_repository_url("https://a.example/" + text)
    except BlockedUrl:
        return
    assert canonical_repository_url(canonical) == canonical
    assert canonical.startswith("https://a.example/")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Riigi Teataja", "riigi-teataja"), ("Ärzte & Köche", "arzte-koche"), ("a__b--c", "a-b-c"),
        ("日本", "x"), ("", "x"), ("-" * 5, "x"), ("a" * 99, "a" * 80),
    ],
)  # fmt: skip
def test_slugs_are_plain_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_every_text_has_a_slug_that_fits_a_url(text: str) -> None:
    slug = slugify(text)
    assert slug == slugify(slug)
    assert 1 <= len(slug) <= 80
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in slug)


def test_the_slug_of_a_repository_tells_its_host_but_for_the_largest() -> None:
    assert repository_slug("https://github.com/town/tool") == "town-tool"
    assert repository_slug("https://git.town.example/a/tool") == "git-town-example-a-tool"


def test_a_swhid_needs_a_sha1_id() -> None:
    assert swhid("cnt", "a" * 40) == f"swh:1:cnt:{'a' * 40}"
    for kind, oid in (("cnt", "a" * 64), ("dir", "A" * 40), ("snp", "a" * 40)):
        with pytest.raises(ValueError, match="no SWHID"):
            swhid(kind, oid)
