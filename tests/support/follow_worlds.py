"""An account that follows things, over a real mail server, with a clock that can be moved."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlmodel import select

from crawlers.smtp import SmtpPost
from registry.accounts.actors import Actor, Role
from registry.accounts.sealing import Sealer
from registry.adoption.follows.digests import write_due_digests
from registry.adoption.follows.mailing import SEND, Mailer, mails_due
from registry.adoption.follows.searches import LOOK, SearchWatch
from registry.adoption.follows.service import Follows
from registry.catalogue.service import Catalogue
from registry.db.changes import note_change, number_changes
from registry.db.session import Database
from registry.db.tables import ChangeKind, Component
from registry.jobs.port import RunningJob
from tests.support.bodies import member_of
from tests.support.databases import fresh_sqlite
from tests.support.follows import plain_catalogue
from tests.support.job_queues import open_queue
from tests.support.mail_server import MailServer
from tests.support.needs import BODY, add_bodies, add_component
from web.i18n.letters import RegistryLetters

START = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
BASE = "https://registry.example"
ADDRESS = "ada@town.example"
LINK = re.compile(rf"{BASE}/(?:fr/)?mail/(confirm|leave)/([\w-]{{43}})")


@dataclass
class World:
    """A registry with a mail server, and a clock that can be moved."""

    database: Database
    catalogue: Catalogue
    server: MailServer
    follows: Follows
    mailer: Mailer
    ada: Actor
    numbers: dict[str, int]
    now: datetime = START
    seen: list[EmailMessage] = field(default_factory=list)

    def happens(
        self, kind: ChangeKind = ChangeKind.RELEASE, slug: str = "forms", **told: Any
    ) -> None:
        with self.database.write() as session:
            component = session.exec(select(Component).where(Component.slug == slug)).one()
            note_change(session, component, kind, self.now, told or {"version": "2.1"})

    def beat(self, **later: float) -> list[EmailMessage]:
        """Let time pass and the scheduler and the worker do what is due; return new mails."""
        self.now += timedelta(**later)
        number_changes(self.database, self.now)
        with self.database.write() as session:
            write_due_digests(session, self.now)
            jobs = mails_due(session, self.now)
        for job in jobs:
            self.mailer.send(RunningJob(task=SEND, key=job.key, payload=job.payload))
        new = self.server.mails[len(self.seen) :]
        self.seen += new
        return new

    def look(self, **later: float) -> None:
        """Let time pass and the worker ask all followed searches again."""
        self.now += timedelta(**later)
        watch = SearchWatch(self.database, self.catalogue, lambda: self.now)
        watch.look(RunningJob(task=LOOK, key="searches", payload={}))

    def confirmed(self, actor: Actor | None = None, lang: str = "en") -> None:
        self.follows.give_address(actor or self.ada, ADDRESS, lang)
        (mail,) = self.beat()
        self.follows.confirm(link_in(mail, "confirm"))

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)).all())


def link_in(mail: EmailMessage, what: str) -> str:
    (found,) = {secret for kind, secret in LINK.findall(mail.get_content()) if kind == what}
    return str(found)


@contextmanager
def follow_world(tmp_path: Path, server: MailServer) -> Iterator[World]:
    server.answer = server.final = "250 OK"
    server.mails.clear()
    database = fresh_sqlite(tmp_path)
    numbers = add_bodies(database)
    add_component(database)
    add_component(database, "termine", numbers["town-1"])
    sealer, queue = Sealer([b"k" * 32]), open_queue("embedded", database)

    def clock() -> datetime:
        return made.now

    catalogue = plain_catalogue(database, clock)
    made = World(
        database, catalogue, server,
        Follows(database, catalogue, queue, sealer, clock, has_mail=True),
        Mailer(database, sealer, RegistryLetters(BASE),
               SmtpPost(server.settings(), BASE, str), clock),
        member_of(database, numbers[BODY], Role.MAINTAINER), numbers,
    )  # fmt: skip
    yield made
    database.close()
