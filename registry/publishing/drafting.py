"""From facts and answers to a file, and from its problems back to the questions."""

import re
from collections.abc import Mapping
from typing import Any, Final

import langcodes
import msgspec

from registry.db.tables import Draft
from registry.domain.publiccode_lists import RECOMMENDED_VERSION
from registry.publishing.draftmodels import Asked, DraftView, Facts, KnownValue, Origin
from registry.publishing.fields import (
    BY_NAME,
    DEFAULT_LANGUAGE,
    ITEMS,
    QUESTIONS,
    Question,
    file_values,
    is_required,
    parsed,
    written,
)
from registry.publishing.port import PubliccodeFiles
from registry.publishing.readmodels import Composed, FileProblem, Given

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_DESCRIBED: Final = re.compile(r"description\.([^.]+)\.")


def usable_language(tag: str) -> bool:
    """Say whether a text is a BCP 47 tag of a language that exists."""
    return bool(_LANGUAGE.fullmatch(tag)) and langcodes.tag_is_valid(tag)


def first_file(facts: Facts, files: PubliccodeFiles) -> tuple[Facts, Composed]:
    """Return the facts that went into the file that a draft begins with, and that file.

    That is a new one with all that is known, or the one that the repository has, completed only
    where the standard demands a value that it lacks and that is known.
    """
    if "organisation_uri" not in facts.values:  # a name alone would make the file invalid
        nameless = {k: v for k, v in facts.values.items() if k != "organisation_name"}
        facts = msgspec.structs.replace(facts, values=nameless)
    known = {name: value.value for name, value in facts.values.items()}
    if facts.base is None:
        told = dict(file_values(known, known, facts.lang))
        head = {"publiccodeYmlVersion": RECOMMENDED_VERSION, "url": facts.url}
        return facts, files.compose(None, {**head, **told}, path=facts.path)
    base = facts.base.encode()
    there = files.compose(base, {}, path=facts.path)
    lang = language_of({}, there.given, facts)
    present = values_given(there.given, lang)
    lacking = [n for n in known if n not in present and BY_NAME[n].required]
    if there.validation.status == "unparseable":
        lacking = []
    added = {name: facts.values[name] for name in lacking}
    facts = msgspec.structs.replace(facts, values=added)
    if not lacking:
        return facts, there
    told = dict(file_values({**known, **present}, lacking, lang))
    return facts, files.compose(base, told, path=facts.path)


def changed_file(row: Draft, answers: Mapping[str, str], files: PubliccodeFiles) -> Composed:
    """Return the file of a draft with new answers put into it."""
    facts, composed = facts_of(row), composed_of(row)
    before = language_of(row.answers, composed.given, facts)
    after = answers.get("lang") or before
    renamed = {}
    if after != before and f"description.{after}." not in " ".join(composed.given):
        renamed = {f"description.{before}": after}
    text = composed.text.encode()
    if renamed:
        text = files.compose(text, {}, path=facts.path, renamed=renamed).text.encode()
    typed = {n: parsed(BY_NAME[n], text) for n, text in answers.items() if n in BY_NAME}
    values = {**values_given(composed.given, before), **typed}
    return files.compose(text, dict(file_values(values, typed, after)), path=facts.path)


def facts_of(row: Draft) -> Facts:
    """Return what was known of the repository when the draft was made."""
    return msgspec.convert(row.facts, Facts)


def composed_of(row: Draft) -> Composed:
    """Return the file of a draft as it is now."""
    return msgspec.convert(row.composed, Composed)


def language_of(answers: Mapping[str, str], given: Mapping[str, Given], facts: Facts) -> str:
    """Return the language of the texts: as answered, else as in the file, else as known."""
    present = [found[1] for key in given if (found := _DESCRIBED.match(key))]
    answered = answers.get("lang")
    if answered and (answered in present or not present):
        return answered
    if present:
        return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in present else present[0]
    return facts.lang


def values_given(given: Mapping[str, Given], lang: str) -> dict[str, Any]:
    """Return what a file says, by question."""
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        entry = given.get(question.key.format(lang=lang))
        if entry is None:
            continue
        part = ITEMS.get(question.key, {}).get(question.name)
        if part is None:
            found[question.name] = entry.value
        elif isinstance(entry.value, list) and entry.value and isinstance(entry.value[0], dict):
            found[question.name] = entry.value[0].get(part)
    return {name: value for name, value in found.items() if value is not None}


def draft_view(row: Draft) -> DraftView:
    """Return a draft with its questions, each with its value, origin and problems."""
    facts, composed = facts_of(row), composed_of(row)
    lang = language_of(row.answers, composed.given, facts)
    values = values_given(composed.given, lang)
    problems = composed.validation.problems
    by_question = {q.name: _problems_of(q, problems, lang) for q in QUESTIONS}
    claimed = {id(problem) for found in by_question.values() for problem in found}
    questions = {
        q.name: _asked(row, q, values, by_question[q.name], _origin(row, q, composed, facts, lang))
        for q in QUESTIONS
    }
    return DraftView(
        url=row.url,
        state="ready",
        expires_at=row.expires_at,
        facts=facts,
        lang=lang,
        questions=questions,
        rest=tuple(problem for problem in problems if id(problem) not in claimed),
        text=composed.text,
        problems=problems,
        is_readable=composed.validation.status != "unparseable",
    )


def _asked(
    row: Draft,
    question: Question,
    values: Mapping[str, Any],
    problems: tuple[FileProblem, ...],
    origin: Origin | None,
) -> Asked:
    text = row.answers.get(question.name)
    value = values.get(question.name)
    required = is_required(question, values)
    is_empty = value in (None, "", [])
    has_errors = any(problem.severity == "error" for problem in problems)
    return Asked(
        name=question.name,
        value=value,
        text=written(value) if value is not None else (text or ""),
        origin=origin if not is_empty else None,
        problems=problems,
        is_required=required,
        is_open=(required and is_empty) or has_errors,
        is_touched=text is not None,
    )


def _origin(
    row: Draft, question: Question, composed: Composed, facts: Facts, lang: str
) -> Origin | None:
    """Return where a value comes from; None where people typed it."""
    if question.name in row.answers:
        return None
    entry = composed.given.get(question.key.format(lang=lang))
    known: KnownValue | None = facts.values.get(question.name)
    if known and entry and written(known.value) == written(entry.value):
        return known.origin
    return Origin(basis="publiccode", path=facts.path, line=entry.line) if entry else None


def _problems_of(
    question: Question, problems: tuple[FileProblem, ...], lang: str
) -> tuple[FileProblem, ...]:
    shown = f".{lang}." if lang.isalpha() else f"[{lang}]."
    key = question.key.replace(".{lang}.", shown)
    part = ITEMS.get(question.key, {}).get(question.name)
    found = [problem for problem in problems if _is_below(problem.path, key)]
    if part is None:
        return tuple(found)
    is_first = next(iter(ITEMS[question.key])) == question.name
    return tuple(p for p in found if p.path.endswith(f".{part}") or (is_first and p.path == key))


def _is_below(path: str, key: str) -> bool:
    return path == key or path.startswith((f"{key}.", f"{key}["))
