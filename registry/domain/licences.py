"""What is known about licences: approval by the OSI, strength of the copyleft, family.

Approval follows the SPDX licence list 3.29; categories are the registry's own grouping after the
licences' texts. Not legal advice, and an id that is not in the tables is `unknown`, never guessed.
"""

import re
from typing import Final

CATEGORIES: Final = (
    "permissive",
    "weak",
    "strong",
    "public-domain",
    "open-not-osi",
    "unknown",
)

# Ids that the Open Source Initiative approved, without the deprecated spellings.
OSI_APPROVED: Final = frozenset(
    """
    0BSD AAL AFL-1.1 AFL-1.2 AFL-2.0 AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later
    ALGLIB-Documentation APL-1.0 APSL-1.0 APSL-1.1 APSL-1.2 APSL-2.0 Apache-1.1 Apache-2.0
    Artistic-1.0 Artistic-1.0-Perl Artistic-1.0-cl8 Artistic-2.0 BSD-1-Clause BSD-2-Clause
    BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-LBNL BSD-3-Clause-Open-MPI BSD-ask-to-endorse
    BSL-1.0 BlueOak-1.0.0 CAL-1.0 CAL-1.0-Combined-Work-Exception CATOSL-1.1 CDDL-1.0 CDDL-1.1
    CECILL-2.1 CERN-OHL-P-2.0 CERN-OHL-S-2.0 CERN-OHL-W-2.0 CNRI-Python
    CNRI-Python-GPL-Compatible CPAL-1.0 CPL-1.0 CUA-OPL-1.0 ECL-1.0 ECL-2.0 EFL-1.0 EFL-2.0
    EPL-1.0 EPL-2.0 EUDatagrid EUPL-1.1 EUPL-1.2 Entessa Fair Frameworx-1.0 GPL-2.0-only
    GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND ICU IPA IPL-1.0 ISC Intel Jam
    LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only
    LGPL-3.0-or-later LPL-1.0 LPL-1.02 LPPL-1.3c LiLiQ-P-1.1 LiLiQ-R-1.1 LiLiQ-Rplus-1.1 MIT
    MIT-0 MIT-Modern-Variant MPL-1.0 MPL-1.1 MPL-2.0 MPL-2.0-no-copyleft-exception MS-PL MS-RL
    MirOS Motosoto MulanPSL-2.0 Multics NASA-1.3 NCSA NGPL NPOSL-3.0 NTP Naumen Nokia OCLC-2.0
    OFL-1.1 OFL-1.1-RFN OFL-1.1-no-RFN OGTSL OLDAP-2.8 OLFL-1.3 OSC-1.0 OSET-PL-2.1 OSL-1.0
    OSL-2.0 OSL-2.1 OSL-3.0 PHP-3.0 PHP-3.01 PostgreSQL Python-2.0 Python-2.0.1 QPL-1.0 RPL-1.1
    RPL-1.5 RPSL-1.0 RSCPL SISSL SPL-1.0 SimPL-2.0 Sleepycat UCL-1.0 UPL-1.0 Unicode-3.0
    Unicode-DFS-2016 Unlicense VSL-1.0 W3C W3C-20150513 Watcom-1.0 WordNet Xnet ZPL-2.0 ZPL-2.1
    Zlib curl wxWindows
    """.split()  # noqa: SIM905 - a list of 140 ids reads better as words
)

# First part of an id, up to the version → category; longer prefixes are looked at first.
_CATEGORY_BY_PREFIX: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "0BSD", "AFL-", "Apache-", "BSD-", "BSL-1.0", "BlueOak-", "CECILL-B", "CERN-OHL-P-",
            "ECL-", "EFL-", "Fair", "HPND", "ICU", "ISC", "Intel", "LiLiQ-P-", "MIT", "MS-PL",
            "MulanPSL-", "NCSA", "NTP", "OLDAP-", "PHP-", "PSF-", "PostgreSQL", "Python-", "UPL-",
            "Unicode-", "W3C", "X11", "Xnet", "ZPL-", "Zlib", "curl", "libpng", "WTFPL",
        ),
        "permissive",
    ),
    **dict.fromkeys(
        (
            "APSL-", "Artistic-", "CDDL-", "CECILL-C", "CERN-OHL-W-", "CPAL-", "CPL-", "EPL-",
            "EUPL-", "IPL-", "LGPL-", "LPPL-", "LiLiQ-R-", "MPL-", "MS-RL", "NASA-", "OFL-",
            "SISSL", "wxWindows",
        ),
        "weak",
    ),
    **dict.fromkeys(
        (
            "AGPL-", "CAL-", "CECILL-1", "CECILL-2", "CERN-OHL-S-", "GPL-", "LiLiQ-Rplus-",
            "NPOSL-", "OSL-", "QPL-", "RPL-", "Sleepycat",
        ),
        "strong",
    ),
    **dict.fromkeys(("CC0-", "PDDL-", "Unlicense", "CC-PDDC"), "public-domain"),
    **dict.fromkeys(
        (
            "CC-BY-", "CC-BY-SA-", "CDLA-", "DL-DE-", "GFDL-", "NLOD-", "ODC-By-", "ODbL-",
            "OGC-", "OGDL-", "OGL-", "etalab-",
        ),
        "open-not-osi",
    ),
}  # fmt: skip
# Creative Commons licences that forbid commercial use or changes are not open.
_NOT_OPEN = re.compile(r"CC-BY-(NC|ND)")
_PREFIXES: Final = tuple(sorted(_CATEGORY_BY_PREFIX, key=len, reverse=True))

_FAMILIES: Final[tuple[tuple[str, str], ...]] = (
    ("AGPL-", "AGPL"),
    ("LGPL-", "LGPL"),
    ("GPL-", "GPL"),
    ("EUPL-", "EUPL"),
    ("Apache-", "Apache"),
    ("0BSD", "BSD"),
    ("BSD-", "BSD"),
    ("MIT", "MIT"),
    ("MPL-", "MPL"),
    ("EPL-", "EPL"),
    ("CECILL-", "CeCILL"),
    ("CC0-", "CC0"),
    ("CC-", "Creative Commons"),
    ("OGL-", "OGL"),
    ("etalab-", "Etalab"),
    ("Unlicense", "Unlicense"),
    ("ISC", "ISC"),
    ("LicenseRef-", "Other"),
)


def osi_approved(licence_id: str) -> bool:
    """Say whether the OSI approved this SPDX id (canonical spelling, not deprecated)."""
    return licence_id in OSI_APPROVED


def category(licence_id: str) -> str:
    """Return one of `CATEGORIES` for an SPDX id.

    `open-not-osi` is open content or data, or a government licence that the OSI did not approve.
    """
    if _NOT_OPEN.match(licence_id):
        return "unknown"
    for prefix in _PREFIXES:
        if licence_id.startswith(prefix):
            return _CATEGORY_BY_PREFIX[prefix]
    return "unknown"


def family(licence_id: str) -> str:
    """Return the family for facets, `EUPL` for `EUPL-1.2`; `Other` where there is none."""
    return next((name for prefix, name in _FAMILIES if licence_id.startswith(prefix)), "Other")
