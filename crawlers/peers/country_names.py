"""From the English name of a country, as lists write it, to its code.

Names come from CLDR; what lists write otherwise stands in the table below. A name that is none of
these is not guessed at.
"""

import functools
import re
import unicodedata
from typing import Final

from babel import Locale

from registry.domain.countries import COUNTRIES

_BRACKETS: Final = re.compile(r"\([^()]*\)")
_GAP: Final = re.compile(r"[^a-z0-9]+")
# Folded names that CLDR writes otherwise, as found in lists of digital public goods and of the UN.
_OVERRIDES: Final = dict(
    pair.rsplit(":", 1)
    for pair in (
        "united states of america:US", "usa:US", "cabo verde:CV", "turkey:TR",
        "russian federation:RU",
        "democratic republic of the congo:CD", "congo the democratic republic of the congo:CD",
        "dem rep congo:CD", "congo:CG", "congo congo brazzaville:CG", "republic of congo:CG",
        "republic of the congo:CG", "palestine state:PS", "palestine:PS", "state of palestine:PS",
        "hong kong:HK", "macao:MO", "virgin islands british:VG", "virgin islands u s:VI",
        "holy see:VA", "pitcairn:PN", "korea the republic of korea:KR", "republic of korea:KR",
        "united kingdom of great britain and northern ireland:GB", "viet nam:VN", "macedonia:MK",
        "syrian arab republic:SY", "brunei darussalam:BN", "lao people s democratic republic:LA",
        "bonaire sint eustatius and saba:BQ", "central african rep:CF", "east timor:TL",
        "ivory coast:CI", "sao tome:ST", "kyrgyztan:KG", "czech republic:CZ", "swaziland:SZ",
        "south georgia and the south sandwich islands:GS", "burma:MM",
        "saint helena ascension and tristan da cunha:SH", "saint helena:SH",
        "united states minor outlying islands:UM", "moldova republic of:MD",
        "iran islamic republic of:IR", "tanzania united republic of:TZ",
        "bolivia plurinational state of:BO", "venezuela bolivarian republic of:VE",
    )
)  # fmt: skip


def country_of_name(name: str) -> str | None:
    """Return the ISO 3166-1 code of a country's English name, or None."""
    text = name[:200]
    for folded in (_folded(text), _folded(_BRACKETS.sub(" ", text))):
        if code := _OVERRIDES.get(folded) or _names().get(folded):
            return code
    return None


@functools.cache
def _names() -> dict[str, str]:
    territories = Locale("en").territories
    found = {}
    for code in sorted(COUNTRIES):
        if name := territories.get(code):
            found[_folded(_BRACKETS.sub(" ", name))] = code
    return found


def _folded(name: str) -> str:
    straight = name.replace("\u2019", "'").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", straight).encode("ascii", "ignore").decode().lower()
    words = _GAP.sub(" ", plain).split()
    words = ["saint" if word == "st" else word for word in words]
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
