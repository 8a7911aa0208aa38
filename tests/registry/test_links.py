"""Links to files and packages: each platform in its own way, with what is crawled kept quoted."""

import pytest

from registry.domain.links import commit_url, compare_url, file_url, package_url


@pytest.mark.parametrize(
    ("repository", "forge", "url"),
    [
        ("https://github.com/a/b", "github", "https://github.com/a/b/blob/c1/d/e%20f.py#L7"),
        ("https://gitlab.com/a/b", "gitlab", "https://gitlab.com/a/b/-/blob/c1/d/e%20f.py#L7"),
        ("https://gitlab.town.example/a/b", "git",
         "https://gitlab.town.example/a/b/-/blob/c1/d/e%20f.py#L7"),
        ("https://codeberg.org/a/b", "git",
         "https://codeberg.org/a/b/src/commit/c1/d/e%20f.py#L7"),
        ("https://bitbucket.org/a/b", "bitbucket",
         "https://bitbucket.org/a/b/src/c1/d/e%20f.py#lines-7"),
    ],
)  # fmt: skip
def test_a_line_of_a_file_is_shown_where_it_is_hosted(
    repository: str, forge: str, url: str
) -> None:
    assert file_url(repository, forge, "c1", "d/e f.py", 7) == url
    assert "#" not in file_url(repository, forge, "c1", "d/e f.py")


def test_a_hostile_path_cannot_leave_its_place() -> None:
    url = file_url("https://github.com/a/b", "github", "c1", 'x"><script>?#%')
    assert url == "https://github.com/a/b/blob/c1/x%22%3E%3Cscript%3E%3F%23%25"


def test_a_commit_is_shown_where_it_is_hosted() -> None:
    assert commit_url("https://github.com/a/b", "github", "c") == "https://github.com/a/b/commit/c"
    assert commit_url("https://gitlab.com/a", "gitlab", "c") == "https://gitlab.com/a/-/commit/c"
    assert commit_url("https://bitbucket.org/a/b", "git", "c").endswith("/commits/c")


def test_packages_have_pages_where_their_ecosystem_has() -> None:
    assert package_url("npm", "@town/tool") == "https://deps.dev/npm/%40town%2Ftool"
    assert package_url("maven", "org.town:tool") == "https://deps.dev/maven/org.town%3Atool"
    assert package_url("maven", "tool") is None
    assert package_url("swift", "x") is None
    assert "<" not in str(package_url("pypi", "<script>"))


@pytest.mark.parametrize(
    ("repository", "forge", "url"),
    [
        ("https://github.com/a/b", "git", "https://github.com/a/b/compare/c1...c2"),
        ("https://git.example/a/b", "github", "https://git.example/a/b/compare/c1...c2"),
        ("https://gitlab.town.example/a/b", "git",
         "https://gitlab.town.example/a/b/-/compare/c1...c2"),
        ("https://codeberg.org/a/b", "git", "https://codeberg.org/a/b/compare/c1...c2"),
        ("https://bitbucket.org/a/b", "bitbucket", None),
        ("https://git.example/a/b", "git", None),
    ],
)  # fmt: skip
def test_what_was_done_between_two_commits_is_shown_where_the_forge_does(
    repository: str, forge: str, url: str | None
) -> None:
    assert compare_url(repository, forge, "c1", "c2") == url
