"""What a path at HEAD tells: beside the product or part of it, configuration, deployment, tests."""

import re
from typing import Final

from crawlers.replicability.deployment import deployment_kind
from registry.domain.languages import is_vendored

MAX_DEPTH: Final = 12
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")
# Folders and names whose files are about the product, or try it, and are no part of it.
_ASIDE: Final = frozenset(
    {
        "test", "tests", "testing", "testdata", "testutil", "testutils", "spec", "specs", "e2e",
        "cypress", "playwright", "fixture", "fixtures", "mock", "mocks", "mocked", "stub", "stubs",
        "fake", "fakes", "example", "examples", "sample", "samples", "demo", "demos", "playground",
        "stories", "storybook", "benchmark", "benchmarks", "docs", "doc", "documentation", "github",
        "gitlab", "circleci", "vscode", "devcontainer", "changelog", "snapshots", "smoketest",
        "smoketests",
    }
)  # fmt: skip
_TESTS: Final = frozenset(
    {
        "test", "tests", "testing", "spec", "specs", "e2e", "cypress", "playwright", "unittest",
        "unittests",
    }
)  # fmt: skip
_PROSE: Final = (".md", ".markdown", ".rst", ".adoc", ".txt", ".ipynb", ".svg", ".feature", ".csv")
_DOCS: Final = frozenset(
    {
        "docs", "doc", "documentation", "documentatie", "dokumentation", "documentazione",
        "documentacion", "wiki", "manual", "user-guide", "userguide", "guides", "handbook",
        "website",
    }
)  # fmt: skip
_CI = re.compile(
    r"\.(?:github|gitea|forgejo)/workflows/.*|\.gitlab-ci\.yml|\.gitlab/.*\.yml|\.travis\.yml"
    r"|(?:.*/)?jenkinsfile[^/]*|(?:.*/)?azure-pipelines[^/]*\.ya?ml|\.azure.*|\.?appveyor\.yml"
    r"|\.drone\.yml|\.woodpecker.*|bitbucket-pipelines\.yml|\.circleci/.*|circle\.yml"
    r"|\.buildkite/.*|\.cirrus\.yml|buildspec[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|\.semaphore/.*"
    r"|\.teamcity/.*|bitrise\.yml|codemagic\.yaml|\.tekton/.*|ci/.*|\.ci/.*|concourse/.*"
    r"|\.concourse/.*|wercker\.yml|\.screwdriver.*|\.scrutinizer\.yml",
    re.IGNORECASE,
)
_CONFIG_NAMES: Final = re.compile(
    r"\.env(?:[._-][\w.-]{1,30})?|\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|pip\.ini|nuget\.config"
    r"|settings\.xml|application(?:[-_.][\w-]{1,30})?\.(?:ya?ml|properties|conf)"
    r"|appsettings(?:\.[\w-]{1,30})?\.json|(?:values|secrets)(?:[-_.][\w-]{1,30})?\.ya?ml"
    r"|config(?:uration)?(?:[-_.][\w-]{1,30})?\.(?:ya?ml|json|toml|ini|properties)"
    r"|settings(?:[-_.][\w-]{1,30})?\.(?:ya?ml|json|toml|ini|properties)|environment\.prod\.ts"
)
_CONFIG_FOLDERS: Final = frozenset({"config", "conf", "settings", "configuration", "environments"})
_CONFIG_ENDINGS: Final = (".yml", ".yaml", ".json", ".toml", ".ini", ".properties", ".env", ".conf")
_READ: Final = frozenset(
    {
        "container", "compose", "helm", "kubernetes", "terraform", "cloud_template", "platform",
        "ansible",
    }
)  # fmt: skip
_TEMPLATES: Final = (
    ".html", ".htm", ".xhtml", ".njk", ".nunjucks", ".erb", ".haml", ".slim", ".jinja", ".jinja2",
    ".j2", ".twig", ".hbs", ".handlebars", ".mustache", ".ejs", ".pug", ".vue", ".svelte", ".jsx",
    ".tsx", ".cshtml", ".razor", ".jsp", ".ftl", ".blade.php", ".phtml", ".heex",
)  # fmt: skip


def tokens(part: str) -> frozenset[str]:
    """Return the words of one part of a path, in lower case: `AppTests` gives app and tests."""
    return frozenset(word.lower() for word in _SPLIT.split(part[:200]) if word)


def is_aside(path: str) -> bool:
    """Tell whether a file is no part of what runs: tests, examples, documentation, CI, vendored."""
    return path.lower().endswith(_PROSE) or is_beside(path)


def is_beside(path: str) -> bool:
    """Tell whether the folders and name of a file say so, whatever it holds."""
    if path.count("/") > MAX_DEPTH or is_vendored(path):
        return True
    return any(tokens(part) & _ASIDE for part in path.split("/"))


def is_template(path: str) -> bool:
    """Tell whether a file makes a page or screen."""
    return path.lower().endswith(_TEMPLATES)


def is_config(path: str) -> bool:
    """Tell whether a file configures or deploys, so that its contents are read."""
    if is_aside(path):
        return False
    lower = path.lower()
    folder, _, name = lower.rpartition("/")
    if _CONFIG_NAMES.fullmatch(name) or deployment_kind(path) in _READ:
        return True
    return folder.rpartition("/")[2] in _CONFIG_FOLDERS and name.endswith(_CONFIG_ENDINGS)


def shows_tests(path: str) -> bool:
    """Tell whether a path is of a test, by the words of its folders and name."""
    *folders, name = path.split("/")
    if any(tokens(folder) & _TESTS for folder in folders):
        return True
    stem, _, ending = name.rpartition(".")
    return ending.lower() in {"feature", "bats"} or bool(tokens(stem or name) & _TESTS)


def shows_ci(path: str) -> bool:
    """Tell whether a path configures automatic checks."""
    return len(path) <= 300 and bool(_CI.fullmatch(path))


def shows_docs(path: str) -> bool:
    """Tell whether a path is in a folder of documentation at the root."""
    return path.partition("/")[0].lower() in _DOCS and "/" in path
