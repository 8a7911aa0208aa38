"""Lines of funding as they are written on the command line."""

import csv
from collections.abc import Iterable

from registry.errors import InvalidInput
from registry.reports.keeping import Funding

_FIELDS = tuple(Funding.__struct_fields__)
_LEAST = 3


def funding_of(lines: Iterable[str]) -> tuple[Funding, ...]:
    """Return the lines, or raise `InvalidInput` naming the one that has too few or many parts."""
    return tuple(_line(text, number) for number, text in enumerate(lines, start=1))


def _line(text: str, number: int) -> Funding:
    parts = [part.strip() for part in next(csv.reader([text], delimiter=";"), [])]
    if not _LEAST <= len(parts) <= len(_FIELDS):
        raise InvalidInput(
            f"--funding {number}: write PAYER;AMOUNT;CURRENCY[;SINCE[;UNTIL]], not {text[:80]!r}"
        )
    return Funding(**dict(zip(_FIELDS, parts, strict=False)))
