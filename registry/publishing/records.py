"""A component as a record of OAI-PMH: Dublin Core, and CodeMeta inside one XML element.

Sources: OAI-PMH 2.0 (oai_dc), Dublin Core 1.1, CodeMeta 3.1. JSON has no form in XML of its own, so
the `codemeta` format is one element that holds the codemeta.json as text.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from registry.domain.text import xml_text
from registry.publishing.exports.codemeta import codemeta
from registry.publishing.exports.subject import Subject
from registry.publishing.exports.values import alternatives, licence_url, moment

OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
CODEMETA: Final = "https://w3id.org/codemeta/3.1"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
# What the format `codemeta` is, for those who validate what they harvest.
CODEMETA_SCHEMA: Final = f"""<?xml version="1.0" encoding="utf-8"?>
<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{CODEMETA}">
<element name="codemeta" type="string"><annotation><documentation>A codemeta.json (CodeMeta 3.1) \
as text.</documentation></annotation></element>
</schema>
"""


def oai_dc(subject: Subject, base_url: str) -> str:
    """Return the component in Dublin Core; texts by language carry `xml:lang`."""
    lines = (
        f"<dc:{name}{_language(lang)}>{xml_text(value)}</dc:{name}>"
        for name, value, lang in _elements(subject, base_url)
    )
    return (
        f'<oai_dc:dc xmlns:oai_dc="{OAI_DC}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:xsi="{XSI}" xsi:schemaLocation="{OAI_DC} {OAI_DC_SCHEMA}">{"".join(lines)}'
        "</oai_dc:dc>"
    )


def codemeta_element(subject: Subject, base_url: str) -> str:
    """Return the codemeta.json of the component as the text of one element."""
    text = codemeta(subject, base_url).decode()
    return (
        f'<codemeta xmlns="{CODEMETA}" xmlns:xsi="{XSI}" '
        f'xsi:schemaLocation="{CODEMETA} {xml_text(base_url)}/oai/codemeta.xsd">'
        f"{xml_text(text)}</codemeta>"
    )


def _language(tag: str) -> str:
    is_tag = bool(tag) and tag.replace("-", "").isalnum() and tag.isascii()
    return f' xml:lang="{tag}"' if is_tag else ""


def _elements(subject: Subject, base_url: str) -> Iterator[tuple[str, str, str]]:
    """Yield the elements with their text and language; what is not known is left out."""
    names = subject.names or {"": subject.name}
    yield from (("title", text, tag) for tag, text in sorted(names.items()))
    yield from (("description", text, tag) for tag, text in sorted(subject.summaries.items()))
    body = subject.body.name if subject.body else None
    plain: tuple[tuple[str, Iterable[str | None]], ...] = (
        ("creator", (body,)),
        ("subject", dict.fromkeys((*subject.texts("topics"), *subject.texts("categories")))),
        ("publisher", (body,)),
        ("date", (moment(subject.updated_at),)),
        ("type", ("Software",)),
        ("identifier", (f"{base_url}/components/{subject.slug}", subject.repository_url,
                        subject.revision_id)),
        ("source", (upstream.url for upstream in subject.upstreams)),
        ("language", subject.texts("interface_languages")),
        ("coverage", (subject.region or subject.country,)),
        ("rights", (licence_url(x) or x for x in _licences(subject))),
    )  # fmt: skip
    for name, values in plain:
        yield from ((name, value, "") for value in values if value)


def _licences(subject: Subject) -> tuple[str, ...]:
    return alternatives(subject.licence) or ((subject.licence,) if subject.licence else ())
