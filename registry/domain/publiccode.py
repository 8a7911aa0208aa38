"""The shape of a publiccode.yml as data, and the grade of a file.

Source: publiccode.yml 0.7.0. The reference parser reads every 0.x file by the rules of the latest
version, and so do we; what older versions had is kept as deprecated keys.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from registry.domain.facts import Document


class Shape(Enum):
    """What kind of YAML value a key takes."""

    TEXT = "text"
    LOOSE_TEXT = "text, or a number that is read as text"
    FLAG = "true or false"
    LIST = "a list"
    TEXT_OR_LIST = "text or a list"
    MAP = "a block of keys"
    LANGUAGES = "a block with one key per language"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its shape, whether it must be there, and the name of the check of its text.

    `required` on a list means at least one item, on a map that its own required keys are asked
    for even where the map is absent. `deprecated` says what to do instead.
    """

    shape: Shape
    required: bool = False
    check: str | None = None
    item: "Key | None" = None
    keys: "dict[str, Key]" = field(default_factory=dict)
    deprecated: str | None = None


def _text(check: str | None = None, *, required: bool = False, deprecated: str = "") -> Key:
    return Key(Shape.TEXT, required, check, deprecated=deprecated or None)


def _texts(check: str | None = None, *, required: bool = False, deprecated: str = "") -> Key:
    return Key(Shape.LIST, required, item=_text(check), deprecated=deprecated or None)


def _blocks(keys: dict[str, Key]) -> Key:
    return Key(Shape.LIST, item=Key(Shape.MAP, keys=keys))


_FLAG = Key(Shape.FLAG)
_ORGANISATION: dict[str, Key] = {
    "uri": _text("organisation_uri", required=True),
    "name": _text(),
}
_DESCRIPTION: dict[str, Key] = {
    "localisedName": _text(),
    "genericName": _text("up_to_35", deprecated="drop it"),
    "shortDescription": _text("up_to_150", required=True),
    "longDescription": _text("150_to_10000", required=True),
    "documentation": _text("web_url"),
    "apiDocumentation": _text("web_url"),
    "features": _texts(required=True),
    "screenshots": _texts("screenshot"),
    "videos": _texts("video"),
    "awards": _texts(),
}
_CONTRACTOR: dict[str, Key] = {
    "name": _text(required=True),
    "until": _text("date", required=True),
    "email": _text("email"),
    "website": _text("web_url"),
}
_CONTACT: dict[str, Key] = {
    "name": _text(required=True),
    "email": _text("email"),
    "affiliation": _text(),
    "phone": Key(Shape.LOOSE_TEXT),
}
_DEPENDENCY: dict[str, Key] = {
    "name": _text(required=True),
    "version": _text(),
    "versionMin": _text(),
    "versionMax": _text(),
    "optional": _FLAG,
}
_ITALY: dict[str, Key] = {
    "countryExtensionVersion": _text("italian_extension"),
    "conforme": Key(
        Shape.MAP,
        keys=dict.fromkeys(
            ("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"), _FLAG
        ),
        deprecated="drop it, or state `supports` with `id: alias:gdpr`",
    ),
    "riuso": Key(
        Shape.MAP,
        keys={
            "codiceIPA": _text(
                "ipa_code", deprecated="set `organisation.uri` to `urn:x-italian-pa:` and this code"
            )
        },
    ),
    "piattaforme": Key(
        Shape.MAP, keys=dict.fromkeys(("spid", "pagopa", "cie", "anpr", "io"), _FLAG)
    ),
}

SCHEMA: Final[dict[str, Key]] = {
    "publiccodeYmlVersion": _text(),
    "name": _text(required=True),
    "applicationSuite": _text(),
    "url": _text("url", required=True),
    "landingURL": _text("web_url"),
    "isBasedOn": Key(Shape.TEXT_OR_LIST, item=_text("url")),
    "softwareVersion": _text(),
    "releaseDate": _text("date"),
    "logo": _text("logo"),
    "monochromeLogo": _text("logo", deprecated="use `logo`"),
    "organisation": Key(Shape.MAP, keys=_ORGANISATION),
    "inputTypes": _texts("mime_type", deprecated="drop it"),
    "outputTypes": _texts("mime_type", deprecated="drop it"),
    "platforms": _texts(required=True),
    "categories": _texts("category"),
    "usedBy": _texts(),
    "fundedBy": _blocks(_ORGANISATION),
    "roadmap": _text("web_url"),
    "developmentStatus": _text("development_status", required=True),
    "softwareType": _text("software_type", required=True),
    "supports": _blocks({"id": _text("supported_standard", required=True)}),
    "intendedAudience": Key(
        Shape.MAP,
        keys={
            "scope": _texts("scope"),
            "countries": _texts("country"),
            "unsupportedCountries": _texts("country"),
        },
    ),
    "description": Key(Shape.LANGUAGES, required=True, item=Key(Shape.MAP, keys=_DESCRIPTION)),
    "legal": Key(
        Shape.MAP,
        required=True,
        keys={
            "license": _text("licence", required=True),
            "mainCopyrightOwner": _text(),
            "repoOwner": _text(deprecated="use `organisation.name`"),
            "authorsFile": _text("authors_file", deprecated="drop it"),
        },
    ),
    "maintenance": Key(
        Shape.MAP,
        required=True,
        keys={
            "type": _text("maintenance_type", required=True),
            "contractors": _blocks(_CONTRACTOR),
            "contacts": _blocks(_CONTACT),
        },
    ),
    "localisation": Key(
        Shape.MAP,
        required=True,
        keys={
            "localisationReady": Key(Shape.FLAG, required=True),
            "availableLanguages": _texts("language", required=True),
        },
    ),
    "dependsOn": Key(
        Shape.MAP,
        keys=dict.fromkeys(("open", "proprietary", "hardware"), _blocks(_DEPENDENCY)),
    ),
    "IT": Key(Shape.MAP, keys=_ITALY),
    "it": Key(Shape.MAP, keys=_ITALY, deprecated="use upper-case `IT`"),
}


def grade(document: Document) -> str:
    """Return the grade A to E of a publiccode.yml as read.

    A: no error and no warning but that of an older version; B: no error; C: at most three errors
    and the file still says name, address and licence; D: other files with errors; E: unreadable.
    """
    if document.status == "unparseable":
        return "E"
    errors = sum(finding.severity == "error" for finding in document.diagnostics)
    warnings = [
        finding
        for finding in document.diagnostics
        if finding.severity == "warning" and finding.key != "publiccodeYmlVersion"
    ]
    if not errors:
        return "B" if warnings else "A"
    stated = {claim.property for claim in document.claims}
    return "C" if errors <= 3 and {"name", "repository_url", "licence"} <= stated else "D"
