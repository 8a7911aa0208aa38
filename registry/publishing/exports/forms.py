"""The forms that a component can be had in: by the suffix of its address, and by name."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from registry.errors import Incomplete, InvalidInput
from registry.publishing.exports.citation import citation
from registry.publishing.exports.codejson import codejson
from registry.publishing.exports.codemeta import codemeta, schema_org
from registry.publishing.exports.dcat import dcat_component
from registry.publishing.exports.publiccode import PROFILES, publiccode
from registry.publishing.exports.subject import Subject

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
YAML: Final = "application/yaml"


class ExportForm(Struct, frozen=True, kw_only=True):
    """A form: its name on the command line, its suffix at the API, the file name that people
    give it, and how it is made of a subject and the address of this registry."""

    name: str
    suffix: str
    file_name: str
    media_type: str
    standard: str
    make: Callable[[Subject, str], bytes]


FORMS: Final = (
    ExportForm(
        name="publiccode", suffix="publiccode.yml", file_name="publiccode.yml", media_type=YAML,
        standard="publiccode.yml 0.7", make=lambda subject, _: publiccode(subject),
    ),
    ExportForm(
        name="codejson", suffix="code.json", file_name="code.json", media_type=JSON,
        standard="SHARE IT code.json 2.0.0", make=codejson,
    ),
    ExportForm(
        name="codemeta", suffix="codemeta.json", file_name="codemeta.json", media_type=JSON_LD,
        standard="CodeMeta 3.1", make=codemeta,
    ),
    ExportForm(
        name="citation", suffix="citation.cff", file_name="CITATION.cff", media_type=YAML,
        standard="Citation File Format 1.2.0", make=lambda subject, _: citation(subject),
    ),
    ExportForm(
        name="schema-org", suffix="schema.jsonld", file_name="schema.jsonld", media_type=JSON_LD,
        standard="schema.org SoftwareSourceCode", make=schema_org,
    ),
    ExportForm(
        name="dcat", suffix="dcat.jsonld", file_name="dcat.jsonld", media_type=JSON_LD,
        standard="DCAT-AP 3 and ADMS-AP 2", make=dcat_component,
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, ExportForm]] = {form.name: form for form in FORMS}
BY_SUFFIX: Final[Mapping[str, ExportForm]] = {form.suffix: form for form in FORMS}


class OfferedForm(Struct, frozen=True, kw_only=True):
    """A form of one component; `missing` are the mandatory keys for want of which there is none."""

    name: str
    suffix: str
    file_name: str
    standard: str
    missing: tuple[str, ...] = ()


def offered(subject: Subject, base_url: str) -> tuple[OfferedForm, ...]:
    """Return all forms, each with what is missing for it."""
    return tuple(
        OfferedForm(
            name=form.name, suffix=form.suffix, file_name=form.file_name, standard=form.standard,
            missing=_missing(form, subject, base_url),
        )
        for form in FORMS
    )  # fmt: skip


def _missing(form: ExportForm, subject: Subject, base_url: str) -> tuple[str, ...]:
    try:
        form.make(subject, base_url)
    except Incomplete as error:
        return tuple(error.missing)
    return ()


def made(form: ExportForm, subject: Subject, base_url: str, profile: str | None = None) -> bytes:
    """Return the content; `profile` chooses the tools that a publiccode.yml is for.

    Raises `Incomplete` where the form asks for what is not known, and `InvalidInput` on a profile
    that there is not.
    """
    if profile is None:
        return form.make(subject, base_url)
    if form.name != "publiccode":
        raise InvalidInput("only publiccode.yml has profiles")
    if profile not in PROFILES:
        raise InvalidInput(f"profile must be one of {', '.join(PROFILES)}, not {profile[:60]!r}")
    return publiccode(subject, profile)
