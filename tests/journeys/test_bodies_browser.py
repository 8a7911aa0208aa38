"""U3: two countries found a body, decide together, and the audit log shows it unbroken.

Two organisations in two browsers without JavaScript, over a real server.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from registry.accounts.audit_log import write_checkpoint
from registry.accounts.audit_verify import verify_log
from registry.accounts.notes import Signer
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Organisation
from tests.support.account_apps import SLUG, Town, app_with_accounts
from tests.support.accounts import Person
from tests.support.browser import chromium, served
from tests.support.databases import fresh_sqlite

pytestmark = pytest.mark.browser
NAME = "Forms Together"
BODY = "/bodies/forms-together"
SOURCE = "https://town.example/agreement"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = fresh_sqlite(tmp_path_factory.mktemp("bodies"))
    yield made
    made.close()


class Office:
    """Somebody at an own browser who acts for an organisation."""

    def __init__(self, browser: Browser, url: str, person: Person) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(java_script_enabled=False)
        self.context.add_cookies([{"name": "session", "value": person.secret, "url": url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"#{name}").fill(value)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"#{name}").select_option(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def vote(self, choice: str) -> None:
        self.page.get_by_role("link", name="For its members: vote").click()
        self.choose(choice=choice)
        self.page.get_by_role("button", name="Vote", exact=True).click()
        expect(self.page.get_by_role("status")).to_contain_text("vote was recorded")


def test_two_organisations_found_a_body_and_decide(browser: Browser, database: Database) -> None:
    people = Town(database)
    with database.write() as session:
        for number, country in ((people.organisation, "EE"), (people.elsewhere, "FI")):
            session.get_one(Organisation, number).country = country
    with served(app_with_accounts(database)) as url:
        here = Office(browser, url, people.owner)
        there = Office(browser, url, people.stranger)

        here.open("/bodies/new")
        here.choose(by=SLUG, lang="en", instrument="memorandum")
        here.fill(name=NAME, founded_on="2017-06-30", url=SOURCE)
        here.fill(**{"organisation-0": "elsewhere"})
        here.press("Record the body and invite the members")
        expect(here.page.locator("h1")).to_have_text(NAME)
        expect(here.page.locator("main")).to_contain_text("No decisions are recorded")

        there.open(BODY)
        there.page.get_by_role("link", name="For its members, and who is invited").click()
        there.press("Accept")  # the second click after the page of the body
        expect(there.page.get_by_role("status")).to_contain_text("The answer was recorded")

        here.open(f"{BODY}/record/rule")
        here.fill(name="General meeting", quorum="100", url=SOURCE)
        here.choose(threshold="unanimous")
        here.press("Record it")
        here.open(f"{BODY}/decisions/new")
        here.fill(title="Take the forms over", text="We take them over together.")
        here.choose(state="voting")
        here.press("Record the decision")
        expect(here.page.locator("main")).to_contain_text("Nobody has voted")

        here.vote("for")
        here.open(f"{BODY}/decisions/1")
        expect(here.page.locator(".pcr-tags")).to_contain_text("Voting")
        there.open(f"{BODY}/decisions/1")
        there.vote("for")

        expect(there.page.locator(".pcr-tags")).to_contain_text("Adopted")

        here.page.reload()  # public pages may be kept for a minute
        expect(here.page.locator(".pcr-tags")).to_contain_text("Adopted")
        expect(here.page.locator("tbody tr")).to_have_count(2)
        digest = here.page.locator("dd code").last.inner_text()
        there.open(f"{BODY}/decisions/1/vote")
        assert there.page.get_by_role("button", name="Vote", exact=True).count() == 0
        here.open(BODY)
        here.page.reload()
        expect(here.page.get_by_role("link", name="Take the forms over")).to_be_visible()
        here.context.close()
        there.context.close()
    _log_is_unbroken(database, digest)


def _log_is_unbroken(database: Database, digest: str) -> None:
    """Check the log against its signed head, and that it holds what was decided."""
    signer = Signer(b"k" * 32)
    with database.write() as session:
        note = write_checkpoint(session, signer, utc_now())
    with database.read() as session:
        state = verify_log(session, signer.verifier, [signer.verifier.open(note)])
        assert state.tampering is None
        found = session.connection().exec_driver_sql(
            "select detail from audit_entry where action = 'body.decision_adopted'"
        )
        assert digest in str(found.scalar_one())
