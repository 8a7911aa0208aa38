from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.mirrors import Transport, resolve
from registry.errors import CrawlFailure, InvalidInput

PATTERN = "https://github.com/{owner}/{name}"


def _bare(folder: Path) -> Path:
    (folder / "objects").mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def test_url_without_a_mirror_is_read_where_it_is() -> None:
    assert resolve("https://a.example/x", {PATTERN: "/srv/{name}"}) == Transport(
        "https://a.example/x"
    )


def test_folder_of_another_case_is_found(tmp_path: Path) -> None:
    place = _bare(tmp_path / "Some-Org+X-Road" / "repo")
    found = resolve(
        "https://github.com/some-org/x-road", {PATTERN: f"{tmp_path}/{{owner}}+{{name}}/repo"}
    )
    assert found == Transport(f"file://{place}", place)


def test_folder_of_the_same_case_wins(tmp_path: Path) -> None:
    _bare(tmp_path / "A+B")
    place = _bare(tmp_path / "a+b")
    found = resolve("https://github.com/a/b", {PATTERN: f"{tmp_path}/{{owner}}+{{name}}"})
    assert found.directory == place


@pytest.mark.parametrize("inside", ["b", "b/.git", "b.git"])
def test_bare_folder_and_work_tree_are_found(tmp_path: Path, inside: str) -> None:
    place = _bare(tmp_path / "a" / inside)
    if inside == "b.git":
        (tmp_path / "a" / "b").mkdir()
    found = resolve("https://github.com/a/b", {PATTERN: f"{tmp_path}/{{owner}}/{{name}}"})
    assert found.directory == place


@pytest.mark.parametrize("place", ["{path}", "{path}.git"])
def test_whole_path_may_span_folders(tmp_path: Path, place: str) -> None:
    expected = _bare(tmp_path / place.replace("{path}", "g/sub/proj"))
    found = resolve(
        "https://h.example/G/Sub/Proj", {"https://h.example/{path}": f"{tmp_path}/{place}"}
    )
    assert found.directory == expected


def test_first_matching_pattern_decides(tmp_path: Path) -> None:
    place = _bare(tmp_path / "a-b")
    mirrors = {PATTERN: f"{tmp_path}/{{owner}}-{{name}}", "https://github.com/{path}": "/nowhere"}
    assert resolve("https://github.com/a/b", mirrors).directory == place


def test_internal_host_is_a_url(tmp_path: Path) -> None:
    mirrors = {PATTERN: "https://git.internal/mirror/{owner}_{name}.git"}
    assert resolve("https://github.com/a/b", mirrors) == Transport(
        "https://git.internal/mirror/a_b.git"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/../secret",
        "https://github.com/a/..",
        "https://github.com/a/...",
        "https://github.com/a/%2e%2e",
        "https://github.com/a/b c",
        "https://github.com/a/b\n",
        "https://github.com/a/none",
    ],
)
@pytest.mark.parametrize(
    "place", ["{root}/m/{{owner}}/{{name}}", "https://git.internal/{{owner}}/{{name}}"]
)
def test_name_never_leaves_the_mirror(tmp_path: Path, url: str, place: str) -> None:
    _bare(tmp_path / "secret")
    (tmp_path / "m" / "a").mkdir(parents=True)
    if url.endswith("/none") and place.startswith("https"):
        return
    with pytest.raises(CrawlFailure) as caught:
        resolve(url, {PATTERN: place.format(root=tmp_path)})
    assert caught.value.reason == "no_mirror"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_any_name_is_found_below_the_root_or_refused(owner: str, name: str) -> None:
    with pytest.raises(CrawlFailure) as caught:
        resolve(f"https://h.example/{owner}/{name}", {"https://h.example/{path}": "/none/{path}"})
    assert caught.value.reason == "no_mirror"


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("https://github.com/{who}/{name}", "/srv/{name}"),
        ("https://github.com/{name}/{name}", "/srv/{name}"),
        ("https://github.com/{owner}/x", "/srv/{name}"),
        (PATTERN, "relative/{name}"),
    ],
)
def test_pattern_that_cannot_work_names_the_setting(pattern: str, place: str) -> None:
    with pytest.raises(InvalidInput, match=r"crawl\.mirrors"):
        resolve("https://github.com/a/x", {pattern: place})
