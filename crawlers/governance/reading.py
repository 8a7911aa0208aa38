"""From the files about governance at HEAD to facts; never raises for bad content."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from crawlers.governance import code_owners
from crawlers.governance.finding import MAX_BYTES, count_places, governance_files
from crawlers.governance.statements import statements_of
from crawlers.mainline import MAX_VERSIONS
from crawlers.metadata.yaml_guard import Mapping as YamlMapping
from crawlers.metadata.yaml_guard import Sequence as YamlSequence
from crawlers.metadata.yaml_guard import UnreadableYaml, load
from registry.domain.addresses import ADDRESS
from registry.domain.facts import Version
from registry.domain.governance_files import GovernanceFile

Content = Callable[[str], bytes | None]
TOO_LARGE: Final = "too_large"
NOT_TEXT: Final = "not_text"
_HANDLE = re.compile(
    r"(?<![\w@/])@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?![\w@])|github\.com/[A-Za-z0-9-]{1,39}\b"
)
_FAULTS: Final = (ValueError, LookupError, RecursionError, TypeError)


def read_governance(
    files: Mapping[str, str], versions: Mapping[str, Sequence[Version]], content: Content
) -> tuple[GovernanceFile, ...]:
    """Return what the files say, each with its history on the main line."""
    return tuple(
        _dated(_file(kind, path, files, content), versions.get(path, ()))
        for kind, path in governance_files(files)
    )


def _file(kind: str, path: str, files: Mapping[str, str], content: Content) -> GovernanceFile:
    found = GovernanceFile(kind=kind, path=path, blob=files[path])
    data = content(files[path])
    if data is None or len(data) > MAX_BYTES:
        return replace(found, problem=TOO_LARGE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return replace(found, problem=NOT_TEXT)
    try:
        return replace(found, **_READERS[kind](text, files))
    except _FAULTS:
        return replace(found, problem=NOT_TEXT)


def _code_owners(text: str, files: Mapping[str, str]) -> dict[str, Any]:
    rules = code_owners.parse(text)
    owners, teams = code_owners.owners_of(rules)
    return {
        "rules": len(rules.rules), "unread": rules.unread, "owners": owners, "teams": teams,
        "organisations": code_owners.organisations_of(rules),
        # Of a file that was cut, the rules that win are the ones that were not read.
        "coverage": None if rules.is_cut else code_owners.coverage_of(rules, files),
    }  # fmt: skip


def _governance(text: str, _files: Mapping[str, str]) -> dict[str, Any]:
    return {"statements": statements_of(text)}


def _maintainers(text: str, _files: Mapping[str, str]) -> dict[str, Any]:
    return {"entries": sum(map(_names_somebody, text.splitlines()))}


def _names_somebody(line: str) -> bool:
    return bool(ADDRESS.search(line[:2_000]) or _HANDLE.search(line[:2_000]))


def _owners(text: str, files: Mapping[str, str]) -> dict[str, Any]:
    """Read OWNERS as Kubernetes has it, or count the lines that name somebody."""
    places = count_places(files)
    try:
        root = load(text.encode())
    except UnreadableYaml:
        root = None
    if not isinstance(root, YamlMapping):
        return {**_maintainers(text, files), "places": places}
    approvers, reviewers = (_listed(root, name) for name in ("approvers", "reviewers"))
    return {"approvers": approvers, "reviewers": reviewers, "places": places}


def _listed(root: YamlMapping, name: str) -> int:
    node = root.get(name)
    return (
        len({str(x.plain()).lower() for x in node.items}) if isinstance(node, YamlSequence) else 0
    )


def _body(text: str, _files: Mapping[str, str]) -> dict[str, Any]:
    from crawlers.governance.body_file import read_body  # few repositories have one

    return {"body": read_body(text.encode())}


_READERS: Final[dict[str, Callable[[str, Mapping[str, str]], dict[str, Any]]]] = {
    "governance": _governance,
    "body": _body,
    "code_owners": _code_owners,
    "maintainers": _maintainers,
    "owners": _owners,
}


def _dated(found: GovernanceFile, versions: Sequence[Version]) -> GovernanceFile:
    """Add when the file came and when it last changed; a history that was cut tells neither."""
    if not versions or len(versions) >= MAX_VERSIONS or versions[-1].blob != found.blob:
        return found
    first = next(version for version in versions if version.blob)
    return replace(
        found, first_commit=first.commit, first_time=first.time,
        last_commit=versions[-1].commit, last_time=versions[-1].time, changes=len(versions),
    )  # fmt: skip
