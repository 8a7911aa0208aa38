"""Kept files as pages, API and command line read them."""

from datetime import datetime

from msgspec import Struct

from registry.errors import InvalidInput
from registry.publishing.readmodels import FileProblem


class KeptVersion(Struct, frozen=True, kw_only=True):
    """A version of a kept file, by the hash of its text: what everybody may read of it.

    `by` is the name of the account that vouches for it, empty for the operator of the registry.
    """

    version: int
    sha256: str
    state: str
    by: str
    kept_at: datetime
    ended_at: datetime | None


class KeptView(Struct, frozen=True, kw_only=True):
    """What is kept for a component: the present text, empty where there is none, and all versions.

    The newest version comes first.
    """

    slug: str
    name: str
    text: str
    versions: tuple[KeptVersion, ...]

    @property
    def current(self) -> KeptVersion | None:
        """The version that counts, if any."""
        return next((x for x in self.versions if x.state == "current"), None)


class Standing(Struct, frozen=True, kw_only=True):
    """What somebody may do: `may_keep` says that they own the component; `draft` is the text that
    they may begin with, and `has_own_file` that the repository needs no kept one.
    """

    may_keep: bool = False
    has_own_file: bool = False
    draft: str = ""


class OwnKept(Struct, frozen=True, kw_only=True):
    """A file that somebody vouched for last, with what became of it."""

    slug: str
    name: str
    state: str
    since: datetime


class WrongFile(InvalidInput):
    """A file that is not kept, with its problems, the errors first."""

    def __init__(self, message: str, problems: tuple[FileProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
