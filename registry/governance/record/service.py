"""Bodies as the web and the command line use them: each method is one short transaction."""

from typing import Final

from sqlmodel import Session, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.clock import Clock
from registry.db.organisations import find_organisation
from registry.db.session import Database
from registry.db.tables import JointBody
from registry.governance.record import changes, members, views, writing
from registry.governance.record.body_file import BodyFile
from registry.governance.record.body_view import BodyView, GoverningBody
from registry.governance.record.changes import ChangeView
from registry.governance.record.component_changes import apply_component, component_change
from registry.governance.record.decision_models import DecisionQuery
from registry.governance.record.decision_service import BodyDecisions
from registry.governance.record.decisions import MAX_DECISIONS
from registry.governance.record.exporting import body_file
from registry.governance.record.fact_service import BodyFacts
from registry.governance.record.importing import import_body
from registry.governance.record.readmodels import BodyItem, BodyQuery, NewBody, NewMember
from registry.governance.record.repository_diff import items_of
from registry.governance.record.repository_files import (
    RepositoryFile,
    accept,
    component_file,
    files_of,
    governed_file,
    import_found,
)
from registry.governance.record.stamps import require_governing, stamp, stamp_of
from registry.governance.record.voting_rules import add_founding_rule
from registry.governance.record.writing import OPERATOR, Entry, Operator


class Bodies:
    """The record of joint bodies of an instance; safe to share between threads.

    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField` for what
    is to be mended in a form.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.decisions: Final = BodyDecisions(database, clock)
        self.facts: Final = BodyFacts(database, clock)

    def create(self, actor: Actor, new: NewBody, organisation: str) -> str:
        """Record a body that an organisation founds with others; return its slug."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.FOUND_BODY, organisation, self._clock())
            return self._found(session, new, entry, organisation)

    def write_down(self, new: NewBody, organisation: str) -> str:
        """Record a body as the operator: its members are stated, until each confirms it."""
        with self._database.write() as session:
            return self._found(session, new, Entry(None, None, self._clock()), organisation)

    def import_file(self, file: BodyFile, components: tuple[str, ...] = ()) -> str:
        """Record a body from a file as the operator, whole or not at all; return its slug."""
        with self._database.write() as session:
            entry = Entry(None, None, self._clock())
            return import_body(session, file, components, entry).slug

    def repository_files(self, slug: str) -> tuple[RepositoryFile, ...]:
        """Return the files of a body in repositories that it governs, and what they would add."""
        recorded = self.export(slug)
        with self._database.read() as session:
            return files_of(session, writing.body_row(session, slug), recorded)

    def accept_file(
        self, who: Actor | Operator, slug: str, component: str, blob: str, by: str = ""
    ) -> int:
        """Take what is new in the file of a component into the record; return how many items.

        All of it or nothing; `InvalidInput` says line and field of what is wrong. `blob` is the
        version that was looked at. Changes of members still need a second sign-off.
        """
        with self._database.write() as session:
            entry = stamp_of(session, who, Action.RECORD_IN_BODY, by, self._clock())
            body = writing.body_row(session, slug, lock=True)
            require_governing(session, body, entry)
            found = governed_file(session, body, component)
            return accept(session, body, found, self.export(slug), blob, entry)

    def import_repository(self, component: str) -> tuple[str, int]:
        """Record, as the operator, what the file in the repository of a component says.

        Returns the slug of the body, which is new or governs that component, and how many items
        were taken.
        """
        with self._database.read() as session:
            found = component_file(session, component)
            name, blob = found.file.name.strip(), found.row.blob
            known = session.exec(select(JointBody.slug).where(JointBody.name == name)).first()
        if known is not None:
            return known, self.accept_file(OPERATOR, known, component, blob)
        with self._database.write() as session:
            found = component_file(session, component)
            body = import_found(session, found, Entry(None, None, self._clock()))
            return body.slug, sum(1 for _ in items_of(found.file))

    def export(self, slug: str) -> BodyFile:
        """Return all that is recorded of a body, as a file."""
        decided = self.decisions.list(slug, DecisionQuery(limit=MAX_DECISIONS))[0]
        decisions = (self.decisions.decision(slug, x.number) for x in decided)
        return body_file(self.body(slug), self.decisions.rules(slug), decisions)

    def answer(self, actor: Actor, slug: str, member: int, *, agrees: bool) -> None:
        """Let an organisation say whether it is the member that others say it is."""
        with self._database.write() as session:
            body = writing.body_row(session, slug, lock=True)
            row = changes.member_of(session, body, member)
            authorise(actor, Action.JOIN_BODY, row.organisation_id)
            entry = Entry(actor.account, row.organisation_id, self._clock())
            changes.answer(session, body, row, agrees=agrees, entry=entry)

    def propose_member(
        self, actor: Actor, slug: str, asked: NewMember, by: str, url: str = ""
    ) -> None:
        """Ask for a new member, in the name of one; it is invited once two signed it off."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.RECORD_IN_BODY, by, self._clock())
            body = writing.body_row(session, slug, lock=True)
            changes.propose_join(session, body, asked, url, entry)

    def propose_leaving(
        self, actor: Actor, slug: str, organisation: str, by: str, on: str = ""
    ) -> None:
        """Ask for the end of a membership; it ends on a day once two signed it off."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.RECORD_IN_BODY, by, self._clock())
            body = writing.body_row(session, slug, lock=True)
            changes.propose_leave(session, body, organisation, on, entry)

    def propose_component(
        self, actor: Actor, slug: str, component: str, by: str, *, removes: bool = False,
        on: str = "", url: str = "",
    ) -> None:  # fmt: skip
        """Ask for a component to be governed, or no longer; it is so once two signed it off."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.RECORD_IN_BODY, by, self._clock())
            body = writing.body_row(session, slug, lock=True)
            changes.propose_component(session, body, component, on, url, entry, removes=removes)

    def record_component(
        self, slug: str, component: str, *, removes: bool = False, on: str = "", url: str = ""
    ) -> None:
        """Record as the operator which component a body governs, or no longer."""
        with self._database.write() as session:
            entry = Entry(None, None, self._clock())
            body = writing.body_row(session, slug, lock=True)
            change = component_change(session, body, component, on, url, entry, removes=removes)
            apply_component(session, body, change, entry)
            body.updated_at = entry.at

    def sign_off(self, actor: Actor, slug: str, change: int, by: str) -> None:
        """Sign a change of members off, in the name of a member that governs."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.RECORD_IN_BODY, by, self._clock())
            changes.sign(session, writing.body_row(session, slug, lock=True), change, entry)

    def withdraw_change(self, actor: Actor, slug: str, change: int, by: str) -> None:
        """Take a change back that waits, in the name of the member that asked for it."""
        with self._database.write() as session:
            entry = stamp(session, actor, Action.RECORD_IN_BODY, by, self._clock())
            changes.withdraw(session, writing.body_row(session, slug, lock=True), change, entry)

    def waiting_changes(self, slug: str) -> tuple[ChangeView, ...]:
        """Return the changes of members of a body that wait to be signed off."""
        with self._database.read() as session:
            body = writing.body_row(session, slug)
            return changes.waiting(session, body, Entry(None, None, self._clock()))

    def list(self, query: BodyQuery) -> tuple[tuple[BodyItem, ...], int | None]:
        """Return a page of bodies by number, and the number to go on after."""
        with self._database.read() as session:
            return views.list_bodies(session, query, self._clock().date())

    def body(self, slug: str) -> BodyView:
        """Return a body with all that is recorded of it."""
        with self._database.read() as session:
            return views.load_body(session, slug, self._clock())

    def item(self, slug: str) -> BodyItem:
        """Return a body as lists tell of it."""
        with self._database.read() as session:
            return views.load_item(session, slug, self._clock().date())

    def of_component(self, slug: str) -> tuple[GoverningBody, ...]:
        """Return the bodies that govern a component."""
        with self._database.read() as session:
            return views.governing_bodies(session, slug, self._clock().date())

    def _found(self, session: Session, new: NewBody, entry: Entry, founder: str) -> str:
        row = writing.add_body(session, new, entry)
        found = find_organisation(session, founder.strip())
        members.add_founders(session, row, new, found, entry)
        if new.rule is not None:
            add_founding_rule(session, row, new.rule, new.evidence, entry)
        return row.slug
