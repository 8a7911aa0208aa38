"""Which files at HEAD must be fetched with their contents: few, bounded, the best ones first.

Everything else that is told of a repository (community files, languages, sizes) needs paths only.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from crawlers.manifests import is_manifest
from registry.domain.languages import is_vendored

MAX_PUBLICCODE: Final = 20
MAX_LICENCES: Final = 12
MAX_MANIFESTS: Final = 60
MAX_MANIFEST_DEPTH: Final = 4
MAX_READMES: Final = 1

_ROOT_KINDS: Final = {
    "code.json": "codejson",
    "codemeta.json": "codemeta",
    "citation.cff": "citation",
    "bcgovpubcode.yml": "bcgovpubcode",
    "bcgovpubcode.yaml": "bcgovpubcode",
    "opencatalogi.yaml": "opencatalogi",
    "opencatalogi.yml": "opencatalogi",
    ".gitmodules": "gitmodules",
}
_LICENCE = re.compile(
    r"(?:(?:un)?licen[cs]e|copying|copyright|lizenz|licencia|licenza)(?:[._-][\w.-]{1,40})?",
    re.IGNORECASE,
)
_LICENCES_FOLDER = re.compile(r"LICENSES/[\w.+-]{1,80}\.txt")
_README = re.compile(
    r"readme(?:[._-][\w-]{1,12})?(?:\.(?:md|markdown|rst|adoc|txt))?", re.IGNORECASE
)
_NO_TEXT: Final = (".pdf", ".docx", ".doc", ".odt", ".png", ".jpg", ".svg", ".rtf", ".py", ".js")
_README_HOMES: Final = ("", ".github", "docs", "doc")
_README_ENDINGS: Final = (".md", ".markdown", ".rst", ".adoc", ".txt", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to read: `kind` of document, its path and the id of its blob."""

    kind: str
    path: str
    blob: str


def wanted(paths: Mapping[str, str]) -> list[Wanted]:
    """Return the files to read from path → blob id of HEAD, in a fixed order without repetition.

    At most 20 publiccode files, one file of each other metadata kind, 12 licence files, one
    README and 60 manifests down to four folders below the root; vendored folders are left out.
    """
    chosen: list[tuple[str, str]] = []
    chosen += [("publiccode", path) for path in _publiccode(paths)]
    chosen += _root_files(paths)
    chosen += [("licence", path) for path in _licences(paths)]
    chosen += [("readme", path) for path in _readmes(paths)[:MAX_READMES]]
    chosen += [("manifest", path) for path in _manifests(paths)]
    return [Wanted(kind, path, paths[path]) for kind, path in chosen]


def _nearest(paths: Iterable[str], limit: int) -> list[str]:
    return sorted(paths, key=lambda path: (path.count("/"), path))[:limit]


def _publiccode(paths: Mapping[str, str]) -> list[str]:
    found = (
        path
        for path in paths
        if path.rsplit("/", 1)[-1].lower() in {"publiccode.yml", "publiccode.yaml"}
        and not is_vendored(path)
    )
    return _nearest(found, MAX_PUBLICCODE)


def _root_files(paths: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the metadata files of the root; of two spellings the first by name counts."""
    found: dict[str, str] = {}
    for path in sorted(path for path in paths if "/" not in path):
        kind = _ROOT_KINDS.get(path.lower())
        if kind:
            found.setdefault(kind, path)
    return sorted(found.items())


def _licences(paths: Mapping[str, str]) -> list[str]:
    root = [
        path
        for path in paths
        if "/" not in path and _LICENCE.fullmatch(path) and not path.lower().endswith(_NO_TEXT)
    ]
    folder = [path for path in paths if _LICENCES_FOLDER.fullmatch(path)]
    ordered = sorted(root, key=lambda path: (len(path), path)) + sorted(folder)
    return ordered[:MAX_LICENCES]


def _readmes(paths: Mapping[str, str]) -> list[str]:
    """Return the READMEs, best first: root before docs, Markdown first, plain name first."""
    found = [path for path in paths if _is_readme(path)]
    return sorted(found, key=_readme_order)


def _is_readme(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder.lower() in _README_HOMES and bool(_README.fullmatch(name))


def _readme_order(path: str) -> tuple[int, int, int, str]:
    folder, _, name = path.rpartition("/")
    lower = name.lower()
    ending = lower[lower.rfind(".") :] if "." in lower else ""
    rank = _README_ENDINGS.index(ending) if ending in _README_ENDINGS else len(_README_ENDINGS)
    plain = lower.removesuffix(ending) == "readme"
    return (_README_HOMES.index(folder.lower()), 0 if plain else 1, rank, path)


def _manifests(paths: Mapping[str, str]) -> list[str]:
    found = (
        path
        for path in paths
        if path.count("/") <= MAX_MANIFEST_DEPTH and is_manifest(path) and not is_vendored(path)
    )
    return _nearest(found, MAX_MANIFESTS)
