"""The words of a need: compounds taken apart, the glossary, and what a text is compared by."""

import pytest

from registry.adoption.needs.compounds import parts
from registry.adoption.needs.glossary import concepts, meanings
from registry.adoption.needs.readmodels import NewNeed
from registry.adoption.needs.terms import Terms, marks
from registry.search.analysis import words


@pytest.mark.parametrize(
    ("word", "lang", "expected"),
    [
        ("burgerbeteiligung", "de", ("burger", "beteiligung")),
        ("kontaktverfolgung", "de-CH", ("kontakt", "verfolgung")),
        ("gesundheitsdaten", "de", ("gesundheit", "daten")),
        ("terminvereinbarung", "de", ("termin", "vereinbarung")),
        ("belastingaangifte", "nl", ("belasting", "aangifte")),
        ("vaccinationsregister", "sv", ("vaccination", "register")),
        ("kuntavaalit", "fi", ("kunta", "vaalit")),
        ("unterschrift", "de", ("unterschrift",)),  # the glossary knows it whole
        ("wasserzzzz", "de", ("wasser", "zzzz")),
        ("datenzzzz", "de", ("datenzzzz",)),  # five letters alone are not enough
        ("zzzzqqqqrrrr", "de", ("zzzzqqqqrrrr",)),
        ("healthdata", "en", ("healthdata",)),  # English writes them apart
        ("wahl", "de", ("wahl",)),
    ],
)
def test_compounds_are_taken_apart_where_parts_are_known(
    word: str, lang: str, expected: tuple[str, ...]
) -> None:
    def knows(part: str) -> bool:
        return bool(meanings(part, lang))

    found = parts(word, lang, glossary=knows, catalogue=lambda _: False)
    assert found == expected


def test_the_catalogue_knows_parts_that_the_glossary_does_not() -> None:
    def split(catalogue: set[str]) -> tuple[str, ...]:
        known = {"wetter"}.__contains__
        return parts("wetterwarndienst", "de", glossary=known, catalogue=catalogue.__contains__)

    assert split({"warndienst"}) == ("wetter", "warndienst")


def test_one_concept_a_line_and_one_word_a_place() -> None:
    for concept in concepts():
        assert all(concept.values())
        for lang, found in concept.items():
            assert all(words(word) == [word] for word in found), (lang, found)
            assert all(concept in meanings(word, lang) for word in found)
    assert meanings("unterschriften", "de")[0]["en"] == ("signature",)
    assert meanings("firma", "de") == ()  # a company there, a signature in Spanish
    assert meanings("firma", "es")[0]["en"] == ("signature",)
    assert meanings("zzz", "de") == meanings("signature", "xx") == ()


def test_a_need_is_asked_in_its_own_words_and_in_english() -> None:
    need = NewNeed(title="Gesundheitsdaten melden", description="Impfungen", lang="de")
    asked = Terms(need, lambda _: False).questions()
    assert list(asked)[:3] == [
        "gesundheit daten melden", "gesundheit daten melden impfungen", "health data melden",
    ]  # fmt: skip
    assert asked["impfungen"] == asked["vaccination"] == "impfungen"


def test_marks_of_a_text_are_of_its_language() -> None:
    assert marks("authorities", "en") == ("en:authorities", "en=authority")
    assert marks("access", "en") == ("en:access", "en=access")
    assert marks("unterschriften", "de")[1] == marks("unterschrift", "de")[1]
