"""Files about governance of a repository: which are taken, what they tell, and their history."""

import pytest

from crawlers.governance.finding import governance_files, is_watched
from crawlers.governance.reading import read_governance
from registry.domain.facts import Version
from registry.domain.governance_files import GovernanceFile


def read(files: dict[str, bytes]) -> dict[str, GovernanceFile]:
    found = read_governance({path: path for path in files}, {}, files.get)
    return {file.path: file for file in found}


def test_the_files_are_taken_where_forges_look() -> None:
    paths = [
        "CODEOWNERS", ".github/CODEOWNERS", "docs/GOVERNANCE.rst", "GOVERNANCE.md",
        "governance/charter.md", "governance/voting-rules.md", "governance/logo.svg",
        "src/GOVERNANCE.md", "MAINTAINERS", "docs/MAINTAINERS.md", "OWNERS", "pkg/OWNERS",
        "vendor/x/CODEOWNERS", "governance.py",
    ]  # fmt: skip
    assert governance_files(dict.fromkeys(paths, "b")) == [
        ("governance", "GOVERNANCE.md"),
        ("governance", "governance/charter.md"),
        ("governance", "governance/voting-rules.md"),
        ("governance", "docs/GOVERNANCE.rst"),
        ("code_owners", ".github/CODEOWNERS"),
        ("maintainers", "MAINTAINERS"),
        ("owners", "OWNERS"),
    ]
    assert is_watched("CODEOWNERS")
    assert not is_watched("src/a.py")


def test_owners_of_kubernetes_are_counted_and_never_named() -> None:
    text = b"approvers:\n  - jane\n  - sig-docs\nreviewers:\n- jane\n- Jane\nlabels: [x]\n"
    found = read({"OWNERS": text, "pkg/OWNERS": b"", "vendor/y/OWNERS": b""})["OWNERS"]
    assert (found.approvers, found.reviewers, found.places) == (2, 1, 2)
    assert "jane" not in repr(found).lower()


def test_lines_of_maintainers_that_name_somebody_are_counted() -> None:
    text = (
        b"# Maintainers\n| Name | GitHub |\n| Jane | [jane](https://github.com/jane) |\n"
        b"Joe <joe@town.example> @joe\n\nSee CONTRIBUTING.\n"
    )
    assert read({"MAINTAINERS.md": text})["MAINTAINERS.md"].entries == 2
    assert read({"OWNERS": b"joe@town.example\nann@town.example\n"})["OWNERS"].entries == 2


@pytest.mark.parametrize(
    ("data", "problem"), [(b"\xff\xfe\x00", "not_text"), (b"a" * 300_000, "too_large")]
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, problem: str) -> None:
    assert read({"CODEOWNERS": data})["CODEOWNERS"].problem == problem
    missing = read_governance({"CODEOWNERS": "b"}, {}, lambda _: None)
    assert missing[0].problem == "too_large"


@pytest.mark.parametrize("data", [b"a: &x [*x]", b"approvers: 3", b"- a", b"[" * 9000, b"\0"])
def test_a_hostile_owners_file_names_nobody(data: bytes) -> None:
    found = read({"OWNERS": data})["OWNERS"]
    assert (found.approvers or 0, found.entries or 0) == (0, 0)


def test_the_history_is_that_of_the_main_line() -> None:
    versions = {
        "CODEOWNERS": (
            Version("c1", 100, "b1"), Version("c2", 200, ""), Version("c3", 300, "b3"),
        )
    }  # fmt: skip
    (found,) = read_governance({"CODEOWNERS": "b3"}, versions, {"b3": b"* @org/a"}.get)
    assert (found.first_commit, found.first_time) == ("c1", 100)
    assert (found.last_commit, found.last_time, found.changes) == ("c3", 300, 3)
    (other,) = read_governance({"CODEOWNERS": "b4"}, versions, {"b4": b"* @org/a"}.get)
    assert (other.first_time, other.changes) == (None, None)
