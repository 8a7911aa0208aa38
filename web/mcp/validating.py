"""`validate_publiccode`: what is wrong with a publiccode.yml, line by line."""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from registry.publishing.port import MAX_FILE_BYTES
from registry.publishing.readmodels import FileProblem
from web.mcp.answers import Answer, Found, PageLink, fitted
from web.mcp.parts import Cursor, key, version
from web.mcp.toolbox import Arguments, Asked, Tool

VALIDATE_COST: Final = 10
MOST: Final = 50


class ValidateArguments(Arguments, frozen=True, kw_only=True):
    """The file; nothing of it is kept, and addresses in it are not looked at."""

    content: Annotated[
        str,
        Meta(min_length=1, max_length=MAX_FILE_BYTES, description="The publiccode.yml as text."),
    ]
    limit: Annotated[int, Meta(ge=1, le=MOST, description="At most so many problems.")] = 20
    cursor: Cursor = ""


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong at a key, and how to mend it; `fix` is what to write, where certain."""

    key: str
    line: int
    column: int
    severity: str
    problem: str
    fix: str = ""


class ValidateAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """`status` is valid, invalid or unparseable; `grade` runs from A (flawless) to E."""

    status: str
    grade: str
    errors: int
    warnings: int
    problems: tuple[Problem, ...]
    version: str = ""


def validate(asked: Asked, sent: ValidateArguments) -> Found:
    """Return what is wrong with a file."""
    data = sent.content.encode("utf-8", "surrogatepass")
    result = asked.sources.publiccode.validate(data)
    start = asked.offset()

    def fetch(limit: int) -> tuple[Sequence[FileProblem], int | None]:
        end = start + limit
        return result.problems[start:end], end if end < len(result.problems) else None

    def make(problems: Sequence[FileProblem], following: str | int | None) -> Found:
        answer = ValidateAnswer(
            status=result.status, grade=result.grade, errors=result.errors,
            warnings=result.warnings, problems=tuple(_problem(asked, x) for x in problems),
            version=version(asked.fence, result.version), next_step=_next_step(result.errors),
            next_cursor=asked.cursor_at(following),
        )  # fmt: skip
        return asked.answer(answer, PageLink(asked.sources.page("validate"), "Validate"))

    return fitted(fetch, make, sent.limit)


def _next_step(errors: int) -> str:
    if errors:
        return "Mend the errors and send the file again."
    return "The file can be published: put it at the root of the repository."


def _problem(asked: Asked, problem: FileProblem) -> Problem:
    fence = asked.fence
    return Problem(
        key=key(fence, problem.path),
        line=problem.line,
        column=problem.column,
        severity=problem.severity,
        problem=fence("; ".join(x for x in (problem.message, problem.advice) if x), 320),
        fix=fence(problem.fix, 240),
    )


VALIDATE = Tool(
    name="validate_publiccode",
    title="Check a publiccode.yml",
    description=(
        "Check a publiccode.yml against the standard: every problem with its line, and what to "
        "write instead where that is certain. Send the text of the file."
    ),
    arguments=ValidateArguments,
    answer=ValidateAnswer,
    run=validate,
    cost=VALIDATE_COST,
)
