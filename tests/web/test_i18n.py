"""Languages: complete catalogues, right forms, and pages that survive longer texts."""

import re
from datetime import UTC, datetime

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.page_paths import PAGE_PATHS
from tests.support.page_structure import Structure
from tests.support.web_apps import asked, sample_app
from web.i18n.extract import main as extract
from web.i18n.extract import refreshed, template_catalogue
from web.i18n.languages import (
    TRANSLATED,
    Language,
    catalogue_path,
    language_of,
    shipped_languages,
)
from web.i18n.words import WORDS, told, words

ENGLISH, FRENCH, SPANISH = shipped_languages()
MARKS = {"fr": ("é", "à", "ç", "’"), "es": ("ó", "í", "ñ", "á")}


def accents(text: str) -> str:
    """Return a text 40 % longer with its placeholders whole, so that untouched text shows."""
    parts = re.split(r"(%\([a-z]+\)s)", text)
    swapped = [x if x.startswith("%(") else x.translate(str.maketrans("aeo", "åéø")) for x in parts]
    return "".join(swapped) + "·" * (1 + len(text) * 2 // 5)


PSEUDO = Language("qps", "/qps", "Pseudo", Locale("en"), NullTranslations(), accents)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated_and_none_is_fuzzy(code: str) -> None:
    with catalogue_path(code).open("rb") as source:
        catalogue = read_po(source, locale=code)
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy, message.id
        assert not list(message.check(catalogue)), message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_is_as_the_source_is_now(code: str) -> None:
    fresh = refreshed(code, template_catalogue())
    assert catalogue_path(code).read_bytes() == fresh, "run python -m web.i18n.extract"


def test_the_check_of_freshness_can_be_run_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert extract(["--check"]) == 0
    assert "changed: nothing" in capsys.readouterr().out


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_survive_translation(code: str) -> None:
    with catalogue_path(code).open("rb") as source:
        catalogue = read_po(source, locale=code)
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"%\([a-z]+\)s", ids[-1]))
        for text in strings:
            assert set(re.findall(r"%\([a-z]+\)s", text)) == wanted, message.id


def test_no_catalogue_holds_the_texts_of_another_language() -> None:
    texts = {}
    for code in TRANSLATED:
        with catalogue_path(code).open("rb") as source:
            found = [str(m.string) for m in read_po(source, locale=code) if m.id]
        texts[code] = " ".join(found)
    for code, marks in MARKS.items():
        others = [text for other, text in texts.items() if other != code]
        for mark in marks:
            assert all(texts[code].count(mark) >= text.count(mark) for text in others), (code, mark)


def test_numbers_dates_and_places_follow_the_language() -> None:
    day = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
    assert (ENGLISH.number(12345), SPANISH.number(12345)) == ("12,345", "12.345")
    assert FRENCH.number(12345) == "12\u202f345"
    assert (ENGLISH.date(day), FRENCH.date(day)) == ("2 August 2026", "2 août 2026")
    assert SPANISH.moment(day) == "2 ago 2026, 09:30 UTC"
    assert (FRENCH.country("de"), SPANISH.country("EE")) == ("Allemagne", "Estonia")
    assert (ENGLISH.country("XX9"), ENGLISH.region("CA-ON")) == ("XX9", "Ontario")
    assert (ENGLISH.region("ZZ-Z"), FRENCH.language_name("et")) == ("ZZ-Z", "estonien")
    assert FRENCH.language_name("not a tag!") == "not a tag!"


def test_sizes_and_shares_are_never_rounded_to_nothing() -> None:
    assert [ENGLISH.size(n) for n in (0, 999, 1000, 1_550_000)] == [
        "0 B",
        "999 B",
        "1 kB",
        "1.6 MB",
    ]
    assert [ENGLISH.percent(x) for x in (0, 0.001, 0.5)] == ["0%", "< 1%", "50%"]


def test_plural_forms_follow_the_language() -> None:
    forms = ("%(count)s component", "%(count)s components")
    assert [FRENCH.ngettext(*forms, n) for n in (0, 1, 2)] == [
        "0 composant",
        "1 composant",
        "2 composants",
    ]
    assert [SPANISH.ngettext(*forms, n) for n in (0, 1)] == ["0 componentes", "1 componente"]


def test_failures_are_told_in_the_language_of_the_page() -> None:
    cause = words("outcome", "http_451")
    assert told(FRENCH.gettext, cause) == "L’hôte a répondu avec le statut HTTP 451"
    assert told(SPANISH.gettext, words("outcome", "gone")) == "El repositorio ya no existe"


def test_a_code_without_words_is_shown_tidied() -> None:
    assert words("function", "it-development") == "It development"
    assert words("nothing", "new_code") == "New code"


def test_every_word_is_in_the_catalogue() -> None:
    known = {m.id for m in template_catalogue() if isinstance(m.id, str)}
    for group in WORDS.values():
        assert set(group.values()) <= known


@pytest.mark.parametrize(
    ("path", "code"),
    [("/", "en"), ("/fr", "fr"), ("/fr/search", "fr"), ("/free", "en"), ("", "en")],
)
def test_the_first_part_of_the_path_chooses_the_language(path: str, code: str) -> None:
    assert language_of(path, shipped_languages()).code == code


def test_pages_in_an_invented_language_show_no_text_that_was_left_out() -> None:
    with asked(sample_app(languages=(ENGLISH, PSEUDO))) as client:
        for path in PAGE_PATHS:
            page = client.get(f"/qps{path}" if path != "/" else "/qps")
            assert page.status_code == 200
            structure = Structure(page.text)
            assert not structure.unbalanced
            for element in structure.all("h1", "h2", "button", "legend", "caption", "dt"):
                is_data = "lang" in element.attributes or path.startswith("/components")
                data = element.text.isdigit() or not element.text or element.tag == "h1"
                assert is_data or data or "·" in element.text or path == "/api", element.text


def test_texts_in_another_language_say_so(client: TestClient[Litestar]) -> None:
    page = client.get("/components/auto-evaluation").text
    assert '<h1 class="govuk-heading-xl govuk-!-margin-bottom-3" lang="fr" dir="auto">' in page
    assert 'lang="fr" dir="auto">Auto' not in client.get("/fr/components/auto-evaluation").text
    assert "onmouseover" not in client.get("/search?q=script").text.split("<main")[1].split("&")[0]
    assert 'lang="ar" dir="auto"' in client.get("/components/arabic").text
