"""Sentences that name a source: found in many languages, bounded whatever the text is."""

import time

import pytest

from registry.domain.attribution import MAX_STATEMENTS, Memory, Statement, statements
from registry.domain.attribution_links import repository_url
from registry.domain.attribution_phrases import PHRASES, RANK, REUSE
from registry.domain.attribution_sense import says_reuse
from tests.support.attribution_sentences import NO_REUSE, POSITIVE, SILENT, Sentence


def _read(text: str) -> list[Statement]:
    return statements(text.encode())


@pytest.mark.parametrize("expected", [*POSITIVE, *NO_REUSE], ids=lambda s: s.text[:40])
def test_a_sentence_says_whom_it_names_and_whether_code_was_taken(expected: Sentence) -> None:
    (found,) = _read(expected.text)
    assert (found.phrase, found.lang, found.target_url) == (
        expected.phrase, expected.lang, expected.url,
    )  # fmt: skip
    assert found.target.startswith(expected.target), found.target
    assert says_reuse(found.text, found.phrase) is expected.reuse


@pytest.mark.parametrize("text", [sentence.text for sentence in SILENT], ids=lambda t: t[:40])
def test_a_text_that_names_no_source_says_nothing(text: str) -> None:
    assert _read(text) == []


def test_the_labelled_sentences_are_many() -> None:
    assert len(POSITIVE) + len(NO_REUSE) + len(SILENT) >= 80
    assert {sentence.lang for sentence in POSITIVE} >= {"en", "fr", "es", "pt", "de", "nl", "it"}


def test_every_phrase_has_a_rank() -> None:
    assert {phrase.id for phrase in PHRASES} <= set(RANK)
    assert set(RANK) >= REUSE


def test_the_text_is_kept_as_written_but_for_spaces_and_control_characters() -> None:
    (found,) = _read(
        "# Tool\n\nText.  Adapted\u202e from\n\tthe  North\x07land\u200b Board. More.\n"
    )
    assert found.text == "Adapted from the Northland Board."
    assert (found.line, found.target) == (3, "Northland Board")


def test_pages_are_read_without_tags_scripts_and_comments() -> None:
    page = (
        "<html>\n<script>x = 'Forked from Evil Corp.'</script>\n<style>\n/* based on Evil */\n"
        '</style>\n<p>Adapted from\n<a class="x" href="https://github.com/port-city/harbour">the'
        " <b>Harbour</b></a>.</p><p>Other</p></html>"
    )
    (found,) = _read(page)
    assert found.text == "Adapted from <https://github.com/port-city/harbour> the Harbour."
    assert (found.line, found.target_url) == (6, "https://github.com/port-city/harbour")
    assert found.target == "Harbour"


def test_a_list_item_a_heading_and_a_table_row_are_sentences_of_their_own() -> None:
    text = (
        "- Forked from Harbour\n- Written in Go\n## Based on Tideline\n| Ported from Quay | Rust |"
    )
    found = _read(text)
    assert [(s.line, s.phrase) for s in found] == [
        (1, "forked_from"), (3, "based_on"), (4, "ported_from"),
    ]  # fmt: skip


def test_a_sentence_said_twice_is_one() -> None:
    assert len(_read("Forked from Harbour.\n\n\nforked  from harbour.\n")) == 1


def test_binary_and_huge_contents_are_not_read() -> None:
    text = b"Forked from Harbour.\n"
    assert statements(b"\0" + text) == []
    assert statements(text + b"x" * 1_000_000) == []
    assert len(statements(b"\xff\xfe " + text)) == 1


def test_ten_thousand_statements_are_bounded() -> None:
    text = "\n\n".join(f"Forked from Harbour {number}." for number in range(10_000))
    assert len(_read(text)) == MAX_STATEMENTS


def test_a_sentence_about_another_repository_says_nothing_of_this_one() -> None:
    text = (
        "[Quay](https://github.com/port-city/quay) is a fork of [Tide](https://github.com/a/tide)."
    )
    (found,) = _read(text)
    assert not says_reuse(found.text, found.phrase)
    assert says_reuse(found.text, found.phrase, {"https://github.com/port-city/quay"})


@pytest.mark.parametrize(
    "text",
    [
        "fork of [Tide](https://github.com/a/tide)",
        "Install our fork of [Tide](https://github.com/a/tide).",
        "The container is based on the Tide docker image.",
        "It is not based on Tide.",
        "To be based on Tide, a service must be registered.",
    ],
)
def test_what_is_used_listed_wished_or_denied_is_no_reuse(text: str) -> None:
    (found,) = _read(text)
    assert not says_reuse(found.text, found.phrase)


def test_the_address_of_another_repository_than_the_named_one_is_not_taken() -> None:
    (found,) = _read("Forked from [ports/tide](https://github.com/other/tide).")
    assert (found.target, found.target_url) == ("ports/tide", None)


def test_an_address_alone_is_the_name() -> None:
    for text in ("Adapted from <https://github.com/a/tide> ([changes](https://github.com/b/c)).",
                 "Adapted from https://github.com/a/tide in 2020."):  # fmt: skip
        (found,) = _read(text)
        assert found.target == found.target_url == "https://github.com/a/tide"


def test_versions_read_with_one_memory_say_what_they_say_alone() -> None:
    fence = "```"
    versions = [
        f"# A\n\nForked from [Tide].\n\n{fence}\n\nForked from Quay.\n\n{fence}\n\n[Tide]: {url}\n"
        for url in ("https://github.com/a/tide", "https://github.com/b/tide")
    ] + ["Intro.\n\n\n\nForked from [Tide].\n\nForked from Quay.\n"]
    memory: Memory = {}
    for text in versions:
        assert statements(text.encode(), memory) == _read(text)
    assert [(s.line, s.target) for s in _read(versions[2])] == [(5, "Tide"), (7, "Quay")]
    assert _read(versions[1])[0].target_url == "https://github.com/b/tide"


@pytest.mark.parametrize(
    "piece",
    ["fork of ", "<", "<a ", "<script>", "<!--", "[", "[a]", "uses code ", "adapted by a b c ",
     " ", "a", "a. ", "thanks a b ", "\n", "- ", "*_", "ursprünglich von ", "[a]: https://a\n",
     "based on https://github.com/a/b ", "originally developed ", "(", "\u202e", "based on the "],
)  # fmt: skip
def test_hostile_texts_take_time_in_proportion_to_their_length(piece: str) -> None:
    text = (piece * (250_000 // len(piece.encode())) + "\n\nForked from Harbour").encode()[:250_000]
    began = time.process_time()
    statements(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/Port-City/Harbour", "https://github.com/port-city/harbour"),
        ("http://www.github.com/port-city/harbour.git", "https://github.com/port-city/harbour"),
        (
            "github.com/port-city/harbour/blob/main/README.md",
            "https://github.com/port-city/harbour",
        ),
        ("git@github.com:port-city/harbour.git", "https://github.com/port-city/harbour"),
        (
            "https://raw.githubusercontent.com/port-city/harbour/main/x.js",
            "https://github.com/port-city/harbour",
        ),
        ("https://gitlab.com/a/b/c/-/tree/main/d", "https://gitlab.com/a/b/c"),
        ("https://gitlab.com/a/b/blob/main/d", "https://gitlab.com/a/b"),
        ("https://code.ports.example/Team/Tide", "https://code.ports.example/Team/Tide"),
        ("https://codeberg.org/port/tide/src/branch/main/a", "https://codeberg.org/port/tide"),
        ("https://github.com/port-city", None),
        ("https://github.com/orgs/port-city/teams", None),
        ("https://github.com/port-city/harbour/issues/3", None),
        ("https://gitlab.com/a/b/-/merge_requests/2", None),
        ("https://port-city.example/a/b", None),
        ("https://github.com/port city/x", None),
        ("https://[::1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_addresses_of_places_in_repositories_are_those_of_the_repositories(
    address: str, expected: str | None
) -> None:
    assert repository_url(address) == expected
