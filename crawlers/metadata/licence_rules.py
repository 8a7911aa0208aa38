"""Distinctive phrases of licence texts, written down by hand for recognition (own table).

A rule matches when every phrase of `needs` and none of `lacks` occurs in the normalised text
(lower case, words and numbers only, single spaces). `starts` is the phrase whose first place tells
which of several licences in one file comes first.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """How one licence text is told; `longest` is the usual size of the text in words."""

    spdx_id: str
    starts: str
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    longest: int = 20_000
    confidence: float = 0.99


_MIT_GRANT = "permission is hereby granted free of charge to any person obtaining a copy of this"
_MIT_NOTICE = "this permission notice shall be included in all copies or substantial portions"
_BSD_GRANT = (
    "redistribution and use in source and binary forms with or without modification are permitted"
)
_BSD_LACKS = ("may not be called apache", "this license does not allow", "commons clause")
_ISC_GRANT = "permission to use copy modify and or distribute this software for any purpose with or"
_ISC_GRANT_OLD = (
    "permission to use copy modify and distribute this software for any purpose with or"
)
_ISC_NOTICE = "this permission notice appear in all copies"
# The text of a GNU licence does not say whether later versions are allowed: hence the confidence.
_GNU = 0.85

RULES: Final[tuple[Rule, ...]] = (
    Rule("MIT", _MIT_GRANT, (_MIT_NOTICE,),
         ("used for good not evil", "commons clause", "except as contained in this notice",
          "illinois"), 420),
    Rule("MIT-0", _MIT_GRANT, ("to permit persons to whom the software is furnished to do so",),
         (_MIT_NOTICE, "shall be included"), 300),
    Rule("X11", _MIT_GRANT, (_MIT_NOTICE, "except as contained in this notice the name"), (), 420),
    Rule("JSON", _MIT_GRANT, ("shall be used for good not evil",), (), 420),
    Rule("BSD-4-Clause", _BSD_GRANT, ("all advertising materials mentioning",),
         _BSD_LACKS, 500),
    Rule("BSD-3-Clause-Clear", _BSD_GRANT, ("no express or implied licenses to any party",),
         _BSD_LACKS, 500),
    Rule("BSD-3-Clause", _BSD_GRANT, ("may be used to endorse or promote products derived",),
         (*_BSD_LACKS, "all advertising materials", "no express or implied licenses"), 500),
    Rule("BSD-2-Clause", _BSD_GRANT, ("must reproduce the above copyright notice",),
         (*_BSD_LACKS, "endorse or promote", "advertising materials", "may not be used to"), 420),
    Rule("ISC", _ISC_GRANT, (_ISC_NOTICE,), (), 300),
    Rule("ISC", _ISC_GRANT_OLD, (_ISC_NOTICE,), (), 300),
    Rule("0BSD", _ISC_GRANT, ("the author disclaims all warranties",), (_ISC_NOTICE,), 260),
    Rule("Zlib", "in no event will the authors be held liable for any damages arising",
         ("the origin of this software must not be misrepresented", "altered source versions"),
         (), 300),
    Rule("BSL-1.0", "boost software license version 1 0", ("machine executable object code",),
         (), 500),
    Rule("Unlicense", "this is free and unencumbered software released into the public domain",
         (), (), 500),
    Rule("WTFPL", "do what the fuck you want to public license", (), (), 300),
    Rule("NCSA", "university of illinois ncsa open source license", (), (), 700),
    Rule("PostgreSQL", "permission to use copy modify and distribute this software and its "
         "documentation for any purpose without fee and without a written agreement", (), (), 400),
    Rule("UPL-1.0", "universal permissive license upl version 1 0", (), (), 700),
    Rule("Apache-2.0", "apache license version 2 0 january 2004",
         ("terms and conditions for use reproduction and distribution",), ("commons clause",)),
    Rule("Artistic-2.0", "the artistic license 2 0", ("standard version",)),
    Rule("GPL-2.0-only", "gnu general public license version 2 june 1991",
         ("activities other than copying distribution and modification are not covered",),
         (), confidence=_GNU),
    Rule("GPL-3.0-only", "gnu general public license version 3 29 june 2007",
         ("basic permissions",), (), confidence=_GNU),
    Rule("LGPL-2.1-only", "gnu lesser general public license version 2 1 february 1999", (), (),
         confidence=_GNU),
    Rule("LGPL-3.0-only", "gnu lesser general public license version 3 29 june 2007",
         ("additional definitions",), (), confidence=_GNU),
    Rule("AGPL-3.0-only", "gnu affero general public license version 3 19 november 2007",
         ("remote network interaction",), (), confidence=_GNU),
    Rule("MPL-1.1", "mozilla public license version 1 1", ("covered code",)),
    Rule("MPL-2.0", "mozilla public license version 2 0", ("covered software", "larger work")),
    Rule("EPL-1.0", "eclipse public license v 1 0", ("contributor",)),
    Rule("EPL-2.0", "eclipse public license v 2 0", ("contributor",)),
    Rule("CDDL-1.0", "common development and distribution license cddl version 1 0",
         ("covered software",)),
    Rule("OFL-1.1", "sil open font license version 1 1", ("reserved font name",)),
    Rule("CC0-1.0", "cc0 1 0 universal", ("affirmer",)),
    Rule("CC-BY-4.0", "attribution 4 0 international", ("licensed material",)),
    Rule("CC-BY-SA-4.0", "attribution sharealike 4 0 international", ("licensed material",)),
    Rule("CC-BY-NC-4.0", "attribution noncommercial 4 0 international", ("licensed material",)),
    Rule("CC-BY-ND-4.0", "attribution noderivatives 4 0 international", ("licensed material",)),
    Rule("CC-BY-NC-SA-4.0", "attribution noncommercial sharealike 4 0 international",
         ("licensed material",)),
    Rule("CC-BY-NC-ND-4.0", "attribution noncommercial noderivatives 4 0 international",
         ("licensed material",)),
    Rule("CECILL-2.1", "contrat de licence de logiciel libre cecill", ("version 2 1 du 2013",)),
    Rule("CECILL-2.1", "cecill free software license agreement", ("version 2 1 dated 2013",)),
    Rule("CECILL-B", "contrat de licence de logiciel libre cecill b", ("titulaire",)),
    Rule("CECILL-B", "cecill b free software license agreement", ("licensee",)),
    Rule("CECILL-C", "contrat de licence de logiciel libre cecill c", ("titulaire",)),
    Rule("CECILL-C", "cecill c free software license agreement", ("licensee",)),
    Rule("etalab-2.0", "licence ouverte 2 0", ("réutilisateur",)),
    Rule("etalab-2.0", "open licence 2 0", ("reuser",)),
    Rule("etalab-2.0", "licence ouverte open licence version 2 0", ("réutilisation",)),
    Rule("OGL-UK-3.0", "open government licence for public sector information",
         ("information provider",)),
    Rule("PolyForm-Noncommercial-1.0.0", "polyform noncommercial license 1 0 0", ()),
    Rule("BUSL-1.1", "business source license 1 1", ("change date",)),
    Rule("SSPL-1.0", "server side public license version 1 october 16 2018", ()),
    Rule("Elastic-2.0", "elastic license 2 0", ("hosted or managed service",)),
    Rule("BlueOak-1.0.0", "blue oak model license version 1 0 0", ()),
    Rule("MulanPSL-2.0", "mulan permissive software license version 2", ()),
    Rule("LiLiQ-P-1.1", "licence libre du québec permissive liliq p version 1 1", ()),
    Rule("LiLiQ-R-1.1", "licence libre du québec réciprocité liliq r version 1 1", ()),
    Rule("LiLiQ-Rplus-1.1", "licence libre du québec réciprocité forte liliq r version 1 1", ()),
)  # fmt: skip

_PUBLISHED = "general public license as published by the free software foundation"
_LATER = "of the license or at your option any later version"

# Short statements "this is under licence X" in a licence file that does not hold the text itself.
NOTICES: Final[tuple[tuple[str, str], ...]] = (
    ("licensed under the apache license version 2 0", "Apache-2.0"),
    (f"gnu affero {_PUBLISHED} either version 3 {_LATER}", "AGPL-3.0-or-later"),
    (f"gnu lesser {_PUBLISHED} either version 3 {_LATER}", "LGPL-3.0-or-later"),
    (f"gnu lesser {_PUBLISHED} either version 2 1 {_LATER}", "LGPL-2.1-or-later"),
    (f"gnu {_PUBLISHED} either version 3 {_LATER}", "GPL-3.0-or-later"),
    (f"gnu {_PUBLISHED} either version 2 {_LATER}", "GPL-2.0-or-later"),
    ("gnu general public license as published by the free software foundation version 3",
     "GPL-3.0-only"),
    ("gnu general public license as published by the free software foundation version 2",
     "GPL-2.0-only"),
    ("subject to the terms of the mozilla public license v 2 0", "MPL-2.0"),
    ("the open government licence ogl version 3", "OGL-UK-3.0"),
    ("open government licence v3 0", "OGL-UK-3.0"),
    ("licensed under the eupl version 1 2", "EUPL-1.2"),
    ("licensed under the eupl v 1 2", "EUPL-1.2"),
    ("licensed under the eupl 1 2", "EUPL-1.2"),
    ("european union public licence v 1 2", "EUPL-1.2"),
    ("european union public licence version 1 2", "EUPL-1.2"),
    ("licensed under the mit license", "MIT"),
    ("creative commons attribution 4 0 international license", "CC-BY-4.0"),
    ("creative commons attribution sharealike 4 0 international license", "CC-BY-SA-4.0"),
    ("cc0 1 0 universal public domain dedication", "CC0-1.0"),
    ("licence ouverte 2 0", "etalab-2.0"),
)  # fmt: skip
