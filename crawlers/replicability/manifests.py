"""What dependencies and submodules tell: packages of one vendor, closed ones, private addresses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crawlers.replicability.paths import is_beside
from crawlers.replicability.patterns import Packages
from registry.domain.facts import Document, Submodule
from registry.domain.inspection import Sign

_SSH: Final = ("git@", "ssh://", "git+ssh://")
# What runs needs these; packages for development, and what is optional, need nobody.
_NEEDED: Final = frozenset({"runtime", "build", "peer"})
PRIVATE: Final = "private_source"
SSH: Final = "git over SSH"


def dependency_signs(documents: Sequence[Document]) -> list[Sign]:
    """Return the dependencies that tie the product to a vendor, or that not everybody can get."""
    packages = Packages()
    found: list[Sign] = []
    for document in documents:
        if (
            document.kind != "manifest"
            or not isinstance(document.data, dict)
            or is_beside(document.path)
        ):
            continue
        for item in document.data.get("dependencies", ()):
            if item.get("locked") or item.get("scope", "runtime") not in _NEEDED:
                continue
            place = {"path": document.path, "blob": document.blob, "line": item.get("line")}
            found += [
                Sign(
                    rule=term.rule, subject=term.name, country=term.country, kind="package", **place
                )
                for term in packages.of(item["ecosystem"], item["name"])
            ]
            if _is_ssh(item.get("git_url"), item.get("spec")):
                found.append(Sign(rule=PRIVATE, subject=SSH, kind="setting", **place))
    return found


def submodule_signs(submodules: Iterable[Submodule], files: Mapping[str, str]) -> list[Sign]:
    """Return the submodules that only somebody with a key can fetch."""
    blob = files.get(".gitmodules", "")
    return [
        Sign(rule=PRIVATE, subject=SSH, kind="setting", path=".gitmodules", blob=blob)
        for module in submodules
        if blob and _is_ssh(module.url)
    ]


def _is_ssh(*texts: str | None) -> bool:
    return any((text or "").strip().startswith(_SSH) for text in texts)
