"""Who works on what, counted from git, and whom people work for: never who they are."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from registry.db.base import Model


class Contribution(Model, table=True):
    """What one author did in one repository on one day, from one domain of e-mail addresses.

    `day` is a number (`date.toordinal`), in UTC, of when the work was written.
    `is_own` is false for history that the repository inherited from one that it is a fork of.
    `commits` has no merges in it; `merges` are commits with several parents; `put_in` counts
    merges and, by when they were put in, commits of others, on the line of first parents: there
    only who may write to the repository puts something. `reviewed` counts commits of others that
    name somebody as reviewer and that they did not put in themselves; `approvals`, by when they
    were written, commits of others with which somebody is recorded in any such way.
    """

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    day: int = Field(primary_key=True)
    author_key: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    author_domain: str = Field(primary_key=True, max_length=255)
    is_bot: bool = Field(primary_key=True)
    is_own: bool = Field(primary_key=True)
    commits: int = 0
    merges: int = 0
    put_in: int = 0
    reviewed: int = 0
    approvals: int = 0

    __table_args__ = ({"sqlite_with_rowid": False},)


class ApprovalCount(Model, table=True):
    """Commits of people, without merges, of one day, domain of authors, and set of approvers.

    `approvers` are the domains of who is recorded beside the author, in order and apart by spaces:
    empty for one without a domain, nothing where nobody is. `committed`, `merged` and `reviewed`
    count those on which somebody else committed, merged, or is named as reviewer; `signed_off` and
    `co_authored` those with such a trailer. No person stands here.
    """

    __tablename__ = "approval_count"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    day: int
    author_domain: str = Field(max_length=255)
    is_own: bool
    approvers: str | None = Field(default=None, max_length=1000)
    commits: int = 0
    committed: int = 0
    merged: int = 0
    reviewed: int = 0
    signed_off: int = 0
    co_authored: int = 0


class ContributionCount(Model, table=True):
    """When a repository was counted, at which commit and with which rules (`version`)."""

    __tablename__ = "contribution_count"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    head: str | None = Field(default=None, max_length=64)
    version: int = 0
    counted_at: datetime


class WorkFigures(Model, table=True):
    """What was measured of a repository, or of all that a body governs, as JSON.

    `basis` is a digest of what it rests on: where that changed, the figures hold no longer.
    """

    __tablename__ = "work_figures"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int | None = Field(
        default=None, foreign_key="repository.id", unique=True, ondelete="CASCADE"
    )
    body_id: int | None = Field(
        default=None, foreign_key="joint_body.id", unique=True, ondelete="CASCADE"
    )
    basis: str = Field(max_length=32)
    version: int = 0
    figures: bytes = Field(default=b"", sa_type=LargeBinary)
    measured_at: datetime = Field(index=True)


class StewardshipSignal(Model, table=True):
    """A warning of a component or a body, told when it began and when it ended.

    `mark` tells one hand-over from another; `shown_on` is the day that shows it.
    """

    __tablename__ = "stewardship_signal"

    id: int | None = Field(default=None, primary_key=True)
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    body_id: int | None = Field(
        default=None, foreign_key="joint_body.id", index=True, ondelete="CASCADE"
    )
    kind: str = Field(max_length=40)
    mark: str = Field(default="", max_length=200)
    shown_on: date | None = None
    began_at: datetime
    ended_at: datetime | None = None


class Affiliation(Model, table=True):
    """Whom a domain, or an organisation, works for: dated, with a source that anybody can read.

    `subject` is a domain of e-mail addresses where `kind` is `domain`: who wrote from there wrote
    as `organisation`. Where `kind` is `organisation` it is an organisation that worked on behalf of
    another. `scope` is the beginning of the addresses of the repositories that it holds for,
    empty for all. `until` is the last day. `state` is current, disputed or withdrawn: what is not
    current is attributed to nobody.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    kind: str = Field(max_length=20)
    subject: str = Field(max_length=255)
    organisation: str = Field(max_length=120)
    name: str = Field(max_length=200)
    category: str = Field(max_length=20)
    country: str | None = Field(default=None, max_length=2)
    scope: str = Field(default="", max_length=2048)
    since: date | None = None
    until: date | None = None
    source_url: str = Field(max_length=2048)
    state: str = Field(default="current", max_length=20)
    recorded_at: datetime
    changed_at: datetime

    __table_args__ = (Index("ix_affiliation_subject", "kind", "subject"),)
