"""Each kind of proof is checked against its repositories, and every wrong claim is told."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.verifier.online import Online
from registry.verifier.report import Report
from registry.verifier.verify import verify
from tests.support.proofs import ORIGIN, Pair, Proof, build_pair, proofs, sealed


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return build_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def made(pair: Pair) -> dict[str, Proof]:
    return proofs(pair)


@pytest.fixture(scope="module")
def online(pair: Pair) -> Iterator[Online]:
    with Online(pair.mirrors) as opener:
        yield opener


KINDS = (
    "shared_commits", "shared_files", "similar_files", "package_dependency", "submodule",
    "vendored_component", "attribution_text", "declared",
)  # fmt: skip
Change = Callable[[Proof, Pair], object]
WRONG: dict[str, tuple[str, Change]] = {
    "more commits": ("shared_commits", lambda p, _: p["claim"].update(count=3)),
    "a tip of one side": (
        "shared_commits", lambda p, pair: p["claim"].update(tips=[pair.reuser["d"]], count=4)
    ),
    "a file of one side": (
        "shared_files",
        lambda p, pair: p["claim"].update(
            count=2,
            files=sorted(
                {*p["claim"]["files"], pair.blob("origin", pair.origin["b"], "src/more.py")}
            ),
        ),
    ),
    "another path": ("shared_files", lambda p, _: p["samples"][0]["reuser"].update(path="a.py")),
    "another time": ("shared_files", lambda p, _: p["samples"][0]["reuser"].update(time=5)),
    "a fingerprint of nothing": (
        "similar_files",
        lambda p, _: p["samples"][0]["hashes"].__setitem__(0, "0000000000000001"),
    ),
    "another count": ("similar_files", lambda p, _: p["claim"].update(count=1)),
    "another method": ("similar_files", lambda p, _: p["claim"].update(scale=64)),
    "another package": ("package_dependency", lambda p, _: p["claim"].update(name="left-pad")),
    "no such line": ("package_dependency", lambda p, _: p["samples"][0]["reuser"].update(line=900)),
    "another submodule": ("submodule", lambda p, pair: p["claim"].update(commit=pair.origin["b"])),
    "another folder": ("submodule", lambda p, _: p["claim"].update(path="vendor/permit")),
    "another publisher": (
        "vendored_component", lambda p, _: p["claim"].update(package="npm:left-pad@1.0.0")
    ),
    "another sentence": (
        "attribution_text",
        lambda p, _: p["claim"].update(text="This is based on the code of City Permits, thanks."),
    ),
    "another target": ("attribution_text", lambda p, _: p["claim"].update(target="Country Taxes")),
    "removed while it stands": (
        "attribution_text",
        lambda p, pair: p["samples"][0].update(removed={"commit": pair.reuser["c"]}),
    ),
    "another address": (
        "declared", lambda p, _: p["claim"].update(values=["https://git.example/x/y"])
    ),
    "a head of nowhere": ("declared", lambda p, _: p["reuser"].update(head="0" * 40)),
}  # fmt: skip


def checked(proof: Proof, online: Online) -> Report:
    return verify(json.dumps(proof).encode(), online)


@pytest.mark.parametrize("kind", KINDS)
def test_a_proof_that_holds_is_verified(kind: str, made: dict[str, Proof], online: Online) -> None:
    report = checked(made[kind], online)
    assert report.outcome == "verified", [c for c in report.checks if c.result == "failed"]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_claim_fails(name: str, made: dict[str, Proof], pair: Pair, online: Online) -> None:
    kind, change = WRONG[name]
    proof = copy.deepcopy(made[kind])
    change(proof, pair)
    assert proof != made[kind]
    for place in [p for s in proof["samples"] for p in s.values() if isinstance(p, dict)]:
        place.pop("swhid", None)
    proof["reuser"].pop("swhid")
    report = checked(sealed(proof), online)
    assert report.outcome == "mismatch"
    assert "form" not in {check.name for check in report.of("failed")}


def test_a_commit_that_no_branch_holds_is_no_evidence(
    made: dict[str, Proof], pair: Pair, online: Online
) -> None:
    from tests.support.git_repos import git

    lost = git(
        pair.folder / "region+permits", "commit-tree", f"{pair.reuser['c']}^{{tree}}",
        stdin=b"lost\n", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@x", GIT_COMMITTER_NAME="a",
        GIT_COMMITTER_EMAIL="a@x",
    )  # fmt: skip
    proof = copy.deepcopy(made["shared_files"])
    proof["claim"]["anchors"]["reuser"] = [lost]
    report = checked(sealed(proof), online)
    assert [check.name for check in report.of("failed")] == [
        f"reuser: a branch or tag holds {lost[:12]}"
    ]


def test_without_a_mirror_only_https_is_fetched(made: dict[str, Proof]) -> None:
    proof = copy.deepcopy(made["declared"])
    proof["origin"] = {"url": "http://git.example/a/b", "head": "0" * 40}
    with Online() as nowhere:
        report = checked(sealed(proof), nowhere)
    assert report.outcome == "unreachable"
    assert report.exit_code() == 4


def test_a_mirror_without_a_copy_is_told(made: dict[str, Proof], tmp_path: Path) -> None:
    with Online({"https://git.example/{owner}/{name}": f"{tmp_path}/{{owner}}/{{name}}"}) as empty:
        assert checked(made["declared"], empty).reason == f"the mirror has no copy of {ORIGIN}"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'{"a": 1, "a": 2}', b"[" * 100_000, b"\xff", b"{}", b"1e400"]
)
def test_what_is_no_proof_is_refused(data: bytes, online: Online) -> None:
    assert verify(data, online).outcome == "mismatch"


def test_a_claim_that_nobody_checks_is_refused(made: dict[str, Proof], online: Online) -> None:
    proof = copy.deepcopy(made["shared_commits"])
    proof["claim"]["scope"] = "head"
    assert checked(sealed(proof), online).outcome == "mismatch"
    assert checked(sealed(made["declared"] | {"note": "trust me"}), online).outcome == "mismatch"
