"""The form of a portfolio as it was sent: lists of lines, and perhaps a CSV file."""

import io
import unicodedata
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from multipart import MultipartError, parse_form_data

from registry.errors import InvalidInput
from registry.reports.listing import joined, portfolio_in_csv
from registry.reports.portfolio import Portfolio, portfolio_of

MAX_BYTES: Final = 1_048_576
MAX_PARTS: Final = 200
MULTIPART: Final = "multipart/form-data"
# Field of the form → parameter of the address.
LISTS: Final = {
    "urls": "url",
    "organisations": "organisation",
    "bodies": "body",
    "topics": "topic",
    "components": "component",
}


class WrongReport(InvalidInput):
    """A field of the form that must be mended; `portfolio` is what was understood."""

    def __init__(self, field: str, problem: str, portfolio: Portfolio) -> None:
        super().__init__(problem)
        self.field = field
        self.portfolio = portfolio


class Sent(Struct, frozen=True):
    """What was sent: texts by the name of their field, and the file."""

    fields: Mapping[str, str]
    file: bytes


def sent_form(content_type: str, body: bytes) -> Sent:
    """Return the fields and the file of a form, or raise `InvalidInput` for what no form sends."""
    if content_type.partition(";")[0].strip().lower() != MULTIPART:
        raise InvalidInput(f"This form is sent as {MULTIPART}.")
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    try:
        forms, files = parse_form_data(
            environ, strict=True, part_limit=MAX_PARTS, memory_limit=2 * MAX_BYTES,
            spool_limit=MAX_BYTES, charset="utf-8",
        )  # fmt: skip
        fields = {name: _plain(forms[name]) for name in forms}
        upload = files.get("file")
        return Sent(fields, upload.raw if upload is not None else b"")
    except (MultipartError, ValueError) as error:
        raise InvalidInput("The form cannot be read.") from error


def _plain(text: str) -> str:
    """Return a text with line ends as lines have them, without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(x for x in lines if x in "\n\t" or unicodedata.category(x) not in {"Cc", "Cs"})


def asked_in(sent: Sent) -> Portfolio:
    """Return the portfolio of a form, or raise `WrongReport` naming the field."""
    pairs = [("q", sent.fields.get("q", "")), ("country", sent.fields.get("country", ""))]
    for field, name in LISTS.items():
        lines = sent.fields.get(field, "").split("\n")
        pairs += [(name, line) for line in lines if line.strip()]
    try:
        asked = portfolio_of(pairs)
    except InvalidInput as error:
        raise WrongReport(_field_of(str(error)), str(error), Portfolio()) from error
    if not sent.file:
        return asked
    try:
        return joined(asked, portfolio_in_csv(sent.file))
    except InvalidInput as error:
        raise WrongReport("file", str(error).removeprefix("file: "), asked) from error


def _field_of(problem: str) -> str:
    name = problem.partition(":")[0]
    return next((field for field, known in LISTS.items() if known == name), "urls")
