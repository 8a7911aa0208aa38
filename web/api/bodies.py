"""Bodies that clients send: JSON, read strictly, with the mistake named."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from litestar.exceptions import HTTPException, ValidationException

from registry.errors import InvalidInput
from registry.texts import WrongField
from web.api.call import Call

T = TypeVar("T")
MAX_DETAIL = 300


class UnsupportedMediaType(HTTPException):
    """The body is not of the form that is read here."""

    status_code = 415


def read_body(call: Call, body: bytes, kind: type[T]) -> T:
    """Return what the client sent, or raise 415 or 400.

    A body that does not say that it is JSON is refused: a form on another site could send it.
    """
    stated = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated != "application/json":
        raise UnsupportedMediaType(detail="Send JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise wrong_body(f"The body cannot be read: {str(error)[:MAX_DETAIL]}.") from None


@contextmanager
def mistakes_in(kind: type[msgspec.Struct]) -> Iterator[None]:
    """Let what a use case refuses be a mistake in a body of this kind, at the field that it names.

    Of those messages that are about one field the first word is its name.
    """
    try:
        yield
    except WrongField as error:
        raise wrong_body(str(error), error.field, error.problem) from None
    except InvalidInput as error:
        named = str(error).partition(" ")[0].removesuffix(":")
        is_field = named in kind.__struct_fields__
        raise wrong_body(str(error), named if is_field else "") from None


def wrong_body(detail: str, location: str = "", code: str = "invalid") -> ValidationException:
    """Return the error that answers 400 to a mistake in the body."""
    mistake: dict[str, Any] = {"in": "body", "location": location, "code": code, "detail": detail}
    return ValidationException(detail=detail, extra=[mistake])
