"""Recording a whole body from a file, as the operator: whole or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import structs
from sqlmodel import Session, select

from registry.db.tables import BodyMember, JointBody, MemberState
from registry.entered import timed, when, when_or_none
from registry.errors import Conflict, InvalidInput
from registry.governance.record.body_file import (
    NOT_RECORDED,
    BodyFile,
    FileDecision,
    FileMember,
    Item,
)
from registry.governance.record.checks import Span, span, span_told
from registry.governance.record.decision_models import NewDecision, NewRule, PastDecision
from registry.governance.record.decisions import record_past
from registry.governance.record.members import MAX_MEMBERS, member_row, refuse_dues
from registry.governance.record.money import add_contract, add_funding, country_of
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import Evidence, NewFact, NewMember
from registry.governance.record.voting_rules import add_rule
from registry.governance.record.writing import (
    Entry,
    add_components,
    add_fact,
    add_row,
    role_of,
)
from registry.texts import WrongField, public_line


def import_body(
    session: Session, file: BodyFile, components: tuple[str, ...], entry: Entry
) -> JointBody:
    """Record a body from a file, with further components; its members are stated.

    Raises `InvalidInput` that names the item of the file that is wrong, and `Conflict` where a
    body of that name is recorded already: what is recorded is never overwritten by a file.
    """
    known = session.exec(select(JointBody.slug).where(JointBody.name == file.name.strip())).first()
    if known is not None:
        raise Conflict(f"a body of this name is recorded already: {known}")
    body = add_row(
        session, file.name, file.lang, file.purpose, file.founded_on, file.source.evidence, entry
    )
    with _place("components"):
        wanted = (*file.components, *components)
        add_components(session, body, wanted, file.source.evidence, entry)
    if len(file.members) > MAX_MEMBERS:
        raise InvalidInput(f"members: a body has at most {MAX_MEMBERS} memberships here")
    for number, member in enumerate(file.members, 1):
        with _place(f"member {number}"):
            add_stated_member(session, body, member, evidence_in(file, member), entry)
    for number, fact in enumerate(file.facts, 1):
        with _place(f"fact {number}"):
            add_fact(session, body, NewFact(**fields_of(fact)), evidence_in(file, fact), entry)
    _add_decisions(session, body, file, entry)
    for number, line in enumerate(file.funding, 1):
        with _place(f"funding {number}"):
            add_funding(
                session, body, NewFunding(**fields_of(line)), evidence_in(file, line), entry
            )
    for number, row in enumerate(file.contracts, 1):
        with _place(f"contract {number}"):
            add_contract(
                session, body, NewContract(**fields_of(row)), evidence_in(file, row), entry
            )
    return body


def _add_decisions(session: Session, body: JointBody, file: BodyFile, entry: Entry) -> None:
    rules: dict[str, int] = {}
    for number, rule in enumerate(file.rules, 1):
        with _place(f"rule {number}"):
            told, evidence = NewRule(**fields_of(rule)), evidence_in(file, rule)
            row = add_rule(session, body, told, evidence, entry)
            rules[rule.name] = row.id or 0
    for number, decision in enumerate(file.decisions, 1):
        with _place(f"decision {number}"):
            past = past_of(file, decision, rules)
            record_past(session, body, past, entry, is_source_needed=False)


def past_of(file: BodyFile, decision: FileDecision, rules: Mapping[str, int]) -> PastDecision:
    """Return a decision of a file; `rules` are the numbers of its voting rules by name."""
    if decision.rule and decision.rule not in rules:
        raise WrongField("rule", "choice", f"names no rule of this file: {decision.rule[:120]!r}")
    what = NewDecision(
        title=decision.title, text=decision.text, lang=decision.lang or file.lang,
        rule=rules[decision.rule] if decision.rule else None, amends=decision.amends,
        thread_url=decision.thread_url, evidence=evidence_in(file, decision),
    )  # fmt: skip
    return PastDecision(
        what=what, state=decision.state, decided_on=decision.decided_on, votes=decision.votes
    )


def add_stated_member(
    session: Session, body: JointBody, told: FileMember, evidence: Evidence, entry: Entry
) -> None:
    """Record a member as a source states it, whether or not it is an organisation here."""
    columns = entry.columns(evidence, is_needed=told.source != NOT_RECORDED)
    since, until = when(told.since, "since"), when_or_none(told.until, "until")
    during = span(since, until)
    asked = NewMember(
        organisation=told.organisation, role=told.role, since=told.since, dues=told.dues
    )
    try:
        row = member_row(session, body, asked, MemberState.STATED, columns, since=told.since,
                         until=told.until)  # fmt: skip
    except WrongField as error:
        if error.problem != "organisation" or not told.name.strip():
            raise
        timed_columns = timed(columns, since=since, until=until)
        row = _foreign_member(session, body, told, during, timed_columns)
    session.add(row)
    session.flush()
    entry.note(session, body, "member_stated", member=row.id, organisation=row.organisation_id,
               role=row.role.value)  # fmt: skip


def _foreign_member(
    session: Session, body: JointBody, told: FileMember, during: Span, columns: dict[str, Any]
) -> BodyMember:
    """Return a member that is no organisation of this registry: it has a name alone."""
    name = public_line(told.name, "name", 400)
    query = select(BodyMember).where(BodyMember.body_id == body.id, BodyMember.name == name)
    if any(during.overlaps(span_told(x)) for x in session.exec(query)):
        raise WrongField("name", "overlap", f"{name!r} is a member at that time already")
    refuse_dues(told.dues)
    return BodyMember(
        body_id=body.id or 0, name=name, country=country_of(told.country),
        role=role_of(told.role), state=MemberState.STATED, dues=told.dues, **columns,
    )  # fmt: skip


def evidence_in(file: BodyFile, item: Item) -> Evidence:
    """Return where an item can be read: its own source, or that of the file."""
    if item.source == NOT_RECORDED:
        return Evidence()
    if item.source is None:
        return Evidence() if isinstance(item, FileDecision) else file.source.evidence
    return item.source.evidence


def fields_of(item: Item) -> dict[str, Any]:
    """Return the fields of an item without its source."""
    return {name: value for name, value in structs.asdict(item).items() if name != "source"}


@contextmanager
def _place(name: str) -> Iterator[None]:
    """Let a mistake say in which item of the file it is."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error}") from None
