"""Drafts: what is filled in, what is asked, what is kept, and that a file loses nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from registry.clock import utc_now
from registry.db import migrate
from registry.db.session import Database
from registry.db.tables import Draft
from registry.errors import BlockedUrl, Conflict, Gone, InvalidInput, NotFound
from registry.publishing import drafts as module
from registry.publishing.draftmodels import DraftView
from registry.publishing.drafts import LIFETIME, Drafts, forget_expired
from registry.publishing.fields import QUESTIONS, STEPS, parsed, written
from tests.support.drafts import (
    BROKEN,
    GONE,
    HELD,
    HOST,
    NEW,
    SLOW,
    WITH_ERRORS,
    FakeRepositories,
    InMemoryDrafts,
    facts,
)
from tests.support.publiccode_files import InProcessFiles
from tests.support.publiccode_samples import LONG, MINIMAL

ANSWERS = {
    "software_type": "standalone/web",
    "platforms": "web, linux",
    "long_description": LONG,
    "features": "Register\nMap of benches, with photographs",
    "maintenance": "internal",
    "contact_name": "Team Benches",
    "contact_email": "benches@example.org",
    "localisation_ready": "true",
    "languages": "en, nl",
}


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('drafts') / 'registry.db'}")
    migrate.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def drafts(database: Database, clock: Clock) -> Drafts:
    return Drafts(database, FakeRepositories(), InProcessFiles(), clock)


def open_names(view: DraftView) -> set[str]:
    return {name for name, asked in view.questions.items() if asked.is_open}


def test_only_what_is_not_known_is_asked_and_every_value_has_its_source() -> None:
    drafts = InMemoryDrafts()
    view = drafts.view(drafts.begin(NEW))
    assert open_names(view) == {
        "software_type", "platforms", "long_description", "features", "maintenance",
        "localisation_ready", "languages",
    }  # fmt: skip
    licence = view.questions["licence"]
    assert licence.origin is not None
    assert (licence.value, licence.origin.path, licence.origin.line) == ("EUPL-1.2", "LICENSE", 1)
    assert view.questions["version"].value == "1.4.0"
    assert f"url: {NEW}\n" in view.text
    assert view.text.startswith('publiccodeYmlVersion: "0"\n')


def test_answers_make_a_valid_file() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(NEW)
    view = drafts.answer(secret, ANSWERS)
    assert [problem.message for problem in view.problems] == []
    assert open_names(view) == set()
    assert view.questions["platforms"].value == ["web", "linux"]
    assert view.questions["features"].value == ["Register", "Map of benches, with photographs"]
    assert view.questions["platforms"].origin is None
    assert "  contacts:\n    - name: Team Benches\n      email: benches@example.org\n" in view.text


def test_a_kind_of_maintenance_decides_what_else_is_asked() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(NEW)
    view = drafts.answer(secret, {**ANSWERS, "contact_name": "", "contact_email": ""})
    assert open_names(view) == {"contact_name"}
    view = drafts.answer(secret, {"contact_name": "Team Benches"})
    assert open_names(view) == set()
    view = drafts.answer(secret, {"maintenance": "contract"})
    assert open_names(view) == {"contractor_name", "contractor_until"}
    assert "contacts" not in view.text
    view = drafts.answer(secret, {"contractor_name": "Firm", "contractor_until": "2031-12-31"})
    assert view.errors == 0
    view = drafts.answer(secret, {"maintenance": "none"})
    assert "contractors" not in view.text
    assert view.errors == 0


def test_a_file_that_is_there_changes_only_where_it_is_changed() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(HELD)
    view = drafts.view(secret)
    assert view.text == WITH_ERRORS
    assert open_names(view) == {"status", "categories"}
    assert [problem.path for problem in view.rest] == ["publiccodeYmlVersion", "nl"]
    assert view.questions["status"].origin is not None
    assert view.questions["status"].origin.path == "publiccode.yml"
    view = drafts.answer(secret, {"status": "beta"})
    assert view.text == WITH_ERRORS.replace("developmentStatus: done", "developmentStatus: beta")
    view, made = drafts.mend(secret)
    assert made == 2
    assert '"0"  # ours' in view.text
    assert "gemma: x" in view.text
    assert view.questions["status"].value == "beta"
    view = drafts.edit(secret, view.text.replace("nl:\n  gemma: x\n", ""))
    assert view.errors == 0


def test_what_a_file_lacks_is_filled_from_what_is_known() -> None:
    drafts = InMemoryDrafts()
    base = MINIMAL.replace("legal:\n  license: EUPL-1.2\n", "# no licence yet\n")
    drafts.repositories.found[NEW] = facts(NEW, has_file=True, base=base)
    view = drafts.view(drafts.begin(NEW))
    assert "# no licence yet" in view.text
    licence = view.questions["licence"]
    assert licence.origin is not None
    assert (licence.value, licence.origin.path) == ("EUPL-1.2", "LICENSE")
    assert "softwareVersion" not in view.text, "what the standard does not demand is left alone"


def test_optional_answers_can_be_taken_back() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(NEW)
    drafts.answer(secret, {"landing_url": "https://example.org"})
    assert "landingURL" not in drafts.answer(secret, {"landing_url": ""}).text
    view = drafts.answer(secret, {"organisation_name": "Town"})
    assert "organisation_uri" in open_names(view), "a name alone is not valid"
    view = drafts.answer(secret, {"name": ""})
    assert view.questions["name"].is_open
    assert view.questions["name"].is_touched


def test_the_language_of_the_texts_can_be_changed() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(NEW)
    view = drafts.answer(secret, {**ANSWERS, "lang": "nl-BE"})
    assert view.lang == "nl-BE"
    assert "  nl-BE:\n" in view.text
    assert "  en:\n" not in view.text
    assert view.errors == 0
    assert view.questions["features"].value
    with pytest.raises(InvalidInput, match="BCP 47"):
        drafts.answer(secret, {"lang": "klingon!"})


def test_a_file_that_cannot_be_read_is_mended_as_a_text() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(BROKEN)
    assert not drafts.view(secret).is_readable
    with pytest.raises(InvalidInput, match="change the text"):
        drafts.answer(secret, {"name": "x"})
    assert drafts.edit(secret, MINIMAL).errors == 0


def test_a_repository_is_read_first_and_the_draft_is_filled_then() -> None:
    drafts = InMemoryDrafts()
    secret = drafts.begin(SLOW)
    assert drafts.repositories.asked == [SLOW]
    assert drafts.view(secret).state == "reading"
    with pytest.raises(Conflict):
        drafts.answer(secret, {"name": "x"})
    drafts.repositories.found[SLOW] = facts(SLOW)
    assert drafts.view(secret).state == "ready"
    assert drafts.view(secret).questions["name"].value == "Bench Register"


@pytest.mark.parametrize(
    ("url", "error"),
    [("http://127.0.0.1/x/y", BlockedUrl), (GONE, Gone), (f"{HOST}/town", InvalidInput)],
)
def test_some_addresses_are_refused(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        InMemoryDrafts().begin(url)


def test_drafts_are_kept_under_a_secret_that_is_not_stored(
    drafts: Drafts, database: Database, clock: Clock
) -> None:
    secret = drafts.begin(NEW)
    drafts.answer(secret, ANSWERS)
    assert drafts.view(secret).errors == 0
    with database.read() as session:
        rows = session.exec(select(Draft)).all()
    assert secret not in repr([row.model_dump() for row in rows])
    for other in ("", "x", secret + "x", secret[:-1]):
        with pytest.raises(NotFound):
            drafts.view(other)
    clock.now += LIFETIME
    with pytest.raises(NotFound, match="expired"):
        drafts.view(secret)
    with database.write() as session:
        assert forget_expired(session, clock.now) >= 1
        assert session.exec(select(Draft)).all() == []


def test_a_draft_can_be_removed_at_once(drafts: Drafts) -> None:
    secret = drafts.begin(NEW)
    drafts.forget(secret)
    with pytest.raises(NotFound):
        drafts.forget(secret)


def test_there_are_never_too_many_drafts_nor_too_long_ones(
    drafts: Drafts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_DRAFTS", 1)
    secret = drafts.begin(NEW)
    with pytest.raises(Conflict, match="too many"):
        drafts.begin(NEW)
    with pytest.raises(InvalidInput, match="64 KiB"):
        drafts.answer(secret, {"long_description": "x" * 70_000})
    with pytest.raises(InvalidInput, match="256 KiB"):
        drafts.edit(secret, "x" * (256 * 1024 + 1))
    clock.now += LIFETIME + timedelta(seconds=1)
    assert drafts.begin(NEW), "the expired one made room"


def test_questions_are_complete() -> None:
    assert {question.step for question in QUESTIONS} == set(STEPS)
    for question in QUESTIONS:
        assert (question.kind == "choice") == bool(question.choices), question.name
        assert question.most <= 12_000


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("platforms", " web , linux,web ", ["web", "linux"]),
        ("features", "- one, two\n- three", ["one, two", "three"]),
        ("localisation_ready", "false", False),
        ("localisation_ready", "perhaps", None),
        ("name", "  two \n words ", "two words"),
        ("long_description", "a\n\nb\n", "a\n\nb"),
        ("name", "  ", None),
    ],
)
def test_an_answer_is_read_as_it_was_meant(name: str, text: str, value: object) -> None:
    question = next(question for question in QUESTIONS if question.name == name)
    assert parsed(question, text) == value
    if value is not None:
        assert parsed(question, written(value)) == value
