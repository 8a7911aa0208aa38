"""Files of bodies in repositories of their components: found, shown, and taken into the record.

Only a repository of a component that the body governs today speaks for it. What is taken has as
its source the repository, commit and line, and as evidence the hash of the file.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct, structs
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import Link
from registry.db.tables import (
    BodyComponent,
    BodyMember,
    ChangeState,
    Component,
    Decision,
    DecisionBody,
    GovernanceFileRow,
    JointBody,
    MemberChange,
    MemberState,
    Organisation,
    Repository,
)
from registry.domain.governance_files import BodySaid, Fault
from registry.domain.links import file_url
from registry.errors import Conflict, InvalidInput, NotFound
from registry.governance.record.body_file import (
    BodyFile,
    FileContract,
    FileDecision,
    FileFact,
    FileFunding,
    FileMember,
    FileRule,
    Item,
    parse_file,
)
from registry.governance.record.changes import propose_join, propose_leave
from registry.governance.record.decision_models import PastDecision
from registry.governance.record.decisions import record_past
from registry.governance.record.importing import (
    add_stated_member,
    evidence_in,
    fields_of,
    import_body,
    past_of,
)
from registry.governance.record.money import add_contract, add_funding
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import Evidence, NewFact, NewMember, NewRule
from registry.governance.record.repository_diff import FileItem, compared, items_of, sourced
from registry.governance.record.voting_rules import add_rule
from registry.governance.record.writing import Entry, add_fact
from registry.texts import WrongField

KIND = "body"


class RepositoryFile(Struct, frozen=True, kw_only=True):
    """The file of a body in the repository of one of its components, and what it would add.

    `blob` names its version. `faults` say field and line of what is wrong; then nothing can be
    taken. `is_other` where it is the file of a body of another name.
    """

    component: Link
    path: str
    commit: str
    blob: str
    sha256: str
    url: str
    faults: tuple[Fault, ...]
    is_other: bool
    items: tuple[FileItem, ...]

    @property
    def news(self) -> int:
        """How many items a member can take."""
        return sum(item.state in {"new", "leaves"} for item in self.items)


class Found(Struct, frozen=True):
    """A stored file with what leads to its lines."""

    component: Component
    row: GovernanceFileRow
    said: BodySaid
    url_of: Callable[[str], str]

    @property
    def file(self) -> BodyFile:
        """What it says, each item with its line as its source; `InvalidInput` where it is bad."""
        if self.said.faults or self.said.values is None:
            raise InvalidInput("; ".join(_told(fault) for fault in self.said.faults))
        return sourced(parse_file(self.said.values), self.url_of, self.said.sha256)


def _told(fault: Fault) -> str:
    return f"line {fault.line}{f', {fault.field}' if fault.field else ''}: {fault.message}"


def files_of(session: Session, body: JointBody, recorded: BodyFile) -> tuple[RepositoryFile, ...]:
    """Return the files in repositories of the components that a body governs today."""
    rows = session.exec(
        select(Component)
        .join(BodyComponent, col(BodyComponent.component_id) == col(Component.id))
        .where(BodyComponent.body_id == body.id, col(BodyComponent.until).is_(None))
        .order_by(col(Component.slug))
    ).all()
    found = [file for component in rows if (file := stored_file(session, component)) is not None]
    asked = _asked(session, body)
    return tuple(_view(file, body, recorded, asked) for file in found)


def _asked(session: Session, body: JointBody) -> frozenset[str]:
    """Return who is invited, and of whom a change of members waits to be signed off."""
    invited = select(Organisation.slug).join(
        BodyMember, col(BodyMember.organisation_id) == col(Organisation.id)
    ).where(BodyMember.body_id == body.id, BodyMember.state == MemberState.INVITED)  # fmt: skip
    waiting = select(Organisation.slug).join(
        MemberChange, col(MemberChange.organisation_id) == col(Organisation.id)
    ).where(MemberChange.body_id == body.id, MemberChange.state == ChangeState.WAITING)  # fmt: skip
    return frozenset(session.exec(invited)) | frozenset(session.exec(waiting))


def stored_file(session: Session, component: Component) -> Found | None:
    """Return the file that the crawler read in the repository of a component, if there is one."""
    row = session.exec(
        select(GovernanceFileRow).where(
            GovernanceFileRow.repository_id == component.repository_id,
            GovernanceFileRow.kind == KIND,
        )
    ).first()
    if row is None or "body" not in row.data:
        return None
    said = msgspec.convert(row.data["body"], BodySaid)
    repository = session.get_one(Repository, component.repository_id)
    base = repository.web_url or repository.url

    def url_of(place: str) -> str:
        return file_url(base, repository.forge, row.commit, row.path, said.lines.get(place))

    return Found(component, row, said, url_of)


def _view(
    found: Found, body: JointBody, recorded: BodyFile, asked: frozenset[str]
) -> RepositoryFile:
    items: tuple[FileItem, ...] = ()
    is_other = False
    if not found.said.faults:
        file = found.file
        is_other = file.name.strip() != body.name
        if not is_other:
            items = compared(file, recorded, asked, found.said.lines, found.url_of)
    return RepositoryFile(
        component=Link(found.component.slug, found.component.name), path=found.row.path,
        commit=found.row.commit, blob=found.row.blob, sha256=found.said.sha256,
        url=found.url_of(""), faults=found.said.faults, is_other=is_other, items=items,
    )  # fmt: skip


def component_file(session: Session, slug: str) -> Found:
    """Return the file in the repository of a component, whoever governs it, or `NotFound`."""
    row = session.exec(select(Component).where(Component.slug == slug[:120])).first()
    if row is None:
        raise NotFound(f"there is no component {slug[:120]!r}")
    found = stored_file(session, row)
    if found is None:
        raise NotFound("no file of a body was read in this repository")
    return found


def governed_file(session: Session, body: JointBody, component: str) -> Found:
    """Return the file of a component that the body governs today, or refuse it."""
    row = session.exec(select(Component).where(Component.slug == component[:120])).first()
    link = None if row is None else session.get(BodyComponent, (body.id, row.id))
    if link is None or link.until is not None:
        raise InvalidInput("the repository is of no component that this body governs today")
    found = component_file(session, component)
    if found.file.name.strip() != body.name:
        raise InvalidInput(f"name: line {found.said.lines.get('name', 1)}: another body's file")
    return found


def accept(
    session: Session, body: JointBody, found: Found, recorded: BodyFile, blob: str, entry: Entry
) -> int:
    """Take what is new in a file into the record, all of it or nothing; return how many items.

    Changes of members are asked for, and wait for a second sign-off. The operator states them.
    """
    if found.row.blob != blob:
        raise Conflict("the file changed since you looked: look at it again")
    file = found.file
    asked = _asked(session, body)
    items = compared(file, recorded, asked, found.said.lines, found.url_of)
    states = {x.place: x.state for x in items}
    wanted = {"new", "leaves"} if entry.organisation is not None else {"new", "operator"}
    taken = [x for x in items_of(file) if states[x[1]] in wanted]
    for _, place, item in taken:
        try:
            _take(session, body, file, item, entry)
        except InvalidInput as error:
            line = found.said.lines.get(place, 1)
            field = f"{place}.{error.field}" if isinstance(error, WrongField) else place
            raise InvalidInput(f"line {line}, {field}: {error}") from None
    if taken:
        body.updated_at = entry.at
        entry.note(session, body, "file_accepted", component=found.component.slug,
                   commit=found.row.commit, path=found.row.path, sha256=found.said.sha256,
                   items=len(taken))  # fmt: skip
    return len(taken)


def _take(session: Session, body: JointBody, file: BodyFile, item: Item, entry: Entry) -> None:
    evidence, told = evidence_in(file, item), fields_of(item)
    match item:
        case FileMember():
            _take_member(session, body, item, evidence, entry)
        case FileFact():
            add_fact(session, body, NewFact(**told), evidence, entry)
        case FileRule():
            add_rule(session, body, NewRule(**told), evidence, entry)
        case FileDecision():
            record_past(session, body, _past(session, body, file, item), entry)
        case FileFunding():
            add_funding(session, body, NewFunding(**told), evidence, entry)
        case FileContract():
            add_contract(session, body, NewContract(**told), evidence, entry)


def _take_member(
    session: Session, body: JointBody, item: FileMember, evidence: Evidence, entry: Entry
) -> None:
    if entry.organisation is None:
        add_stated_member(session, body, item, evidence, entry)
    elif item.until:
        propose_leave(session, body, item.organisation, item.until, entry)
    else:
        asked = NewMember(
            organisation=item.organisation, role=item.role, since=item.since, dues=item.dues
        )
        propose_join(session, body, asked, evidence.url, entry)


def _past(session: Session, body: JointBody, file: BodyFile, item: FileDecision) -> PastDecision:
    """Return a decision of a file with the numbers that its rule and what it amends have here."""
    rows = session.exec(
        select(DecisionBody.name, DecisionBody.id).where(DecisionBody.body_id == body.id)
    )
    rules = {name: number or 0 for name, number in rows}
    if item.amends is not None:
        item = structs.replace(item, amends=_amended(session, body, file, item.amends))
    return past_of(file, item, rules)


def _amended(session: Session, body: JointBody, file: BodyFile, place: int) -> int:
    """Return the number here of a decision that a file names by its place in it."""
    if not 1 <= place <= len(file.decisions):
        raise WrongField("amends", "choice", f"names no decision of this file: {place}")
    title = file.decisions[place - 1].title.strip()
    number = session.exec(
        select(Decision.number)
        .where(Decision.body_id == body.id, Decision.title == title)
        .order_by(col(Decision.number).desc())
    ).first()
    if number is None:
        raise WrongField("amends", "choice", f"is not recorded yet: {title[:120]!r}")
    return number


def import_found(session: Session, found: Found, entry: Entry) -> JointBody:
    """Record a body anew from a file in a repository, as the operator."""
    file = found.file
    if found.component.slug not in file.components:
        raise InvalidInput(
            f"components: line {found.said.lines.get('components', 1)}: the file must name "
            f"{found.component.slug!r}, in whose repository it stands"
        )
    return import_body(session, file, (), entry)
