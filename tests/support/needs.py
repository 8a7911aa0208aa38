"""Needs of the tests: in every state, with joins, offers and statements that try to break pages."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import select

from registry.accounts.actors import Actor, Role
from registry.adoption.needs.readmodels import Answer, NewNeed
from registry.adoption.needs.service import Needs
from registry.adoption.needs.together import Closing, NewOffer
from registry.adoption.needs.writing import hash_of
from registry.db.session import Database
from registry.db.tables import Component, Need, Organisation, Repository
from tests.support.accounts import add_account
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.lineage_fakes import InMemoryLineage

DRAFT = "draft-of-nobody"
BODY = "ministry-of-examples"
NEED = NewNeed(
    title="Forms for citizens, with self assessment",
    description="People fill in forms.\n\nWithout an account.",
    lang="en",
    functions=("online-booking",),
)


def sample_needs(*, is_empty: bool = False) -> Needs:
    """Return needs over the in-memory catalogue; the database is made once, and only read."""
    return _needs(is_empty)


@cache
def _needs(is_empty: bool) -> Needs:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    needs = needs_over(database)
    if not is_empty:
        _fill(database, needs)
    return needs


def needs_over(database: Database) -> Needs:
    """Return needs in a database, with candidates of the in-memory catalogue."""
    return Needs(database, InMemoryCatalogue(), InMemoryLineage(), lambda: NOW)


def add_bodies(database: Database) -> dict[str, int]:
    """Add organisations of the in-memory catalogue; return their numbers by slug."""
    with database.write() as session:
        for slug, name, country in (
            (BODY, "Ministry of Examples", "EE"), ("digital-service", f"Service {EVIL}", "CA"),
            ("town-1", LONG_WORD, "FI"),
        ):  # fmt: skip
            session.add(Organisation(slug=slug, uri=f"https://example.org/id/{slug}", name=name,
                                     country=country, created_at=NOW))  # fmt: skip
        session.flush()
        return {x.slug: x.id or 0 for x in session.exec(select(Organisation))}


def add_component(database: Database, slug: str = "forms", organisation: int | None = None) -> int:
    """Add a component of the in-memory catalogue and return its number."""
    with database.write() as session:
        repository = Repository(
            url=f"https://git.example.org/examples/{slug}", host="git.example.org", forge="git",
            path=f"examples/{slug}", state_since=NOW,
            organisation_id=organisation, added_at=NOW,
        )  # fmt: skip
        session.add(repository)
        session.flush()
        component = Component(
            uuid=f"00000000-0000-4000-8000-{repository.id:012}", slug=slug, name=slug.title(),
            repository_id=repository.id or 0, organisation_id=organisation, country="EE",
            created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(component)
        session.flush()
        return component.id or 0


def answered(needs: Needs, actor: Actor, number: int) -> None:
    """Say of every candidate why it is not used."""
    found = needs.own(actor, number).found
    assert found is not None
    needs.answer(actor, number, {
        x.slug: Answer("other", f"Not for us {EVIL}") for x in found.candidates
    })  # fmt: skip


def _fill(database: Database, needs: Needs) -> None:
    bodies = add_bodies(database)
    add_component(database)
    account = add_account(database, "Olga", dict.fromkeys(bodies.values(), Role.OWNER))
    owner = Actor(account, roles=dict.fromkeys(bodies.values(), Role.OWNER))
    first = needs.create(owner, NEED, BODY)
    answered(needs, owner, first)
    needs.state(owner, first)
    needs.state(owner, first)
    needs.join(owner, first, "digital-service")
    needs.join(owner, first, "town-1")
    needs.offer(owner, first, NewOffer(text=EVIL, component="forms"), "town-1")
    odd = NewNeed(title=EVIL[:200], description=LONG_WORD, lang="ar")
    second = needs.create(owner, odd, "digital-service")
    closing = Closing(outcome="built", url="https://example.org/built")
    needs.close(owner, second, closing)
    secret = needs.begin(NEED)
    with database.write() as session:
        draft = session.exec(select(Need).where(Need.key_hash == hash_of(secret))).one()
        draft.key_hash = hash_of(DRAFT)
