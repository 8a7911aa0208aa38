import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.forges.infer import infer, organisation_at, parse_source
from crawlers.forges.port import ForgeKind
from registry.errors import InvalidInput

GITHUB, GITLAB, GITEA = ForgeKind.GITHUB, ForgeKind.GITLAB, ForgeKind.GITEA
BITBUCKET, PLAIN, UNKNOWN = ForgeKind.BITBUCKET, ForgeKind.PLAIN, ForgeKind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind", "forge", "host", "namespace"),
    [
        ("github:GovAlberta", "organisation", GITHUB, "github.com", "govalberta"),
        ("https://github.com/GovAlberta", "organisation", GITHUB, "github.com", "govalberta"),
        ("https://www.GitHub.com/Foo/", "organisation", GITHUB, "github.com", "foo"),
        ("github:org/tool", "repository", GITHUB, "github.com", "org/tool"),
        ("github:ghe.example.org/org", "organisation", GITHUB, "ghe.example.org", "org"),
        ("https://github.com/A/B.git", "repository", GITHUB, "github.com", "A/B"),
        ("gitlab:group", "organisation", GITLAB, "gitlab.com", "group"),
        ("gitlab:gitlab.com/group/sub", "organisation", GITLAB, "gitlab.com", "group/sub"),
        ("gitlab:gitlab.com/group/tool.git", "repository", GITLAB, "gitlab.com", "group/tool"),
        ("https://gitlab.com/a/b/c", "repository", GITLAB, "gitlab.com", "a/b/c"),
        ("gitlab:code.europa.eu", "organisation", GITLAB, "code.europa.eu", ""),
        ("https://code.europa.eu/", "organisation", GITLAB, "code.europa.eu", ""),
        ("https://gitlab.example.gov/Team", "organisation", GITLAB, "gitlab.example.gov", "Team"),
        ("https://codeberg.org/org", "organisation", GITEA, "codeberg.org", "org"),
        ("forgejo:git.example.org/org", "organisation", GITEA, "git.example.org", "org"),
        ("codeberg:org", "organisation", GITEA, "codeberg.org", "org"),
        ("bitbucket:team", "organisation", BITBUCKET, "bitbucket.org", "team"),
        ("git:https://git.example.org/A", "repository", PLAIN, "git.example.org", "A"),
        ("https://git.example.org/x/y.git", "repository", UNKNOWN, "git.example.org", "x/y"),
        ("https://git.example.org/team", "organisation", UNKNOWN, "git.example.org", "team"),
        ("list:https://example.org/A/B.csv", "list", UNKNOWN, "example.org", None),
        ("https://example.org/data/list.YML", "list", UNKNOWN, "example.org", None),
        ("https://github.com/org/data.json", "repository", GITHUB, "github.com", "org/data.json"),
    ],
)
def test_a_source_is_understood_and_written_back_in_one_way(text, kind, forge, host, namespace):
    spec = parse_source(f"  {text} ")
    assert (spec.kind, spec.forge, spec.host, spec.namespace) == (kind, forge, host, namespace)
    # The canonical text of hosts that ignore case is in lower case, and so is the name read back.
    again = parse_source(spec.text)
    assert (again.kind, again.forge, again.host, again.url) == (kind, forge, host, spec.url)
    assert (again.namespace or "").lower() == (namespace or "").lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "words",
        "https://github.com",
        "github:",
        "gitea:org",
        "svn:foo",
        "github:a/b/c",
        "github:-x",
        "https://user:secret@github.com/x",
        "https://github.com/a/b/tree/main",
        "https://gitlab.com/a/b/-/tree/main",
        "https://github.com/a?tab=repositories",
        "https://github.com:8443/a",
        "http://github.com/a",
        "http://169.254.169.254/latest",
        "ssh://git@github.com/a/b",
        "file:///etc/passwd",
        "git:/etc/passwd",
        "git:ext::sh -c true",
        "https://[",
        "https://exa mple.org/a",
        "github:a\nb",
        "list:file:///etc/passwd",
    ],
)
def test_what_is_no_source_is_refused_in_words(text):
    with pytest.raises(InvalidInput) as refused:
        parse_source(text)
    assert len(str(refused.value)) > 10
    assert "secret" not in str(refused.value)


def test_a_host_with_plain_http_is_read_only_where_the_operator_allows_it():
    allow = frozenset({"127.0.0.1:3000"})
    spec = parse_source("http://127.0.0.1:3000/org", allow_http_hosts=allow)
    assert (spec.scheme, spec.host, spec.kind) == ("http", "127.0.0.1:3000", "organisation")
    assert parse_source(spec.text, allow_http_hosts=allow) == spec
    with pytest.raises(InvalidInput):
        parse_source("http://127.0.0.1:3000/org")


def test_a_host_is_known_by_its_name():
    assert infer("https://github.com/x/y") is GITHUB
    assert infer("https://gitlab.example.org/x") is GITLAB
    assert infer("https://github.com.attacker.example/x") is UNKNOWN
    assert infer("https://example.org") is UNKNOWN


def test_only_some_forges_are_sources_as_a_whole():
    assert organisation_at(GITLAB, "git.example.org", "/").namespace == ""
    with pytest.raises(InvalidInput):
        organisation_at(BITBUCKET, "bitbucket.org", "")


@given(st.text(max_size=60) | st.from_regex(r"(github|gitlab|git|list|https):[\w./:@?#%-]{0,40}"))
@example("github:İ")
def test_any_text_is_a_source_or_refused(text):
    try:
        spec = parse_source(text)
    except InvalidInput:
        return
    assert parse_source(spec.text) == spec
    assert spec.url.startswith("https://")
