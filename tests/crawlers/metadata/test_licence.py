import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.licence import LicenceMatch, combine, detect, detect_file

FILLER = " and so on for many words." * 400

# Texts made of the distinctive phrases alone, with the typography that real files vary in.
MIT = (
    "MIT License\n\nCopyright (c) 2020 A Ministry\n\nPermission is hereby granted, free of charge, "
    "to any person obtaining a copy of this software, ... subject to conditions:\nThe above "
    "copyright notice and this permission notice shall be included in all\ncopies or substantial "
    "portions of the Software."
)
BSD = (
    "Redistribution and use in source and binary forms, with or without modification, are "
    "permitted provided that:\n1. ...\n2. Redistributions in binary form must reproduce the above "
    "copyright notice ..."
)
APACHE = (
    "                Apache License\n          Version 2.0, January 2004\n http://www.apache.org/"
    "\n\n TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"
)
GPL_3 = "GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n ... 2. Basic Permissions."
LGPL_3 = "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n0. Additional Definitions."
AGPL_3 = (
    "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\n13. Remote Network Interaction"
)


@pytest.mark.parametrize(
    ("text", "spdx_id"),
    [
        (MIT, "MIT"),
        (MIT.replace("\n", " ").upper(), "MIT"),
        (BSD, "BSD-2-Clause"),
        (
            BSD + " Neither the name may be used to endorse or promote products derived",
            "BSD-3-Clause",
        ),
        (APACHE, "Apache-2.0"),
        (
            (
                "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\nActivities other than copying, "
                "distribution and modification are not covered"
            ),
            "GPL-2.0-only",
        ),
        (GPL_3, "GPL-3.0-only"),
        (
            (
                "General\n=====\n_GNU General Public License_\n==\n_Version 3, 29 June 2007_\n"
                "### 2. Basic Permissions"
            ),
            "GPL-3.0-only",
        ),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n\tVersion 2.1, February 1999", "LGPL-2.1-only"),
        (LGPL_3, "LGPL-3.0-only"),
        (AGPL_3, "AGPL-3.0-only"),
        (
            "Mozilla Public License Version 2.0\n===\n1.4 “Covered Software” 1.7 “Larger Work”",
            "MPL-2.0",
        ),
        ('Eclipse Public License - v 2.0\n "Contributor" means', "EPL-2.0"),
        ('CC0 1.0 Universal\n ... (the "Affirmer")', "CC0-1.0"),
        ("Attribution 4.0 International\n ... Licensed Material", "CC-BY-4.0"),
        ("Attribution-ShareAlike 4.0 International\n ... Licensed Material", "CC-BY-SA-4.0"),
        ("Attribution-NonCommercial 4.0 International\n ... Licensed Material", "CC-BY-NC-4.0"),
        (
            (
                "Permission to use, copy, modify, and/or distribute this software for any "
                "purpose with or "
                "without fee is hereby granted, provided that the above copyright notice and this "
                "permission notice appear in all copies."
            ),
            "ISC",
        ),
        (
            (
                "Permission to use, copy, modify, and/or distribute this software for any "
                "purpose with or "
                "without fee is hereby granted. THE AUTHOR DISCLAIMS ALL WARRANTIES"
            ),
            "0BSD",
        ),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("Boost Software License - Version 1.0 ... machine-executable object code", "BSL-1.0"),
        (
            (
                "In no event will the authors be held liable for any damages arising from the use\n"
                "1. The origin of this software must not be misrepresented 2. Altered "
                "source versions"
            ),
            "Zlib",
        ),
        ("DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE", "WTFPL"),
        ("The Artistic License 2.0 ... Standard Version", "Artistic-2.0"),
        ("LICENCE OUVERTE / OPEN LICENCE\n====\n- Version 2.0\n« RÉUTILISATION »", "etalab-2.0"),
        ("CONTRAT DE LICENCE DE LOGICIEL LIBRE CeCILL\n Version 2.1 du 2013-06-21", "CECILL-2.1"),
        ("CeCILL-B FREE SOFTWARE LICENSE AGREEMENT ... the Licensee", "CECILL-B"),
        ("CeCILL-C FREE SOFTWARE LICENSE AGREEMENT ... the Licensee", "CECILL-C"),
        ("SIL OPEN FONT LICENSE Version 1.1 ... Reserved Font Name", "OFL-1.1"),
        ("The Open Government Licence (OGL) Version 3\nCrown copyright (c) 2018", "OGL-UK-3.0"),
        (
            "EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016" + FILLER,
            "EUPL-1.2",
        ),
        (
            "OPENBARE LICENTIE VAN DE EUROPESE UNIE v. 1.2.\nEUPL © Europese Unie 2007, 2016"
            + FILLER,
            "EUPL-1.2",
        ),
        ("ΑΔΕΙΑ ΔΗΜΟΣΙΑΣ ΧΡΗΣΗΣ v. 1.2\nEUPL © Ευρωπαϊκή Ένωση 2007, 2016" + FILLER, "EUPL-1.2"),
        (
            "European Union Public Licence V.1.1\nEUPL © the European Community 2007" + FILLER,
            "EUPL-1.1",
        ),
        (
            (
                "This program is free software: ... the terms of the GNU Affero General "
                "Public License as "
                "published by the Free Software Foundation, either version 3 of the "
                "License, or (at your "
                "option) any later version."
            ),
            "AGPL-3.0-or-later",
        ),
        ("Copyright\nSPDX-License-Identifier: EUPL-1.2\n", "EUPL-1.2"),
        ("// SPDX-License-Identifier: MIT OR Apache-2.0 */", "MIT OR Apache-2.0"),
    ],
)
def test_a_licence_is_told_by_its_distinctive_phrases(text: str, spdx_id: str) -> None:
    assert detect(text).spdx_id == spdx_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "All rights reserved.",
        "By accessing the code I accept the following terms and conditions.",
        MIT + "\nThe Software shall be used for Good, not Evil.",
        "Commons Clause License Condition v1.0\n" + APACHE,
        "See the GNU General Public License for details.",
        "EUPL " + FILLER,
        "Some parts are MIT, others are not." + FILLER,
        "SPDX-License-Identifier: Whatever-1.0",
        (
            "This software is licensed under the MIT license, and under the Apache License, "
            "Version 2.0: licensed under the Apache License, Version 2.0"
        ),
    ],
)
def test_an_unknown_or_restricted_text_gives_no_licence(text: str) -> None:
    assert detect(text).spdx_id in {None, "JSON"}


def test_parts_under_different_licences_far_from_the_top_give_no_main_licence() -> None:
    text = "A few parts of this project are not in the public domain." + FILLER + MIT + BSD
    assert detect(text) == LicenceMatch(None, 0.0, "several")


def test_the_first_licence_of_a_file_with_notices_of_others_is_less_certain() -> None:
    match = detect(MIT + FILLER[:3000] + BSD)
    assert match.spdx_id == "MIT"
    assert match.confidence == 0.75


def test_the_text_of_a_gnu_licence_does_not_settle_later_versions() -> None:
    assert detect(GPL_3).confidence < detect(MIT).confidence


def test_a_file_in_licenses_is_known_by_its_name_where_the_text_is_not() -> None:
    assert detect_file("LICENSES/etalab-2.0.txt", "…") == LicenceMatch("etalab-2.0", 0.9, "name")
    assert detect_file("LICENSES/own.txt", "…").spdx_id is None
    assert detect_file("etalab-2.0.txt", "…").spdx_id is None


def matches(**ids: str | None) -> dict[str, LicenceMatch]:
    return {
        name.replace("__", "/").replace("_", "."): LicenceMatch(spdx, 0.9, "text")
        for name, spdx in ids.items()
    }


@pytest.mark.parametrize(
    ("found", "expression"),
    [
        (matches(LICENSE="MIT", NOTICE="Apache-2.0"), "MIT"),
        (matches(COPYING="GPL-3.0-only", COPYING_LESSER="LGPL-3.0-only"), "LGPL-3.0-only"),
        (
            {"LICENSE-MIT": LicenceMatch("MIT", 0.9, "text"),
             "LICENSE-APACHE": LicenceMatch("Apache-2.0", 0.9, "text")},
            "Apache-2.0 OR MIT",
        ),
        (matches(LICENSE_code="EUPL-1.2", LICENSE_docs="CC-BY-4.0"), "CC-BY-4.0 AND EUPL-1.2"),
        (matches(LICENSE="CC0-1.0", LICENSES__CC_BY="CC-BY-4.0"), "CC0-1.0"),
        (matches(LICENSES__a="MIT"), "MIT"),
        (matches(LICENSES__a="MIT", LICENSES__b="Apache-2.0"), "Apache-2.0 AND MIT"),
    ],
)  # fmt: skip
def test_several_licence_files_give_one_statement(
    found: dict[str, LicenceMatch], expression: str
) -> None:
    combined = combine(found)
    assert combined is not None
    assert combined[1].spdx_id == expression
    assert combined[0] in found


def test_unknown_licence_files_give_no_statement() -> None:
    assert combine(matches(LICENSE=None)) is None
    assert combine({}) is None


@given(st.text(max_size=500))
def test_any_text_is_read(text: str) -> None:
    match = detect(text)
    assert 0 <= match.confidence <= 1
    assert (match.spdx_id is None) == (match.method in {"none", "several"})
