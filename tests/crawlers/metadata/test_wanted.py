import random

from crawlers.metadata.wanted import (
    MAX_LICENCES,
    MAX_MANIFESTS,
    MAX_PUBLICCODE,
    wanted,
)


def kinds(*paths: str) -> list[tuple[str, str]]:
    return [(item.kind, item.path) for item in wanted({path: f"blob-{path}" for path in paths})]


def test_metadata_files_of_the_root_are_wanted_once_per_kind() -> None:
    assert kinds(
        "code.json", "sub/code.json", "codemeta.json", "CITATION.cff", "openCatalogi.yaml",
        "openCatalogi.yml", "bcgovpubcode.yml", ".gitmodules", "src/app.py", "NOTICE",
    ) == [
        ("bcgovpubcode", "bcgovpubcode.yml"), ("citation", "CITATION.cff"),
        ("codejson", "code.json"), ("codemeta", "codemeta.json"), ("gitmodules", ".gitmodules"),
        ("opencatalogi", "openCatalogi.yaml"),
    ]  # fmt: skip


def test_the_blob_comes_along() -> None:
    assert wanted({"publiccode.yml": "b1"})[0].blob == "b1"


def test_publiccode_files_of_any_folder_are_wanted_but_not_vendored_ones() -> None:
    assert kinds("publiccode.yml", "apps/a/publiccode.yaml", "vendor/x/publiccode.yml") == [
        ("publiccode", "publiccode.yml"),
        ("publiccode", "apps/a/publiccode.yaml"),
    ]


def test_licence_files_of_the_root_and_of_licenses_are_wanted() -> None:
    found = kinds(
        "LICENSE", "LICENCE.txt", "COPYING.LESSER", "UNLICENSE", "LICENSE-AGPLv3.txt",
        "LICENSES/MIT.txt", "LICENSE.pdf", "license.py", "sub/LICENSE", "licensing.py",
    )  # fmt: skip
    assert {path for _, path in found} == {
        "LICENSE", "LICENCE.txt", "COPYING.LESSER", "UNLICENSE", "LICENSE-AGPLv3.txt",
        "LICENSES/MIT.txt",
    }  # fmt: skip


def test_the_best_readme_is_wanted() -> None:
    assert kinds("README.rst", "README.md", "README.fr.md", "docs/README.md") == [
        ("readme", "README.md")
    ]
    assert kinds("README-FR.md", "docs/README.md") == [("readme", "README-FR.md")]
    assert kinds("docs/readme.md", "src/README.md") == [("readme", "docs/readme.md")]


def test_manifests_are_wanted_near_the_root_and_never_vendored() -> None:
    assert kinds(
        "a/b/c/d/package.json", "a/b/c/d/e/package.json", "pom.xml",
        "node_modules/x/package.json", "package-lock.json", "requirements/dev.txt",
    ) == [
        ("manifest", "pom.xml"), ("manifest", "requirements/dev.txt"),
        ("manifest", "a/b/c/d/package.json"),
    ]  # fmt: skip


def test_the_number_of_files_is_bounded_and_their_order_is_fixed() -> None:
    paths = [f"m{i}/package.json" for i in range(500)]
    paths += [f"m{i}/publiccode.yml" for i in range(500)] + [f"LICENSE-{i}" for i in range(500)]
    shuffled = random.Random(1).sample(paths, len(paths))
    assert kinds(*paths) == kinds(*shuffled)
    assert len(kinds(*paths)) == MAX_MANIFESTS + MAX_PUBLICCODE + MAX_LICENCES
