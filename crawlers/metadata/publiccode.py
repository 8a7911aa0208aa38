"""Read a publiccode.yml: bytes in, a document with findings and claims out; nothing is fetched.

Standard: publiccode.yml 0.7.0 with every earlier 0.x version read by its rules, as the reference
parser does. A file with errors still yields a claim for each key that is right by itself.
"""

import hashlib

from crawlers.metadata import yaml_guard
from crawlers.metadata.document import unparseable
from crawlers.metadata.publiccode_checks import ReferenceLists
from crawlers.metadata.publiccode_claims import Statements
from crawlers.metadata.publiccode_contacts import without_personal_data
from crawlers.metadata.publiccode_files import FileOracle, file_faults
from crawlers.metadata.publiccode_rules import Rules
from crawlers.metadata.yaml_guard import Mapping, Scalar, UnreadableYaml
from registry.domain.facts import Document

KIND = "publiccode"
FILE_NAMES = frozenset({"publiccode.yml", "publiccode.yaml"})


def read(
    data: bytes,
    *,
    path: str,
    blob: str,
    files: FileOracle | None = None,
    known: ReferenceLists | None = None,
) -> Document:
    """Return the document of these bytes; faults are findings in it, never exceptions.

    `path` and `blob` say where it stands in the repository. `files` turns on the file stage,
    `known` brings lists that an operator loaded; rules without their list are not checked.
    """
    try:
        root = load_keys(data)
    except UnreadableYaml as error:
        return unparseable(KIND, path, blob, data, error.message, error.line, error.column)
    rules = examine(root, path, files=files, known=known)
    return document_of(root, rules, data, path=path, blob=blob)


def document_of(root: Mapping, rules: Rules, data: bytes, *, path: str, blob: str) -> Document:
    """Return the document of a file that was examined."""
    invalid = any(finding.severity == "error" for finding in rules.findings)
    return Document(
        kind=KIND,
        path=path,
        blob=blob,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        status="invalid" if invalid else "valid",
        version=_version(root),
        data=without_personal_data(root.plain()),
        diagnostics=tuple(rules.findings),
        claims=tuple(Statements(root, rules.rejected).claims()),
    )


def load_keys(data: bytes) -> Mapping:
    """Return the keys of a file, or raise `UnreadableYaml` saying why there are none."""
    root = yaml_guard.load(data)
    if not isinstance(root, Mapping):
        raise UnreadableYaml("the file is not a block of keys", root.line, root.column)
    return root


def examine(
    root: Mapping,
    path: str,
    *,
    files: FileOracle | None = None,
    known: ReferenceLists | None = None,
) -> Rules:
    """Return the rules with what they found in a file; the arguments are those of `read`."""
    rules = Rules(root, known or ReferenceLists())
    rules.apply()
    for place, fault in file_faults(root, path, files):
        rules.rejected.add(place)
        rules.add(place, fault)
    return rules


def _version(root: Mapping) -> str | None:
    node = root.get("publiccodeYmlVersion") or root.get("publiccode-yaml-version")
    return node.text[:20] or None if isinstance(node, Scalar) else None
