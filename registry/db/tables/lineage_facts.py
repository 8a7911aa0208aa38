"""Facts that lineage is measured from, beside commits and paths: what stands in which file, when.

Hashes are the first 64 bits of an id, signed, so that any database keeps them as a number. Times
are whole seconds since 1970 in UTC, as read from commits: they can be forged.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field

from registry.db.base import Model


class FingerprintRow(Model, table=True):
    """A code fingerprint of a repository with the earliest file that holds it (lineage §2).

    `is_third_party` is set when the artefacts are indexed: it is no sign of reuse then.
    """

    __tablename__ = "fingerprint_fact"

    hash: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(
        foreign_key="repository.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    blob: bytes = Field(sa_type=LargeBinary(32))
    path: str
    first_seen: int = Field(sa_type=BigInteger)
    in_head: bool = False
    is_third_party: bool = False

    __table_args__ = ({"sqlite_with_rowid": False},)


class FileArtefact(Model, table=True):
    """A file content that can tell of reuse: not third-party, not generated, not tiny.

    `is_import` marks contents that came with more than 40 others in one commit: their time is
    only a bound. `versions` tells how many contents the same path had up to this one.
    """

    __tablename__ = "file_artefact"

    hash: int = Field(primary_key=True, sa_type=BigInteger)
    repository_id: int = Field(
        foreign_key="repository.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    first_seen: int = Field(sa_type=BigInteger)
    is_import: bool = False
    versions: int = 1

    __table_args__ = ({"sqlite_with_rowid": False},)


class PackageSpan(Model, table=True):
    """A package that a manifest named as its own in some stretch of history.

    `last_seen` is empty while HEAD says so; `blob` is the newest manifest that says it.
    """

    __tablename__ = "package_span"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    ecosystem: str = Field(max_length=20)
    name: str = Field(max_length=512)
    path: str
    private: bool = False
    blob: str = Field(max_length=64)
    commit: str = Field(max_length=64)
    first_seen: int = Field(sa_type=BigInteger)
    last_seen: int | None = Field(default=None, sa_type=BigInteger)

    __table_args__ = (Index("ix_package_span_name", "ecosystem", "name"),)


class DependencySpan(Model, table=True):
    """A dependency that a manifest named in some stretch of history.

    `last_seen` is empty while HEAD says so. `blob`, `line` and `commit` point at the newest
    manifest that says it: `commit` is one in which the manifest at `path` is that blob.
    """

    __tablename__ = "dependency_span"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    ecosystem: str = Field(max_length=20)
    name: str = Field(max_length=512)
    spec: str | None = None
    scope: str = Field(default="runtime", max_length=20)
    git_url: str | None = Field(default=None, max_length=2048)
    local: bool = False
    path: str
    line: int | None = None
    blob: str = Field(max_length=64)
    commit: str = Field(max_length=64)
    first_seen: int = Field(sa_type=BigInteger)
    last_seen: int | None = Field(default=None, sa_type=BigInteger)

    __table_args__ = (Index("ix_dependency_span_name", "ecosystem", "name"),)


class AttributionRow(Model, table=True):
    """A sentence in which a repository names where its code comes from.

    `commit` is the first on the main line in which the file at `path` held the sentence, `blob`
    that file, `line` counts from 1 in it. `removed_commit` is the first later commit without it.
    `phrase` is the pattern that was found, `target` the name or URL behind it.
    """

    __tablename__ = "attribution_fact"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    path: str
    line: int
    text: str = Field(max_length=1000)
    lang: str = Field(default="en", max_length=20)
    phrase: str = Field(max_length=40)
    target: str = Field(max_length=500, index=True)
    target_url: str | None = Field(default=None, max_length=2048, index=True)
    blob: str = Field(max_length=64)
    commit: str = Field(max_length=64)
    first_seen: int = Field(sa_type=BigInteger)
    removed_commit: str | None = Field(default=None, max_length=64)
    removed_at: int | None = Field(default=None, sa_type=BigInteger)


class NamedSource(Model, table=True):
    """A source of code without a public repository: a body and, where known, what it wrote.

    `patterns` are the names under which texts mention it, in lower case.
    """

    __tablename__ = "named_source"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=120)
    name: str = Field(max_length=400)
    patterns: str
    country: str | None = Field(default=None, max_length=2)
    region: str | None = Field(default=None, max_length=6)
    reference: str | None = Field(default=None, max_length=2048)
    created_at: datetime
