"""Repositories are read without trust: ids of both hashes, missing and wrong objects."""

import copy
import json
import shutil
import zlib
from pathlib import Path

import pytest

from registry.verifier.objects import object_id
from registry.verifier.online import Online
from registry.verifier.repository import GitSide
from registry.verifier.source import Mismatch, NotHeld, Unreachable
from registry.verifier.verify import verify
from tests.support.git_repos import git
from tests.support.proofs import Pair, Proof, build_pair, proofs, sealed


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return build_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def made(pair: Pair) -> dict[str, Proof]:
    return proofs(pair)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_objects_are_hashed_by_the_hash_of_their_repository(algorithm: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", f"--object-format={algorithm}")
    oid = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"code\n")
    side = GitSide(tmp_path)
    assert (side.blob(oid), object_id("blob", b"code\n", algorithm)) == (b"code\n", oid)
    with pytest.raises(NotHeld):
        side.blob("0" * len(oid))
    side.close()


def test_a_content_under_the_id_of_another_is_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare")
    oid = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"code\n")
    place = tmp_path / "objects" / oid[:2] / oid[2:]
    place.unlink()
    place.write_bytes(zlib.compress(b"blob 5\0cod3\n"))
    side = GitSide(tmp_path)
    with pytest.raises((Mismatch, NotHeld, Unreachable)):
        side.blob(oid)
    side.close()


def test_a_folder_that_is_no_repository_cannot_be_read(tmp_path: Path) -> None:
    side = GitSide(tmp_path)
    for _ in range(3):
        with pytest.raises(Unreachable):
            side.commit("1" * 40)


@pytest.fixture(scope="module")
def store(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fetch both repositories as the crawler does: without contents, from nobody it could ask."""
    root = tmp_path_factory.mktemp("store")
    for name in ("city+permits", "region+permits"):
        source = pair.folder / name
        git(source, "config", "uploadpack.allowFilter", "true")
        git(root, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{source}", name)
        git(root / name, "config", "--unset", "remote.origin.url")
    return root


def test_from_a_store_what_was_not_fetched_is_left_open(
    store: Path, made: dict[str, Proof]
) -> None:
    with Online(None, lambda url: store / "+".join(url.split("/")[-2:])) as opener:
        outcomes = {
            kind: verify(json.dumps(proof).encode(), opener).outcome for kind, proof in made.items()
        }
        wrong = copy.deepcopy(made["shared_files"])
        wrong["claim"]["files"] = ["1" * 40]
        lie = verify(json.dumps(sealed(wrong)).encode(), opener)
    by_trees = {"shared_commits", "shared_files"}
    assert {kind for kind, outcome in outcomes.items() if outcome == "verified"} == by_trees
    assert {outcomes[kind] for kind in outcomes.keys() - by_trees} == {"verified_in_part"}
    assert (lie.outcome, lie.mode) == ("mismatch", "store")


def test_what_is_not_in_the_store_is_read_from_the_mirrors(
    pair: Pair, made: dict[str, Proof], tmp_path: Path
) -> None:
    with Online(pair.mirrors, lambda _: tmp_path / "none") as opener:
        report = verify(json.dumps(made["similar_files"]).encode(), opener)
    assert report.outcome == "verified"


def test_a_text_far_from_its_line_is_told(pair: Pair, made: dict[str, Proof]) -> None:
    folder = pair.folder / "far+permits"
    shutil.copytree(pair.folder / "region+permits", folder)
    below = pair.blob("reuser", pair.reuser["c"], "NOTICE.md")
    content = git(folder, "cat-file", "blob", below).encode() + b"\n" * 200
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=content)
    tree = git(folder, "mktree", stdin=f"100644 blob {blob}\tNOTICE.md\n".encode())
    people = {f"GIT_{who}_{what}": "a@x" for who in ("AUTHOR", "COMMITTER")
              for what in ("NAME", "EMAIL")}  # fmt: skip
    commit = git(folder, "commit-tree", tree, stdin=b"far\n", **people)
    git(folder, "update-ref", "refs/heads/far", commit)
    found = {}
    for line in (3, 150):
        proof = copy.deepcopy(made["attribution_text"])
        proof["reuser"] = {"url": "https://git.example/far/permits", "head": commit}
        place = {"path": "NOTICE.md", "blob": blob, "commit": commit, "line": line}
        proof["samples"] = [{"reuser": place}]
        with Online(pair.mirrors) as opener:
            found[line] = verify(json.dumps(sealed(proof)).encode(), opener).outcome
    assert found == {3: "verified", 150: "mismatch"}
