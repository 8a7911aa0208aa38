"""Submodules: text that is checked and kept, never a place to fetch from."""

import pytest

from crawlers.submodules import MAX_SUBMODULES, read_submodules

LINK = {"lib": "1" * 40}


def _url(text: str) -> str | None:
    config = f'[submodule "x"]\n\tpath = lib\n\turl = {text}\n'
    return read_submodules(LINK, config.encode())[0].url


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://github.com/Town/Tool.git", "https://github.com/town/tool"),
        ("git@github.com:Town/Tool.git", "https://github.com/town/tool"),
        ('"https://x.example/a"', "https://x.example/a"),
        ("ext::sh -c evil", None),
        ("../../internal", None),
        ("file:///etc", None),
        ("--upload-pack=evil", None),
        ("https://user:secret@x.example/a", None),
        ("git@-oProxyCommand=x:a", None),
        ("", None),
    ],
)
def test_an_address_is_kept_only_in_its_canonical_form(written: str, url: str | None) -> None:
    assert _url(written) == url


def test_gitlinks_without_a_line_and_lines_without_a_gitlink_are_no_error() -> None:
    config = b'[submodule "y"]\n path = other\n url = https://x.example/a\n[core]\n = \n\xff'
    found = read_submodules(LINK, config)
    assert [(x.path, x.commit, x.url) for x in found] == [("lib", "1" * 40, None)]


def test_their_number_is_bounded() -> None:
    links = {f"lib{number}": "1" * 40 for number in range(MAX_SUBMODULES + 5)}
    assert len(read_submodules(links, b"")) == MAX_SUBMODULES
