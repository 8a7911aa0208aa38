"""Joint bodies of the tests: one with everything and with what tries to break pages, one bare."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from registry.accounts.actors import Actor, Role
from registry.db.session import Database
from registry.governance.record.decision_models import NewDecision, NewRule, PastDecision
from registry.governance.record.money_models import NewContract, NewFunding
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


def decide(bodies: Bodies, owner: Actor, slug: str, by: str = BODY) -> None:
    """Fill a body of one member with a decision in each state, one of them with a hard text."""
    decisions = bodies.decisions
    rule = NewRule(name="General meeting", quorum=50, seats=3)
    number = decisions.add_rule(owner, slug, rule, SOURCE, by)
    decisions.add_rule(owner, slug, NewRule(name=EVIL[:200], open_days=1), SOURCE, by)
    what = NewDecision(title="Take the forms over", text="We do.", lang="en", rule=number)
    decisions.propose(owner, slug, what, by, opens=True)
    decisions.vote(owner, slug, 1, "for", by)
    decisions.propose(owner, slug, replace(what, title="Share it", amends=1), by, opens=True)
    decisions.vote(owner, slug, 2, "for", by)
    past = replace(what, title=EVIL[:200], text=LONG_WORD, lang="ar", rule=None, evidence=SOURCE)
    asked = PastDecision(what=past, state="rejected", decided_on="2018-01-02", votes={by: "for"})
    decisions.record_past(owner, slug, asked, by)
    decisions.propose(owner, slug, replace(what, title="Hire a supplier"), by)


def _fill(database: Database, bodies: Bodies) -> None:
    numbers = add_bodies(database)
    add_component(database)
    owner = member_of(database, numbers[BODY])
    slug = bodies.create(owner, FOUNDED, BODY)
    decide(bodies, owner, slug)
    facts = bodies.facts
    money = NewFunding(payer=BODY, since="2018-01-01", amount=50_000, currency="EUR", share=62.5)
    facts.add_funding(owner, slug, money, SOURCE, BODY)
    facts.add_funding(owner, slug, NewFunding(payer=EVIL[:400], since="2018-01-01"), SOURCE, BODY)
    contract = NewContract(supplier=LONG_WORD, on_behalf_of=BODY, since="2018-01-01")
    facts.add_contract(owner, slug, contract, SOURCE, BODY)
    hard = NewBody(
        name=EVIL[:200], purpose=LONG_WORD, lang="ar", instrument="other", instrument_text=EVIL,
        evidence=Evidence(url="https://example.org/" + "x" * 300),
    )  # fmt: skip
    bodies.create(owner, hard, BODY)
