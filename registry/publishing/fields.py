"""The questions of the publish wizard: which key each answers, where it is asked, what it takes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from registry.domain import publiccode_lists as lists

Kind = Literal["text", "area", "lines", "choice", "flag"]
STEPS: Final = ("about", "description", "rights", "upkeep")
DEFAULT_LANGUAGE: Final = "en"


class Question(Struct, frozen=True, kw_only=True):
    """One question; `key` is the path in the file, with `{lang}` for the language of the texts.

    `required` says that the standard demands an answer; `when` names another question, and the
    answers to it that make this one required. `most` is the longest answer in characters.
    """

    name: str
    step: str
    key: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    when: tuple[str, tuple[str, ...]] | None = None
    most: int = 300


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(name="name", step="about", key="name", required=True),
    Question(
        name="software_type", step="about", key="softwareType", kind="choice", required=True,
        choices=lists.SOFTWARE_TYPES,
    ),
    Question(
        name="status", step="about", key="developmentStatus", kind="choice", required=True,
        choices=lists.DEVELOPMENT_STATUSES,
    ),
    Question(name="platforms", step="about", key="platforms", kind="lines", required=True),
    Question(name="categories", step="about", key="categories", kind="lines", most=2000),
    Question(name="landing_url", step="about", key="landingURL", most=2048),
    Question(name="version", step="about", key="softwareVersion"),
    Question(name="release_date", step="about", key="releaseDate"),
    Question(name="is_based_on", step="about", key="isBasedOn", most=2048),
    Question(
        name="short_description", step="description", required=True,
        key="description.{lang}.shortDescription",
    ),
    Question(
        name="long_description", step="description", kind="area", required=True, most=12_000,
        key="description.{lang}.longDescription",
    ),
    Question(
        name="features", step="description", kind="lines", required=True, most=12_000,
        key="description.{lang}.features",
    ),
    Question(name="licence", step="rights", key="legal.license", required=True),
    Question(name="organisation_uri", step="rights", key="organisation.uri", most=2048),
    Question(name="organisation_name", step="rights", key="organisation.name"),
    Question(
        name="maintenance", step="upkeep", key="maintenance.type", kind="choice", required=True,
        choices=lists.MAINTENANCE_TYPES,
    ),
    Question(
        name="contact_name", step="upkeep", key="maintenance.contacts",
        when=("maintenance", ("internal", "community")),
    ),
    Question(name="contact_email", step="upkeep", key="maintenance.contacts"),
    Question(
        name="contractor_name", step="upkeep", key="maintenance.contractors",
        when=("maintenance", ("contract",)),
    ),
    Question(
        name="contractor_until", step="upkeep", key="maintenance.contractors",
        when=("maintenance", ("contract",)),
    ),
    Question(
        name="localisation_ready", step="upkeep", key="localisation.localisationReady",
        kind="flag", required=True,
    ),
    Question(
        name="languages", step="upkeep", key="localisation.availableLanguages", kind="lines",
        required=True,
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Question]] = {question.name: question for question in QUESTIONS}
# Questions about the parts of one item of a list: the list's key, and question → part.
ITEMS: Final[Mapping[str, Mapping[str, str]]] = {
    "maintenance.contacts": {"contact_name": "name", "contact_email": "email"},
    "maintenance.contractors": {"contractor_name": "name", "contractor_until": "until"},
}


def of_step(step: str) -> tuple[Question, ...]:
    """Return the questions of a step, in their order."""
    return tuple(question for question in QUESTIONS if question.step == step)


def is_required(question: Question, values: Mapping[str, Any]) -> bool:
    """Say whether the standard demands an answer, given the other answers."""
    if question.when is None:
        return question.required
    other, answers = question.when
    return values.get(other) in answers


def parsed(question: Question, text: str) -> Any:
    """Return what an answer means: a text, a list, or yes and no; None where nothing was said."""
    text = text.strip()[: question.most]
    if question.kind == "flag":
        return {"true": True, "false": False}.get(text)
    if question.kind == "lines":
        separators = "\n" if "\n" in text or question.name == "features" else ","
        items = (item.strip().removeprefix("- ").strip() for item in text.split(separators))
        return [item for item in dict.fromkeys(items) if item] or None
    if question.kind == "text":
        text = " ".join(text.split())
    return text or None


def written(value: Any) -> str:
    """Return a value as a form shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if value is None else str(value)


def file_values(
    values: Mapping[str, Any], names: Iterable[str], lang: str
) -> Iterator[tuple[str, Any]]:
    """Yield key and value, as they go into the file, of the questions that are named.

    `values` are the answers to all questions: some make others needless. None takes a key away.
    """
    for name in names:
        question = BY_NAME[name]
        parts = ITEMS.get(question.key)
        if parts is None:
            yield question.key.format(lang=lang), values.get(name)
        elif is_required(_first_of(question.key), values):
            item = {part: values[name] for name, part in parts.items() if values.get(name)}
            yield question.key, [item] if item else None
    for key in ITEMS if "maintenance" in names else ():
        if not is_required(_first_of(key), values):
            yield key, None


def _first_of(key: str) -> Question:
    return next(question for question in QUESTIONS if question.key == key)
