import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.metadata.spdx import Licence, licence_reference, parse_licence
from tests.support.real_data import real_data


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("MIT", "MIT"),
        ("mit or (apache-2.0 and EUPL-1.2)", "MIT OR (Apache-2.0 AND EUPL-1.2)"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2", "Apache-2.0"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GPLv3", "GPL-3.0-only"),
        ("GPLv2 or later", "GPL-2.0-or-later"),
        ("GNU General Public License v3.0 or later", "GPL-3.0-or-later"),
        ("MPLv2", "MPL-2.0"),
        ("Mozilla Public License, v. 2.0", "MPL-2.0"),
        ("CC0", "CC0-1.0"),
        ("Creative Commons Zero (CC0)", "CC0-1.0"),
        ("Creative Commons Zero v1.0 Universal", "CC0-1.0"),
        ("EUPL-1.2-or-later", "EUPL-1.2"),
        ("EUPL-1.2+", "EUPL-1.2"),
        ("LicenseRef-Own", "LicenseRef-Own"),
        ("MIT AND LicenseRef-Own", "MIT AND LicenseRef-Own"),
        ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("MPL-2.0-no-copyleft-exception", "MPL-2.0-no-copyleft-exception"),
        ("https://spdx.org/licenses/GPL-3.0", "GPL-3.0-only"),
        ("https://spdx.org/licenses/Apache-2.0.html", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("MIT AND MIT", "MIT"),
    ],
)
def test_a_licence_gets_its_canonical_expression(text: str, expression: str) -> None:
    assert parse_licence(text).expression == expression


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "NOASSERTION",
        "Other",
        "Pending Release",
        "GPL",
        "BSD",
        "Apache",
        "EUPL",
        "public domain",
        "MIT AND",
        "MIT OR",
        "with",
        "(",
        "MIT OR (Apache-2.0",
        "MIT WITH Apache-2.0",
        "Classpath-exception-2.0",
        "UNLICENSED",
        "GPL-9.9",
        "http://[bad",
        "MIT Apache-2.0",
        "(" * 900,
        "((" * 100 + "MIT" + "))" * 100,
        " OR ".join(["MIT"] * 200),
        "\x00",
    ],
)
def test_what_names_no_known_licence_is_an_error_and_never_a_guess(text: str) -> None:
    licence = parse_licence(text)
    assert licence.expression is None
    assert licence.ids == ()
    assert licence.error


def test_the_ids_leave_exceptions_out() -> None:
    licence = parse_licence("GPL-2.0-only WITH Classpath-exception-2.0 OR MIT")
    assert licence.ids == ("GPL-2.0-only", "MIT")
    assert licence == Licence("GPL-2.0-only WITH Classpath-exception-2.0 OR MIT", licence.ids)


@given(st.text(max_size=300))
def test_any_text_gives_an_answer_and_an_expression_is_stable(text: str) -> None:
    licence = parse_licence(text)
    assert (licence.expression is None) == (licence.error is not None)
    if licence.expression:
        assert parse_licence(licence.expression).expression == licence.expression


@given(st.lists(st.sampled_from(["MIT", "and", "OR", "(", ")", "GPL-3.0", "with", "x y", "/"])))
@example(["(", "and", "MIT"])
@example(["(", ")", "and"])
def test_any_order_of_licence_words_gives_an_answer(words: list[str]) -> None:
    licence = parse_licence(" ".join(words))
    assert (licence.expression is None) == (licence.error is not None)


@given(st.text(max_size=300))
def test_a_reference_made_from_any_name_is_a_licence(name: str) -> None:
    reference = licence_reference(name)
    assert parse_licence(reference).expression == reference


@pytest.mark.real_data
def test_every_id_of_the_published_list_is_understood() -> None:
    published = json.loads(real_data("spdx/licenses.json").read_text())["licenses"]
    changed = {
        entry["licenseId"]
        for entry in published
        if parse_licence(entry["licenseId"]).expression != entry["licenseId"]
    }
    deprecated = {entry["licenseId"] for entry in published if entry["isDeprecatedLicenseId"]}
    assert len(published) == 699
    assert changed <= deprecated
    assert all(parse_licence(entry["licenseId"]).expression for entry in published)


@pytest.mark.real_data
def test_every_name_of_the_published_list_is_understood() -> None:
    published = json.loads(real_data("spdx/licenses.json").read_text())["licenses"]
    assert [e["licenseId"] for e in published if parse_licence(e["name"]).expression is None] == []
