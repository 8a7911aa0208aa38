"""How people spell licences: folding of names, aliases, well-known URLs (own table)."""

import re
from typing import Final

_NOISE: Final = frozenset({"the", "license", "licence", "licenses", "version", "software", "see"})
_SEPARATOR = re.compile(r"[^a-z0-9.+]+")
_GLUED = re.compile(r"(?<=[a-z])(?=[0-9])")
_VERSION_MARK = re.compile(r"(?<![a-z0-9])(?:v|ver|version)\.? ?(?=[0-9])|(?<=[a-z])v\.?(?=[0-9])")
_WHOLE_NUMBER = re.compile(r" ([0-9])(?= or later| only|$)")


def fold(name: str) -> str:
    """Return a spelling-neutral key: lower case, no noise words, `v3` = `3` = `3.0`, `+` in words.

    Input is cut at 200 characters; all patterns are linear.
    """
    text = name[:200].lower().replace("+", " or later ")
    text = _SEPARATOR.sub(" ", text)
    text = _VERSION_MARK.sub(" ", text)
    text = _GLUED.sub(" ", text)
    words = [word.strip(".") for word in text.split()]
    text = " ".join(word for word in words if word and word not in _NOISE)
    return _WHOLE_NUMBER.sub(r" \1.0", text)


# Texts that stand where a licence should, yet name none (folded).
SAYS_NOTHING: Final = frozenset(
    fold(text)
    for text in (
        "", "none", "null", "n/a", "na", "no license", "noassertion", "other", "unknown",
        "undefined", "pending release", "pending", "tbd", "todo", "to be determined", "custom",
        "license", "unlicensed", "open source", "see license", "see license in LICENSE",
        "see license in LICENSE.md", "see license in LICENSE.txt", "not specified", "proprietary",
    )
)  # fmt: skip

ALIASES: Final[dict[str, str]] = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License 2.0": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ASL 2.0": "Apache-2.0",
    "AL2": "Apache-2.0",
    "The MIT License (MIT)": "MIT",
    "MIT License": "MIT",
    "Expat": "MIT",
    "MIT X11": "MIT",
    "MIT No Attribution": "MIT-0",
    "BSD 2-Clause": "BSD-2-Clause",
    "BSD-2": "BSD-2-Clause",
    "Simplified BSD": "BSD-2-Clause",
    "FreeBSD": "BSD-2-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "3-Clause BSD": "BSD-3-Clause",
    "2-Clause BSD": "BSD-2-Clause",
    "BSD-3": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause",
    "Modified BSD": "BSD-3-Clause",
    "Revised BSD": "BSD-3-Clause",
    'BSD 3-Clause "New" or "Revised"': "BSD-3-Clause",
    "GPL 1.0": "GPL-1.0-only",
    "GPL 2.0": "GPL-2.0-only",
    "GPL 3.0": "GPL-3.0-only",
    "GPL.v3": "GPL-3.0-only",
    "GNU GPL 2.0": "GPL-2.0-only",
    "GNU GPL 3.0": "GPL-3.0-only",
    "GNU General Public License v2.0": "GPL-2.0-only",
    "GNU General Public License v3.0": "GPL-3.0-only",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "General Public License v3.0": "GPL-3.0-only",
    "GPL 2.0 or later": "GPL-2.0-or-later",
    "GPL 3.0 or later": "GPL-3.0-or-later",
    "GPLv2+": "GPL-2.0-or-later",
    "GPLv3+": "GPL-3.0-or-later",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU GPL v3 or later": "GPL-3.0-or-later",
    "LGPL 2.1": "LGPL-2.1-only",
    "LGPL 3.0": "LGPL-3.0-only",
    "GNU LGPL 2.1": "LGPL-2.1-only",
    "GNU LGPL 3.0": "LGPL-3.0-only",
    "GNU Lesser General Public License v2.1": "LGPL-2.1-only",
    "GNU Lesser General Public License v3.0": "LGPL-3.0-only",
    "LGPLv2.1+": "LGPL-2.1-or-later",
    "LGPLv3+": "LGPL-3.0-or-later",
    "AGPL 3.0": "AGPL-3.0-only",
    "GNU AGPL 3.0": "AGPL-3.0-only",
    "GNU Affero General Public License v3.0": "AGPL-3.0-only",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "Affero GPL 3.0": "AGPL-3.0-only",
    "AGPLv3+": "AGPL-3.0-or-later",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "EUPL 1.0": "EUPL-1.0",
    "EUPL 1.1": "EUPL-1.1",
    "EUPL 1.2": "EUPL-1.2",
    "EUPL-1.2-or-later": "EUPL-1.2",
    "EUPL-1.2-only": "EUPL-1.2",
    "EUPL-1.1-or-later": "EUPL-1.1",
    "EUPL-1.1-only": "EUPL-1.1",
    "European Union Public Licence 1.1": "EUPL-1.1",
    "European Union Public Licence 1.2": "EUPL-1.2",
    "European Union Public Licence (EUPL) v1.2": "EUPL-1.2",
    "European Union Public Licence 1.2 (EUPL 1.2)": "EUPL-1.2",
    "MPL 1.1": "MPL-1.1",
    "MPL 2.0": "MPL-2.0",
    "Mozilla Public License 2.0": "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "EPL 1.0": "EPL-1.0",
    "EPL 2.0": "EPL-2.0",
    "Eclipse Public License 2.0": "EPL-2.0",
    "CC0": "CC0-1.0",
    "CC-0": "CC0-1.0",
    "CC0 1.0 Universal": "CC0-1.0",
    "Creative Commons Zero": "CC0-1.0",
    "Creative Commons Zero (CC0)": "CC0-1.0",
    "Creative Commons Zero v1.0 Universal": "CC0-1.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "Public Domain, CC0-1.0": "CC0-1.0",
    "CC BY 4.0": "CC-BY-4.0",
    "Creative Commons Attribution 4.0": "CC-BY-4.0",
    "Creative Commons Attribution 4.0 International": "CC-BY-4.0",
    "CC BY-SA 4.0": "CC-BY-SA-4.0",
    "Creative Commons Attribution Share Alike 4.0": "CC-BY-SA-4.0",
    "Creative Commons Attribution-ShareAlike 4.0 International": "CC-BY-SA-4.0",
    "Unlicense": "Unlicense",
    "The Unlicense": "Unlicense",
    "The Unlicense (Unlicense)": "Unlicense",
    "ISC License (ISCL)": "ISC",
    "Zlib/libpng": "Zlib",
    "Boost Software License 1.0": "BSL-1.0",
    "Licence Ouverte 2.0": "etalab-2.0",
    "Licence Ouverte / Open Licence 2.0": "etalab-2.0",
    "Etalab 2.0": "etalab-2.0",
    "OGL 3.0": "OGL-UK-3.0",
    "OGL UK 3.0": "OGL-UK-3.0",
    "Open Government Licence 3.0": "OGL-UK-3.0",
    "Open Government Licence v3.0 (UK)": "OGL-UK-3.0",
    "CeCILL 2.1": "CECILL-2.1",
    "CeCILL-B": "CECILL-B",
    "CeCILL-C": "CECILL-C",
    "CeCILL-B Free Software License Agreement (CECILL-B)": "CECILL-B",
    "SIL Open Font License 1.1": "OFL-1.1",
    "Python Software Foundation License": "PSF-2.0",
    "WTFPL": "WTFPL",
}

# Deprecated ids of the SPDX list that stand for a licence with an exception.
EXPANSIONS: Final[dict[str, str]] = {
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-or-later WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-2.0-with-GCC-exception": "GPL-2.0-or-later WITH GCC-exception-2.0",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
}

# Beginnings of licence addresses without scheme and `www.`, in lower case; the first match wins.
URL_PATHS: Final[tuple[tuple[str, str], ...]] = (
    ("apache.org/licenses/license-2.0", "Apache-2.0"),
    ("apache.org/licenses/license-1.1", "Apache-1.1"),
    ("gnu.org/licenses/gpl-2.0", "GPL-2.0-only"),
    ("gnu.org/licenses/old-licenses/gpl-2.0", "GPL-2.0-only"),
    ("gnu.org/licenses/gpl-3.0", "GPL-3.0-only"),
    ("gnu.org/licenses/lgpl-2.1", "LGPL-2.1-only"),
    ("gnu.org/licenses/old-licenses/lgpl-2.1", "LGPL-2.1-only"),
    ("gnu.org/licenses/lgpl-3.0", "LGPL-3.0-only"),
    ("gnu.org/licenses/agpl-3.0", "AGPL-3.0-only"),
    ("mozilla.org/mpl/2.0", "MPL-2.0"),
    ("mozilla.org/en-us/mpl/2.0", "MPL-2.0"),
    ("eclipse.org/legal/epl-2.0", "EPL-2.0"),
    ("eclipse.org/legal/epl-v20", "EPL-2.0"),
    ("eclipse.org/org/documents/epl-2.0", "EPL-2.0"),
    ("eclipse.org/legal/epl-v10", "EPL-1.0"),
    ("creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"),
    ("creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
    ("creativecommons.org/licenses/by-sa/4.0", "CC-BY-SA-4.0"),
    ("creativecommons.org/licenses/by/3.0", "CC-BY-3.0"),
    ("unlicense.org", "Unlicense"),
    ("boost.org/license_1_0", "BSL-1.0"),
    ("joinup.ec.europa.eu/software/page/eupl/licence-eupl", "EUPL-1.1"),
    ("nationalarchives.gov.uk/doc/open-government-licence/version/3", "OGL-UK-3.0"),
    ("cecill.info/licences/licence_cecill_v2.1", "CECILL-2.1"),
    ("wtfpl.net", "WTFPL"),
)
