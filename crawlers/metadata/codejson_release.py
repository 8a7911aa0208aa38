"""One release of a code.json, whatever its version: tolerant reading into one shape.

Sources: M-16-21 inventory 1.0.x and 2.0.0, SHARE IT 1.0.0 and 2.0.0 and the CMS extension.
Contacts lose names, telephone numbers and personal addresses; partners keep their names only.
"""

from typing import Any, Final

from crawlers.metadata.spdx import licence_reference, parse_licence
from crawlers.metadata.values import clean_text, iso_date, one_line, one_or_many, text_list, web_url
from crawlers.metadata.vocabulary import development_status, maintenance_type
from registry.domain.addresses import ADDRESS, WITHHELD, role_mailbox

# The words of both versions; other words are kept as they are written.
USAGE_TYPES: Final = frozenset(
    """
    openSource governmentWideReuse exemptByLaw exemptByNationalSecurity exemptByAgencySystem
    exemptByAgencyMission exemptByCIO exemptByPolicyDate exemptByNationalIntelligence exemptByFOIA
    exemptByEAR exemptByITAR exemptByTSA exemptByClassifiedInformation exemptByPrivacyRisk
    exemptByIPRestriction
    """.split()  # noqa: SIM905
)
_USAGE_BY_FOLD: Final = {word.lower(): word for word in USAGE_TYPES}


def folded(item: dict[str, Any]) -> dict[str, Any]:
    """Return the item with lower-case keys; where two keys differ by case only, the first wins."""
    lower: dict[str, Any] = {}
    for key, value in item.items():
        lower.setdefault(key.lower(), value)
    return lower


def read_release(item: dict[str, Any]) -> dict[str, Any]:
    """Return the release as one flat record; keys without a usable value are left out.

    `missing` names the keys of the inventory standard that are absent or empty, `licence` is an
    SPDX expression, `labor_hours` is kept as stated and is not comparable between publishers.
    """
    keys = folded(item)
    permissions = keys.get("permissions")
    granted = folded(permissions) if isinstance(permissions, dict) else {}
    record = {
        **_texts(keys),
        **_addresses(keys, granted),
        **_licences(keys, granted),
        "usage_types": _usage_types(keys, granted),
        "exemption_text": _without_addresses(
            one_line(granted.get("exemptiontext") or keys.get("exemptiontext"), 500)
        ),
        "tags": text_list(keys.get("tags")),
        "languages": text_list(_first(keys, "languages", "language")),
        "dates": _dates(keys),
        "labor_hours": _hours(keys.get("laborhours")),
        "related_code": _codes(keys.get("relatedcode")),
        "reused_code": _codes(keys.get("reusedcode")),
        "partners": _partners(keys.get("partners")),
        "contract_numbers": text_list(keys.get("contractnumber")),
        "contacts": _contacts(keys.get("contact")),
        "platforms": text_list(keys.get("platforms")),
        "categories": text_list(keys.get("categories")),
        "missing": _missing(keys, granted),
    }
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}


def _first(keys: dict[str, Any], *names: str) -> Any:
    return next((keys[name] for name in names if keys.get(name) not in (None, "", [])), None)


def _without_addresses(text: str | None) -> str | None:
    """Take addresses out of a free text: who may be asked about an exemption is a person."""
    return text and ADDRESS.sub(WITHHELD, text)


def _texts(keys: dict[str, Any]) -> dict[str, Any]:
    organisation = keys.get("organization")
    if isinstance(organisation, dict):
        organisation = organisation.get("name")
    status = one_line(keys.get("status"), 80)
    return {
        "name": one_line(keys.get("name"), 300),
        "description": clean_text(keys.get("description"), 5_000),
        "long_description": clean_text(keys.get("longdescription")),
        "version": one_line(keys.get("version"), 80),
        "organization": one_line(organisation, 300),
        "status": development_status(status),
        "status_text": status,
        "vcs": one_line(keys.get("vcs"), 20),
        "maintenance": maintenance_type(one_line(keys.get("maintenance"), 40)),
        "software_type": one_line(keys.get("softwaretype"), 80),
        "visibility": one_line(keys.get("repositoryvisibility"), 20),
    }


def _addresses(keys: dict[str, Any], granted: dict[str, Any]) -> dict[str, Any]:
    repository = _first(keys, "repositoryurl", "repository", "repourl") or granted.get(
        "repositoryurl"
    )
    return {
        "repository_url": web_url(repository),
        "homepage_url": web_url(_first(keys, "homepageurl", "homepage")),
        "download_url": web_url(keys.get("downloadurl")),
        "feedback_url": next(
            (
                url
                for name in ("feedbackmechanism", "feedbackmechanisms")
                for value in one_or_many(keys.get(name))
                if (url := web_url(value))
            ),
            None,
        ),
    }


def _licences(keys: dict[str, Any], granted: dict[str, Any]) -> dict[str, Any]:
    stated = _first(granted, "licenses", "license") or _first(keys, "license", "license_name")
    expressions: list[str] = []
    for entry in one_or_many(stated)[:20]:
        expression = _expression(entry)
        if expression and expression not in expressions:
            expressions.append(expression)
    joined = " AND ".join(
        f"({text})" if " " in text and len(expressions) > 1 else text for text in expressions
    )
    return {"licence": parse_licence(joined).expression if joined else None}


def _expression(entry: Any) -> str | None:
    """Read the name, else the address, of a licence; a name that SPDX lacks becomes a reference."""
    fields = folded(entry) if isinstance(entry, dict) else {"name": entry}
    name, address = one_line(fields.get("name"), 200), one_line(fields.get("url"), 500)
    unnamed: str | None = None
    for text in (name, address):
        licence = parse_licence(text) if text else None
        if licence and licence.expression:
            return licence.expression
        if licence and text == name and str(licence.error).startswith("unknown licence"):
            unnamed = name
    return licence_reference(unnamed) if unnamed and "://" not in unnamed else None


def _usage_types(keys: dict[str, Any], granted: dict[str, Any]) -> list[str]:
    words = text_list(_first(granted, "usagetype") or _first(keys, "usagetype"), 60)
    if not words:  # the flags of version 1.0
        flags = (("opensourceproject", "openSource"),
                 ("governmentwidereuseproject", "governmentWideReuse"))  # fmt: skip
        words = [word for flag, word in flags if str(keys.get(flag)) in {"1", "True", "true"}]
    return [_USAGE_BY_FOLD.get(word.lower(), word) for word in words if word.lower() != "null"]


def _dates(keys: dict[str, Any]) -> dict[str, str]:
    value = keys.get("date") or keys.get("updated")
    stated = folded(value) if isinstance(value, dict) else {}
    names = (
        ("created", "created"),
        ("lastmodified", "last_modified"),
        ("metadatalastupdated", "metadata_last_updated"),
    )
    return {ours: date for theirs, ours in names if (date := iso_date(stated.get(theirs)))}


def _hours(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e9 else None


def _codes(value: Any) -> list[dict[str, Any]]:
    """Read `relatedCode` and `reusedCode`: objects with name and URL, or bare texts."""
    found: list[dict[str, Any]] = []
    for entry in one_or_many(value)[:200]:
        keys = folded(entry) if isinstance(entry, dict) else {"name": entry}
        url = next((u for k in ("url", "codeurl", "name") if (u := web_url(keys.get(k)))), None)
        name = one_line(keys.get("name") or keys.get("codename"), 300)
        code: dict[str, Any] = {"name": None if name == url else name, "url": url}
        government = keys.get("isgovernmentrepo")
        if isinstance(government, bool):
            code["government"] = government
        code = {key: part for key, part in code.items() if part is not None}
        if "name" in code or "url" in code:
            found.append(code)
    return found


def _partners(value: Any) -> list[dict[str, str]]:
    names = (
        one_line(entry.get("name") if isinstance(entry, dict) else entry, 300)
        for entry in one_or_many(value)[:200]
    )
    return [{"name": name} for name in dict.fromkeys(names) if name and "@" not in name]


def _contacts(value: Any) -> list[dict[str, str]]:
    keys = folded(value) if isinstance(value, dict) else {}
    mailbox = role_mailbox(keys["email"]) if isinstance(keys.get("email"), str) else None
    contact = {"email": mailbox, "url": web_url(keys.get("url"))}
    shown = {key: part for key, part in contact.items() if part}
    return [shown] if shown else []


def _missing(keys: dict[str, Any], granted: dict[str, Any]) -> list[str]:
    contact = keys.get("contact")
    has_mail = isinstance(contact, dict) and bool(folded(contact).get("email"))
    present = {
        "name": bool(keys.get("name")),
        "description": bool(keys.get("description")),
        "permissions": isinstance(keys.get("permissions"), dict),
        "permissions.usageType": "permissions" not in keys or bool(granted.get("usagetype")),
        "repositoryURL": bool(_first(keys, "repositoryurl", "repository")),
        "laborHours": keys.get("laborhours") is not None,
        "tags": "tags" in keys,
        "contact.email": has_mail,
    }
    return [name for name, there in present.items() if not there]
