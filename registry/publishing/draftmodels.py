"""What the publish wizard knows and shows: facts of a repository, a draft with its questions."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from registry.publishing.readmodels import FileProblem


class Origin(Struct, frozen=True, kw_only=True):
    """Where a value comes from: a document with its line, or who says it (`basis`)."""

    basis: str
    path: str | None = None
    line: int | None = None
    commit: str | None = None
    url: str | None = None


class KnownValue(Struct, frozen=True, kw_only=True):
    """A value that the registry knows, with its origin."""

    value: Any
    origin: Origin


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a repository: the answers by question, and the file that it has.

    `lang` is the language of its texts. `path` is where the file stands, or will stand;
    `has_file` says which. `base` is its text, where it is at hand.
    """

    url: str
    web_url: str
    forge: str = "git"
    branch: str = "main"
    slug: str | None = None
    lang: str = "en"
    values: dict[str, KnownValue] = {}
    path: str = "publiccode.yml"
    has_file: bool = False
    base: str | None = None


class Looked(Struct, frozen=True, kw_only=True):
    """What there is at an address that somebody typed.

    `known`: `facts` say what. `reading`: it was asked for and is not read yet. `failed`: it could
    not be read, `reason` says why. `organisation`: `repositories` are its own. `new`: nobody has
    asked for it.
    """

    url: str
    state: Literal["known", "reading", "failed", "organisation", "new"]
    kind: Literal["repository", "organisation"] = "repository"
    facts: Facts | None = None
    reason: str | None = None
    repositories: tuple[str, ...] = ()


class Asked(Struct, frozen=True, kw_only=True):
    """A question with what is known: the value, where it comes from, and what is wrong with it.

    `is_open` says that somebody has to look at it: it is required and has no value, or a wrong
    one. `origin` is missing where people typed the value.
    """

    name: str
    value: Any
    text: str
    origin: Origin | None
    problems: tuple[FileProblem, ...]
    is_required: bool
    is_open: bool
    is_touched: bool


class DraftView(Struct, frozen=True, kw_only=True):
    """A draft as pages show it; `rest` are problems that no question is about.

    A file that is not readable can only be mended as a text.
    """

    url: str
    state: Literal["reading", "failed", "ready"]
    expires_at: datetime
    reason: str | None = None
    facts: Facts | None = None
    lang: str = "en"
    questions: dict[str, Asked] = {}
    rest: tuple[FileProblem, ...] = ()
    text: str = ""
    problems: tuple[FileProblem, ...] = ()
    is_readable: bool = True

    @property
    def errors(self) -> int:
        """How many errors the file has."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def fixes(self) -> int:
        """How many problems of the file have a certain fix."""
        return sum(problem.fix is not None for problem in self.problems)
