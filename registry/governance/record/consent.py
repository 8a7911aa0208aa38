"""Whether the side of a component agrees that a body governs it.

Organisations can record a body over any component. What such a body says of itself counts for
the component (its rungs, its risks, on whose behalf suppliers work) only with its consent.
"""

from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from registry.db.tables import (
    BodyComponent,
    BodyMember,
    Component,
    JointBody,
    MemberState,
)
from registry.db.tables.facts import GovernanceFileRow
from registry.governance.record.members import is_current

_FILE = "body"


def is_consented(on: date | None = None) -> ColumnElement[bool]:
    """Return the condition that a `BodyComponent`, with its `Component`, counts on a day.

    Without a day a member of the past is enough.

    The operator recorded it from a source; or the organisation of the component recorded it, or is
    a member that agreed; or the repository holds the file of a body of that name.
    """
    owner = col(Component.organisation_id)
    members = select(BodyMember.id).where(
        BodyMember.body_id == BodyComponent.body_id, BodyMember.organisation_id == owner,
        BodyMember.state == MemberState.CONFIRMED, *([] if on is None else [is_current(on)]),
    )  # fmt: skip
    named = select(JointBody.name).where(JointBody.id == BodyComponent.body_id)
    name = named.correlate(BodyComponent).scalar_subquery()
    said = col(GovernanceFileRow.data)["body"]["values"]["name"].as_string()
    files = select(GovernanceFileRow.path).where(
        GovernanceFileRow.repository_id == Component.repository_id,
        GovernanceFileRow.kind == _FILE, said == name,
    )  # fmt: skip
    return or_(
        col(BodyComponent.entered_by_id).is_(None),
        col(BodyComponent.entered_by_id) == owner,
        members.correlate(BodyComponent, Component).exists(),
        files.correlate(BodyComponent, Component).exists(),
    )
