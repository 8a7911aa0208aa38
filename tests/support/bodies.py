"""Joint bodies of the tests: one with everything and with what tries to break pages, one bare."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.accounts.actors import Actor, Role
from registry.db.session import Database
from registry.governance.record.readmodels import Evidence, NewBody, NewMember
from registry.governance.record.service import Bodies
from tests.support.accounts import add_account
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.needs import BODY, add_bodies, add_component

SOURCE = Evidence(url="https://example.org/agreement", on="2017-06-30", sha256="a" * 64)
FOUNDED = NewBody(
    name="Forms Together", purpose="Forms for two countries.", lang="en", founded_on="2017-06-30",
    instrument="memorandum", instrument_text="Agreement on the forms", evidence=SOURCE,
    components=("forms",), members=(NewMember(organisation="town-1", role="strategic"),),
)  # fmt: skip


def sample_bodies(*, is_empty: bool = False) -> Bodies:
    """Return bodies in a database that is made once, and only read."""
    return _bodies(is_empty)


@cache
def _bodies(is_empty: bool) -> Bodies:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    bodies = Bodies(database, lambda: NOW)
    if not is_empty:
        _fill(database, bodies)
    return bodies


def member_of(database: Database, organisation: int, role: Role = Role.OWNER) -> Actor:
    """Return somebody new who acts for an organisation."""
    roles = {organisation: role}
    return Actor(add_account(database, "Olga", roles), roles=roles)


def _fill(database: Database, bodies: Bodies) -> None:
    numbers = add_bodies(database)
    add_component(database)
    owner = member_of(database, numbers[BODY])
    bodies.create(owner, FOUNDED, BODY)
    hard = NewBody(
        name=EVIL[:200], purpose=LONG_WORD, lang="ar", instrument="other", instrument_text=EVIL,
        evidence=Evidence(url="https://example.org/" + "x" * 300),
    )  # fmt: skip
    bodies.create(owner, hard, BODY)
