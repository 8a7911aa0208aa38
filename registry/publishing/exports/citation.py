"""CITATION.cff 1.2.0: how to cite a component, by its organisation and never by people's names.

Source: Citation File Format 1.2.0; a list of licences means that any of them may be chosen.
"""

from typing import Any, Final

from registry.errors import Incomplete
from registry.publishing.exports.subject import Subject, preferred
from registry.publishing.exports.values import alternatives, clean, day, known, web_url
from registry.publishing.exports.yaml_text import yaml_text

NAME: Final = "CITATION.cff"
MESSAGE: Final = "If you use this software, please cite it as below."
# SPDX ids that are younger than the list of the format.
_YOUNGER: Final = frozenset(
    {
        "ALGLIB-Documentation", "BSD-ask-to-endorse", "Jam", "OLFL-1.3", "OSC-1.0",
        "Python-2.0.1", "Unicode-3.0", "WordNet",
    }
)  # fmt: skip


def citation(subject: Subject) -> bytes:
    """Return the file, or raise `Incomplete` where nobody is known who could be cited."""
    if subject.body is None:
        raise Incomplete(NAME, {"authors": "the organisation that published it"})
    licences = [x for x in alternatives(subject.licence) if _is_listed(x)]
    found = known(
        **{"cff-version": "1.2.0"},
        message=MESSAGE,
        type="software",
        title=preferred(subject.names) or subject.name,
        abstract=preferred(subject.summaries),
        authors=[known(name=subject.body.name, website=web_url(subject.body.website))],
        license=licences[0] if len(licences) == 1 else licences,
        version=subject.text("version"),
        commit=subject.head_commit,
        keywords=list(dict.fromkeys(subject.texts("topics"))),
        url=web_url(subject.text("landing_url")),
        identifiers=_identifiers(subject),
        **{
            "date-released": day(subject.text("release_date")),
            "repository-code": subject.repository_url,
        },
    )
    return yaml_text(clean(found))


def _is_listed(licence: str) -> bool:
    return not licence.startswith("LicenseRef-") and licence not in _YOUNGER


def _identifiers(subject: Subject) -> list[dict[str, Any]]:
    if subject.revision_id is None:
        return []
    what = "The revision that was read"
    return [{"type": "swh", "value": subject.revision_id, "description": what}]
