"""Each rule about obstacles: found, not found, not known, without meaning."""

from typing import Any

import pytest
from msgspec.structs import replace

from registry.domain.inspection import Authors
from registry.domain.obstacle_texts import GROUPS, REASONS, TEXTS
from registry.domain.obstacles import FILES, RULES, Evidence, Facts, LicenceFacts, Outcome, judge
from tests.support.replicability_samples import NOW, facts, full, inspection, sign

DAY = 86_400


def _outcome(known: Facts, rule: str) -> Outcome:
    return next(x for x in judge(known) if x.rule == rule)


def _state(known: Facts, rule: str) -> str:
    return _outcome(known, rule).state


def _seen(**values: Any) -> Facts:
    return facts(inspection=inspection(**values))


def _people(**values: Any) -> Facts:
    base = Authors(commits=100, people=5, most=30, last_commit_time=int(NOW.timestamp()))
    return _seen(authors=replace(base, **values))


def test_every_rule_has_words_a_group_and_one_outcome() -> None:
    assert sorted(RULES) == sorted(rule for rules in GROUPS.values() for rule in rules)
    assert [x.rule for x in judge(facts())] == list(RULES)
    for known in (facts(), full(), facts(inspection=None)):
        for outcome in judge(known):
            assert bool(outcome.obstacles) == (outcome.state == "found")
            assert bool(outcome.reason) == (outcome.state in {"not_known", "not_applicable"})
            assert outcome.reason in {"", *REASONS}
            for obstacle in outcome.obstacles:
                assert "%(" not in TEXTS[outcome.rule].sentence % obstacle.values


def test_nothing_stands_in_the_way_of_a_good_component() -> None:
    states = {x.rule: x.state for x in judge(facts())}
    assert set(states.values()) == {"not_found"}


FOUND: tuple[tuple[str, Facts], ...] = (
    ("licence_missing", facts(licence=LicenceFacts())),
    ("licence_unread", facts(licence=LicenceFacts(files=(Evidence(path="LICENSE"),)))),
    ("licence_not_approved", facts(licence=LicenceFacts(licence="CC-BY-4.0", is_approved=False))),
    ("licence_conflict", full()),
    ("licence_dependency", full()),
    ("deployment_missing", _seen(deployment=())),
    ("documentation_missing", _seen(headings=(), docs=None)),
    ("interface_one_language", replace(
        _seen(translations=inspection().translations[:1]), declared_languages=())),
    ("interface_texts", full()),
    ("one_author", _people(most=51)),
    ("no_recent_commit", _people(last_commit_time=int(NOW.timestamp()) - 731 * DAY)),
    ("archived", facts(is_archived=True)),
    ("no_release", facts(releases=0)),
    ("no_tests", _seen(tests=None)),
    ("no_ci", _seen(ci=None)),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "known"), FOUND)
def test_an_obstacle_is_found(rule: str, known: Facts) -> None:
    assert _state(known, rule) == "found"


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ("deployment_missing", replace(_seen(deployment=()), packages=inspection().deployment)),
        ("documentation_missing", _seen(headings=(), docs="docs/a.md")),
        ("interface_one_language", _seen(translations=inspection().translations[:1])),
        ("one_author", _people(most=50)),
        ("no_recent_commit", _people(last_commit_time=int(NOW.timestamp()) - 729 * DAY)),
    ],
)
def test_an_obstacle_is_not_found(rule: str, known: Facts) -> None:
    assert _state(known, rule) == "not_found"


@pytest.mark.parametrize(
    ("rule", "known", "state", "reason"),
    [
        ("licence_dependency",
         facts(licence=LicenceFacts(licence="MIT", is_approved=True, unknown_dependencies=2)),
         "not_known", "licences_of_dependencies"),
        ("licence_not_approved", facts(licence=LicenceFacts(licence="LicenseRef-x")), "not_known",
         "licence_not_in_tables"),
        ("no_tests", _seen(source_files=0, tests=None), "not_applicable", "no_code"),
        ("no_tests", replace(_seen(tests=None), is_cut=True), "not_known", "not_all_files"),
        ("one_author", _people(commits=19, most=19), "not_known", "few_commits"),
        ("no_recent_commit", _people(last_commit_time=None), "not_known", "no_commits_by_people"),
        ("interface_texts", _seen(translations=(), templates=0), "not_applicable", "no_interface"),
        ("interface_texts", _seen(translations=(), templates=0, template_files=3), "not_known",
         "pages_not_read"),
        ("country_domain", facts(inspection=None), "not_known", "not_inspected"),
    ],
)  # fmt: skip
def test_what_cannot_be_told(rule: str, known: Facts, state: str, reason: str) -> None:
    found = _outcome(known, rule)
    assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize(
    ("rule", "kind", "needed"), [(r, k, n) for r, kinds in FILES.items() for k, n in kinds.items()]
)
def test_a_subject_needs_enough_files(rule: str, kind: str, needed: int) -> None:
    def known(count: int) -> Facts:
        signs = tuple(sign(rule, "It", f"src/{n}.py", kind, line=n + 1) for n in range(count))
        seen = inspection(translations=()) if rule == "interface_texts" else inspection()
        return facts(signs=signs, inspection=seen)

    assert _state(known(needed - 1), rule) == "not_found"
    (obstacle,) = _outcome(known(needed), rule).obstacles
    assert (obstacle.subject, obstacle.files) == ("It", needed)
    assert obstacle.evidence[0].line == 1


def test_files_of_two_subjects_are_not_added() -> None:
    signs = (sign("country_phone", "+44", "a.py"), sign("country_phone", "+33", "b.py"))
    assert _state(facts(signs=signs), "country_phone") == "not_found"
