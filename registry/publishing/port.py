"""What publishing needs of others: a safe reader of files, and somebody who looks at addresses."""

from collections.abc import Mapping
from typing import Any, Protocol

from registry.publishing.readmodels import Composed, Mended, References, Validation

MAX_FILE_BYTES = 256 * 1024


class Reachability(Protocol):
    """Looks at what a file points at; it may ask the network."""

    def look(self, references: References) -> Mapping[str, bool | None]:
        """Say of every path and address whether it is there; None where nobody could tell."""


class PubliccodeFiles(Protocol):
    """Reads publiccode.yml files safely. Nothing that a file holds raises an error.

    `path` says where the file stands in its repository.
    """

    def validate(
        self, data: bytes, *, path: str = "publiccode.yml", reached: Reachability | None = None
    ) -> Validation:
        """Return what is wrong with a file; with `reached` also whether its references exist."""

    def mend(self, data: bytes, *, path: str = "publiccode.yml") -> Mended:
        """Return the file with every certain fix made; all else stays as it is, to the letter."""

    def compose(
        self, base: bytes | None, values: Mapping[str, Any], *, path: str = "publiccode.yml"
    ) -> Composed:
        """Return a file that says these values: a new one, or `base` with them changed.

        Keys are written as paths joined by dots; a value of None takes nothing away.
        """
