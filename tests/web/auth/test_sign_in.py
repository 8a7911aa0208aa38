"""Signing in with a provider that tells the truth, and with one that lies in every way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import Response
from joserfc.jwk import RSAKey
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlmodel import col

from registry.accounts.providers import Provider
from registry.accounts.service import Accounts
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Account, AccountState, Identity, SignInAttempt, WebSession
from registry.settings import WebSettings
from tests.support.accounts import add_account, sign_in
from tests.support.databases import fresh_sqlite
from tests.support.oidc_double import CLIENT, OTHER_KEY, SECRET, OidcDouble
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.app import create_app

BASE = "http://127.0.0.1:8000"
ISSUER, OTHER = "https://id.example", "https://other.example/realms/city"
OWN = {"Sec-Fetch-Site": "same-origin"}


class Scene:
    """A registry with two providers, and a browser."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ahead = timedelta(0)
        self.doubles = {"test": OidcDouble(ISSUER), "other": OidcDouble(OTHER)}
        self.double = self.doubles["test"]
        providers = [
            Provider(name, "oidc", name.title(), double.issuer, CLIENT, SECRET)
            for name, double in self.doubles.items()
        ]
        self.accounts = Accounts(
            database, clock=lambda: utc_now() + self.ahead, providers=providers, client=self
        )
        made = web_services(settings=WebSettings(base_url=BASE, requests_per_minute=0))
        self.app = create_app(replace(made, accounts=self.accounts))
        self.browser: TestClient[Litestar]

    def request(self, method: str, url: str, **options: Any) -> Any:
        double = next(x for x in self.doubles.values() if url.startswith(x.issuer))
        return double.request(method, url, **options)

    def start(self, provider: str = "test", next_path: str = "") -> Response:
        return self.browser.post(f"/sign-in/{provider}", data={"next": next_path}, headers=OWN)

    def agree(self, provider: str = "test", next_path: str = "") -> dict[str, str]:
        """Begin, and return what the provider answers."""
        begun = self.start(provider, next_path)
        assert begun.status_code == 200, begun.text
        address = begun.headers["refresh"].removeprefix("0;url=")
        return self.doubles[provider].authorise(address)

    def come_back(self, answer: dict[str, str], provider: str = "test") -> Response:
        return self.browser.get(f"/sign-in/{provider}/callback?{urlencode(answer)}")

    def count(self, table: type = WebSession) -> int:
        with self.database.read() as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    database = fresh_sqlite(tmp_path_factory.mktemp("sign-in"))
    scene = Scene(database)
    with asked(scene.app) as browser:
        scene.browser = browser
        yield scene
    database.close()


@pytest.fixture
def scene(shared: Scene) -> Scene:
    """Return the scene with honest providers that nothing is known of, and a new browser."""
    shared.browser.cookies.clear()
    shared.ahead += timedelta(hours=2)  # what was kept of the providers is over
    for double in shared.doubles.values():
        double.__init__(double.issuer)  # type: ignore[misc]
        double.claims |= {"iat": _at(shared), "exp": _at(shared) + 300}
    with shared.database.write() as session:
        for table in (WebSession, SignInAttempt, Identity, Account):
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]
    return shared


def _at(scene: Scene) -> int:
    return int((utc_now() + scene.ahead).timestamp())


def test_an_honest_provider_signs_in_with_a_new_account(scene: Scene) -> None:
    answer = scene.come_back(scene.agree(next_path="/search?q=x&country=EE"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=x&country=EE")
    assert answer.headers["cache-control"] == "private, no-store"
    page = scene.browser.get("/account")
    assert page.status_code == 200
    assert "ada" in page.text
    cookies = [value for key, value in answer.headers.multi_items() if key == "set-cookie"]
    session = next(x for x in cookies if x.startswith("session="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(session.split("; "))
    assert "Domain" not in session
    assert any(x.startswith(("sign-in=;", 'sign-in="";')) for x in cookies)
    assert scene.count(SignInAttempt) == 0


def test_the_same_person_comes_back_to_the_same_account(scene: Scene) -> None:
    for label in ("ada", "ada@example.org", None):
        scene.double.claims["preferred_username"] = label
        assert scene.come_back(scene.agree()).status_code == 303
    assert scene.count(Account) == 1
    with scene.database.read() as session:
        assert session.execute(select(col(Identity.label))).scalar_one() == "Ada L."
    assert b"example.org" not in scene.browser.get("/account").content


def test_the_same_address_under_another_number_is_somebody_else(scene: Scene) -> None:
    scene.double.claims |= {"email": "ada@example.org"}
    scene.come_back(scene.agree())
    scene.double.subject = "4712"
    scene.come_back(scene.agree())
    scene.doubles["other"].claims |= {"email": "ada@example.org"}
    scene.come_back(scene.agree("other"), "other")
    assert scene.count(Account) == 3


def test_a_session_chosen_by_somebody_else_is_not_taken_over(scene: Scene) -> None:
    planted = sign_in(scene.database, add_account(scene.database, "Eve"), utc_now() + scene.ahead)
    for chosen in ("attackerchosen", planted.secret):
        scene.browser.cookies.clear()
        scene.browser.cookies.set("session", chosen)
        answer = scene.come_back(scene.agree())
        assert answer.status_code == 303
        assert f"session={chosen}" not in answer.headers["set-cookie"]
        old = scene.browser.get("/account", headers={"Cookie": f"session={chosen}"})
        assert (old.status_code, old.headers["location"]) == (302, "/sign-in?next=%2Faccount")
    assert scene.accounts.signed_in(planted.secret) is None


def test_keys_may_change_while_we_keep_the_old_ones(scene: Scene) -> None:
    scene.come_back(scene.agree())
    renewed = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    scene.double.keys, scene.double.signing_key = [renewed], renewed
    scene.double.header["kid"] = "second"
    scene.ahead += timedelta(minutes=2)
    assert scene.come_back(scene.agree()).status_code == 303


def test_a_suspended_account_is_told_so(scene: Scene) -> None:
    scene.come_back(scene.agree())
    with scene.database.write() as session:
        session.execute(Account.__table__.update().values(state=AccountState.SUSPENDED))  # type: ignore[attr-defined]
        session.execute(WebSession.__table__.delete())  # type: ignore[attr-defined]
    answer = scene.come_back(scene.agree())
    assert answer.status_code == 403
    assert scene.count() == 0


def test_one_comes_back_in_the_language_in_which_one_left(scene: Scene) -> None:
    for path, said in (("/fr/sign-in/test", 'lang="fr"'), ("/sign-in/test", 'lang="en"')):
        begun = scene.browser.post(path, data={"next": ""}, headers=OWN)
        address = begun.headers["refresh"].removeprefix("0;url=")
        answer = scene.double.authorise(address)
        refused = scene.come_back({**answer, "state": "x" * 43})
        assert refused.status_code == 400
        assert f"<html {said}" in refused.text
        scene.browser.cookies.clear()
    begun = scene.browser.post("/fr/sign-in/test", data={"next": ""}, headers=OWN)
    answer = scene.double.authorise(begun.headers["refresh"].removeprefix("0;url="))
    assert scene.come_back(answer).headers["location"] == "/fr/account"
    scene.browser.cookies.clear()
    scene.browser.cookies.set("sign-in", "x" * 43 + ".klingon")
    assert '<html lang="en"' in scene.come_back(answer).text


def lie(change: Callable[[OidcDouble], object]) -> Callable[[Scene], Response]:
    """Return an attack in which the provider lies in one point."""

    def attack(scene: Scene) -> Response:
        change(scene.double)
        return scene.come_back(scene.agree())

    return attack


def answered(**changed: str | None) -> Callable[[Scene], Response]:
    """Return an attack in which the answer in the browser is changed in one point."""

    def attack(scene: Scene) -> Response:
        answer = {**scene.agree(), **changed}
        return scene.come_back({k: v for k, v in answer.items() if v is not None})

    return attack


def replayed(scene: Scene) -> Response:
    answer = scene.agree()
    cookie = scene.browser.cookies["sign-in"]
    assert scene.come_back(answer).status_code == 303
    with scene.database.write() as session:
        session.execute(WebSession.__table__.delete())  # type: ignore[attr-defined]
    scene.browser.cookies.clear()
    scene.browser.cookies.set("sign-in", cookie)
    return scene.come_back(answer)


def foreign_state(scene: Scene) -> Response:
    theirs = scene.agree()
    scene.browser.cookies.clear()
    mine = scene.agree()
    return scene.come_back({**mine, "state": theirs["state"]})


def whole_foreign_answer(scene: Scene) -> Response:
    theirs = scene.agree()
    scene.browser.cookies.clear()
    scene.agree()
    return scene.come_back(theirs)


def without_cookie(scene: Scene) -> Response:
    answer = scene.agree()
    scene.browser.cookies.clear()
    return scene.come_back(answer)


def at_other_provider(scene: Scene) -> Response:
    return scene.come_back(scene.agree("test"), "other")


def with_code_of_other(scene: Scene) -> Response:
    code = scene.agree("other")["code"] + "-of-other"
    scene.browser.cookies.clear()
    return scene.come_back({**scene.agree(), "code": code})


def replayed_nonce(scene: Scene) -> Response:
    scene.double.id_token = scene.double.signed("a nonce of an earlier sign-in")
    return scene.come_back(scene.agree())


def too_late(scene: Scene) -> Response:
    answer = scene.agree()
    scene.ahead += timedelta(minutes=10)
    return scene.come_back(answer)


def twice(scene: Scene) -> Response:
    answer = scene.agree()
    return scene.browser.get(f"/sign-in/test/callback?{urlencode(answer)}&code=another")


def wrong_metadata(scene: Scene) -> Response:
    scene.double.metadata["issuer"] = OTHER
    return scene.start()


ATTACKS: dict[str, Callable[[Scene], Response]] = {
    "missing state": answered(state=None),
    "empty state": answered(state=""),
    "invented state": answered(state="x" * 43),
    "non-ascii state": answered(state="é"),
    "replayed answer": replayed,
    "state of another browser": foreign_state,
    "answer of another browser": whole_foreign_answer,
    "no cookie": without_cookie,
    "answer at the other provider": at_other_provider,
    "code of the other provider": with_code_of_other,
    "wrong iss": answered(iss=OTHER),
    "missing iss": answered(iss=None),
    "no code": answered(code=None),
    "invented code": answered(code="invented"),
    "parameter twice": twice,
    "error answer": answered(error="access_denied", code=None),
    "too late": too_late,
    "issuer of metadata": wrong_metadata,
    "wrong aud": lie(lambda x: x.claims.update(aud="somebody")),
    "another aud too, without azp": lie(lambda x: x.claims.update(aud=[CLIENT, "other"])),
    "wrong azp": lie(lambda x: x.claims.update(azp="other")),
    "wrong iss in the token": lie(lambda x: x.claims.update(iss=OTHER)),
    "wrong nonce": lie(lambda x: x.claims.update(nonce="another")),
    "no nonce": lie(lambda x: x.claims.update(nonce=None)),
    "replayed nonce": replayed_nonce,
    "expired": lie(lambda x: x.claims.update(exp=x.claims["iat"] - 3600)),
    "no exp": lie(lambda x: x.claims.update(exp=None)),
    "from the future": lie(lambda x: x.claims.update(iat=x.claims["iat"] + 3600)),
    "no sub": lie(lambda x: x.claims.update(sub=None)),
    "long sub": lie(lambda x: x.claims.update(sub="x" * 256)),
    "sub no text": lie(lambda x: x.claims.update(sub=["4711"])),
    "wrong at_hash": lie(lambda x: x.claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    "alg none": lie(lambda x: x.header.update(alg="none")),
    "HS256 with the public key": lie(lambda x: x.header.update(alg="HS256")),
    "unknown kid": lie(lambda x: x.header.update(kid="unknown")),
    "bad signature": lie(lambda x: setattr(x, "signing_key", OTHER_KEY)),
    "no token": lie(lambda x: setattr(x, "id_token", "a.b.c")),
    "userinfo of another": lie(
        lambda x: (x.claims.update(preferred_username=None), x.userinfo.update(sub="4712"))
    ),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_lie_is_refused_and_signs_nobody_in(
    scene: Scene, attack: Callable[[Scene], Response]
) -> None:
    answer = attack(scene)
    assert answer.status_code == 400, answer.text
    assert not any(
        key == "set-cookie" and value.startswith("session=")
        for key, value in answer.headers.multi_items()
    )
    assert scene.count() == 0
    assert "Error:" in answer.text


def test_an_unknown_key_does_not_make_us_ask_each_time(scene: Scene) -> None:
    scene.come_back(scene.agree())
    scene.double.header["kid"] = "unknown"
    for _ in range(3):
        assert scene.come_back(scene.agree()).status_code == 400
    assert scene.double.asked.count("/keys") == 1
    assert scene.double.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
     "/a\t//evil.example", "javascript:alert(1)", "evil.example", "/%0d%0aSet-Cookie:x\r\n",
     "///evil.example", "/x\"><script>", "http:/evil.example", "/" + "x" * 3000, "/é"],
)  # fmt: skip
def test_after_sign_in_one_stays_on_this_site(scene: Scene, target: str) -> None:
    answer = scene.come_back(scene.agree(next_path=target))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


def test_a_provider_that_is_down_is_told_from_a_lie(scene: Scene) -> None:
    answer = scene.agree()
    scene.double.metadata["token_endpoint"] = f"{ISSUER}/nothing"
    scene.double.request = lambda *_a, **_k: _Broken()  # type: ignore[method-assign, assignment]
    found = scene.come_back(answer)
    del scene.double.request
    assert found.status_code == 503
    assert scene.count() == 0


class _Broken:
    status, body = 502, b"<html>"


def test_only_providers_of_the_settings_are_asked(scene: Scene) -> None:
    assert scene.start("unknown").status_code == 404
    foreign = scene.browser.post("/sign-in/test", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert scene.count(SignInAttempt) == 0


def test_an_identity_is_linked_by_whom_it_belongs_to(scene: Scene) -> None:
    scene.come_back(scene.agree())
    page = scene.browser.get("/account").text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]

    def link() -> dict[str, str]:
        begun = scene.browser.post(
            "/account/identities/link/other", data={"csrf": csrf}, headers=OWN
        )
        assert begun.status_code == 200, begun.text
        return scene.doubles["other"].authorise(begun.headers["refresh"].removeprefix("0;url="))

    stolen = link()
    session = scene.browser.cookies["session"]
    scene.browser.cookies.delete("session")
    assert scene.come_back(stolen, "other").status_code == 400
    scene.browser.cookies.set("session", session)
    assert scene.come_back(link(), "other").status_code == 303
    assert (scene.count(Account), scene.count(Identity)) == (1, 2)
    scene.browser.cookies.clear()
    scene.come_back(scene.agree("other"), "other")
    assert scene.count(Account) == 1
