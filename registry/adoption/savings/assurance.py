"""How far a reported saving can be relied on: a grade that follows from what is on record.

Nobody types a grade in. The steps are those of audit practice, from an assertion of management over
a document that can be read and a second party to the report of an auditor (docs/savings.md).
"""

from enum import IntEnum


class Grade(IntEnum):
    """From 1, the word of the organisation alone, to 4, audited in a public report."""

    STATED = 1
    DOCUMENTED = 2
    CONFIRMED = 3
    AUDITED = 4


def grade_of(*, has_source: bool, is_confirmed: bool, is_audited: bool) -> Grade:
    """Return the highest grade that is reached; a confirmation rests on a source that is public."""
    if is_audited:
        return Grade.AUDITED
    if not has_source:
        return Grade.STATED
    return Grade.CONFIRMED if is_confirmed else Grade.DOCUMENTED
