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
from tests.support.browser import chromium, free_port, missing, served
from tests.support.keyboard import Keyboard
from tests.support.oidc_server import SUBJECT, oidc_server
from web.assets.manifest import load_assets

pytestmark = pytest.mark.browser


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
    assert "Il y a un problème" in page.locator("main").inner_text()
    assert [x["name"] for x in context.cookies()] == []
    context.close()


@pytest.mark.slow
def test_somebody_signs_in_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    """Our own pages, that is: the provider's are its own affair."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/account/tokens")
    visitor = Keyboard(page)
    visitor.go_to("Sign in with City of Examples")
    visitor.press("Enter")
    page.get_by_placeholder("sub").fill(SUBJECT)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{address}/account/tokens")
    visitor.type("Name, by which you know it again", "CI")
    visitor.go_to("Make the token")
    visitor.press("Space")
    page.locator("pre code").wait_for()
    assert page.locator("pre code").inner_text().startswith("gcr_")
    context.close()
