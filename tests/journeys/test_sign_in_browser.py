"""Signing in with a real provider in a real browser, and the pages of accounts as people get them.

Nothing here runs a script of the pages: all of it works without.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from registry.cli.build import Registry
from registry.cli.web import build_app
from registry.settings import AccountSettings, LogSettings, ProviderSettings, Settings, WebSettings
from tests.support import axe
from tests.support.account_apps import SLUG, Town, app_with_accounts
from tests.support.accounts import Person
from tests.support.browser import chromium, free_port, missing, served
from tests.support.databases import fresh_sqlite
from tests.support.oidc_server import SUBJECT, oidc_server
from tests.support.ownership_fakes import CLAIMS
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser
SMALL = 320
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MEMBERS = f"/organisations/{SLUG}/members"
PAGES = (
    "/sign-in",
    "/sign-in/link?key=x",
    "/account",
    "/account?done=name",
    "/account/tokens",
    "/account/delete",
    "/account/webhooks",
    "/account/webhooks?done=remove",
    MEMBERS,
    "/components/forms/claim",
    "/components/bare/claim",
    f"/organisations/{SLUG}/claim",
    "/claims",
    *(f"/claims/{claim.id}" for claim in (*CLAIMS[:4], *CLAIMS[4::5])),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not axe.is_available() or not load_assets().is_built:
        missing("assets are not built: run `python -m web.assets.build`")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a registry whose provider is a real one."""
    home, port = tmp_path_factory.mktemp("sign-in"), free_port()
    secret = home / "secret"
    secret.write_text("a secret of the test")
    secret.chmod(0o600)
    base = f"http://127.0.0.1:{port}"
    with oidc_server() as issuer:
        provider = ProviderSettings("oidc", "registry", issuer, str(secret), "City of Examples")
        registry = Registry(
            Settings(
                home=home,
                web=WebSettings(base_url=base, port=port),
                accounts=AccountSettings(
                    providers={"city": provider}, allow_hosts=(issuer.partition("://")[2],)
                ),
                log=LogSettings(level="error"),
            )
        )
        with served(build_app(registry, base), port) as url:
            yield url
        registry.close()


def signed_in(context: BrowserContext, address: str) -> Page:
    """Sign in as the person whom the provider knows, beginning at a page that needs it."""
    page = context.new_page()
    page.goto(f"{address}/account/tokens")
    page.get_by_role("button", name="Sign in with City of Examples").click()
    page.get_by_placeholder("sub").fill(SUBJECT)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{address}/account/tokens")
    return page


def test_somebody_signs_in_makes_a_token_and_signs_out(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = signed_in(context, address)
    cookies = {x["name"]: x for x in context.cookies()}
    assert "sign-in" not in cookies
    session = cookies["session"]
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Lax", "/")
    page.get_by_label("Name, by which you know it again").fill("CI")
    page.get_by_role("button", name="Make the token").click()
    assert page.locator("pre code").inner_text().startswith("gcr_")
    page.get_by_role("link", name="Account").last.click()
    assert "ada" in page.locator("main").inner_text()
    first = page.locator("dd").nth(1).inner_text()
    page.get_by_role("button", name="Sign out").first.click()
    assert context.cookies() == []
    page.goto(f"{address}/account")
    assert page.url.startswith(f"{address}/sign-in")
    again = signed_in(context, address)
    again.goto(f"{address}/account")
    assert again.locator("dd").nth(1).inner_text() == first, "the same account"
    assert {x["name"]: x for x in context.cookies()}["session"]["value"] != session["value"]
    context.close()


def test_somebody_whom_the_provider_refuses_is_told_so(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/fr/sign-in")
    page.get_by_role("button").first.click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{address}/sign-in/city/callback**")
    assert "There is a problem" in page.locator("main").inner_text()
    assert [x["name"] for x in context.cookies()] == []
    context.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Town]]:
    """Yield the address of a registry with people in it."""
    database = fresh_sqlite(tmp_path_factory.mktemp("town"))
    people = Town(database)
    with served(app_with_accounts(database)) as url:
        yield url, people
    database.close()


def problems(page: Page, *, with_axe: bool = True) -> list[str]:
    """Return what is wrong with an open page on a small screen."""
    found = [f"{x['rule']}: {x['targets']}" for x in axe.violations(page)] if with_axe else []
    overflow = page.evaluate(OVERFLOW)
    return [*found, *([f"scrolls sideways by {overflow} px"] if overflow > 0 else [])]


def looked_at(browser: Browser, url: str, person: Person, language: str) -> dict[str, list[str]]:
    """Return what is wrong with the pages that a person sees, by address."""
    context = browser.new_context(viewport={"width": SMALL, "height": 900})
    context.add_cookies([{"name": "session", "value": person.secret, "url": url}])
    page, bad = context.new_page(), {}
    for path in PAGES:
        answer = page.goto(url + language + path)
        assert answer is not None
        assert answer.status == 200, path
        # Languages differ in the length of texts alone.
        if found := problems(page, with_axe=language == ""):
            bad[language + path] = found
    if language == "":
        page.goto(url + MEMBERS)
        page.get_by_role("button", name="Make an invitation").click()
        offered = page.locator("pre code").inner_text()
        bad |= {"invited": found} if (found := problems(page)) else {}
        page.goto(url + "/invitations?" + offered.partition("?")[2])
        bad |= {"invitation": found} if (found := problems(page)) else {}
        page.get_by_role("button", name="Accept").click()
        assert "member already" in page.locator("main").inner_text()
        bad |= {"member already": found} if (found := problems(page)) else {}
        page.goto(url + "/account/tokens")
        page.get_by_role("button", name="Make the token").click()
        bad |= {"no name": found} if (found := problems(page)) else {}
        bad |= with_a_webhook(page, url)
        page.goto(f"{url}/organisations/{SLUG}/claim")
        page.get_by_label("Domain, for a proof by the domain").fill("not a domain")
        page.get_by_role("button", name="Continue").click()
        bad |= {"no domain": found} if (found := problems(page)) else {}
    context.close()
    return bad


def with_a_webhook(page: Page, url: str) -> dict[str, list[str]]:
    """Return what is wrong with the pages on the way from a webhook that is refused to one made."""
    bad = {}
    page.goto(url + "/account/webhooks")
    page.get_by_label("Address that is told").fill("https://ci.internal/" + "long" * 30)
    page.get_by_role("radio", name="An organisation").check()
    page.get_by_label("Its short name").fill(SLUG)
    page.get_by_role("checkbox", name="There is a new release").check()
    page.get_by_role("button", name="Add the webhook").click()
    bad |= {"refused": found} if (found := problems(page)) else {}
    page.get_by_label("Address that is told").fill("https://ci.example/" + "long" * 30)
    page.get_by_role("button", name="Add the webhook").click()
    assert page.locator("pre code").inner_text().startswith("whsec_")
    bad |= {"made": found} if (found := problems(page)) else {}
    page.get_by_role("link", name="Webhooks").first.click()
    page.get_by_role("link", name="https://ci.example").click()
    assert page.locator("pre code").count() == 0, "the secret is shown once"
    page.get_by_role("button", name="Send a test").click()
    assert "A test is on its way." in page.get_by_role("status").inner_text()
    bad |= {"tested": found} if (found := problems(page)) else {}
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()
    bad |= {"paused": found} if (found := problems(page)) else {}
    return bad


@pytest.mark.parametrize("language", ["", "/fr", "/es"])
def test_pages_of_accounts_are_accessible(
    browser: Browser, town: tuple[str, Town], language: str
) -> None:
    url, people = town
    assert looked_at(browser, url, people.owner, language) == {}
