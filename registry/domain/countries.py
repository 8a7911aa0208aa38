"""Countries, their regions, and the groups under which public lists file their organisations.

Codes are those of ISO 3166-1 (alpha-2; alpha-3 is read as well) and ISO 3166-2. `EU` and `UN` are
exceptionally reserved there and stand for the two bodies; `XK` is the user-assigned code that the
European Commission uses for Kosovo.
"""

import re
from typing import Final

import msgspec

from registry.domain.regions import REGIONS, US_STATES
from registry.errors import InvalidInput

LEVELS: Final = frozenset(
    {
        "supranational",
        "national",
        "regional",
        "local",
        "agency",
        "university",
        "ngo",
        "company",
        "joint",
        "unknown",
    }
)

# alpha-2 followed by alpha-3 of every officially assigned code.
_CODES: Final = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW "
    "AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN "
    "BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG "
    "CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE "
    "DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN "
    "FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL "
    "GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV "
    "HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO "
    "LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE "
    "MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS "
    "MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL "
    "NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI "
    "PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN "
    "SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV "
    "SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN "
    "VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE"
)
ALPHA_3: Final[dict[str, str]] = {pair[2:]: pair[:2] for pair in _CODES.split()} | {"XKX": "XK"}
"""alpha-3 → alpha-2."""

COUNTRIES: Final = frozenset(ALPHA_3.values()) | {"EU", "UN"}
"""Every alpha-2 code that an organisation may have."""

_REGION_FORM: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


class Place(msgspec.Struct, frozen=True):
    """Where an organisation stands: country, region (the whole ISO 3166-2 code) and level.

    `country` is None for international bodies, `level` None where the group mixes levels.
    """

    country: str | None = None
    region: str | None = None
    level: str | None = None


# Groups as government.github.com and the lists made from it name them.
_COUNTRY_GROUPS: Final = (
    "argentina:AR australia:AU austria:AT belgium:BE bolivia:BO brazil:BR bulgaria:BG cambodia:KH "
    "canada:CA chile:CL china:CN colombia:CO czech_republic:CZ denmark:DK ecuador:EC egypt:EG "
    "estonia:EE ethiopia:ET finland:FI france:FR french_polynesia:PF germany:DE guatemala:GT "
    "hong_kong:HK hungary:HU india:IN indonesia:ID ireland:IE isle_of_man:IM israel:IL italy:IT "
    "japan:JP jersey:JE kosovo:XK latvia:LV lithuania:LT luxemburg:LU malaysia:MY mauritius:MU "
    "mexico:MX netherlands:NL new_zealand:NZ norway:NO panama:PA paraguay:PY peru:PE "
    "philippines:PH poland:PL portugal:PT republic_of_korea:KR korea,_south:KR romania:RO "
    "russia:RU saudi_arabia:SA singapore:SG slovakia:SK south_africa:ZA spain:ES sweden:SE "
    "switzerland:CH taiwan:TW thailand:TH ukraine:UA uk:GB venezuela:VE nepal:NP"
)
_GROUPS: Final[dict[str, Place]] = {
    name.replace("_", " "): Place(code)
    for name, _, code in (entry.rpartition(":") for entry in _COUNTRY_GROUPS.split())
} | {
    "canada federal": Place("CA", None, "national"),
    "canada municipal": Place("CA", None, "local"),
    "canada provincial and territorial": Place("CA", None, "regional"),
    "catalonia": Place("ES", "ES-CT", "regional"),
    "czech republic government": Place("CZ"),
    "european union": Place("EU", None, "supranational"),
    "french administrative authorities": Place("FR"),
    "french municipalities": Place("FR", None, "local"),
    "german federal": Place("DE", None, "national"),
    "german municipalities": Place("DE", None, "local"),
    "hungary government and municipalities": Place("HU"),
    "international": Place(None, None, "supranational"),
    "italian government and municipalities": Place("IT"),
    "lithuania municipal": Place("LT", None, "local"),
    "nepal federal": Place("NP", None, "national"),
    "nepal municipal": Place("NP", None, "local"),
    "singapore town councils": Place("SG", None, "local"),
    "spain municipal": Place("ES", None, "local"),
    "spain provincial": Place("ES", None, "local"),
    "swedish administrative authorities": Place("SE", None, "national"),
    "swiss cantons (federal states)": Place("CH", None, "regional"),
    "u.k. central": Place("GB", None, "national"),
    "u.k. councils": Place("GB", None, "local"),
    "united nations": Place("UN", None, "supranational"),
    "wbg world bank": Place(None, None, "supranational"),
    "idb inter american development bank": Place(None, None, "supranational"),
    "us combined federal campaigns": Place("US"),
    "us state, county, local": Place("US"),
}
_US_LEVELS: Final = {
    "city": "local",
    "county": "local",
    "federal": "national",
    "local": "local",
    "local law enforcement": "local",
    "military and intelligence": "national",
    "native sovereign nation / tribal": None,
    "regional": "local",
    "special district": "local",
    "state": "regional",
    "states": "regional",
    "tribal nations": None,
}
_US_GROUP: Final = re.compile(r"(?:us|u\.s\.) ([a-z /]+?)(?: \(([a-z ]+)\))?")
_US_SITES: Final = re.compile(r"usagov([a-z]{2,3})")
_PREFIXED: Final = re.compile(r"([A-Z]{2,3})_[a-z_]+")
# States in free association with the United States, which its site index lists like its own.
_ASSOCIATED: Final = frozenset({"FM", "MH", "PW"})


def normalise_country(value: str) -> tuple[str, str | None]:
    """Return (country, region) of a code such as `CA`, `can` or `CA-AB`.

    The region is the whole ISO 3166-2 code. It must be known where the country's regions are in
    the table; elsewhere its form is checked. Raises `InvalidInput` naming the value.
    """
    code = value.strip().upper().replace("_", "-")
    country, dash, _ = code.partition("-")
    country = ALPHA_3.get(country, country)
    if country not in COUNTRIES:
        raise InvalidInput(f"{value[:40]!r} is not a country code of ISO 3166 such as CA or CA-AB")
    if not dash:
        return country, None
    region = f"{country}-{code.partition('-')[2]}"
    known = REGIONS.get(country)
    if not _REGION_FORM.fullmatch(region) or (known is not None and region[3:] not in known):
        raise InvalidInput(f"{value[:40]!r} is not a known region of {country} (ISO 3166-2)")
    return country, region


def normalise_level(value: str) -> str:
    """Return the level of government in the registry's own word, or raise `InvalidInput`."""
    level = value.strip().lower()
    if level not in LEVELS:
        raise InvalidInput(f"{value[:40]!r} is not a level: use one of {', '.join(sorted(LEVELS))}")
    return level


def place_of_group(group: str) -> Place | None:
    """Return the place that a list's group name stands for, or None where nobody can say.

    Reads the groups of government.github.com and gman and prefixed names such as `DEU_germany`.
    """
    prefixed = _PREFIXED.fullmatch(group.strip())
    if prefixed and (code := ALPHA_3.get(prefixed[1])):
        return Place(code)
    if prefixed:
        return _GROUPS.get(group.strip().partition("_")[2].replace("_", " ")) or _GROUPS.get(
            group.strip().lower().replace("_", " ")
        )
    name = " ".join(group.lower().split())
    return _GROUPS.get(name) or _us_group(name)


def _us_group(name: str) -> Place | None:
    if sites := _US_SITES.fullmatch(name):
        return _us_sites(sites[1].upper())
    found = _US_GROUP.fullmatch(name)
    if found is None or found[1] not in _US_LEVELS:
        return None
    state = US_STATES.get(found[2] or "")
    return Place("US", f"US-{state}" if state else None, _US_LEVELS[found[1]])


def _us_sites(code: str) -> Place | None:
    if code == "FED":
        return Place("US", None, "national")
    if code in _ASSOCIATED:
        return Place(code)
    return Place("US", f"US-{code}" if code in REGIONS["US"] else None)
