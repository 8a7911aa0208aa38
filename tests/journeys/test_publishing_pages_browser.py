"""The pages of accounts, ownership and publishing in a real browser, in every state.

The engine axe looks at each state of `tests.support.publishing_states`: in every language and at
both widths when all tests run, at a sample otherwise. Then what no engine sees: the order in which
the keyboard goes through a page, whether the focus is seen on the way, and where it begins when
something has to be mended.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page

from registry.accounts.actors import Actor, Role
from registry.accounts.invitations import invite
from registry.accounts.operating import link_for
from registry.accounts.sealing import Sealer
from registry.adoption.calls.service import Calls
from registry.clock import utc_now
from registry.governance.record.service import Bodies
from registry.publishing.proposals import NewProposal, Proposals
from registry.webhooks.endpoints import NewEndpoint, change_endpoint, create_endpoint
from tests.support import axe
from tests.support.account_apps import SLUG, Town, app_with_accounts
from tests.support.bodies import FOUNDED, decide
from tests.support.browser import chromium, missing, served
from tests.support.calls import CALL
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL
from tests.support.keyboard import Keyboard, stops
from tests.support.needs import NEED, needs_over
from tests.support.proposals import FakeSources
from tests.support.publishing_states import EMPTY, NORMAL, STATES, WRONG, State, Visitors
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
WIDTHS = (320, 1280)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPACED = """for (const x of document.querySelectorAll("main *")) {
  const set = (name, value) => x.style.setProperty(name, value, "important");
  set("line-height", "1.5"); set("letter-spacing", "0.12em"); set("word-spacing", "0.16em");
  if (x.tagName === "P") set("margin-bottom", "2em");
}"""
CUT_OFF = """() => [
    ...document.querySelectorAll("main a, main button, main label, main legend, main p")]
  .filter((x) => !x.closest(".govuk-visually-hidden") && getComputedStyle(x).overflow === "hidden"
    && (x.scrollWidth > x.clientWidth + 1 || x.scrollHeight > x.clientHeight + 1))
  .map((x) => x.textContent.trim().slice(0, 40))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Town]]:
    database = fresh_sqlite(tmp_path_factory.mktemp("town"))
    people = Town(database)
    with served(app_with_accounts(database)) as url:
        yield url, people
    database.close()


@pytest.fixture(scope="module")
def parts(town: tuple[str, Town]) -> dict[str, str]:
    """Make what addresses of states name: webhooks of the owner, an invitation, and a need."""
    people, now = town[1], utc_now()
    actor = Actor(account=people.owner.account, roles={people.organisation: Role.OWNER})
    wanted = NewEndpoint(
        url="https://ci.example/" + "long" * 40, events=("crawl.failed",), organisation=SLUG
    )
    make = partial(create_endpoint, sealer=Sealer([b"k" * 32]), check_url=str, now=now)
    with people.database.write() as session:
        made, _ = make(session, actor, wanted)
        paused, _ = make(session, actor, wanted)
        change_endpoint(session, actor, paused.id, check_url=str, now=now, state="paused")
        owner = people.owner.account
        _, key = invite(session, people.organisation, Role.MEMBER, owner, now)
    need = needs_over(people.database).create(actor, NEED, SLUG)
    alone = replace(FOUNDED, components=(), members=())
    bodies = Bodies(people.database, lambda: now)
    body = bodies.create(actor, alone, SLUG)
    decide(bodies, actor, body, SLUG)
    proposals = Proposals(people.database, FakeSources(), lambda: now)
    proposed = NewProposal(
        url=f"https://git.example.org/{'long' * 9}", name=EVIL, country="EE",
        evidence_url="https://town.example/" + "long" * 40,
    )  # fmt: skip
    about = replace(CALL, component="", body=body, organisation=SLUG)
    call = Calls(people.database, lambda: now).open(actor, about)
    return {
        "proposal": str(proposals.propose(actor, proposed).id),
        "body": body,
        "call": str(call.id),
        "webhook": made.id,
        "paused": paused.id,
        "invitation": key,
        "need": str(need),
    }


@pytest.fixture
def visitors(
    browser: Browser,
    town: tuple[str, Town],
    parts: dict[str, str],
    request: pytest.FixtureRequest,
) -> Iterator[Visitors]:
    options: dict[str, Any] = getattr(request, "param", {})
    context: BrowserContext = browser.new_context(**options)
    context.set_default_timeout(30_000)
    made = Visitors(context, *town)
    made.parts = parts
    yield made
    context.close()


def problems(page: Page, width: int) -> list[str]:
    """Return what is wrong with an open page on a screen of a width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = [f"{x['rule']}: {x['targets']}" for x in axe.violations(page)]
    overflow = page.evaluate(OVERFLOW)
    return [*found, *([f"scrolls sideways by {overflow} px"] if overflow > 0 else [])]


def looked_at(
    visitors: Visitors, states: tuple[State, ...], language: str, widths: tuple[int, ...]
) -> dict[str, list[str]]:
    """Return what is wrong with states, by name and width."""
    bad = {}
    for state in states:
        page = visitors.open(state, language)
        for width in widths:
            if found := problems(page, width):
                bad[f"{language} {width} {state.name}"] = found
    return bad


@pytest.mark.parametrize(("language", "first"), [("", 0), ("/fr", 7)])
def test_a_sample_of_the_states_breaks_no_rule(
    visitors: Visitors, language: str, first: int
) -> None:
    assert looked_at(visitors, STATES[first::21], language, (320,)) == {}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("language", ["", "/fr", "/es"])
@pytest.mark.parametrize("states", [NORMAL, WRONG, EMPTY], ids=["normal", "wrong", "empty"])
def test_no_state_breaks_a_rule(
    visitors: Visitors, states: tuple[State, ...], language: str
) -> None:
    assert looked_at(visitors, states, language, WIDTHS) == {}


@pytest.mark.parametrize("language", ["", pytest.param("/fr", marks=pytest.mark.slow)])
def test_text_may_be_spaced_in_every_state(visitors: Visitors, language: str) -> None:
    bad = {}
    visitors.page.set_viewport_size({"width": 320, "height": 900})
    for state in STATES if language else STATES[::9]:
        page = visitors.open(state, language)
        page.evaluate(SPACED)
        found = [x for x in [page.evaluate(OVERFLOW)] if x > 0], page.evaluate(CUT_OFF)
        if any(found):
            bad[state.name] = found
    assert bad == {}


SUMMARY = "There is a problem"


@pytest.mark.parametrize(
    "visitors",
    [
        {"java_script_enabled": False},
        pytest.param({"java_script_enabled": True}, marks=pytest.mark.slow),
    ],
    indirect=True,
)
def test_the_focus_begins_at_what_has_to_be_mended(visitors: Visitors) -> None:
    """The form is sent by hand: without a script there is nothing else to send it."""
    page = visitors.open(State("/components/forms/claim"))
    page.get_by_label("Domain, for a proof by the domain").fill("not a domain")
    page.locator("[name=method][value=dns]").check()
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".govuk-error-summary:focus")
    summary.wait_for()
    assert SUMMARY in summary.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.locator("#domain")
    assert field.evaluate("x => x === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"
    wrong = field.get_attribute("aria-describedby") or ""
    assert "Write a domain" in page.locator(f"#{wrong.split()[-1]}").inner_text()


# The stops inside the page itself, for every kind of form; before them come the same everywhere.
ORDERS = {
    State("/sign-in", "nobody"): ["Sign in with City of Examples"],
    State("/publish", "nobody"): [
        "Address of the repository, or of your organisation at its fo", "Continue",
        "Validate a file that you have",
    ],
    State("/publish/wrong/description", "nobody"): [
        "Short description: `shortDescription` is longer than 150 cha", "Language of these texts",
        "Short description", "Long description", "Features", "Save and continue",
        "Leave this for now",
    ],
    State("/components/forms/claim"): [
        "A file in the repository", "Domain, for a proof by the domain", "Continue",
    ],
    State("/account/tokens"): [],
    State("/account/webhooks/{webhook}"): [],
    State(f"/organisations/{SLUG}/members"): [],
}  # fmt: skip


@pytest.mark.parametrize(
    "visitors",
    [
        pytest.param({"java_script_enabled": True}, marks=pytest.mark.slow),
        {"forced_colors": "active"},
    ],
    indirect=True,
)
def test_the_keyboard_goes_through_pages_in_order_and_is_seen(
    visitors: Visitors, request: pytest.FixtureRequest
) -> None:
    is_forced = "visitors1" in request.node.name
    for state, order in ORDERS.items():
        found = stops(visitors.open(state))
        names = [stop["name"] for stop in found if stop["inMain"]]
        if order:
            assert names == order, state.name
        for stop in found:
            # In forced colours shadows are gone: only an outline is left to see.
            assert stop["marked"] or (stop["shadowed"] and not is_forced), (state.name, stop)
            assert not stop["hidden"], (state.name, stop)


@pytest.mark.parametrize("visitors", [{"java_script_enabled": False}], indirect=True)
def test_a_unit_lead_publishes_with_the_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.open(State("/publish", "nobody"))
    lead = Keyboard(page)
    lead.type("Address of the repository", "https://git.example.org/town/new")
    lead.press("Enter")
    page.wait_for_url("**/publish/*/about")
    lead.choose("App for phones and tablets", "Web application")
    lead.type("Platforms", "web")
    lead.leave_by("Save and continue", "**/description", "Space")
    lead.type("Long description", "Too short.")
    lead.type("Features", "Lists benches")
    lead.go_to("Save and continue")
    lead.press("Enter")
    page.locator(".govuk-error-summary:focus").wait_for()
    lead.go_to("Long description:")
    lead.press("Enter")  # from the summary to the field
    lead.press("ControlOrMeta+a")
    page.keyboard.type("Keeps the register of all public benches of a town. " * 5)
    lead.leave_by("Save and continue", "**/upkeep")
    lead.choose("Own staff", "Own staff")
    lead.type("Name of the contact", "Bench Team")
    lead.choose("Yes", "Yes")
    lead.type("Languages of the interface", "en")
    lead.go_to("Save and continue")
    lead.press("Enter")
    page.wait_for_url(lambda url: url.count("/") == 4)
    lead.leave_by("Get the file", "**/file")
    assert page.get_by_role("heading", level=1).inner_text() == "Your publiccode.yml is ready"
    with page.expect_download():
        lead.go_to("Download the file")
        lead.press("Enter")


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("visitors", [{"java_script_enabled": False}], indirect=True)
def test_a_unit_lead_claims_with_the_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.open(State("/components/forms"))
    lead = Keyboard(page)
    lead.leave_by("Is this yours?", "**/components/forms/claim")
    lead.go_to("A file in the repository")
    lead.press("ArrowDown", "ArrowUp")
    lead.leave_by("Continue", "**/claims/*")
    lead.leave_by("Check now", "**/claims/*asked=*", "Space")
    assert "The proof is being looked for" in page.locator("main").inner_text()


@pytest.mark.parametrize("visitors", [{"java_script_enabled": False}], indirect=True)
def test_a_member_tends_to_their_things_with_the_keyboard_alone(
    visitors: Visitors, town: tuple[str, Town]
) -> None:
    """From a link that signs in once to a token, a webhook, an objection and its withdrawal."""
    url, people = town
    with people.database.write() as session:
        key = link_for(session, people.owner.account, utc_now())
    page = visitors.open(State(f"/sign-in/link?key={key}", "nobody"))
    member = Keyboard(page)
    member.leave_by("Sign in", "**/account", "Space")
    member.leave_by("API tokens", "**/account/tokens")
    member.type("Name, by which you know it again", "CI")
    member.go_to("Make the token")
    member.press("Enter")
    page.locator("pre code").wait_for()
    page.goto(f"{url}/account/webhooks")
    member.type("Address that is told", "https://ci.example/hook")
    member.choose("What you follow", "An organisation")
    member.type("Its short name", SLUG)
    member.go_to("A component changed")
    member.press("Space")
    member.go_to("Add the webhook")
    member.press("Enter")
    page.locator("pre code").wait_for()
    page.goto(f"{url}/components/forms/metadata")
    member.leave_by("This is wrong: Licence", "**/components/forms/dispute?property=licence*")
    member.choose("The value is wrong", "It is out of date")
    member.type("Why?", "It was relicensed last year.")
    member.leave_by("Send", "**/disputes/*done=sent")
    assert "Your objection was received" in page.locator("main").inner_text()
    page.goto(f"{url}/disputes/1")
    member.leave_by("Withdraw the objection", "**/disputes/1?done=withdrawn")
