"""The inspection of one repository at HEAD: which files are read, and what they tell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from crawlers.replicability import manifests, matching, number_formats, paths
from crawlers.replicability.authors import count_authors
from crawlers.replicability.code_text import code_lines
from crawlers.replicability.deployment import deployment_places
from crawlers.replicability.patterns import terms
from crawlers.replicability.readme import install_headings
from crawlers.replicability.texts import holds_texts
from crawlers.replicability.translations import is_skeleton, translations
from crawlers.tree import HeadTree
from registry.domain.facts import Commit, Document, Submodule
from registry.domain.inspection import Inspection, Place, Sign
from registry.domain.languages import language_of
from registry.domain.obstacles import VERSION

MAX_CONFIG: Final = 120
MAX_FILE_BYTES: Final = 256 * 1024
MAX_BYTES: Final = 32 * 1024 * 1024
# Of one subject: more places than this say nothing more.
MAX_SIGNS: Final = 25

Content = Callable[[str], bytes | None]
_STYLES: Final = frozenset({"CSS", "SCSS", "Sass", "Less", "Jupyter Notebook"})


def wanted_blobs(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of configuration and deployment that are read, nearest to the root first.

    And the file of texts, where it is the only one.
    """
    config = (files[path] for path in _config(files)[:MAX_CONFIG])
    only = (place.blob for place in _one_alone(translations(files)))
    return tuple(dict.fromkeys((*config, *only)))


def _one_alone(places: tuple[Place, ...]) -> tuple[Place, ...]:
    return places if len(places) == 1 else ()


def _translations(files: Mapping[str, str], content: Content) -> tuple[Place, ...]:
    """Return the files of texts, but for the one that a generator made."""
    found = translations(files)
    for place in _one_alone(found):
        data = content(place.blob)
        if data is not None and is_skeleton(data.decode("utf-8", "replace")):
            return ()
    return found


def _config(files: Mapping[str, str]) -> list[str]:
    found = (path for path in files if paths.is_config(path))
    return sorted(found, key=lambda path: (path.count("/"), path))


def inspect(
    tree: HeadTree,
    commits: Sequence[Commit],
    documents: Sequence[Document],
    submodules: Sequence[Submodule],
    content: Content,
) -> tuple[Inspection, tuple[Sign, ...]]:
    """Return what there is and the signs found; `content` reads a blob that is here."""
    config = _config(tree.files)
    source = sorted(
        (path for path in tree.files if is_source(path) and not paths.is_config(path)),
        key=lambda path: tree.files[path],
    )
    looked = _Look(content)
    config_read = looked.at((path, tree.files[path]) for path in config[:MAX_CONFIG])
    source_read = looked.at((path, tree.files[path]) for path in source)
    looked.signs += _file_signs(tree.files)
    looked.signs += manifests.dependency_signs(documents)
    looked.signs += manifests.submodule_signs(submodules, tree.files)
    found = Inspection(
        version=VERSION,
        source_files=len(source),
        source_read=source_read,
        config_files=len(config),
        config_read=config_read,
        bytes_read=looked.bytes_read,
        templates=looked.templates,
        template_files=sum(paths.is_template(path) for path in source),
        texts=looked.texts,
        deployment=deployment_places(tree.files),
        translations=_translations(tree.files, content),
        tests=_first(path for path in tree.files if paths.shows_tests(path)),
        ci=_first(path for path in tree.files if paths.shows_ci(path)),
        docs=_first(path for path in tree.files if paths.shows_docs(path)),
        headings=install_headings(documents),
        authors=count_authors(commits),
        caps=tuple(sorted(looked.caps)),
    )
    return found, bounded(looked.signs)


def _file_signs(files: Mapping[str, str]) -> list[Sign]:
    """Return the files that one vendor's tools read, by their names."""
    return [
        Sign(
            rule=term.rule, subject=term.name, country=term.country, kind="file",
            path=path, blob=files[path],
        )
        for term in terms()
        if term.files
        for path in files
        if _is_named(path, term.files) and not paths.is_aside(path)
    ]  # fmt: skip


def _is_named(path: str, endings: Sequence[str]) -> bool:
    return any(path.endswith(x) if x.startswith(".") else path == x for x in endings)


def is_source(path: str) -> bool:
    """Tell whether a file is code or a page of the product."""
    language = language_of(path)
    code = paths.is_template(path) or (language is not None and language not in _STYLES)
    return code and not paths.is_aside(path)


def bounded(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """Return each place once, at most 25 of one subject, nearest to the root first."""
    kept: dict[tuple[str, str], list[Sign]] = {}
    for sign in sorted(signs, key=lambda x: (x.path.count("/"), x.path, x.line or 0)):
        places = kept.setdefault((sign.rule, sign.subject), [])
        if len(places) < MAX_SIGNS and all(sign.path != other.path for other in places):
            places.append(sign)
    return tuple(sign for places in kept.values() for sign in places)


def _first(found: Iterable[str]) -> str | None:
    return min(found, key=lambda path: (path.count("/"), path), default=None)


class _Look:
    """One pass over files within a budget of bytes."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.signs: list[Sign] = []
        self.bytes_read = 0
        self.templates = 0
        self.texts = 0
        self.caps: set[str] = set()

    def at(self, files: Iterable[tuple[str, str]]) -> int:
        """Look at files in their order and return how many were read."""
        count = 0
        for path, blob in files:
            if self.bytes_read >= MAX_BYTES:
                self.caps.add("inspected_bytes")
                break
            data = self._content(blob)
            if data is None or len(data) > MAX_FILE_BYTES or b"\0" in data[:4096]:
                continue
            count += 1
            self.bytes_read += len(data)
            self._read(path, blob, data.decode("utf-8", "replace"))
        return count

    def _read(self, path: str, blob: str, text: str) -> None:
        self.signs += _signs(path, blob, text)
        if paths.is_template(path):
            self.templates += 1
            if line := holds_texts(text, path):
                self.texts += 1
                self.signs.append(
                    Sign(
                        rule="interface_texts",
                        subject="",
                        kind="word",
                        path=path,
                        blob=blob,
                        line=line,
                    )
                )


def _signs(path: str, blob: str, text: str) -> list[Sign]:
    needles = matching.present(text.lower())
    with_formats = number_formats.may_hold(text)
    if not needles and not with_formats:
        return []
    lines = list(code_lines(text, path))
    found = [
        Sign(
            rule=needle.term.rule, subject=needle.term.name, country=needle.term.country,
            kind=needle.shown, path=path, blob=blob, line=number,
        )
        for needle in needles
        if (number := _line(lines, needle))
    ]  # fmt: skip
    if with_formats:
        found += [
            Sign(
                rule=x.rule, subject=x.subject, country=x.country, kind="word",
                path=path, blob=blob, line=number,
            )
            for number, x in number_formats.found_formats(lines)
        ]  # fmt: skip
    return found


def _line(lines: Sequence[tuple[int, str]], needle: matching.Needle) -> int | None:
    return next((number for number, line in lines if matching.holds(line, needle)), None)
