"""From claims to fields: whom to believe, what adds up, where sources disagree, what is a fork."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.properties import PRECEDENCE
from registry.domain.resolve import Resolved, StatedClaim, activity, fork_class, resolve

VALUES: dict[str, Any] = {"licence": "MIT", "topics": ["a"], "name": "x"}


def claim(name: str, value: Any, basis: str, **rest: Any) -> StatedClaim:
    return StatedClaim(property=name, value=value, basis=basis, **rest)


def one(*claims: StatedClaim, **options: bool) -> Resolved:
    (field,) = resolve(claims, **options)
    return field


def test_the_first_source_of_the_order_is_believed_field_by_field() -> None:
    for name, order in PRECEDENCE.items():
        for better, worse in pairwise(order):
            field = one(claim(name, "w", worse, id=1), claim(name, "b", better, id=2))
            assert (field.basis, field.claim_id) == (better, 2)


def test_a_source_that_may_not_speak_of_a_property_is_not_heard() -> None:
    assert resolve([claim("name", "x", "manifest"), claim("no such", "x", "publiccode")]) == []


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_empty_claims_are_not_heard(empty: Any) -> None:
    assert one(claim("name", empty, "publiccode"), claim("name", "x", "forge")).value == "x"


def test_confidence_then_nearness_to_the_root_decide_within_one_source() -> None:
    sure = claim("licence", "MIT", "licence", confidence=0.9, path="deep/down/LICENSE")
    unsure = claim("licence", "ISC", "licence", confidence=0.6, path="LICENSE")
    assert one(unsure, sure).value == "MIT"
    near = claim("licence", "0BSD", "licence", confidence=0.9, path="LICENSE")
    assert one(sure, near).value == "0BSD"


def test_each_language_is_resolved_for_itself() -> None:
    fields = resolve(
        [
            claim("short_description", "Hello", "publiccode", lang="en"),
            claim("short_description", "Tere", "publiccode", lang="et"),
            claim("short_description", "Hi", "codemeta", lang="en"),
        ]
    )
    assert [(f.lang, f.value) for f in fields] == [("en", "Hello"), ("et", "Tere")]


def test_topics_of_all_sources_add_up_without_doubles() -> None:
    field = one(claim("topics", ["b", "A"], "codejson"), claim("topics", ["a", "c"], "forge"))
    assert field.value == ["b", "A", "c"]


def test_believed_sources_that_differ_are_a_conflict_and_doubtful_ones_are_not() -> None:
    mit, isc = claim("licence", "MIT", "licence"), claim("licence", "ISC", "publiccode")
    assert one(mit, isc).is_conflict
    assert not one(mit, claim("licence", "mit", "publiccode")).is_conflict
    assert not one(mit, claim("licence", "ISC", "forge", confidence=0.4)).is_conflict
    assert not one(claim("name", "a", "publiccode"), claim("name", "b", "forge")).is_conflict


def test_an_address_with_and_without_a_last_slash_is_the_same() -> None:
    first = claim("repository_url", "https://x.example/a", "crawler")
    assert not one(first, claim("repository_url", "https://x.example/a/", "publiccode")).is_conflict


def test_the_words_of_upstream_do_not_describe_its_fork() -> None:
    words = [claim("name", "Upstream", "publiccode"), claim("name", "fork", "crawler")]
    assert one(*words).value == "Upstream"
    assert one(*words, is_technical_fork=True).value == "fork"


claims = st.lists(
    st.sampled_from(sorted(PRECEDENCE)).flatmap(
        lambda name: st.builds(
            StatedClaim,
            property=st.just(name),
            value=st.one_of(st.text(max_size=3), st.lists(st.text(max_size=2), max_size=2)),
            basis=st.sampled_from(PRECEDENCE[name]),
            lang=st.sampled_from([None, "en", "et"]),
            path=st.sampled_from([None, "a", "b/a"]),
            confidence=st.sampled_from([0.4, 0.9, 1.0]),
        )
    ),
    max_size=8,
)


@given(claims, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_claims_changes_nothing(
    stated: list[StatedClaim], chance: random.Random, is_fork: bool
) -> None:
    shuffled = stated.copy()
    chance.shuffle(shuffled)
    assert resolve(stated, is_technical_fork=is_fork) == resolve(
        shuffled, is_technical_fork=is_fork
    )


OWN, OTHER = "https://x.example/own", "https://x.example/other"


@pytest.mark.parametrize(
    ("is_forge_fork", "declared", "based_on", "expected"),
    [
        (False, None, [], None),
        (False, OWN, [], None),
        (False, OTHER, [], "URL_MISTAKE"),
        (False, OWN, [OTHER], "VARIANT_FORK"),
        (True, OWN, [OTHER], "VARIANT_FORK"),
        (True, OTHER, [], "TECHNICAL_FORK"),
        (True, OWN, [], "GIT_FORK"),
        (True, None, [], "GIT_FORK"),
        (False, OWN, [OWN], "URL_MISTAKE"),
        (True, OTHER, [OWN, OTHER], "VARIANT_FORK"),
    ],
)
def test_the_class_of_a_fork(
    is_forge_fork: bool, declared: str | None, based_on: list[str], expected: str | None
) -> None:
    found = fork_class(
        frozenset({OWN}), is_forge_fork=is_forge_fork, declared_url=declared, based_on=based_on
    )
    assert found == expected


@pytest.mark.parametrize(
    ("days", "archived", "obsolete", "expected"),
    [
        (1, False, False, "active"), (365, False, False, "active"), (365.1, False, False, "quiet"),
        (1, True, False, "archived"), (1, False, True, "archived"), (None, False, False, "unknown"),
    ],
)  # fmt: skip
def test_activity_tells_a_living_project_from_a_quiet_one(
    days: float | None, archived: bool, obsolete: bool, expected: str
) -> None:
    assert activity(days_since_commit=days, archived=archived, obsolete=obsolete) == expected
