"""A member takes the file of its body from a repository, with one click, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from registry.clock import utc_now
from registry.db.session import Database
from registry.governance.record.body_file import parse_file
from registry.governance.record.service import Bodies
from tests.journeys.test_bodies_browser import Office
from tests.journeys.test_pages_browser import problems_of
from tests.registry.governance.test_repository_files import START, TEXT, put_file
from tests.support import axe
from tests.support.account_apps import SLUG, Town, app_with_accounts
from tests.support.browser import chromium, missing, served
from tests.support.databases import fresh_sqlite
from tests.support.needs import add_component
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
FILES = "/bodies/forms-together/files"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = fresh_sqlite(tmp_path_factory.mktemp("files"))
    yield made
    made.close()


def test_what_is_new_is_recorded_with_one_click(browser: Browser, database: Database) -> None:
    people = Town(database)
    add_component(database)
    bodies = Bodies(database, utc_now)
    members = [{"organisation": SLUG, "role": "owner", "since": "2017-06-30"}]
    bodies.import_file(parse_file({**START, "members": members}))
    text = TEXT.replace(b"ministry-of-examples", SLUG.encode()).replace(b"town-1", b"elsewhere")
    put_file(database, text)
    with served(app_with_accounts(database)) as url:
        here = Office(browser, url, people.owner)
        here.open("/bodies/forms-together/members")
        here.press("Accept")
        here.open("/bodies/forms-together")
        here.page.get_by_role("link", name="Take it from a file in a repository").click()
        assert problems_of(here.page, 320, with_axe=False) == []
        here.press("Record all that is new")
        expect(here.page.get_by_role("status")).to_contain_text("It was recorded")
        expect(here.page.locator("main")).to_contain_text("Nothing in it is new")
        here.open("/bodies/forms-together")
        here.page.reload()  # public pages may be kept for a minute
        expect(here.page.locator("main")).to_contain_text("EUPL-1.2")
        put_file(database, TEXT.replace(b"amount: 5", b"amount: many"))
        here.open(FILES)
        expect(here.page.locator("main")).to_contain_text("funding[0].amount")
        assert here.page.get_by_role("button", name="Record all that is new").count() == 0
        here.context.close()
