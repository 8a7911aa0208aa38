"""Package URLs as people and tools write them."""

import pytest

from registry.domain.purl import package_of


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:npm/left-pad", ("npm", "left-pad")),
        ("pkg:npm/%40angular/core@17.0.0", ("npm", "@angular/core")),
        ("pkg:npm/@angular/core@17.0.0", ("npm", "@angular/core")),
        ("pkg:pypi/Flask_Login@0.6#src", ("pypi", "flask-login")),
        ("pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?packaging=sources",
         ("maven", "org.apache.xmlgraphics:batik-anim")),
        ("pkg:golang/github.com/Gorilla/Context@234fd47", ("golang", "github.com/Gorilla/Context")),
        ("pkg:composer/Laravel/Framework", ("composer", "laravel/framework")),
        ("PKG:Gem/rails@7", ("gem", "rails")),
        ("pkg://npm/left-pad", ("npm", "left-pad")),
    ],
)  # fmt: skip
def test_a_package_is_named_as_manifests_name_it(purl: str, expected: tuple[str, str]) -> None:
    assert package_of(purl) == expected


@pytest.mark.parametrize(
    "text", ["", "npm/left-pad", "pkg:", "pkg:npm", "pkg:npm/", "pkg:npm/@1.0", "pkg:NP M/x",
             "pkg:npm/%00", "pkg:npm/" + "x" * 700],
)  # fmt: skip
def test_what_names_no_package_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="package URL"):
        package_of(text)
