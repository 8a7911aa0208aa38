"""Reports that people keep: a portfolio with a title, and who pays for it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from registry.db.base import Model


class SavedReport(Model, table=True):
    """A portfolio that somebody keeps under an account; without one the operator made it.

    `key` (`rep_…`) is random: whoever knows it can read the report. `portfolio` holds the
    parameters as a list of pairs. `funding` are lines with payer, amount, currency and days.
    """

    __tablename__ = "saved_report"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="CASCADE"
    )
    title: str = Field(max_length=200)
    programme: str = Field(default="", max_length=400)
    since: date | None = None
    until: date | None = None
    portfolio: list[Any] = Field(default_factory=list, sa_type=JSON)
    funding: list[Any] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime
    updated_at: datetime
