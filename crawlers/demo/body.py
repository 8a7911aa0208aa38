"""The joint body of the demo: recorded once its components are crawled, gone with the rest."""

import tomllib
from datetime import datetime
from importlib.resources import files
from typing import Final

from msgspec.structs import replace
from sqlalchemy import delete, select
from sqlmodel import Session, col

from crawlers.demo.story import HOST
from registry.db.tables import (
    Affiliation,
    Component,
    Decision,
    JointBody,
    Organisation,
    Repository,
    Vote,
)
from registry.governance.measures.readmodels import AffiliationView
from registry.governance.measures.recording import record_affiliations
from registry.governance.record.body_file import BodyFile, parse_file
from registry.governance.record.importing import import_body
from registry.governance.record.writing import Entry

TASK: Final = "demo.body"


def add_demo_body(session: Session, now: datetime) -> list[AffiliationView] | None:
    """Record the body of the demo and the affiliations that its measures rest on.

    Returns the affiliations that are new, nothing where it stands already or cannot yet: a
    component of it was not crawled.
    """
    if session.exec(select(JointBody.id).where(col(JointBody.is_demo))).first():  # type: ignore[call-overload]
        return None
    file = _placed(session, _body_file())
    if file is None:
        return None
    body = import_body(session, file, (), Entry(None, None, now))
    body.is_demo = True
    _, changed = record_affiliations(session, _bytes("affiliations.csv"), now)
    return changed


def is_demo_body_due(session: Session) -> bool:
    """Tell whether the demo is there, and its body is not."""
    wanted = select(col(JointBody.id)).where(col(JointBody.is_demo))
    demo = select(col(Repository.id)).where(col(Repository.is_demo)).limit(1)
    return session.execute(wanted).first() is None and session.execute(demo).first() is not None


def remove_demo_body(session: Session) -> None:
    """Remove the body with all that is recorded of it, and its affiliations."""
    bodies = select(col(JointBody.id)).where(col(JointBody.is_demo))
    decisions = select(col(Decision.id)).where(col(Decision.body_id).in_(bodies))
    session.execute(delete(Vote).where(col(Vote.decision_id).in_(decisions)))
    for row in session.scalars(
        select(Decision)
        .where(col(Decision.body_id).in_(bodies))
        .order_by(col(Decision.number).desc())
    ):
        session.delete(row)  # what amends first
        session.flush()
    session.execute(delete(JointBody).where(col(JointBody.is_demo)))
    session.execute(delete(Affiliation).where(col(Affiliation.scope) == f"https://{HOST}"))


def _placed(session: Session, file: BodyFile) -> BodyFile | None:
    """Return the file with the slugs that components and organisations of the demo have here."""
    rows = session.execute(
        select(col(Repository.url), col(Component.slug), col(Organisation.slug))
        .join(Component, col(Component.repository_id) == col(Repository.id))
        .join(Organisation, col(Organisation.id) == col(Repository.organisation_id))
        .where(col(Repository.is_demo))
    ).all()
    prefix = f"https://{HOST}/"
    slugs = {url.removeprefix(prefix): slug for url, slug, _ in rows}
    owners = {url.removeprefix(prefix).partition("/")[0]: owner for url, _, owner in rows}
    members = {x.organisation for x in file.members}
    if not (set(file.components) <= set(slugs) and members <= set(owners)):
        return None
    return replace(
        file,
        components=tuple(slugs[x] for x in file.components),
        members=tuple(replace(x, organisation=owners[x.organisation]) for x in file.members),
        decisions=tuple(
            replace(x, votes={owners[name]: choice for name, choice in x.votes.items()})
            for x in file.decisions
        ),
        funding=tuple(replace(x, payer=owners[x.payer]) for x in file.funding),
    )


def _body_file() -> BodyFile:
    return parse_file(tomllib.loads(_bytes("body.toml").decode()))


def _bytes(name: str) -> bytes:
    return files("crawlers.demo").joinpath(name).read_bytes()
