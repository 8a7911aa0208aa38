"""CODEOWNERS: patterns as GitHub matches them, sections as GitLab has them, hostile files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.governance.code_owners import (
    MAX_RULES,
    coverage_of,
    matcher,
    organisations_of,
    owners_of,
    parse,
)

# Cases of GitHub's page "About code owners", and of gitignore(5), which it refers to.
CASES = (
    ("*", "a/b.txt", True),
    ("*.js", "x/y.js", True),
    ("*.js", "x/y.jsx", False),
    ("/build/logs/", "build/logs/a/b", True),
    ("/build/logs/", "x/build/logs/a", False),
    ("docs/*", "docs/getting-started.md", True),
    ("docs/*", "docs/build-app/troubleshooting.md", False),
    ("apps/", "x/apps/y", True),
    ("apps/", "apps", False),
    ("/docs/", "x/docs/y", False),
    ("/docs", "docs/x/y", True),
    ("**/logs", "build/logs/a", True),
    ("**/logs", "logs/a", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**", "a/x/y", True),
    ("a/**", "a", False),
    ("lib/*.c", "lib/x/y.c", False),
    ("foo?", "x/food", True),
    ("foo?", "foo", False),
    ("README", "README/x", True),
)


@pytest.mark.parametrize(("pattern", "path", "is_match"), CASES)
def test_patterns_match_as_forges_say(pattern: str, path: str, is_match: bool) -> None:
    assert matcher(pattern)(path.split("/")) is is_match


def test_the_last_match_wins_and_a_rule_without_owners_takes_away() -> None:
    rules = parse("* @org/all\n/docs/ @org/docs # texts\n/docs/drafts/\n")
    found = coverage_of(rules, ["a.py", "docs/x.md", "docs/drafts/y.md", "docs/drafts/z.md"])
    assert (found.owned, found.looked_at, found.files) == (2, 4, 4)


def test_owners_are_counted_and_organisations_named_without_people() -> None:
    rules = parse("* @Org/One @jane @JANE jane@town.example\n\n/a @org/two @other/team\n/b @@dev\n")
    assert owners_of(rules) == (6, 3)
    found = organisations_of(rules)
    assert [(x.name, x.rules, x.line) for x in found] == [("org", 2, 1), ("other", 1, 3)]
    assert "jane" not in repr(found)


def test_rules_of_a_section_inherit_its_owners_and_any_section_covers() -> None:
    rules = parse("[Texts] @group/writers\n*.md\n^[Optional][2]\n/src/ @group/coders\n*.py\n")
    found = coverage_of(rules, ["a.md", "src/x.c", "src/y.py", "z.py"])
    assert found.owned == 2
    assert owners_of(rules) == (2, 2)


def test_forms_that_forges_do_not_support_are_counted_apart() -> None:
    rules = parse("!docs @org/a\nx[ab] @org/a\n" + "/" * 90 + " @org/a\n* word\n")
    assert (len(rules.rules), rules.unread) == (1, 3)
    assert coverage_of(rules, ["docs"]).owned == 0
    assert parse("").rules == ()
    spaced = parse("/a\\ b/ @org/a")
    assert coverage_of(spaced, ["a b/x", "a/x"]).owned == 1


def test_a_hostile_file_costs_little() -> None:
    assert parse("* @org/a\n" * (MAX_RULES + 10)).is_cut
    rules = parse("\n".join(f"{'*a' * 40}{number} @org/a" for number in range(2_500)))
    found = coverage_of(rules, ["a" * 200 + f"/{number}" for number in range(5_000)])
    assert (found.owned, found.files) == (0, 5_000)
    assert found.looked_at < 500


@given(st.text(alphabet="*?/ab.\\[!@# ", max_size=40), st.lists(st.text("ab./", max_size=9)))
def test_any_text_is_read(text: str, paths: list[str]) -> None:
    found = coverage_of(parse(text + " @org/a"), paths)
    assert 0 <= found.owned <= found.looked_at == len(paths)
