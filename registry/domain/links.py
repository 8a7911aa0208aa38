"""Links to a file, a commit or a line at the hosting platform, built from the repository URL."""

from urllib.parse import quote, urlsplit

GITEA_HOSTS = frozenset({"codeberg.org", "gitea.com", "code.overheid.nl", "forgejo.org"})


def file_url(
    repository_url: str, forge: str, commit: str, path: str, line: int | None = None
) -> str:
    """Return where a person can look at a file at a commit, at a line where one is given."""
    style = _style(repository_url, forge)
    where = quote(path)
    if style == "gitlab":
        url = f"{repository_url}/-/blob/{commit}/{where}"
    elif style == "gitea":
        url = f"{repository_url}/src/commit/{commit}/{where}"
    elif style == "bitbucket":
        return f"{repository_url}/src/{commit}/{where}" + (f"#lines-{line}" if line else "")
    else:
        url = f"{repository_url}/blob/{commit}/{where}"
    return f"{url}#L{line}" if line else url


def commit_url(repository_url: str, forge: str, commit: str) -> str:
    """Return where a person can look at a commit."""
    style = _style(repository_url, forge)
    infix = {"gitlab": "/-/commit/", "bitbucket": "/commits/"}.get(style, "/commit/")
    return f"{repository_url}{infix}{commit}"


def compare_url(repository_url: str, forge: str, base: str, head: str) -> str | None:
    """Return where the forge shows what was done from one commit to another; `None` if nowhere.

    Sources: "Comparing commits" of GitHub, "Compare revisions" of GitLab, "compare" of Gitea.
    """
    infixes = {"github": "/compare/", "gitlab": "/-/compare/", "gitea": "/compare/"}
    infix = infixes.get(_style(repository_url, forge))
    return f"{repository_url}{infix}{base}...{head}" if infix else None


def issues_url(repository_url: str, forge: str) -> str | None:
    """Return where the issues of a repository are; `None` where the forge has no such place."""
    infixes = {"github": "", "gitlab": "/-", "gitea": "", "bitbucket": ""}
    infix = infixes.get(_style(repository_url, forge))
    return None if infix is None else f"{repository_url}{infix}/issues"


def _style(repository_url: str, forge: str) -> str:
    host = urlsplit(repository_url).hostname or ""
    if forge in {"gitlab", "gitea", "bitbucket", "github"}:
        return forge
    if "gitlab" in host:
        return "gitlab"
    if host in GITEA_HOSTS:
        return "gitea"
    return {"bitbucket.org": "bitbucket", "github.com": "github"}.get(host, "")


def package_url(ecosystem: str, name: str) -> str | None:
    """Return the public page of a package, where the ecosystem has one."""
    pages = {
        "pypi": "https://deps.dev/pypi/{}",
        "npm": "https://deps.dev/npm/{}",
        "cargo": "https://deps.dev/cargo/{}",
        "nuget": "https://deps.dev/nuget/{}",
        "golang": "https://pkg.go.dev/{}",
        "gem": "https://rubygems.org/gems/{}",
        "composer": "https://packagist.org/packages/{}",
    }
    if ecosystem == "maven" and ":" in name:
        return "https://deps.dev/maven/" + quote(name, safe="")
    page = pages.get(ecosystem)
    if page is None:
        return None
    # A scope and its name are one step of the path, except where the page wants them as two.
    return page.format(quote(name, safe="" if "deps.dev" in page else "@/"))
