"""Facts that readings of repositories gave, and the documents that they were read from."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index, LargeBinary
from sqlmodel import Field

from registry.db.base import Model

# The key of authors who asked to be masked: nobody's, and never the same person.
MASKED_AUTHOR: Final = bytes(16)


class CommitRow(Model, table=True):
    """A commit reachable from a branch or tag; people are a keyed hash and an e-mail domain.

    `committer_key` is who put the work of another in; it is empty where that was the author, or
    where a forge does not say who did it. `merger_key` is who made the merge that brought the work
    of another to the main line.
    """

    __tablename__ = "commit_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    id: bytes = Field(primary_key=True, sa_type=LargeBinary(32))
    parents: bytes = Field(sa_type=LargeBinary)
    author_time: int = Field(sa_type=BigInteger)
    commit_time: int = Field(sa_type=BigInteger)
    author_key: bytes = Field(sa_type=LargeBinary(16))
    author_domain: str = Field(default="", max_length=255)
    on_main: bool = True
    flags: str = Field(default="", max_length=60)
    committer_key: bytes | None = Field(default=None, sa_type=LargeBinary(16))
    committer_domain: str | None = Field(default=None, max_length=255)
    merger_key: bytes | None = Field(default=None, sa_type=LargeBinary(16))
    merger_domain: str | None = Field(default=None, max_length=255)

    # By id alone: which repositories share a commit.
    __table_args__ = (Index("ix_commit_fact_id", "id"), {"sqlite_with_rowid": False})


class TrailerRow(Model, table=True):
    """Somebody whom the trailers of a commit's message name, by the role in which they do.

    Never the author, but for `signed_off`; people are a keyed hash and an e-mail domain.
    """

    __tablename__ = "trailer_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    commit: bytes = Field(primary_key=True, sa_type=LargeBinary(32))
    role: str = Field(primary_key=True, max_length=20)
    person_key: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    person_domain: str = Field(default="", max_length=255)

    __table_args__ = ({"sqlite_with_rowid": False},)


class PathRow(Model, table=True):
    """A (blob, path) pair with the earliest main-line commit that holds it."""

    __tablename__ = "path_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    blob: bytes = Field(primary_key=True, sa_type=LargeBinary(32))
    path: str = Field(primary_key=True)
    commit: bytes = Field(sa_type=LargeBinary(32))
    first_seen: int = Field(sa_type=BigInteger)
    in_head: bool = False
    size: int | None = None
    is_generated: bool = False

    __table_args__ = ({"sqlite_with_rowid": False},)


class ReleaseRow(Model, table=True):
    """A tag of a repository, read as a release."""

    __tablename__ = "release_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=512)
    commit: str = Field(max_length=64)
    tag_object: str | None = Field(default=None, max_length=64)
    version: str = Field(default="", max_length=512)
    released_at: datetime | None = None


class LanguageRow(Model, table=True):
    """The size of a programming language at HEAD."""

    __tablename__ = "language_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=60)
    size: int = Field(sa_type=BigInteger)
    files: int = 0


class SubmoduleRow(Model, table=True):
    """A gitlink at HEAD."""

    __tablename__ = "submodule_fact"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    path: str = Field(primary_key=True)
    commit: str = Field(max_length=64)
    url: str | None = Field(default=None, max_length=2048)


class PackageRow(Model, table=True):
    """A package that a manifest of the repository publishes."""

    __tablename__ = "package_fact"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    ecosystem: str = Field(max_length=20)
    name: str = Field(max_length=512)
    version: str | None = Field(default=None, max_length=200)
    path: str
    private: bool = False

    __table_args__ = (Index("ix_package_fact_name", "ecosystem", "name"),)


class DependencyRow(Model, table=True):
    """A dependency that a manifest of the repository names."""

    __tablename__ = "dependency_fact"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    ecosystem: str = Field(max_length=20)
    name: str = Field(max_length=512)
    spec: str | None = None
    scope: str = Field(default="runtime", max_length=20)
    git_url: str | None = Field(default=None, max_length=2048)
    path: str
    line: int | None = None
    local: bool = False
    locked: bool = False

    __table_args__ = (Index("ix_dependency_fact_name", "ecosystem", "name"),)


class GovernanceFileRow(Model, table=True):
    """A file at `commit` that says who governs the code (`registry.domain.governance_files`)."""

    __tablename__ = "governance_file"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    path: str = Field(primary_key=True)
    kind: str = Field(max_length=20)
    blob: str = Field(max_length=64)
    commit: str = Field(max_length=64)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    read_at: datetime


class DocumentRow(Model, table=True):
    """A metadata document as read; `ended_at` is set when the source dropped or changed it."""

    __tablename__ = "document"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    kind: str = Field(max_length=20)
    path: str
    blob: str = Field(max_length=64)
    commit: str = Field(max_length=64)
    sha256: str = Field(max_length=64, index=True)
    size: int
    status: str = Field(max_length=20)
    version: str | None = Field(default=None, max_length=40)
    reader_version: int = 0
    text: str | None = None
    html: str | None = None
    data: Any = Field(default=None, sa_type=JSON)
    diagnostics: list[Any] = Field(default_factory=list, sa_type=JSON)
    read_at: datetime
    ended_at: datetime | None = None


class ClaimRow(Model, table=True):
    """One property as one source states it; a claim ends, it is never overwritten."""

    __tablename__ = "claim"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    document_id: int | None = Field(
        default=None, foreign_key="document.id", index=True, ondelete="CASCADE"
    )
    peer_record_id: int | None = Field(
        default=None, foreign_key="peer_record.id", index=True, ondelete="CASCADE"
    )
    property: str = Field(max_length=40)
    lang: str | None = Field(default=None, max_length=40)
    value: Any = Field(default=None, sa_type=JSON)
    basis: str = Field(max_length=20)
    path: str | None = None
    line: int | None = None
    commit: str | None = Field(default=None, max_length=64)
    confidence: float = 1.0
    observed_at: datetime
    ended_at: datetime | None = None
