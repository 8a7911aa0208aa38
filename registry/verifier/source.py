"""What a proof is checked against: one repository, wherever its objects come from."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from registry.verifier.objects import Commit, Entry


class NotHeld(Exception):
    """An object is not here; `withheld` says that its source may well have it."""

    def __init__(self, what: str, *, withheld: bool = False) -> None:
        super().__init__(what)
        self.withheld = withheld


class Mismatch(Exception):
    """An object is not what its id says, or a structure is broken; the text says how."""


class Unreachable(Exception):
    """A repository cannot be read at all; the text says why."""


class Side(Protocol):
    """One of the two repositories of a proof.

    Every object that it returns was hashed again and has the id that was asked for, except the
    commits of a bundle: it leaves out who made them, so that they are taken on trust.
    """

    @property
    def is_complete(self) -> bool:
        """Whether all objects are here: a bundle holds only those of its proof."""

    def commit(self, oid: str) -> Commit:
        """Return a commit, or raise `NotHeld`."""

    def tree(self, oid: str) -> Mapping[bytes, Entry]:
        """Return the entries of a tree by name, or raise `NotHeld`."""

    def blob(self, oid: str) -> bytes:
        """Return the content of a file, or raise `NotHeld`."""

    def is_reached(self, oid: str) -> bool:
        """Tell whether a branch or tag of the repository reaches a commit, or raise `NotHeld`."""

    def ancestors(self, starts: Iterable[str]) -> set[str]:
        """Return all commits that these reach, themselves included, or raise `NotHeld`."""
