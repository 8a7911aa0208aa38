"""The worker that reads one bare repository inside the sandbox: git objects in, facts out.

It is started as `python -m crawlers.reader`, takes one `Request` as MessagePack on standard input
and writes one `Survey`, `Reading` or `Document` to standard output. It opens no socket, writes no
file, and every loop in it has a cap.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import pygit2

from crawlers import attributions, history, spans
from crawlers.approvals import Authors, mark_mergers
from crawlers.governance import finding
from crawlers.governance.reading import read_governance
from crawlers.lineage_facts import read_lineage_facts
from crawlers.mainline import MainLine, read_main_line
from crawlers.metadata.community import community_files
from crawlers.metadata.wanted import Wanted, wanted
from crawlers.prints import is_source
from crawlers.replicability import inspecting
from crawlers.submodules import read_submodules
from crawlers.tree import REPEATED, HeadTree, blob_bytes, blob_size, read_head_tree
from registry.domain.facts import (
    Commit,
    Dependency,
    Diagnostic,
    Document,
    LanguageShare,
    Package,
    Reading,
    Release,
    Submodule,
)
from registry.domain.governance_files import GovernanceFile
from registry.domain.inspection import Inspection, Sign
from registry.domain.languages import is_vendored, language_of

# Raised whenever this code reads more, or differently: unchanged repositories are then read anew.
READER_VERSION: Final = 7
MAX_DOCUMENT: Final = 1024 * 1024
MAX_RELEASES: Final = 20_000
T = TypeVar("T")


class Request(msgspec.Struct, frozen=True):
    """What to do with a repository: `survey` its HEAD, `read` all of it, or one `document`."""

    action: str
    directory: str
    now: int
    sample: int = 0
    with_documents: bool = True
    document: Wanted | None = None
    fingerprint_files: int = 0
    main_line: MainLine | None = None


class Survey(msgspec.Struct, frozen=True):
    """What HEAD holds: the commit, and the blobs whose contents the reading will want."""

    head: str
    wanted: tuple[str, ...]
    sample: tuple[str, ...]
    missing: tuple[str, ...]
    documents: tuple[Wanted, ...]
    main_line: MainLine


def open_repository(directory: str) -> pygit2.Repository:
    """Open a bare repository that may lack blobs; libgit2 never fetches."""
    pygit2.settings.set_extensions(["partialclone"])
    pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, False)
    return pygit2.Repository(directory, pygit2.enums.RepositoryOpenFlag.BARE)


def survey(request: Request) -> Survey:
    """Return which contents are wanted and which of them are not here yet."""
    repository = open_repository(request.directory)
    head = str(repository.head.target)
    tree = read_head_tree(repository, head)
    documents = tuple(wanted(tree.files))
    sample = _sample(tree, request.sample)
    main_line = _main_line(request, tree)
    blobs = dict.fromkeys(
        [
            *(item.blob for item in documents),
            *sample,
            *main_line.sources,
            *spans.wanted_blobs(main_line.versions),
            *attributions.wanted_blobs(main_line.versions),
            *inspecting.wanted_blobs(tree.files),
            *finding.wanted_blobs(tree.files),
        ]
    )
    missing = tuple(blob for blob in blobs if blob not in repository)
    return Survey(
        head, tuple(item.blob for item in documents), sample, missing, documents, main_line
    )


def _main_line(request: Request, tree: HeadTree) -> MainLine:
    """Replay the main line; of a bomb, git would gather all paths before it writes the first."""
    if REPEATED in tree.caps:
        return MainLine((), {}, ("paths",))
    return read_main_line(
        Path(request.directory),
        request.now,
        limit=request.fingerprint_files,
        is_source=is_source,
        is_watched=_is_watched,
        is_rare=finding.is_watched,
    )


def _is_watched(path: str) -> bool:
    return any(module.is_watched(path) for module in (spans, attributions, finding))


def _sample(tree: HeadTree, limit: int) -> tuple[str, ...]:
    """Return up to `limit` source blobs, the lowest ids: a uniform sample that never changes."""
    blobs = {blob for path, blob in tree.files.items() if _language(path)}
    return tuple(sorted(blobs)[:limit])


def _language(path: str) -> str | None:
    return None if is_vendored(path) else language_of(path)


def read(request: Request) -> Reading:
    """Return all facts of the repository; the caps that were hit stand in `partial`."""
    repository = open_repository(request.directory)
    head = str(repository.head.target)
    tree = read_head_tree(repository, head)
    directory = Path(request.directory)
    authors = Authors()
    commits, commit_caps = history.read_commits(directory, request.now, authors)
    commits = mark_mergers(history.mark_main_line(commits, head), head, authors)
    in_head = frozenset((blob, path) for path, blob in tree.files.items())
    # git would gather all paths of a bomb in memory before it writes the first.
    paths, path_caps = (
        ([], ["paths"])
        if REPEATED in tree.caps
        else history.read_paths(directory, in_head, request.now)
    )
    documents = _documents(repository, tree) if request.with_documents else ()
    origin = read_lineage_facts(
        paths, frozenset(tree.files.values()), request.main_line, partial(_content, repository)
    )
    languages, basis = _languages(repository, tree)
    submodules = _submodules(repository, tree)
    inspection: Inspection | None = None
    signs: tuple[Sign, ...] = ()
    governance: tuple[GovernanceFile, ...] | None = None
    if request.main_line is not None:  # else a file may have killed the worker before
        inspection, signs = inspecting.inspect(
            tree, commits, documents, submodules, partial(_content, repository)
        )
        governance = read_governance(
            tree.files, request.main_line.versions, partial(_content, repository)
        )
    main_times = [commit.commit_time for commit in commits if commit.on_main]
    return Reading(
        head=head,
        default_branch=_branch_name(repository),
        object_format="sha256" if len(head) == 64 else "sha1",
        root_commits=tuple(c.id for c in commits if not c.parents)[:50],
        commit_count=len(main_times),
        first_commit_time=min(main_times, default=None),
        last_commit_time=max(main_times, default=None),
        head_files=len(tree.files),
        commits=tuple(commits),
        paths=origin.paths,
        releases=_releases(repository, commits),
        languages=languages,
        language_basis=basis,
        submodules=submodules,
        packages=manifest_facts(documents, "packages", Package),
        dependencies=manifest_facts(documents, "dependencies", Dependency),
        documents=documents,
        community=community_files(tree.files),
        fingerprints=origin.fingerprints,
        package_spans=origin.package_spans,
        dependency_spans=origin.dependency_spans,
        attributions=origin.attributions,
        inspection=inspection,
        signs=signs,
        governance=governance,
        partial=tuple(sorted({*tree.caps, *commit_caps, *path_caps, *origin.caps})),
    )


def _content(repository: pygit2.Repository, blob: str) -> bytes | None:
    return blob_bytes(repository, blob, MAX_DOCUMENT)


def _branch_name(repository: pygit2.Repository) -> str:
    return _text(repository.head.shorthand or "HEAD")


def _text(name: str) -> str:
    """Return a name that git does not bind to an encoding as text that can be sent and stored."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _documents(repository: pygit2.Repository, tree: HeadTree) -> tuple[Document, ...]:
    found = (_document(repository, item) for item in wanted(tree.files))
    return tuple(document for document in found if document is not None)


def _document(repository: pygit2.Repository, item: Wanted) -> Document | None:
    from crawlers.metadata.read import read_document  # the survey can do without its parsers

    size = blob_size(repository, item.blob)
    if size is not None and size > MAX_DOCUMENT:
        return unread(item, f"the file is larger than {MAX_DOCUMENT} bytes", size=size)
    data = _content(repository, item.blob)
    return None if data is None else read_document(item.kind, item.path, item.blob, data)


def unread(item: Wanted, why: str, *, size: int = 0) -> Document:
    """Return the document of a file that could not be read at all, saying why."""
    return Document(
        kind=item.kind,
        path=item.path,
        blob=item.blob,
        size=size,
        sha256="",
        status="unparseable",
        diagnostics=(Diagnostic(severity="error", message=why),),
    )


def manifest_facts(documents: Sequence[Document], key: str, kind: type[T]) -> tuple[T, ...]:
    """Return the packages or dependencies that manifests among the documents state."""
    return tuple(
        msgspec.convert(fact, kind)
        for document in documents
        if document.kind == "manifest" and isinstance(document.data, dict)
        for fact in document.data.get(key, ())
    )


def _languages(
    repository: pygit2.Repository, tree: HeadTree
) -> tuple[tuple[LanguageShare, ...], str]:
    """Measure languages by bytes; where sizes are missing, by the mean of those that are here."""
    files: dict[str, int] = {}
    sizes: dict[str, list[int]] = {}
    for path, blob in tree.files.items():
        if language := _language(path):
            files[language] = files.get(language, 0) + 1
            if (size := blob_size(repository, blob)) is not None:
                sizes.setdefault(language, []).append(size)
    measured = sum(map(len, sizes.values()))
    overall = sum(map(sum, sizes.values())) / measured if measured else 1.0
    shares = [
        LanguageShare(name=name, size=round(count * _mean(sizes.get(name), overall)), files=count)
        for name, count in files.items()
    ]
    basis = "all" if measured == sum(files.values()) else "sample" if measured else "files"
    return tuple(sorted(shares, key=lambda share: (-share.size, share.name))), basis


def _mean(sizes: list[int] | None, fallback: float) -> float:
    return sum(sizes) / len(sizes) if sizes else fallback


def _releases(repository: pygit2.Repository, commits: list[Commit]) -> tuple[Release, ...]:
    times = {commit.id: commit.commit_time for commit in commits}
    releases: list[Release] = []
    for name in repository.references:
        if not name.startswith("refs/tags/") or len(releases) >= MAX_RELEASES:
            continue
        target = str(repository.references[name].target)
        commit_id, tag_object = _peel(repository, target)
        if commit_id in times:
            short = _text(name.removeprefix("refs/tags/"))
            releases.append(
                Release(
                    name=short,
                    commit=commit_id,
                    time=times[commit_id],
                    tag_object=tag_object,
                    version=_version(short),
                )
            )
    return tuple(sorted(releases, key=lambda release: (-release.time, release.name)))


def _version(tag: str) -> str:
    """Return the tag without what repositories put before the number, such as `v` or `release-`."""
    tail = tag.rpartition("/")[2]
    digits = next((i for i, character in enumerate(tail) if character.isdigit()), None)
    prefix = tail[:digits].rstrip("-_. ").lower() if digits is not None else None
    return tail[digits:] if prefix in {"", "v", "version", "release", "rel", "r"} else tail


def _peel(repository: pygit2.Repository, target: str) -> tuple[str, str | None]:
    try:
        found = repository[target]
    except (KeyError, ValueError, pygit2.GitError):
        return "", None
    if isinstance(found, pygit2.Tag):
        return str(found.target), target
    return target, None


def _submodules(repository: pygit2.Repository, tree: HeadTree) -> tuple[Submodule, ...]:
    blob = tree.files.get(".gitmodules")
    data = _content(repository, blob) if blob else None
    return read_submodules(tree.gitlinks, data or b"")


def answer(request: Request) -> Survey | Reading | Document | None:
    """Do what the request asks."""
    if request.action == "survey":
        return survey(request)
    if request.action == "read":
        return read(request)
    if request.document is None:
        raise ValueError("no document named")
    return _document(open_repository(request.directory), request.document)


def main() -> None:
    """Answer the one request on standard input."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(request)))


if __name__ == "__main__":
    main()
