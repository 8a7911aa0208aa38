"""The closed lists of publiccode.yml, and what people meant who wrote something else.

Source: publiccode.yml 0.7.0 (2026-06-24): categories, scopes, aliases, enumerations; country codes
are those of ISO 3166-1 alpha-2. The tables of slips come from files that bodies really published.
"""

import difflib
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ACCEPTED_VERSIONS: Final = _words("0 0.2 0.2.0 0.2.1 0.2.2 0.3 0.3.0 0.4 0.4.0 0.5 0.5.0 0.7 0.7.0")
RECOMMENDED_VERSION: Final = "0"

DEVELOPMENT_STATUSES: Final = ("concept", "development", "beta", "stable", "obsolete")
SOFTWARE_TYPES: Final = (
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
)
MAINTENANCE_TYPES: Final = ("internal", "contract", "community", "none")
ITALIAN_EXTENSION_VERSIONS: Final = ("0.2", "1.0")

CATEGORIES: Final = _words(
    """
    accounting agile-project-management applicant-tracking application-development
    appointment-scheduling backup billing-and-invoicing blog budgeting business-intelligence
    business-process-management cad call-center-management cloud-management collaboration
    communications compliance-management contact-management content-management crm
    customer-service-and-support data-analytics data-collection data-visualization design
    design-system digital-asset-management digital-citizenship document-management
    donor-management e-commerce e-signature educational-content email-management email-marketing
    employee-management enterprise-project-management enterprise-social-networking erp
    event-management facility-management feedback-and-reviews-management financial-reporting
    fleet-management fundraising gamification geographic-information-systems grant-management
    graphic-design help-desk hr ide identity-management instant-messaging
    integrated-library-system inventory-management it-asset-management it-development
    it-management it-security it-service-management knowledge-management
    learning-management-system marketing mind-mapping mobile-marketing mobile-payment
    network-management office online-booking online-community payment-gateway payroll
    predictive-analysis procurement productivity-suite project-collaboration project-management
    property-management real-estate-management regulations-and-directives remote-support
    resource-management sales-management seo service-desk social-media-management survey
    talent-management task-management taxes-management test-management time-management
    time-tracking translation video-conferencing video-editing visitor-management voip
    warehouse-management web-collaboration web-conferencing website-builder whistleblowing
    workflow-management other
    """
)
SCOPES: Final = _words(
    """
    agriculture culture defence education emergency-services employment energy environment
    finance-and-economic-development foreign-affairs government healthcare infrastructures justice
    local-authorities manufacturing research science-and-technology security society sport tourism
    transportation welfare
    """
)
# `supports[].id: alias:<name>` stands for the resource.
ALIASES: Final[dict[str, str]] = {
    "gdpr": "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    "eidas": "https://eur-lex.europa.eu/eli/reg/2014/910/oj",
    "nis2": "https://eur-lex.europa.eu/eli/dir/2022/2555/oj",
    "cra": "https://eur-lex.europa.eu/eli/reg/2024/2847/oj",
    "spid": "https://www.spid.gov.it/",
    "cie": "https://www.cartaidentita.interno.gov.it/",
    "anpr": "https://www.anpr.interno.it/",
    "pagopa": "https://www.pagopa.gov.it/",
    "io": "https://io.italia.it/",
}
# ISO 3166-1 alpha-2, officially assigned.
COUNTRIES: Final = frozenset(
    _words(
        """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """
    )
)

# Slips seen in published files, and key names of version 0.1: lower-cased word → the key of today.
MISTAKEN_KEYS: Final[dict[str, str]] = {
    "landingpage": "landingURL",
    "homepage": "landingURL",
    "localization": "localisation",
    "localizationready": "localisationReady",
    "localizedname": "localisedName",
    "organization": "organisation",
    "repository": "url",
    "licence": "license",
    "version": "softwareVersion",
    "latestrelease": "releaseDate",
    "tags": "categories",
    "freetags": "categories",
    "onlyfor": "scope",
    "publiccode-yaml-version": "publiccodeYmlVersion",
}
# Keys that are no slip: the standard has no place for them.
ADVICE_FOR_KEYS: Final[dict[str, str]] = {
    "downloadurls": "drop it: downloads belong to the releases of the repository",
    "downloadurl": "drop it: downloads belong to the releases of the repository",
    "creationdate": "drop it: the history of the repository tells the date",
}
COUNTRY_SECTION_ADVICE: Final = (
    "it is kept as it is, but other readers refuse it: only `IT` has one"
)
# Wrong categories that mean a scope or another category: (list, value).
MISTAKEN_CATEGORIES: Final[dict[str, tuple[str, str]]] = {
    "emergency-response": ("scope", "emergency-services"),
    "sanita": ("scope", "healthcare"),
    "sanità": ("scope", "healthcare"),
    "health": ("scope", "healthcare"),
    "transport": ("scope", "transportation"),
    "compliance": ("category", "compliance-management"),
    "accessibility": ("category", "regulations-and-directives"),
    "gis": ("category", "geographic-information-systems"),
    "utility": ("category", "other"),
}
_LONGEST_WORD = 64
_SHORTEST_TYPO = 6


def nearest(word: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that `word` most probably meant, or None where none is near."""
    if not word or len(word) > _LONGEST_WORD:
        return None
    by_fold = {choice.lower(): choice for choice in choices}
    folded = word.strip().lower().replace(" ", "-").replace("_", "-")
    if folded in by_fold:
        return by_fold[folded]
    near = difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.8)
    return by_fold[near[0]] if near else None


def folded_choice(word: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that differs from `word` in case, blanks and underscores alone."""
    folded = word.strip().lower().replace(" ", "-").replace("_", "-")
    return next((choice for choice in choices if choice.lower() == folded), None)


def certain_key(word: str, known: tuple[str, ...]) -> str | None:
    """Return the known key that a wrong name stands for, where there is no doubt about it.

    That is a known slip, another spelling of case, or one letter too few, too many or other.
    """
    folded = word.strip().lower()
    slip = MISTAKEN_KEYS.get(folded)
    if slip in known:
        return slip
    same = folded_choice(word, known)
    if same or len(folded) < _SHORTEST_TYPO or folded in ADVICE_FOR_KEYS:
        return same
    near = [key for key in known if len(key) >= _SHORTEST_TYPO and _is_one_slip(folded, key)]
    return near[0] if len(near) == 1 else None


def _is_one_slip(word: str, key: str) -> bool:
    """Say whether one letter more, less or other, or two in the other order, makes the key."""
    key = key.lower()
    if abs(len(word) - len(key)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, wanted = word[start:], key[start:]
    swapped = rest[1::-1] + rest[2:]
    return wanted in {rest[1:], swapped} or wanted[1:] in {rest, rest[1:]}


def certain_category(word: str) -> tuple[str, str] | None:
    """Return (`category` or `scope`, value) for a wrong category, where there is no doubt."""
    folded = word.strip().lower().replace(" ", "-").replace("_", "-")
    if folded in MISTAKEN_CATEGORIES and MISTAKEN_CATEGORIES[folded][0] == "scope":
        return MISTAKEN_CATEGORIES[folded]
    if folded in SCOPES:
        return ("scope", folded)
    return ("category", folded) if folded in CATEGORIES else None


def suggest_key(word: str, known: tuple[str, ...]) -> str | None:
    """Return the known key that a wrong key name stands for, or None."""
    folded = word.strip().lower()
    return MISTAKEN_KEYS.get(folded) if MISTAKEN_KEYS.get(folded) in known else nearest(word, known)


def advise_key(word: str, known: tuple[str, ...]) -> str:
    """Return what to do about a key that the standard does not have at this place."""
    folded = word.strip().lower()
    if folded in ADVICE_FOR_KEYS:
        return ADVICE_FOR_KEYS[folded]
    if len(word) == 2 and "publiccodeYmlVersion" in known and folded.upper() in COUNTRIES:
        return "use upper-case `IT`" if folded == "it" else COUNTRY_SECTION_ADVICE
    meant = suggest_key(word, known)
    return f"did you mean `{meant}`?" if meant else "drop it: the standard has no such key"


def suggest_category(word: str) -> tuple[str, str] | None:
    """Return (`category` or `scope`, value) for a wrong category, or None.

    A word that is a scope is offered as a scope: bodies often name the policy area.
    """
    folded = word.strip().lower().replace(" ", "-").replace("_", "-")
    if folded in MISTAKEN_CATEGORIES:
        return MISTAKEN_CATEGORIES[folded]
    if folded in SCOPES:
        return ("scope", folded)
    category = nearest(word, CATEGORIES)
    if category:
        return ("category", category)
    scope = nearest(word, SCOPES)
    return ("scope", scope) if scope else None
