"""Calls of the tests: about a component and a body, one that is over, one that breaks pages."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.accounts.actors import VISITOR
from registry.adoption.calls.readmodels import NewCall
from registry.adoption.calls.service import Calls
from registry.db.session import Database
from registry.governance.record.service import Bodies
from tests.support.bodies import FOUNDED, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.needs import BODY, add_bodies, add_component

CALL = NewCall(
    organisation=BODY, kind="co_funder", component="forms", lang="en",
    text="We look for a second town.\n\nIt would pay for accessibility.",
    contact="https://ministry.example.org/calls",
)  # fmt: skip


def sample_calls(*, is_empty: bool = False) -> Calls:
    """Return calls in a database that is made once, and only read."""
    return _calls(is_empty)


@cache
def _calls(is_empty: bool) -> Calls:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    calls = Calls(database, lambda: NOW)
    if not is_empty:
        _fill(database, calls)
    return calls


def _fill(database: Database, calls: Calls) -> None:
    numbers = add_bodies(database)
    add_component(database)
    Bodies(database, lambda: NOW).create(member_of(database, numbers[BODY]), FOUNDED, BODY)
    calls.open_as_operator(CALL)
    calls.open_as_operator(NewCall(
        organisation="digital-service", kind="reviewer", component="forms", lang="ar",
        text=f"{EVIL} {LONG_WORD}", contact="opensource@digital.example.org",
    ))  # fmt: skip
    calls.open_as_operator(NewCall(
        organisation=BODY, kind="secondment", body="forms-together", lang="fr",
        text="Pour six mois.", contact="info@ministry.example.org", open_until="2026-08-02",
    ))  # fmt: skip
    closed = calls.open_as_operator(NewCall(
        organisation="town-1", kind="exchange", component="forms", lang="en", text=LONG_WORD,
        contact="https://town.example.org/" + "x" * 300,
    ))  # fmt: skip
    calls.close(VISITOR, closed.id, as_operator=True)
    gone = calls.open_as_operator(NewCall(
        organisation="town-1", kind="reviewer", component="forms", lang="en", text="Buy now",
        contact="https://town.example.org/",
    ))  # fmt: skip
    calls.take_down(VISITOR, gone.id, "Advertisement", as_operator=True)
