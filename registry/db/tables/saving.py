"""Savings that organisations report, and who confirms them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class SavingClass(StrEnum):
    """What became of the money: `cash_releasing` lowers a budget, `non_cash` frees time or capacity
    that is used otherwise, `avoided` is a cost that did not come about."""

    CASH_RELEASING = "cash_releasing"
    NON_CASH = "non_cash"
    AVOIDED = "avoided"


class ReportedSaving(Model, table=True):
    """An organisation reports what reuse of a component saved it; negative where it cost more.

    A row is never changed but for `withdrawn_at`: a later one that `supersedes_id` names amends it.
    `low` and `high` are whole units of `currency`, the same where one figure was reported. `until`
    is the day up to and without which the period goes; without it the period is that of `since`.
    `precision` names the columns of which no day is known, but a `month` or `year`. `source_on` is
    the day on which the source was read, `source_sha256` that of the file which was read then.
    `is_by_operator` says that an operator took it from a public document.
    """

    __tablename__ = "reported_saving"

    id: int | None = Field(default=None, primary_key=True)
    component_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    is_by_operator: bool = False
    kind: SavingClass = Field(sa_type=enum_by_value(SavingClass))
    low: int = Field(sa_type=BigInteger)
    high: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    since: date
    until: date | None = None
    method: str = Field(max_length=500)
    source_url: str | None = Field(default=None, max_length=2048)
    source_on: date | None = None
    source_sha256: str | None = Field(default=None, max_length=64)
    precision: dict[str, str] | None = Field(default=None, sa_type=JSON)
    supersedes_id: int | None = Field(
        default=None, foreign_key="reported_saving.id", unique=True, ondelete="SET NULL"
    )
    recorded_at: datetime
    withdrawn_at: datetime | None = None


class SavingConfirmation(Model, table=True):
    """Another organisation confirms a reported saving, or an audit body did in a public report.

    `auditor` is the name of an audit body, which need not be in this registry; an operator enters
    it with `source_url`, the address of its report. Of a confirmation by a member of an
    organisation it is empty.
    """

    __tablename__ = "saving_confirmation"

    id: int | None = Field(default=None, primary_key=True)
    saving_id: int = Field(foreign_key="reported_saving.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    auditor: str = Field(default="", max_length=200)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    source_url: str | None = Field(default=None, max_length=2048)
    source_on: date | None = None
    source_sha256: str | None = Field(default=None, max_length=64)
    precision: dict[str, str] | None = Field(default=None, sa_type=JSON)
    confirmed_at: datetime

    __table_args__ = (UniqueConstraint("saving_id", "organisation_id", "auditor"),)
