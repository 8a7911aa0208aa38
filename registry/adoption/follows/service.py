"""Following as the web and the command line use it: each method is one short transaction."""

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.accounts.sealing import Sealer
from registry.adoption.follows import addresses, following
from registry.adoption.follows.endings import endings
from registry.adoption.follows.mailing import send_job
from registry.adoption.follows.readmodels import Ending, FollowView, MailStatus
from registry.adoption.follows.searches import Catalogue, matches_of
from registry.catalogue.questions import read_question, write_question
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Role
from registry.errors import Conflict, InvalidInput
from registry.jobs.port import JobQueue

_SPEAKS = (Role.MAINTAINER, Role.OWNER)


class Follows:
    """What accounts follow, and where they get mail; safe to share between threads.

    `has_mail` says that a mail server is set. Every method raises what `authorise` raises.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        queue: JobQueue,
        sealer: Sealer,
        clock: Clock,
        *,
        has_mail: bool,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._queue = queue
        self._sealer = sealer
        self._clock = clock
        self._has_mail = has_mail

    def follow(
        self,
        actor: Actor,
        *,
        component: str = "",
        organisation: str = "",
        search: str = "",
        by_mail: bool = False,
    ) -> FollowView:
        """Follow one of these; again only changes whether it is by mail.

        `search` is as in the address of a search. Raises `InvalidInput` for one that asks for
        nothing or finds too much, and `Unavailable` while the search index is down.
        """
        authorise(actor, Action.FOLLOW)
        if sum(map(bool, map(str.strip, (component, organisation, search)))) != 1:
            raise InvalidInput("name a component, an organisation or a search, and only one")
        account = actor.account or 0
        if search.strip():
            return self._follow_search(account, search, by_mail=by_mail)
        with self._database.write() as session:
            made = following.follow(
                session, account, component=component, organisation=organisation,
                by_mail=by_mail, now=self._clock(),
            )  # fmt: skip
            return following.list_follows(session, account, made.id)[0]

    def _follow_search(self, account: int, search: str, *, by_mail: bool) -> FollowView:
        question = write_question(read_question(search))
        matches = matches_of(self._catalogue, question)
        with self._database.write() as session:
            made = following.follow_search(
                session, account, question, matches, by_mail=by_mail, now=self._clock()
            )
            return following.list_follows(session, account, made.id)[0]

    def set_mail(self, actor: Actor, number: int, *, by_mail: bool) -> None:
        """Put something that is followed into digests, or take it out."""
        authorise(actor, Action.FOLLOW)
        with self._database.write() as session:
            row = following.own(session, actor.account or 0, number)
            following.set_mail(session, row, by_mail=by_mail)

    def unfollow(self, actor: Actor, number: int) -> None:
        """Follow something no more."""
        authorise(actor, Action.FOLLOW)
        with self._database.write() as session:
            following.unfollow(session, actor.account or 0, number)

    def list(self, actor: Actor) -> tuple[FollowView, ...]:
        """Return what the actor follows, the latest first."""
        authorise(actor, Action.FOLLOW)
        with self._database.read() as session:
            return tuple(following.list_follows(session, actor.account or 0))

    def mail(self, actor: Actor) -> MailStatus:
        """Return where the actor gets mail."""
        authorise(actor, Action.MANAGE_ACCOUNT)
        with self._database.read() as session:
            return addresses.status(
                session, actor.account or 0, sealer=self._sealer, is_on=self._has_mail
            )

    def give_address(self, actor: Actor, address: str, lang: str) -> None:
        """Take an address in place of the former, and send it a link that confirms it."""
        authorise(actor, Action.MANAGE_ACCOUNT)
        if not self._has_mail:
            raise Conflict("this registry sends no mail")
        with self._database.write() as session:
            mail = addresses.give_address(
                session, actor.account or 0, address, lang, sealer=self._sealer, now=self._clock()
            )
            self._queue.enqueue(session, [send_job(mail.id or 0)])

    def remove_address(self, actor: Actor) -> None:
        """Forget the address of the actor and send no mail any more."""
        authorise(actor, Action.MANAGE_ACCOUNT)
        with self._database.write() as session:
            addresses.remove_address(session, actor.account or 0, self._clock())

    def check_link(self, secret: str) -> None:
        """Raise `NotFound` unless a link confirms an address."""
        with self._database.read() as session:
            addresses.find_by_link(session, secret)

    def confirm(self, secret: str) -> None:
        """Confirm the address that a link was sent to."""
        with self._database.write() as session:
            addresses.confirm(session, secret, self._clock())

    def leave(self, secret: str) -> None:
        """End all mail, by the link in a mail."""
        with self._database.write() as session:
            addresses.leave(session, secret, self._clock())

    def endings(self, actor: Actor, organisation: int | None = None) -> tuple[Ending, ...]:
        """Return what ends soon for the organisations that the actor speaks for, or for one."""
        own = [x for x, role in actor.roles.items() if role in _SPEAKS]
        if organisation is not None:
            own = [x for x in own if x == organisation]
        with self._database.read() as session:
            return tuple(endings(session, own, self._clock()))
