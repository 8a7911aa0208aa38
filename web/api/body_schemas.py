"""Schemas of what is recorded of bodies: the parts that several operations are sent."""

from typing import Any, Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType

from registry.db.tables import MemberRole

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


ROLE: Final = Schema(type=_TEXT, enum=[x.value for x in MemberRole])
DATE: Final = text_schema("As it is known: YYYY-MM-DD, YYYY-MM or YYYY.", 10)
DAY: Final = text_schema("A day, as YYYY-MM-DD.", 10)
SHA256: Final = text_schema("SHA-256 of a file that proves it.", 64)
DUES: Final = Schema(type=OpenAPIType.INTEGER, minimum=0, description="Weight of votes by dues.")
BY: Final = text_schema("Slug of the organisation that records it, and is a member.")
