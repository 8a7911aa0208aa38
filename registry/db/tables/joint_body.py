"""Joint bodies: who governs code together, by which instrument and rules, and what they decided.

What a body records of itself is never overwritten: a row ends, and another follows it.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class MemberRole(StrEnum):
    """What a member is in a body."""

    OWNER = "owner"
    STRATEGIC = "strategic"
    ASSOCIATE = "associate"
    PARTNER = "partner"
    OBSERVER = "observer"
    SUPPLIER = "supplier"


class MemberState(StrEnum):
    """Whether the organisation itself agreed.

    `stated` is what a record with a source says; `invited` waits for the organisation's answer,
    which makes it `confirmed` or `declined`.
    """

    STATED = "stated"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class FactKind(StrEnum):
    """What can be recorded of a body, one or several times each."""

    STEWARD = "steward"
    LEGAL_FORM = "legal_form"
    INSTRUMENT = "instrument"
    LIFECYCLE = "lifecycle"
    IP_HOLDER = "ip_holder"
    LICENCE = "licence"
    TRADEMARK = "trademark"
    CONTRIBUTION_RULE = "contribution_rule"
    MERGE_RULE = "merge_rule"
    ROADMAP = "roadmap"
    EXIT_CLAUSE = "exit_clause"
    SECURITY_CONTACT = "security_contact"


class ChangeOfMembers(StrEnum):
    """What a change does that members sign off: to the members, or to what the body governs."""

    JOIN = "join"
    LEAVE = "leave"
    ADD_COMPONENT = "add_component"
    REMOVE_COMPONENT = "remove_component"


class ChangeState(StrEnum):
    """Where a change of members stands; it waits until enough members signed it off."""

    WAITING = "waiting"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class VoteWeight(StrEnum):
    """How votes are counted: one for each member, or by what each pays."""

    ONE_EACH = "one_each"
    BY_DUES = "by_dues"


class VoteThreshold(StrEnum):
    """What adopts a decision; lazy consensus adopts what nobody voted against in time."""

    MAJORITY = "majority"
    TWO_THIRDS = "two_thirds"
    UNANIMOUS = "unanimous"
    LAZY_CONSENSUS = "lazy_consensus"


class TieBreak(StrEnum):
    """What a tie means: rejected, adopted, or as the chair voted."""

    REJECTED = "rejected"
    ADOPTED = "adopted"
    CHAIR = "chair"


class DecisionState(StrEnum):
    """Where a decision stands; from `adopted` and `rejected` on nothing of it changes.

    `superseded` is told of one that a later adopted decision amends; it is never stored.
    """

    PROPOSED = "proposed"
    VOTING = "voting"
    ADOPTED = "adopted"
    REJECTED = "rejected"


class VoteChoice(StrEnum):
    """A vote."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Recorded(Model):
    """What every record carries: where it can be read, and who entered it when.

    `source_sha256` is of a file that proves it. Without an organisation, the operator entered it.
    `precision` names the columns of which no day is known, but a `month` or `year`: they hold its
    first day, and `until` the day after it.
    """

    source_url: str | None = Field(default=None, max_length=2048)
    source_on: date | None = None
    source_sha256: str | None = Field(default=None, max_length=64)
    precision: dict[str, str] | None = Field(default=None, sa_type=JSON)
    entered_by_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="SET NULL"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    entered_at: datetime


class JointBody(Recorded, table=True):
    """Several organisations that govern components together; `lang` is of name and purpose."""

    __tablename__ = "joint_body"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=120)
    name: str = Field(max_length=200)
    purpose: str = Field(default="", max_length=2000)
    lang: str = Field(max_length=35)
    founded_on: date | None = None
    is_demo: bool = False
    updated_at: datetime = Field(index=True)


class BodyComponent(Recorded, table=True):
    """A component that a body governs: from `since`, if that is known, up to and without `until`.

    One that is governed today has no `until`.
    """

    __tablename__ = "body_component"

    body_id: int = Field(foreign_key="joint_body.id", primary_key=True, ondelete="CASCADE")
    component_id: int = Field(
        foreign_key="component.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    since: date | None = None
    until: date | None = None


class BodyMember(Recorded, table=True):
    """An organisation in a body for a time: from `since` up to and without `until`.

    `name` and `country` are those at the time of entry, and stay where the organisation is not,
    or no longer, one of this registry. `dues` are what votes by dues weigh, in the unit of the
    body.
    """

    __tablename__ = "body_member"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="SET NULL"
    )
    name: str = Field(max_length=400)
    country: str | None = Field(default=None, max_length=2)
    role: MemberRole = Field(sa_type=enum_by_value(MemberRole))
    state: MemberState = Field(sa_type=enum_by_value(MemberState), index=True)
    dues: int = Field(default=0, sa_type=BigInteger)
    since: date
    until: date | None = None
    answered_at: datetime | None = None


class MemberChange(Model, table=True):
    """A change that waits for, or was signed off by, members of the body.

    It is of a member, or of a component that the body comes to govern or governs no longer. One
    that joins has a row of `BodyMember` once the change is applied; one that leaves, before.
    """

    __tablename__ = "member_change"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    kind: ChangeOfMembers = Field(sa_type=enum_by_value(ChangeOfMembers))
    state: ChangeState = Field(
        default=ChangeState.WAITING, sa_type=enum_by_value(ChangeState), index=True
    )
    member_id: int | None = Field(default=None, foreign_key="body_member.id", ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    role: MemberRole | None = Field(default=None, sa_type=enum_by_value(MemberRole))
    dues: int = Field(default=0, sa_type=BigInteger)
    takes_effect_on: date
    source_url: str | None = Field(default=None, max_length=2048)
    proposed_by_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    proposed_at: datetime
    decided_at: datetime | None = None


class SignOff(Model, table=True):
    """A member that agrees to a change of members; it counts while that member is one."""

    __tablename__ = "sign_off"

    change_id: int = Field(foreign_key="member_change.id", primary_key=True, ondelete="CASCADE")
    member_id: int = Field(
        foreign_key="body_member.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    signed_at: datetime


class BodyFact(Recorded, table=True):
    """One fact about a body: `choice` is of the list of its kind, where it has one.

    `until` is the day from which it no longer holds.
    """

    __tablename__ = "body_fact"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    kind: FactKind = Field(sa_type=enum_by_value(FactKind))
    choice: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=2000)
    since: date | None = None
    until: date | None = None


class DecisionBody(Recorded, table=True):
    """A part of a body that decides, and its voting rule.

    `voting_roles` are the members that vote. `quorum` is the least share of the weight of all
    votes that must be cast, in percent. `open_days` is how long lazy consensus waits.
    """

    __tablename__ = "decision_body"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=200)
    seats: int | None = None
    voting_roles: list[str] = Field(default_factory=list, sa_type=JSON)
    weight: VoteWeight = Field(sa_type=enum_by_value(VoteWeight))
    threshold: VoteThreshold = Field(sa_type=enum_by_value(VoteThreshold))
    quorum: int = 0
    tie_break: TieBreak = Field(default=TieBreak.REJECTED, sa_type=enum_by_value(TieBreak))
    chair_id: int | None = Field(default=None, foreign_key="body_member.id", ondelete="SET NULL")
    open_days: int = 0


class Decision(Recorded, table=True):
    """A decision of a body; `number` counts within the body.

    One that was taken elsewhere is recorded as it ended, `is_recorded`; one that is taken here
    ends by its rule. A later one that is adopted supersedes the one that it amends. The source are
    the minutes; `thread_url` is where it was talked about: a pull request, an issue, a thread.
    """

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="RESTRICT")
    number: int
    decision_body_id: int | None = Field(
        default=None, foreign_key="decision_body.id", ondelete="RESTRICT"
    )
    amends_id: int | None = Field(
        default=None, foreign_key="decision.id", index=True, ondelete="RESTRICT"
    )
    title: str = Field(max_length=200)
    text: str = Field(default="", max_length=10_000)
    lang: str = Field(max_length=35)
    state: DecisionState = Field(
        default=DecisionState.PROPOSED, sa_type=enum_by_value(DecisionState), index=True
    )
    is_recorded: bool = False
    voting_since: datetime | None = None
    decided_on: date | None = None
    outcome_reason: str = Field(default="", max_length=40)
    thread_url: str | None = Field(default=None, max_length=2048)

    __table_args__ = (UniqueConstraint("body_id", "number"),)


class Vote(Model, table=True):
    """The vote of a member on a decision, with the weight that it had when it was cast."""

    decision_id: int = Field(foreign_key="decision.id", primary_key=True, ondelete="RESTRICT")
    member_id: int = Field(
        foreign_key="body_member.id", primary_key=True, index=True, ondelete="RESTRICT"
    )
    choice: VoteChoice = Field(sa_type=enum_by_value(VoteChoice))
    weight: int = Field(sa_type=BigInteger)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    cast_at: datetime


class VoterHandle(Model, table=True):
    """Who votes at a forge for a member: a keyed hash of host and handle, never the handle."""

    __tablename__ = "voter_handle"

    member_id: int = Field(foreign_key="body_member.id", primary_key=True, ondelete="CASCADE")
    handle_key: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    host: str = Field(max_length=255)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    given_at: datetime


class ImportedVote(Model, table=True):
    """The vote at a forge from which a decision was imported; `url` is the comment of its result.

    `tally` counts votes for and against, as stated, and those that were attributed to no member.
    """

    __tablename__ = "imported_vote"

    decision_id: int = Field(foreign_key="decision.id", primary_key=True, ondelete="RESTRICT")
    body_id: int = Field(foreign_key="joint_body.id", ondelete="RESTRICT")
    url: str = Field(max_length=2048)
    host: str = Field(max_length=255)
    opened_at: datetime
    ended_at: datetime
    tally: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    imported_at: datetime

    __table_args__ = (UniqueConstraint("body_id", "url"),)


class FundingLine(Recorded, table=True):
    """Money for a body: `amount` in whole units of `currency` (ISO 4217), over a time.

    `share` is what part of all money for that purpose it is, in percent, where the source says so.
    """

    __tablename__ = "funding_line"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    payer: str = Field(max_length=400)
    country: str | None = Field(default=None, max_length=2)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    share: float | None = None
    since: date
    until: date | None = None
    purpose: str = Field(default="", max_length=400)


class SupplierContract(Recorded, table=True):
    """A supplier that works for a body, on behalf of one of its members or of all."""

    __tablename__ = "supplier_contract"

    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="joint_body.id", index=True, ondelete="CASCADE")
    supplier: str = Field(max_length=400)
    on_behalf_of: str = Field(max_length=400)
    purpose: str = Field(default="", max_length=400)
    since: date
    until: date | None = None
