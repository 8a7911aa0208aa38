"""Searches that found nothing, counted: words and days, never who searched."""

from datetime import date

from sqlmodel import Field

from registry.db.base import Model


class VainSearch(Model, table=True):
    """How often some words found nothing on a day (UTC); `words` are folded and sorted."""

    __tablename__ = "vain_search"

    words: str = Field(primary_key=True, max_length=120)
    day: date = Field(primary_key=True, index=True)
    searches: int
