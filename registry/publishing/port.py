"""What publishing needs of others: a safe reader of files, and somebody who looks at addresses."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlmodel import Session

from registry.publishing.draftmodels import Looked
from registry.publishing.readmodels import Composed, Mended, References, Stated, Validation

MAX_FILE_BYTES = 256 * 1024


class Reachability(Protocol):
    """Looks at what a file points at; it may ask the network."""

    def look(self, references: References) -> Mapping[str, bool | None]:
        """Say of every path and address whether it is there; None where nobody could tell."""


class Repositories(Protocol):
    """Knows the repositories of the catalogue, and can have another one read."""

    def look(self, url: str) -> Looked:
        """Return what there is at an address of a repository or an organisation.

        Raises `InvalidInput` for an address that may not be read, `Gone` for a removed one.
        """

    def ask_for(self, url: str) -> None:
        """Have a repository read by the crawler, before those that are only checked again."""


class OrganisationSources(Protocol):
    """Knows addresses of organisations at forges, and can have them crawled."""

    def address(self, url: str) -> tuple[str, str]:
        """Return the source that an organisation's address names, and its canonical address.

        Nobody is asked. Raises `InvalidInput` for what is not the address of an organisation.
        """

    def add(self, session: Session, spec: str, *, name: str, country: str) -> None:
        """Add an organisation to what is crawled, in the caller's transaction."""


class PubliccodeFiles(Protocol):
    """Reads publiccode.yml files safely. Nothing that a file holds raises an error.

    `path` says where the file stands in its repository.
    """

    def validate(
        self, data: bytes, *, path: str = "publiccode.yml", reached: Reachability | None = None
    ) -> Validation:
        """Return what is wrong with a file; with `reached` also whether its references exist."""

    def state(self, data: bytes) -> Stated:
        """Return what a file says, and what is wrong with it."""

    def mend(self, data: bytes, *, path: str = "publiccode.yml") -> Mended:
        """Return the file with every certain fix made; all else stays as it is, to the letter."""

    def compose(
        self,
        base: bytes | None,
        values: Mapping[str, Any],
        *,
        path: str = "publiccode.yml",
        renamed: Mapping[str, str] = {},
    ) -> Composed:
        """Return a file that says these values: a new one, or `base` with them changed.

        Keys are written as paths joined by dots; a value of None takes the key away. `renamed`
        gives keys another name.
        """
