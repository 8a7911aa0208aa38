"""publiccode.yml: the file of the component itself where it is valid, else what is known.

Source: publiccode.yml 0.7.0, written as version "0"; `opencode` is the profile of tools that
stopped at 0.4: without what 0.5 brought, and with country codes in lower case.
"""

from collections.abc import Mapping
from typing import Any, Final

import regex

from registry.domain.publiccode import SCHEMA, Key, Shape
from registry.domain.publiccode_lists import (
    CATEGORIES,
    DEVELOPMENT_STATUSES,
    MAINTENANCE_TYPES,
    RECOMMENDED_VERSION,
    SCOPES,
    SOFTWARE_TYPES,
)
from registry.errors import Incomplete
from registry.publishing.exports.subject import Body, Subject
from registry.publishing.exports.values import clean, day, known, web_url
from registry.publishing.exports.yaml_text import yaml_text

NAME: Final = "publiccode.yml"
PROFILES: Final = ("latest", "opencode")
OPENCODE_VERSION: Final = "0.4"
MAX_SUMMARY: Final = 150
MIN_DESCRIPTION, MAX_DESCRIPTION = 150, 10_000
_IPA_URN: Final = "urn:x-italian-pa:"
_SINCE_05: Final = ("organisation", "fundedBy", "supports")
_ORDER: Final = tuple(SCHEMA)


def publiccode(subject: Subject, profile: str = "latest") -> bytes:
    """Return the file, or raise `Incomplete` naming each mandatory key that is not known."""
    own = subject.own_publiccode if subject.own_is_valid else None
    data = _upgraded(clean(own), subject.body) if own else _composed(subject)
    data = {name: data[name] for name in (*_ORDER, *data) if name in data}
    missing = _missing(data)
    if missing:
        raise Incomplete(NAME, missing)
    return yaml_text(_for_opencode(data) if profile == "opencode" else data)


def own_file(data: Mapping[str, Any], body: Body | None) -> bytes:
    """Return a component's own publiccode.yml as it is held: its keys, without personal data."""
    copied: dict[str, Any] = clean(data)
    _name_contacts(copied, body)
    return yaml_text(copied)


def _composed(subject: Subject) -> dict[str, Any]:
    """Put a file together from the fields; what is not known is left out."""
    body = subject.body
    found = known(
        publiccodeYmlVersion=RECOMMENDED_VERSION,
        name=clean(subject.name),
        url=subject.repository_url,
        landingURL=web_url(subject.text("landing_url")),
        isBasedOn=[upstream.url for upstream in subject.upstreams],
        softwareVersion=subject.text("version"),
        releaseDate=day(subject.text("release_date")),
        platforms=subject.texts("platforms"),
        organisation=known(uri=body.identifier, name=body.name)
        if body and body.identifier
        else None,
        categories=[x for x in subject.texts("categories") if x in CATEGORIES],
        developmentStatus=_one_of(subject.text("status"), DEVELOPMENT_STATUSES),
        softwareType=_one_of(subject.text("software_type"), SOFTWARE_TYPES),
        intendedAudience=known(
            scope=[x for x in subject.texts("scopes") if x in SCOPES],
            countries=subject.texts("intended_countries"),
        ),
        description=_description(subject),
        legal=known(license=subject.licence),
        maintenance=_maintenance(subject),
        localisation=_localisation(subject),
        dependsOn=_depends_on(subject),
    )
    _name_contacts(found, body)
    return dict(clean(found))


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    return value if value in allowed else None


def _description(subject: Subject) -> dict[str, Any]:
    """Return the blocks by language; texts of no stated language cannot stand in any."""
    languages = [tag for tag in subject.descriptions if tag]
    return {
        tag: known(
            shortDescription=shortened(subject.summaries.get(tag, "")),
            longDescription=subject.descriptions[tag],
            documentation=web_url(subject.text("documentation_url")),
            features=subject.features.get(tag),
        )
        for tag in sorted(languages)
    }


def shortened(text: str, most: int = MAX_SUMMARY) -> str:
    """Return the text with at most `most` characters as readers count them, cut at a word."""
    graphemes = regex.findall(r"\X", " ".join(text.split()))
    if len(graphemes) <= most:
        return "".join(graphemes)
    head = "".join(graphemes[: most - 1])
    return (head.rpartition(" ")[0] or head).rstrip(" ,.;:") + "…"


def _maintenance(subject: Subject) -> dict[str, Any]:
    kind = _one_of(subject.text("maintenance_type"), MAINTENANCE_TYPES)
    contacts = [x for x in subject.items("contacts") if isinstance(x, dict)]
    contractors = [
        known(name=x.get("name"), until=day(x.get("until")))
        for x in subject.items("contractors")
        if isinstance(x, dict)
    ]
    return known(
        type=kind,
        contacts=[known(email=x.get("email"), affiliation=x.get("affiliation")) for x in contacts],
        contractors=contractors if kind == "contract" else None,
    )


def _localisation(subject: Subject) -> dict[str, Any]:
    """Say whether it can be translated where its file does, or where it was: in two languages."""
    languages = subject.texts("interface_languages")
    stated = (subject.own_publiccode or {}).get("localisation")
    ready = stated.get("localisationReady") if isinstance(stated, dict) else None
    if not isinstance(ready, bool):
        ready = True if len(languages) > 1 else None
    return known(localisationReady=ready, availableLanguages=languages)


def _depends_on(subject: Subject) -> dict[str, Any]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in subject.items("depends_on"):
        if isinstance(item, dict) and item.get("kind") in {"open", "proprietary", "hardware"}:
            names = ("name", "version", "versionMin", "versionMax")
            entry = {name: item[name] for name in names if isinstance(item.get(name), str)}
            if entry.get("name"):
                found.setdefault(item["kind"], []).append(entry)
    return found


def _name_contacts(data: dict[str, Any], body: Body | None) -> None:
    """Name contacts by their body: the names of people are not held here."""
    contacts = _inside(data, "maintenance", "contacts")
    if not isinstance(contacts, list):
        return
    owner = _inside(data, "organisation", "name") or (body.name if body else None)
    blocks = [x for x in contacts if isinstance(x, dict)]
    named = [known(name=x.get("affiliation") or x.get("email") or owner, **x) for x in blocks]
    once = [x for place, x in enumerate(named) if x.get("name") and x not in named[:place]]
    data["maintenance"] = {**data["maintenance"], "contacts": once}


def _upgraded(own: dict[str, Any], body: Body | None) -> dict[str, Any]:
    """Return a valid file of any 0.x version as version "0": deprecated keys become new ones."""
    data = {**own, "publiccodeYmlVersion": RECOMMENDED_VERSION}
    for name in ("publiccode-yaml-version", "inputTypes", "outputTypes"):
        data.pop(name, None)
    mark = data.pop("monochromeLogo", None)
    data.update(known(logo=data.get("logo") or mark))
    _upgrade_owner(data)
    audience = data.get("intendedAudience")
    if isinstance(audience, dict):
        data["intendedAudience"] = {key: _upper(x) if "ountries" in key else x
                                    for key, x in audience.items()}  # fmt: skip
    description = data.get("description")
    if isinstance(description, dict):
        data["description"] = {tag: _without(x, "genericName") for tag, x in description.items()}
    _name_contacts(data, body)
    return {name: value for name, value in data.items() if value not in (None, {}, [])}


def _upgrade_owner(data: dict[str, Any]) -> None:
    """Move what the Italian section and `repoOwner` said to `organisation` and `supports`."""
    italy = data.pop("IT", None) or data.pop("it", None) or {}
    data.pop("it", None)
    legal = data.get("legal") if isinstance(data.get("legal"), dict) else {}
    owner = legal.get("repoOwner") if isinstance(legal, dict) else None
    data["legal"] = _without(legal, "repoOwner", "authorsFile")
    code = _inside(italy, "riuso", "codiceIPA")
    if "organisation" not in data and code:
        data["organisation"] = known(uri=f"{_IPA_URN}{str(code).lower()}", name=owner)
    stated = [x for x in data.get("supports") or [] if isinstance(x, dict)]
    have = {x.get("id") for x in stated}
    found = [("conforme", "gdpr"), *(("piattaforme", x) for x in _PLATFORMS)]
    new = [f"alias:{name}" for group, name in found if _inside(italy, group, name) is True]
    data["supports"] = [*stated, *({"id": x} for x in new if x not in have)]


_PLATFORMS: Final = ("spid", "cie", "anpr", "pagopa", "io")


def _inside(data: Any, *path: str) -> Any:
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _without(block: Any, *names: str) -> Any:
    if not isinstance(block, dict):
        return block
    return {key: value for key, value in block.items() if key not in names}


def _upper(codes: Any) -> Any:
    return [str(code).upper() for code in codes] if isinstance(codes, list) else codes


def _for_opencode(data: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if name not in _SINCE_05}
    kept["publiccodeYmlVersion"] = OPENCODE_VERSION
    owner = _inside(data, "organisation", "name")
    kept["legal"] = {**kept["legal"], **known(repoOwner=owner)}
    audience = kept.get("intendedAudience")
    if isinstance(audience, dict):
        kept["intendedAudience"] = {
            key: [str(code).lower() for code in value] if "ountries" in key else value
            for key, value in audience.items()
        }
    return kept


def _missing(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the mandatory keys that are not there, by their place."""
    found = dict(_required(SCHEMA, data, ""))
    for tag, block in (data.get("description") or {}).items():
        text = str(block.get("longDescription", ""))
        length = len(regex.findall(r"\X", text))
        if text and not MIN_DESCRIPTION <= length <= MAX_DESCRIPTION:
            found[f"description.{tag}.longDescription"] = "a text of 150 to 10,000 characters"
    kind = _inside(data, "maintenance", "type")
    asked = {"contract": "contractors", "internal": "contacts", "community": "contacts"}.get(kind)
    if asked and not _inside(data, "maintenance", asked):
        found[f"maintenance.{asked}"] = f"at least one, because maintenance.type is {kind}"
    return found


def _required(keys: Mapping[str, Key], data: Any, place: str) -> list[tuple[str, str]]:
    found = []
    for name, key in keys.items():
        value = data.get(name) if isinstance(data, Mapping) else None
        where = f"{place}{name}"
        if key.shape is Shape.LANGUAGES:
            blocks = value if isinstance(value, dict) else {}
            inner = key.item.keys if key.item else {}
            for tag, block in blocks.items():
                found += _required(inner, block, f"{where}.{tag}.")
            if not blocks:
                found.append((f"{where}.*", "a description in a language that is stated"))
        elif key.shape is Shape.MAP and key.required:
            found += _required(key.keys, value, f"{where}.")
        elif key.required and (value is None or value in ("", [], {})):
            found.append((where, "a value"))
    return found
