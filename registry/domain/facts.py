"""What reading one repository yields: typed, bounded facts that nothing has interpreted yet.

A reading is made in the sandbox from hostile bytes, sent to the parent process as MessagePack and
stored append-only. Times are whole seconds since 1970 in UTC; ids are lower-case hex git ids.
"""

from typing import Any

import msgspec

from registry.domain.governance_files import GovernanceFile
from registry.domain.inspection import Inspection, Sign


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the facts: immutable, keyword-only, unset fields are not sent."""


class Commit(msgspec.Struct, frozen=True, array_like=True):
    """One commit reachable from a branch or tag.

    Addresses (`email`, `committer`, `merger`, and those in `trailers`) exist only on the way from
    the sandbox to the parent, which replaces them by a keyed hash and the domain. `committer` is
    who put the work of another in; it is empty where that is the author, or a forge that does not
    say who pressed the button. `merger` is who made the merge that brought the commit to the main
    line, `trailers` are roles and whom its message names in them; neither is the author, but for a
    sign-off. `flags` names what was odd (`date`, `email`, `encoding`, `trailers`: more of them than
    are read), `bot` where a program wrote it, and `boundary` where a shallow history was cut.
    """

    id: str
    parents: tuple[str, ...]
    author_time: int
    commit_time: int
    email: str
    on_main: bool
    flags: tuple[str, ...] = ()
    committer: str = ""
    merger: str = ""
    trailers: tuple[tuple[str, str], ...] = ()


class PathFirstSeen(msgspec.Struct, frozen=True, array_like=True):
    """A (blob, path) pair with the earliest main-line commit that holds it.

    `size` in bytes and `is_generated` (the file says that a program wrote it) are known of the
    contents that were looked at only.
    """

    blob: str
    path: str
    commit: str
    time: int
    in_head: bool
    size: int | None = None
    is_generated: bool = False


class Version(msgspec.Struct, frozen=True, array_like=True):
    """What a path held from a main-line commit on; `blob` is empty where it was removed."""

    commit: str
    time: int
    blob: str


class Release(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A tag; `version` is the tag without a leading `v`, `tag_object` is set when annotated."""

    name: str
    commit: str
    time: int
    tag_object: str | None = None
    version: str = ""


class LanguageShare(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A programming language and its size at HEAD in bytes, or in files where sizes are unknown."""

    name: str
    size: int
    files: int


class Submodule(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A gitlink at HEAD with the URL that `.gitmodules` gives it; `url` is text, never fetched."""

    path: str
    commit: str
    url: str | None = None


class Package(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A package that a manifest of this repository publishes (`ecosystem` as in purl types)."""

    ecosystem: str
    name: str
    path: str
    version: str | None = None
    private: bool = False


class Dependency(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A dependency that a manifest names; `scope` is runtime, dev, optional, build or peer.

    `spec` is the version requirement as written, `git_url` is set when the requirement points at
    a repository, `local` when it points inside the same repository (path, workspace, file).
    """

    ecosystem: str
    name: str
    path: str
    line: int | None = None
    spec: str | None = None
    scope: str = "runtime"
    git_url: str | None = None
    local: bool = False
    locked: bool = False


class PackageSpan(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A package that manifests at `path` named as their own from `first_seen` to `last_seen`.

    `blob` and `commit` are of the newest manifest that says so; `last_seen` is absent while HEAD
    says so.
    """

    package: Package
    blob: str
    commit: str
    first_seen: int
    last_seen: int | None = None


class DependencySpan(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A dependency that manifests at `path` named; times and places as in `PackageSpan`."""

    dependency: Dependency
    blob: str
    commit: str
    first_seen: int
    last_seen: int | None = None


class Attribution(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence that names where code comes from, with the stretch of history that holds it.

    `text` is the sentence as written, at most 1,000 characters, `line` its first line in `blob`;
    `phrase` names the pattern, `target` the source that the text names, `target_url` its address
    where one stands there. `commit` brought the sentence to `path` on the main line,
    `removed_commit` is the first later one without it.
    """

    path: str
    line: int
    text: str
    phrase: str
    target: str
    blob: str
    commit: str
    first_seen: int
    lang: str = "en"
    target_url: str | None = None
    removed_commit: str | None = None
    removed_at: int | None = None


class Fingerprint(msgspec.Struct, frozen=True, array_like=True):
    """A code fingerprint with the earliest file that holds it, and whether HEAD holds it."""

    hash: int
    blob: str
    path: str
    first_seen: int
    in_head: bool


class Diagnostic(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A finding about a document: `severity` error, warning or info; `line`, `column` from 1."""

    severity: str
    message: str
    key: str = ""
    line: int = 1
    column: int = 1
    fix: str | None = None


class Claim(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """One property that a document states about its component.

    `property` is one of `registry.domain.properties.PROPERTIES`; `value` is JSON-like;
    `lang` is a BCP 47 tag for text; `line` counts from 1 in the document.
    """

    property: str
    value: Any
    lang: str | None = None
    line: int | None = None
    confidence: float = 1.0


class Document(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A metadata file as read at HEAD: where it stands, what it holds, what is wrong with it.

    `kind` is publiccode, codejson, codemeta, citation, ore, bcgovpubcode, opencatalogi, licence,
    readme, manifest, community or gitmodules. `status` is valid, invalid or unparseable.
    `data` keeps the parsed document (JSON-like, bounded), `text` the source where it is shown.
    """

    kind: str
    path: str
    blob: str
    size: int
    sha256: str
    status: str = "valid"
    version: str | None = None
    text: str | None = None
    html: str | None = None
    data: Any = None
    diagnostics: tuple[Diagnostic, ...] = ()
    claims: tuple[Claim, ...] = ()


class Reading(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """All that one reading of one repository gave; `partial` names the caps that were hit.

    `governance` is absent where the files about it were not looked at.
    """

    head: str
    default_branch: str
    object_format: str = "sha1"
    root_commits: tuple[str, ...] = ()
    commit_count: int = 0
    first_commit_time: int | None = None
    last_commit_time: int | None = None
    head_files: int = 0
    commits: tuple[Commit, ...] = ()
    paths: tuple[PathFirstSeen, ...] = ()
    releases: tuple[Release, ...] = ()
    languages: tuple[LanguageShare, ...] = ()
    language_basis: str = "all"
    submodules: tuple[Submodule, ...] = ()
    packages: tuple[Package, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    documents: tuple[Document, ...] = ()
    community: dict[str, str] = {}
    fingerprints: tuple[Fingerprint, ...] = ()
    package_spans: tuple[PackageSpan, ...] = ()
    dependency_spans: tuple[DependencySpan, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    inspection: Inspection | None = None
    signs: tuple[Sign, ...] = ()
    governance: tuple[GovernanceFile, ...] | None = None
    partial: tuple[str, ...] = ()
