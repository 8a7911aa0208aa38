"""Reuse actions and adopters in memory, in every state, with names that try to break pages."""

from datetime import date, timedelta
from typing import Any, Final

from registry.accounts.actors import Actor
from registry.adoption.action_views import plan_of
from registry.adoption.actions import NewReuse, checked
from registry.adoption.adopters import NewAdoption
from registry.adoption.destinations import Original, instructions_for
from registry.adoption.instructions import ReuseInstructions
from registry.adoption.readmodels import AdoptionView, Plan, ReuseActionView
from registry.catalogue.readmodels import Link
from registry.clock import utc_now
from registry.db.tables import Component, ReuseState
from registry.domain.attribution_notice import Source, notice_of, publiccode_line
from registry.domain.licence_duties import duties_of
from registry.errors import NotFound
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

ORIGINAL: Final = Original(url="https://git.example.org/examples/forms", forge="gitlab")
KEYS: Final = {state: f"{state.value}-".ljust(24, "k") for state in ReuseState}
KEY: Final = "a" * 24


def _action(state: ReuseState) -> ReuseActionView:
    is_known = state in {ReuseState.FOUND, ReuseState.MEASURED}
    return ReuseActionView(
        key=KEYS[state],
        component=Link("forms", EVIL),
        url=f"https://git.example.org/{'a' * 90}/forms",
        forge="gitlab",
        name="forms",
        source=ORIGINAL.url,
        way="fork_page",
        purpose="adapt",
        default_branch_only=state is ReuseState.FAILED,
        state=state.value,
        problem="forbidden" if state is ReuseState.FAILED else "",
        detail=EVIL if state is ReuseState.FAILED else "",
        ask_again_at=utc_now() + timedelta(hours=1) if state is ReuseState.FAILED else None,
        page=f"{ORIGINAL.url}/-/forks/new",
        is_same_forge=state is not ReuseState.MISSING,
        commands=("git clone --bare x", f"git push {LONG_WORD}"),
        copy=Link("forms-fork-1", LONG_WORD) if is_known else None,
        edge_key="ev_commits" if state is ReuseState.MEASURED else None,
        adopter=Link("ministry-of-examples", EVIL) if is_known else None,
        looks=0,
        created_at=utc_now(),
        changed_at=utc_now(),
    )


class InMemoryReuseActions:
    """Records nothing, but plans everything and shows an action in each state."""

    asks_forges = True

    def plan(self, new: NewReuse) -> Plan:
        to = checked(new, ORIGINAL, frozenset())
        how = instructions_for(ORIGINAL, to, default_branch_only=new.default_branch_only)
        component = Component(slug=new.component, name=EVIL, created_at=NOW, updated_at=NOW)
        return plan_of(component, to, how, "other" if new.name == "taken" else "nothing")

    def start(self, actor: Actor, new: NewReuse, **given: Any) -> ReuseActionView:
        self.plan(new)
        return _action(ReuseState.RECORDED)

    def action(self, key: str) -> ReuseActionView:
        found = next((state for state, known in KEYS.items() if known == key), None)
        if found is None:
            raise NotFound("there is no such reuse action")
        return _action(found)

    def made(self, key: str, url: str = "") -> ReuseActionView:
        return self.action(key)

    def retry(self, actor: Actor, key: str, token: str) -> ReuseActionView:
        return self.action(key)

    def remove(self, actor: Actor, key: str) -> None:
        self.action(key)

    def instructions(self, slug: str) -> ReuseInstructions:
        source = Source(name=EVIL, url=ORIGINAL.url, organisation=LONG_WORD, licence="EUPL-1.2")
        return ReuseInstructions(
            component=Link(slug, EVIL),
            source=source,
            notice=notice_of(source),
            publiccode=publiccode_line(source),
            duties=duties_of("EUPL-1.2 OR MIT"),
            is_choice=True,
            commands=(f"git clone {ORIGINAL.url}",),
        )


def _adoption(number: int, state: str) -> AdoptionView:
    is_full = number % 2 == 1
    return AdoptionView(
        id=number,
        component=Link("forms", LONG_WORD if is_full else EVIL),
        organisation=Link("ministry-of-examples", EVIL if is_full else LONG_WORD),
        organisation_id=1,
        country="EE" if is_full else None,
        version=LONG_WORD if is_full else "",
        used_since=date(2024, 2, 29) if is_full else None,
        in_production=(True, False, None)[number % 3],
        how="adapted" if is_full else None,
        contact=f"https://example.org/{LONG_WORD}" if is_full else "it@town.example",
        repository_url="https://git.example.org/town/forms" if is_full else None,
        state=state,
        declared_at=NOW,
        confirmed_at=NOW,
        expires_at=NOW + timedelta(days=365),
        withdrawn_at=None,
        evidence="ev_commits" if is_full else None,
        evidence_tag=("measured" if number == 1 else "attributed") if is_full else None,
    )


ADOPTIONS: Final = tuple(
    _adoption(number, state)
    for number, state in enumerate(("current", "due", "expired", "current"), start=1)
)


class InMemoryAdopters:
    """Takes no statement, but shows some of one component and organisation."""

    def organisation_file(self, slug: str) -> bytes:
        return b"openCatalogiYmlVersion: '0.2'\nname: Ministry\n"

    def adopter_files(self, slug: str) -> bytes:
        return b"---\nopenCatalogiYmlVersion: '0.2'\n"

    def list(
        self, *, after: int | None = None, limit: int = 50, **of: str
    ) -> tuple[tuple[AdoptionView, ...], int | None]:
        is_known = set(of.values()) <= {"forms", "ministry-of-examples"}
        return (ADOPTIONS, None if after else 2) if is_known else ((), None)

    def count(self, slug: str) -> int:
        return 10_001 if slug == "forms" else 0

    def mine(self, actor: Actor) -> tuple[AdoptionView, ...]:
        return ADOPTIONS

    def organisations_of(self, actor: Actor) -> tuple[Link, ...]:
        return (Link("ministry-of-examples", EVIL), Link("elsewhere", LONG_WORD))

    def adoption(self, number: int) -> AdoptionView:
        found = next((x for x in ADOPTIONS if x.id == number), None)
        if found is None:
            raise NotFound("there is no such adoption")
        return found

    def own(self, actor: Actor, number: int) -> AdoptionView:
        return self.adoption(number)

    renew = withdraw = own

    def declare(self, actor: Actor, new: NewAdoption) -> AdoptionView:
        return ADOPTIONS[0]
