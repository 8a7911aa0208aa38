"""Words, stems, typos and questions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.search.analysis import (
    SYNONYMS,
    distance_at_most,
    fold,
    name_parts,
    stem,
    stems,
    synonyms,
    tokens,
    typos_allowed,
    words,
)
from registry.search.highlight import Wanted, highlight
from registry.search.port import clean_text
from registry.search.questions import parse_question
from tests.support.examples import share


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Évaluation DES Écoles", ["evaluation", "des", "ecoles"]),
        ("Straße Łódź Sjælland", ["strasse", "lodz", "sjaelland"]),
        ("X-Road_v2.0", ["x", "road", "v2", "0"]),
        ("東京都", ["東京", "京都"]),
        ("e-税务x", ["e", "税务", "x"]),
        ("Ελλάδα Україна", ["ελλαδα", "украіна"]),
        ("한국 정부", ["한국", "정부"]),
        ("हिन्दी", ["हिन्दी"]),
        ("…—!", []),
    ],
)
def test_words_are_folded_and_cut_by_script(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "licences", "licence"), ("fr", "ecoles", "ecole"), ("de", "schulen", "schule"),
        ("es", "escuelas", "escuela"), ("it", "scuole", "scuola"), ("pt", "escolas", "escola"),
        ("nl", "gemeenten", "gemeente"), ("sv", "skolorna", "skolor"), ("da", "skoler", "skole"),
        ("nb", "kommunene", "kommunen"), ("fi", "kouluissa", "koulussa"), ("et", "koolid", "kooli"),
        ("lt", "mokyklos", "mokykla"), ("ca", "escoles", "escola"), ("pl", "szkoly", "szkola"),
        ("hu", "iskolak", "iskola"), ("ro", "scolile", "scoli"), ("ga", "gceart", "ceart"),
    ],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem_in_every_language(lang: str, one: str, other: str) -> None:
    assert stem(one, lang) == stem(other, lang)
    assert stem(one, lang) in stems(other)


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40))
def test_words_are_the_tokens_and_fold_to_themselves(text: str) -> None:
    assert words(text) == [word for word, _, _ in tokens(text)]
    assert all(text[a:b] for _, a, b in tokens(text))


def test_a_language_without_a_stemmer_keeps_the_word() -> None:
    assert stem("keeled", "xx") == "keeled"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("X-Road", {"xroad"}), ("OpenForms", {"open", "forms"}), ("plain", set()), ("", set())],
)
def test_a_name_answers_to_its_parts(name: str, expected: set[str]) -> None:
    assert set(name_parts(name)) == expected


def test_synonyms_are_symmetric_and_already_folded() -> None:
    for group in SYNONYMS:
        for word in group:
            assert fold(word) == word
            assert all(word in synonyms(other) for other in synonyms(word))
    assert synonyms("zzz") == ()


def _slow_distance(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    best = min(
        _slow_distance(one[1:], other) + 1,
        _slow_distance(one, other[1:]) + 1,
        _slow_distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if len(one) > 1 and len(other) > 1 and one[:2] == other[1::-1]:
        best = min(best, _slow_distance(one[2:], other[2:]) + 1)
    return best


@settings(deadline=None, derandomize=True, database=None)
@given(st.text("ab", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_the_distance_is_that_of_the_definition(one: str, other: str, limit: int) -> None:
    slow = _slow_distance(one, other)
    assert distance_at_most(one, other, limit) == (slow if slow <= limit else None)


def test_longer_words_may_hold_more_typos() -> None:
    assert [typos_allowed(w) for w in ("tax", "form", "licence", "municipal")] == [0, 1, 1, 2]
    assert typos_allowed("covid19") == 0


def test_a_question_is_taken_apart() -> None:
    question = parse_question('the secure "data exchange" -legacy -"old thing" for schoo')
    assert question.words == ("secure", "schoo")
    assert question.phrases == (("data", "exchange"),)
    assert question.excluded == (("legacy",), ("old", "thing"))
    assert question.is_typing


@pytest.mark.parametrize(
    ("text", "is_typing"), [("road", True), ("road ", False), ('"road"', False), ("-road", False)]
)
def test_only_an_open_last_word_is_a_prefix(text: str, is_typing: bool) -> None:
    assert parse_question(text).is_typing is is_typing


def test_function_words_alone_are_still_asked_for() -> None:
    assert parse_question("the").words == ("the",)
    assert parse_question("tax of ").words == ("tax",)


@settings(deadline=None, derandomize=True, database=None, max_examples=share(300))
@given(st.text(max_size=80), st.text(max_size=20))
def test_a_highlight_is_the_escaped_text_with_marks(text: str, asked: str) -> None:
    text = clean_text(text)
    want = Wanted(frozenset(words(asked)), prefix=(words(text) or [""])[0][:1])
    marked = highlight(text, "en", want)
    if marked is not None:
        bare = marked.replace("<mark>", "").replace("</mark>", "")
        assert marked.count("<mark>") == marked.count("</mark>") > 0
        assert "<" not in bare
        assert ">" not in bare
        plain = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        assert plain.replace("&#x27;", "'").replace("&amp;", "&") == text


def test_a_long_text_is_cut_around_the_first_answer() -> None:
    marked = highlight(
        "word " * 500 + "needle " + "word " * 500, "en", Wanted(frozenset(["needle"]))
    )
    assert marked is not None
    assert "<mark>needle</mark>" in marked
    assert marked.startswith("…")
    assert marked.endswith("…")
    assert len(marked) < 320
