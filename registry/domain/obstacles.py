"""What stands in the way of using software elsewhere: the rules, and how facts are judged by them.

Facts, not advice: each rule says what counts, what it does not see, and a way out. There is no
total. A rule ends as found, not found, not known (with a reason) or without meaning for this
component. Thresholds are here and the facts are stored, so that another threshold needs no crawl.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from registry.domain.inspection import Authors, Inspection, Place, Sign
from registry.domain.obstacle_texts import GROUPS, TEXTS

# Raised with every change of a rule, a threshold or a list of terms.
VERSION: Final = 2
RULES: Final = tuple(TEXTS)
# Distinct files that a subject needs, by how it shows: of a word that may mean something else, one
# place proves nothing.
FILES: Final[dict[str, dict[str, int]]] = {
    "country_identity": {"word": 2, "package": 1},
    "country_service": {"word": 2, "host": 1, "package": 1},
    "country_address": {"word": 2, "package": 1},
    "country_domain": {"host": 3},
    "country_currency": {"word": 2},
    "country_phone": {"word": 2},
    "vendor_cloud": {"host": 2, "package": 1, "setting": 1, "file": 1},
    "vendor_service": {"host": 1, "package": 1},
    "closed_dependency": {"host": 1, "package": 1},
    "private_source": {"host": 1, "setting": 1},
    "interface_texts": {"word": 3},
}
# A share of so few commits says nothing of a person.
MINIMUM_COMMITS: Final = 20
STILL: Final = timedelta(days=730)

State = Literal["found", "not_found", "not_known", "not_applicable"]
# Whether something was found that stands in the way of running the code elsewhere. How well it is
# kept up is told by its activity.
READINESS: Final = ("none_found", "found", "not_inspected")
_NO_HINDRANCE: Final = "upkeep"


class Evidence(Struct, frozen=True, kw_only=True):
    """Where an obstacle shows: a file of the inspected commit, a line from 1 where one is known."""

    path: str
    blob: str | None = None
    line: int | None = None
    commit: str | None = None


class Obstacle(Struct, frozen=True, kw_only=True):
    """One obstacle; `values` fill the placeholders of the rule's sentence.

    `files` counts the distinct files in which it was seen, 25 at most.
    """

    rule: str
    subject: str = ""
    country: str = ""
    files: int = 0
    values: dict[str, str] = {}
    evidence: tuple[Evidence, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What a rule gave; `reason` is a code of `REASONS` where it could not be told."""

    rule: str
    state: State
    obstacles: tuple[Obstacle, ...] = ()
    reason: str = ""


class Dependency(Struct, frozen=True, kw_only=True):
    """A dependency of a known licence, and whether it fits: yes, no or unknown."""

    name: str
    licence: str
    verdict: str
    evidence: Evidence


class LicenceFacts(Struct, frozen=True, kw_only=True):
    """What is known of licences: the one shown, others that are stated, files, dependencies."""

    licence: str | None = None
    is_approved: bool | None = None
    source: Evidence | None = None
    conflicting: tuple[tuple[str, Evidence | None], ...] = ()
    files: tuple[Evidence, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    unknown_dependencies: int = 0


class Facts(Struct, frozen=True, kw_only=True):
    """All that the rules look at; `inspection` is missing where the code was not read for them."""

    inspection: Inspection | None
    signs: tuple[Sign, ...]
    licence: LicenceFacts
    packages: tuple[Place, ...]
    releases: int
    is_archived: bool
    declared_languages: tuple[str, ...]
    is_cut: bool
    now: datetime


def judge(facts: Facts) -> tuple[Outcome, ...]:
    """Return the outcome of every rule, in the order of `RULES`."""
    found = {
        **_licence(facts.licence),
        "archived": _outcome("archived", [Obstacle(rule="archived")] * facts.is_archived),
        "no_release": _outcome("no_release", [Obstacle(rule="no_release")] * (not facts.releases)),
    }
    if facts.inspection is None:
        unknown = (rule for rule in RULES if rule not in found)
        found |= {rule: _unknown(rule, "not_inspected") for rule in unknown}
    else:
        found |= _there(facts, facts.inspection)
        found |= _languages(facts, facts.inspection)
        found |= _upkeep(facts.inspection.authors or Authors(), facts)
        found |= {rule: _signs(rule, facts) for rule in FILES if rule != "interface_texts"}
    return tuple(found[rule] for rule in RULES)


def readiness(facts: Facts) -> str:
    """Return which of `READINESS` holds: rules that could not be told count as nothing found."""
    if facts.inspection is None:
        return "not_inspected"
    hinders = (x for x in judge(facts) if group_of(x.rule) != _NO_HINDRANCE)
    return "found" if any(x.state == "found" for x in hinders) else "none_found"


def _outcome(rule: str, obstacles: Sequence[Obstacle]) -> Outcome:
    state: State = "found" if obstacles else "not_found"
    return Outcome(rule=rule, state=state, obstacles=tuple(obstacles))


def _unknown(rule: str, reason: str) -> Outcome:
    return Outcome(rule=rule, state="not_known", reason=reason)


def _without_meaning(rule: str, reason: str) -> Outcome:
    return Outcome(rule=rule, state="not_applicable", reason=reason)


def _licence(known: LicenceFacts) -> dict[str, Outcome]:
    missing = known.licence is None and not known.files
    unread = known.licence is None and bool(known.files)
    return {
        "licence_missing": _outcome(
            "licence_missing", [Obstacle(rule="licence_missing")] * missing
        ),
        "licence_unread": _outcome(
            "licence_unread", [Obstacle(rule="licence_unread", evidence=known.files)] * unread
        ),
        "licence_not_approved": _approval(known),
        "licence_conflict": _conflict(known),
        "licence_dependency": _dependencies(known),
    }


def _approval(known: LicenceFacts) -> Outcome:
    rule = "licence_not_approved"
    if known.licence is None:
        return _unknown(rule, "no_licence")
    if known.is_approved is None:
        return _unknown(rule, "licence_not_in_tables")
    obstacle = Obstacle(
        rule=rule, subject=known.licence, evidence=_listed(known.source),
        values={"licence": known.licence},
    )  # fmt: skip
    return _outcome(rule, [obstacle] * (not known.is_approved))


def _conflict(known: LicenceFacts) -> Outcome:
    rule = "licence_conflict"
    if known.licence is None:
        return _unknown(rule, "no_licence")
    others = [licence for licence, _ in known.conflicting]
    places = [known.source, *(place for _, place in known.conflicting)]
    obstacle = Obstacle(
        rule=rule, subject=known.licence, evidence=tuple(x for x in places if x),
        values={"licence": known.licence, "others": ", ".join(dict.fromkeys(others))},
    )  # fmt: skip
    return _outcome(rule, [obstacle] * bool(others))


def _dependencies(known: LicenceFacts) -> Outcome:
    rule = "licence_dependency"
    if known.licence is None:
        return _unknown(rule, "no_licence")
    obstacles = [
        Obstacle(
            rule=rule, subject=item.name, evidence=(item.evidence,), files=1,
            values={"name": item.name, "inbound": item.licence, "licence": known.licence},
        )
        for item in known.dependencies
        if item.verdict == "no"
    ]  # fmt: skip
    if not obstacles and known.unknown_dependencies:
        return _unknown(rule, "licences_of_dependencies")
    return _outcome(rule, obstacles)


def _listed(place: Evidence | None) -> tuple[Evidence, ...]:
    return (place,) if place else ()


def _there(facts: Facts, seen: Inspection) -> dict[str, Outcome]:
    """Judge what should be there: deployment, documentation, tests, automatic checks."""
    rules = ("deployment_missing", "documentation_missing", "no_tests", "no_ci")
    if not seen.source_files:
        return {rule: _without_meaning(rule, "no_code") for rule in rules}
    if facts.is_cut:
        return {rule: _unknown(rule, "not_all_files") for rule in rules}
    is_deployed = bool(seen.deployment or facts.packages)
    is_told = bool(seen.headings or seen.docs)
    return {
        rule: _outcome(rule, [Obstacle(rule=rule)] * (not is_there))
        for rule, is_there in zip(
            rules, (is_deployed, is_told, bool(seen.tests), bool(seen.ci)), strict=True
        )
    }


def _languages(facts: Facts, seen: Inspection) -> dict[str, Outcome]:
    one, texts = "interface_one_language", "interface_texts"
    files = {place.kind for place in seen.translations} - {"und"}
    languages = {*files, *(tag.split("-")[0].lower() for tag in facts.declared_languages)}
    if seen.translations:
        only = [
            Obstacle(
                rule=one, subject=language, evidence=_places(seen.translations), files=1,
                values={"language": language},
            )
            for language in languages
            if len(languages) == 1
        ]  # fmt: skip
        told = _outcome(one, only) if languages else _unknown(one, "language_of_texts")
        return {one: told, texts: _outcome(texts, [])}
    if seen.template_files and not seen.templates:
        return {rule: _unknown(rule, "pages_not_read") for rule in (one, texts)}
    if not seen.templates:
        return {rule: _without_meaning(rule, "no_interface") for rule in (one, texts)}
    return {one: _unknown(one, "no_translations"), texts: _signs(texts, facts)}


def _places(places: Iterable[Place]) -> tuple[Evidence, ...]:
    return tuple(Evidence(path=place.path, blob=place.blob) for place in places)


def _upkeep(authors: Authors, facts: Facts) -> dict[str, Outcome]:
    alone, still = "one_author", "no_recent_commit"
    if authors.commits < MINIMUM_COMMITS:
        share = _unknown(alone, "few_commits")
    else:
        values = {
            "percent": str(round(100 * authors.most / authors.commits)),
            "commits": str(authors.commits),
        }
        is_one = 2 * authors.most > authors.commits
        share = _outcome(alone, [Obstacle(rule=alone, values=values)] * is_one)
    if authors.last_commit_time is None:
        return {alone: share, still: _unknown(still, "no_commits_by_people")}
    day = datetime.fromtimestamp(authors.last_commit_time, facts.now.tzinfo)
    is_still = facts.now - day > STILL
    last = Obstacle(rule=still, values={"day": day.date().isoformat()})
    return {alone: share, still: _outcome(still, [last] * is_still)}


def _signs(rule: str, facts: Facts) -> Outcome:
    """Judge the places of each subject: enough distinct files, by how it shows there."""
    needed = FILES[rule]
    groups: dict[str, list[Sign]] = {}
    for sign in facts.signs:
        if sign.rule == rule:
            groups.setdefault(sign.subject, []).append(sign)
    obstacles = [
        _of_signs(rule, subject, signs)
        for subject, signs in groups.items()
        if any(len({x.path for x in signs if x.kind == k}) >= n for k, n in needed.items())
    ]
    return _outcome(rule, sorted(obstacles, key=lambda x: (-x.files, x.subject)))


def _of_signs(rule: str, subject: str, signs: Sequence[Sign]) -> Obstacle:
    return Obstacle(
        rule=rule,
        subject=subject,
        country=signs[0].country,
        files=len({sign.path for sign in signs}),
        values={"subject": subject},
        evidence=tuple(Evidence(path=x.path, blob=x.blob, line=x.line) for x in signs),
    )


def group_of(rule: str) -> str:
    """Return the group that a rule belongs to."""
    return next(group for group, rules in GROUPS.items() if rule in rules)
