"""Signing in from the web's side: the way out to a provider, the way back, and one-time links."""

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.forge_sign_in import ForgeFlow
from registry.accounts.oidc import OidcFlow
from registry.accounts.outside import HttpClient
from registry.accounts.providers import Flow, Person, Provider, Request, SignInRefused
from registry.accounts.secrets import new_secret
from registry.accounts.sessions import Lifetimes, end_by_secret, open_session, remove_ended
from registry.accounts.sign_in import (
    account_of,
    begin_attempt,
    check_answer,
    link_identity,
    local_path,
    take_attempt,
    use_link,
)
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables.account import SignInAttempt
from registry.errors import NotFound


class ProviderView(Struct, frozen=True):
    """A provider as people choose it."""

    name: str
    label: str


class Started(Struct, frozen=True):
    """A sign-in under way: the secret for its cookie, and where the browser goes."""

    secret: str
    url: str


class Finished(Struct, frozen=True):
    """Somebody is signed in: the secret id of the session, and where they wanted to go."""

    secret: str
    next_path: str


class Browser(Struct, frozen=True):
    """The browser that signs in: how it calls itself, and its session from before, which ends."""

    name: str
    session: str = ""


class SignIn:
    """Sign-in with the providers of this registry."""

    def __init__(
        self,
        database: Database,
        providers: tuple[Provider, ...],
        client: HttpClient | None,
        lifetimes: Lifetimes,
        clock: Clock,
    ) -> None:
        self._database = database
        self._providers = {provider.name: provider for provider in providers}
        self._lifetimes = lifetimes
        self._clock = clock
        self._flows: dict[str, Flow] = {}
        if client is not None:
            self._flows = {x.name: _flow(x, client, clock) for x in providers}

    def providers(self) -> tuple[ProviderView, ...]:
        """Return what people can choose from."""
        return tuple(ProviderView(x.name, x.label) for x in self._providers.values())

    def begin(
        self, name: str, redirect_uri: str, next_path: str, actor: Actor | None = None
    ) -> Started:
        """Begin a sign-in; with an actor, to link another identity to its account.

        Raises `NotFound` for a provider that is not set up, `Unavailable` when it does not answer.
        """
        provider = self._provider(name)
        request = Request(
            redirect_uri=redirect_uri,
            state=new_secret(),
            nonce=new_secret(),
            verifier=new_secret(),
        )
        url = self._flows[name].address(request)
        account = actor.account if actor else None
        with self._database.write() as session:
            secret = begin_attempt(
                session, provider, request, local_path(next_path), account, self._clock()
            )
        return Started(secret, url)

    def finish(
        self,
        name: str,
        redirect_uri: str,
        secret: str,
        answer: Mapping[str, str],
        browser: Browser,
        actor: Actor | None = None,
    ) -> Finished:
        """Take a provider's answer and open a session, whatever session there was before.

        `actor` is who is signed in, for the linking of an identity. Raises `SignInRefused` for an
        answer that proves nothing; the attempt is used up then too.
        """
        provider = self._provider(name)
        with self._database.write() as session:
            attempt = take_attempt(session, secret, self._clock())
        check_answer(attempt, provider, dict(answer))
        if attempt.account_id is not None and (
            actor is None or actor.account != attempt.account_id
        ):
            raise SignInRefused("state", "whoever began to link an identity is not signed in here")
        request = Request(redirect_uri, attempt.state, attempt.nonce, attempt.verifier)
        person = self._flows[name].person(request, dict(answer))
        try:
            return self._opened(attempt, person, provider, browser)
        except IntegrityError:  # the same person, twice at once: now the account is there
            return self._opened(attempt, person, provider, browser)

    def by_link(self, key: str, browser: Browser) -> str:
        """Use a one-time link and return the secret id of the session that it opens."""
        with self._database.write() as session:
            account = use_link(session, key, self._clock())
            return self._open(session, account, "link", browser)

    def _opened(
        self, attempt: SignInAttempt, person: Person, provider: Provider, browser: Browser
    ) -> Finished:
        now = self._clock()
        with self._database.write() as session:
            if attempt.account_id is None:
                account = account_of(session, person, provider, now)
            else:
                account = attempt.account_id
                link_identity(session, account, person, provider, now)
            secret = self._open(session, account, provider.name, browser)
        return Finished(secret, attempt.next_path)

    def _open(self, session: Session, account: int, provider: str, browser: Browser) -> str:
        now = self._clock()
        end_by_secret(session, browser.session)
        remove_ended(session, now, self._lifetimes)
        return open_session(session, account, provider, browser.name, now)

    def _provider(self, name: str) -> Provider:
        if name not in self._flows:
            raise NotFound("nobody signs in by this provider here")
        return self._providers[name]


def _flow(provider: Provider, client: HttpClient, clock: Clock) -> Flow:
    if provider.kind == "oidc":
        return OidcFlow(provider, client, clock)
    return ForgeFlow(provider, client)
