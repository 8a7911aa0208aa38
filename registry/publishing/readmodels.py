"""What validation and the publish wizard answer: frozen structs for pages, API and commands."""

from typing import Any, Literal

from msgspec import Struct

from registry.domain.facts import Claim

Severity = Literal["error", "warning"]
Status = Literal["valid", "invalid", "unparseable"]


class FileProblem(Struct, frozen=True, kw_only=True):
    """Something wrong in a publiccode.yml.

    `path` names the key as the reference parser does (`description.en.features`), `line` and
    `column` count from 1. `advice` says in words how to mend it. `fix` is what to write instead,
    and is given only where that is certain.
    """

    path: str
    line: int
    column: int
    severity: Severity
    message: str
    advice: str | None = None
    fix: str | None = None


class References(Struct, frozen=True):
    """What a file points at: paths in its repository, and web addresses."""

    paths: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


class Validation(Struct, frozen=True, kw_only=True):
    """The result of validating one file.

    `version` is that of the standard as the file names it, `grade` runs from A (flawless) to E
    (unreadable). `problems` are in the order of the schema, at most 400.
    """

    status: Status
    version: str | None = None
    grade: str = "E"
    problems: tuple[FileProblem, ...] = ()
    references: References = References()

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems are warnings."""
        return len(self.problems) - self.errors

    @property
    def fixes(self) -> int:
        """How many problems come with a certain fix."""
        return sum(problem.fix is not None for problem in self.problems)


class Mended(Struct, frozen=True, kw_only=True):
    """A file with every certain fix made: its text, how many were made, and what is left."""

    text: str
    made: int
    validation: Validation


class Stated(Struct, frozen=True, kw_only=True):
    """What a file says, as claims with their lines, and what is wrong with it."""

    validation: Validation
    claims: tuple[Claim, ...] = ()


class Given(Struct, frozen=True, kw_only=True):
    """What a file says under a key: JSON-like, with the line (from 1) of the key."""

    value: Any
    line: int


class Composed(Struct, frozen=True, kw_only=True):
    """A file with values put into it: its text, what is wrong with it, what it says by key.

    `refused` are the keys that could not be changed without touching something else.
    """

    text: str
    validation: Validation
    given: dict[str, Given] = {}
    refused: tuple[str, ...] = ()
