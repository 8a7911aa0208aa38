import pytest

from crawlers.metadata.community import community_files


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("CONTRIBUTING.md", "contributing"), (".github/CONTRIBUTING.md", "contributing"),
        ("docs/governance.md", "governance"), ("GOVERNANCE", "governance"),
        ("CODE_OF_CONDUCT.md", "code_of_conduct"), (".github/CODEOWNERS", "code_owners"),
        ("MAINTAINERS.md", "maintainers"), ("OWNERS", "maintainers"), ("SECURITY.md", "security"),
        ("SUPPORT.md", "support"), ("CHANGELOG.md", "changelog"), ("HISTORY.rst", "changelog"),
        (".github/workflows/ci.yml", "ci"), (".gitlab-ci.yml", "ci"), ("Jenkinsfile", "ci"),
        (".travis.yml", "ci"), (".circleci/config.yml", "ci"), ("azure-pipelines.yml", "ci"),
        ("Dockerfile", "container"), ("ops/Dockerfile.prod", "container"),
        ("docker-compose.dev.yml", "compose"), ("compose.yaml", "compose"),
        ("charts/app/Chart.yaml", "helm"), ("docs/index.md", "docs"),
        ("src/test/java/AppTest.java", "tests"), ("pkg/app_test.go", "tests"),
        ("src/app.spec.ts", "tests"), (".github/ISSUE_TEMPLATE/bug.md", "issue_template"),
        ("ROADMAP.md", "roadmap"), ("AUTHORS", "authors"), ("app/publiccode.yml", "publiccode"),
    ],
)  # fmt: skip
def test_each_file_of_good_practice_is_recognised(path: str, kind: str) -> None:
    assert kind in community_files([path])


@pytest.mark.parametrize(
    "path",
    [
        "src/contributing.md",
        "node_modules/x/Dockerfile",
        "security.py",
        "src/changelog.js",
        "a/.github/workflows/ci.yml",
        "contest/a.py",
        "documents/x.md",
        "latest/a.py",
        "vendor/github.com/a/b/app_test.go",
    ],
)
def test_namesakes_elsewhere_are_not_taken(path: str) -> None:
    assert community_files([path]) == {}


def test_the_path_nearest_to_the_root_wins_in_any_order() -> None:
    paths = ["docs/CONTRIBUTING.md", "CONTRIBUTING.md", ".github/CONTRIBUTING.md"]
    assert community_files(paths) == community_files(reversed(paths))
    assert community_files(paths)["contributing"] == "CONTRIBUTING.md"
