"""Which files of good practice a repository has, told from its paths at HEAD alone.

The kinds are what the Standard for Public Code 0.8 lets one check from outside; a path is the
evidence that something is there, never that it is good.
"""

import re
from collections.abc import Iterable
from typing import Final

from registry.domain.languages import is_vendored

# Folders where forges look for community files, beside the root.
_HOMES: Final = frozenset({"", ".github", ".gitlab", ".gitea", ".forgejo", "docs", "doc"})
_ENDING = r"(?:\.(?:md|markdown|rst|txt|adoc|html?))?"
# A language or a group after the name: `CONTRIBUTING.fr.md`, `SECURITY-POLICY.md`.
_VARIANT = r"(?:[_-][a-z-]{2,10}|\.[a-z]{2}(?=\.))?"
_NAMED: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("contributing", rf"contribut(?:ing|e|ion){_VARIANT}{_ENDING}"),
        ("governance", rf"governance{_VARIANT}{_ENDING}"),
        ("code_of_conduct", rf"code[_-]of[_-]conduct{_VARIANT}{_ENDING}"),
        ("code_owners", r"codeowners"),
        ("maintainers", rf"(?:maintainers?|owners){_ENDING}"),
        ("security", rf"security{_VARIANT}{_ENDING}"),
        ("security", r"security-insights\.ya?ml"),
        ("support", rf"support{_ENDING}"),
        ("changelog", rf"(?:change[_-]?log|changes|history|news|release[_-]?notes){_ENDING}"),
        ("roadmap", rf"road[_-]?map{_ENDING}"),
        ("authors", rf"(?:authors|contributors|credits){_ENDING}"),
        ("citation", r"citation\.cff"),
    )
)
_CI_FILES: Final = frozenset(
    """
    .gitlab-ci.yml .travis.yml jenkinsfile azure-pipelines.yml azure-pipelines.yaml appveyor.yml
    .appveyor.yml .drone.yml .woodpecker.yml bitbucket-pipelines.yml .circleci/config.yml
    .buildkite/pipeline.yml .cirrus.yml buildspec.yml cloudbuild.yaml .semaphore/semaphore.yml
    .woodpecker/build.yml .teamcity/settings.kts
    """.split()  # noqa: SIM905
)
_WORKFLOW = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]{1,120}\.ya?ml", re.IGNORECASE)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-][a-z]{1,20})?\.ya?ml", re.IGNORECASE)
_CONTAINER = re.compile(r"(?:dockerfile|containerfile)(?:\.[a-z0-9_-]{1,30})?", re.IGNORECASE)
_ISSUE_TEMPLATE = re.compile(
    r"\.(?:github|gitlab|gitea|forgejo)/issue_templates?(?:/.{1,150}|\.md)", re.IGNORECASE
)
_DOCS: Final = frozenset({"docs", "doc", "documentation", "documentatie", "dokumentation"})
_TESTS: Final = frozenset(
    {"test", "tests", "spec", "specs", "__tests__", "e2e", "cypress", "testing"}
)
_TEST_FILE = re.compile(
    r"(?:test_[^/]{1,100}\.py|[^/]{1,100}(?:_test\.(?:go|py|rb|exs)|_spec\.rb|\.(?:spec|test)\.[cm]?[jt]sx?))"
)
_MAX_PATHS: Final = 500_000


def community_files(paths: Iterable[str]) -> dict[str, str]:
    """Return kind → path of the best file of each kind; the path nearest to the root wins.

    Kinds: contributing, governance, code_of_conduct, code_owners, maintainers, security, support,
    changelog, roadmap, authors, citation, ci, container, compose, helm, issue_template, docs,
    tests, publiccode. Folders (docs, tests) are given as `docs/`.
    """
    best: dict[str, str] = {}
    for count, path in enumerate(paths):
        if count >= _MAX_PATHS:
            break
        for kind, found in _kinds(path):
            if kind not in best or _order(found) < _order(best[kind]):
                best[kind] = found
    return dict(sorted(best.items()))


def _order(path: str) -> tuple[int, int, str]:
    return (path.rstrip("/").count("/"), len(path), path)


def _kinds(path: str) -> list[tuple[str, str]]:
    folder, _, name = path.rpartition("/")
    found: list[tuple[str, str]] = []
    if folder.lower() in _HOMES and len(name) <= 80:
        found += [(kind, path) for kind, pattern in _NAMED if pattern.fullmatch(name)]
    if path.lower() in _CI_FILES or _WORKFLOW.fullmatch(path):
        found.append(("ci", path))
    if _ISSUE_TEMPLATE.fullmatch(path):
        found.append(("issue_template", path))
    if path.count("/") <= 4 and not is_vendored(path):
        found += _deployment(path, name) + _folders(path)
        if _TEST_FILE.fullmatch(name[:160]):
            found.append(("tests", path))
    return found


def _deployment(path: str, name: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if _CONTAINER.fullmatch(name):
        found.append(("container", path))
    if _COMPOSE.fullmatch(name):
        found.append(("compose", path))
    if name == "Chart.yaml":
        found.append(("helm", path))
    if name.lower() in {"publiccode.yml", "publiccode.yaml"}:
        found.append(("publiccode", path))
    return found


def _folders(path: str) -> list[tuple[str, str]]:
    """Tell documentation and test folders anywhere in the path (`server/src/test/…` counts)."""
    found: list[tuple[str, str]] = []
    parts = path.split("/")[:-1]
    for depth, part in enumerate(parts, start=1):
        lower = part.lower()
        if lower in _DOCS and depth == 1:
            found.append(("docs", "/".join(parts[:depth]) + "/"))
        if lower in _TESTS:
            found.append(("tests", "/".join(parts[:depth]) + "/"))
    return found
