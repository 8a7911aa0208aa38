"""The file stage: form of references without an oracle, presence with one."""

import pytest

from crawlers.metadata.publiccode import read
from tests.support.publiccode_samples import extended, variant


class Files:
    """A repository with two pictures, one of which is none, and one server that answers."""

    def exists(self, path: str) -> bool:
        return path in {"logo.svg", "docs/shot.png", "docs/fake.png", "AUTHORS"}

    def head(self, path: str) -> bytes | None:
        return {"docs/shot.png": b"\x89PNG\r\n\x1a\n..", "docs/fake.png": b"<html>.."}.get(path)

    def reachable(self, url: str) -> bool | None:
        return {"https://up.example/l.png": True, "https://down.example/l.png": False}.get(url)


def faults(data: bytes, *, files: bool = True, path: str = "publiccode.yml") -> list[str]:
    document = read(data, path=path, blob="", files=Files() if files else None)
    return [f"{one.severity} {one.key}" for one in document.diagnostics]


@pytest.mark.parametrize(
    ("logo", "without", "with_files"),
    [
        ("logo.svg", 0, 0),
        ("LOGO.SVG", 0, 1),
        ("docs/shot.png", 0, 0),
        ("docs/fake.png", 0, 1),
        ("missing.png", 0, 1),
        ("logo.jpg", 1, 1),
        ("/logo.svg", 1, 1),
        ("file:///logo.svg", 1, 1),
        ("ftp://x.example/logo.svg", 1, 1),
        ("../logo.svg", 0, 1),
        ("https://up.example/l.png", 0, 0),
        ("https://down.example/l.png", 0, 1),
        ("https://unknown.example/l.png", 0, 0),
        ("https://up.example/l.gif", 1, 1),
    ],
)
def test_logos_are_checked_for_form_and_then_for_presence(
    logo: str, without: int, with_files: int
) -> None:
    data = extended(f"logo: {logo}\n")
    assert faults(data, files=False) == ["error logo"] * without
    assert faults(data) == ["error logo"] * with_files


def test_a_path_may_count_from_the_folder_of_the_file_or_from_the_root() -> None:
    data = extended("logo: shot.png\n")
    assert faults(data) == ["error logo"]
    assert faults(data, path="docs/publiccode.yml") == []
    assert faults(extended("logo: docs/shot.png\n"), path="docs/publiccode.yml") == []
    assert faults(extended("logo: ../logo.svg\n"), path="docs/publiccode.yml") == []


def test_screenshots_and_author_files_are_looked_up() -> None:
    shots = "    screenshots: [docs/shot.png, docs/shot.jpeg, none.jpg]\n    features:"
    assert faults(variant("    features:", shots)) == [
        "error description.en.screenshots[1]",
        "error description.en.screenshots[2]",
    ]
    there = variant("  license:", "  authorsFile: AUTHORS\n  license:")
    gone = variant("  license:", "  authorsFile: THANKS\n  license:")
    assert faults(there) == ["warning legal.authorsFile"]
    assert faults(gone) == ["warning legal.authorsFile", "error legal.authorsFile"]


def test_a_logo_that_fails_is_not_claimed() -> None:
    document = read(extended("logo: none.png\n"), path="publiccode.yml", blob="", files=Files())
    assert "logo" not in {claim.property for claim in document.claims}
