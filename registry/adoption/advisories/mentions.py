"""Advisories that commits name in their messages, led to the component whose commits they are."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registry.adoption.advisories.matching import match_mentions
from registry.db.tables import Drift


def match_all_mentions(session: Session, now: datetime) -> None:
    """Lead what is known by now to the components whose missed commits name it."""
    said: dict[int, set[str]] = {}
    for origin, detail in session.execute(select(col(Drift.origin_id), col(Drift.detail))):
        said.setdefault(origin, set()).update(name for _, name in detail.get("mentioned", ()))
    for origin, names in sorted(said.items()):
        if names:
            match_mentions(session, origin, names, now)
