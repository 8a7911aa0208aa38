"""Schemas of what is recorded of bodies: the parts that several operations are sent."""

from enum import StrEnum
from typing import Any, Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from registry.db.tables import MemberRole, TieBreak, VoteThreshold, VoteWeight
from registry.governance.record.rules import MAX_OPEN_DAYS

_TEXT: Final = OpenAPIType.STRING


def text_schema(description: str, longest: int = 120, **more: Any) -> Schema:
    """Return the schema of a text."""
    return Schema(type=_TEXT, max_length=longest, description=description, **more)


def object_schema(required: list[str], example: dict[str, Any], **properties: Schema) -> Schema:
    """Return the schema of what an operation is sent."""
    return Schema(
        type=OpenAPIType.OBJECT, required=required, properties=dict(properties),
        additional_properties=False, examples=[example] if example else None,
    )  # fmt: skip


def _one_of(kind: type[StrEnum]) -> Schema:
    return Schema(type=_TEXT, enum=[x.value for x in kind])


ROLE: Final = _one_of(MemberRole)
DATE: Final = text_schema("As it is known: YYYY-MM-DD, YYYY-MM or YYYY.", 10)
DAY: Final = text_schema("A day, as YYYY-MM-DD.", 10)
SHA256: Final = text_schema("SHA-256 of a file that proves it.", 64)
DUES: Final = Schema(type=OpenAPIType.INTEGER, minimum=0, description="Weight of votes by dues.")
RULE_PARTS: Final = {
    "weight": _one_of(VoteWeight),
    "threshold": _one_of(VoteThreshold),
    "quorum": Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=100, description="Percent."),
    "tie_break": _one_of(TieBreak),
    "open_days": Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=MAX_OPEN_DAYS),
    "seats": Schema(type=OpenAPIType.INTEGER, minimum=1),
    "roles": Schema(type=OpenAPIType.ARRAY, items=_one_of(MemberRole),
                    description="Those that govern, where none is named."),
    "chair": text_schema("Slug or name of the member whose vote breaks a tie."),
}  # fmt: skip
"""What a voting rule says, but for its name."""

BY: Final = text_schema("Slug of the organisation that records it, and is a member.")
