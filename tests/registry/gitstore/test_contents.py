"""Contents out of the store: what is there within caps, and nothing else."""

from pathlib import Path

import pytest

from registry.gitstore.contents import MAX_BYTES, GitContents
from registry.gitstore.place import store_place
from tests.support.git_repos import Commit, build_repository, git

URL = "https://git.example.org/examples/forms"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = store_place(tmp_path, URL)
    place.parent.mkdir(parents=True)
    build_repository(
        place,
        [Commit({"a.txt": b"one\n", "big": b"x" * (MAX_BYTES + 1), "full": b"y" * MAX_BYTES})],
    )
    return place


def test_a_blob_is_read_as_its_bytes(tmp_path: Path, place: Path) -> None:
    store = GitContents(tmp_path)
    assert store.contents(URL, git(place, "rev-parse", "main:a.txt")) == b"one\n"
    full = store.contents(URL, git(place, "rev-parse", "main:full"))
    assert full is not None
    assert len(full) == MAX_BYTES


@pytest.mark.parametrize("name", ["main:big", "main^{tree}", "main"])
def test_only_blobs_within_the_cap_are_read(tmp_path: Path, place: Path, name: str) -> None:
    assert GitContents(tmp_path).contents(URL, git(place, "rev-parse", name)) is None


@pytest.mark.parametrize(
    "blob", ["0" * 40, "", "HEAD", "a.txt", "main:a.txt", "../" * 10, "A" * 40]
)
def test_what_is_not_an_id_of_a_blob_here_is_not_found(
    tmp_path: Path, place: Path, blob: str
) -> None:
    assert GitContents(tmp_path).contents(URL, blob) is None


def test_a_repository_that_is_not_here_or_is_broken_has_no_contents(
    tmp_path: Path, place: Path
) -> None:
    blob = git(place, "rev-parse", "main:a.txt")
    store = GitContents(tmp_path)
    assert store.contents("https://git.example.org/none", blob) is None
    broken = store_place(tmp_path, "https://git.example.org/broken")
    broken.mkdir(parents=True)
    (broken / "HEAD").write_text("nonsense")
    assert store.contents("https://git.example.org/broken", blob) is None


def test_a_place_is_never_a_name_from_outside(tmp_path: Path) -> None:
    found = store_place(tmp_path, "../../etc/passwd")
    assert found.parent.parent == tmp_path
    assert found.suffix == ".git"
