"""`country_matrix`: which country reuses whose code."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from registry.lineage.readmodels import Matrix, MatrixCell, MatrixQuery
from web.mcp.answers import Answer, Found, PageLink, fitted
from web.mcp.parts import Cursor
from web.mcp.toolbox import Arguments, Asked, Tool

MATRIX_COST: Final = 5
MOST: Final = 100
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class MatrixArguments(Arguments, frozen=True, kw_only=True):
    """Which part of the matrix."""

    origin: Annotated[
        tuple[Country, ...], Meta(max_length=30, description="Countries that the code is from.")
    ] = ()
    reuser: Annotated[
        tuple[Country, ...], Meta(max_length=30, description="Countries that reuse it.")
    ] = ()
    tag: Annotated[
        Literal["measured", "attributed", "declared", "reported"],
        Meta(description="How it is known, one at a time: tags are never added together."),
    ] = "measured"
    limit: Annotated[int, Meta(ge=1, le=MOST, description="At most so many cells.")] = 50
    cursor: Cursor = ""


class Cell(Struct, frozen=True, kw_only=True):
    """`pairs` of a component of `origin` and an organisation of `reuser`, by `edges`."""

    origin: str
    reuser: str
    pairs: int
    components: int
    edges: int


class MatrixAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """The cells with most pairs first; countries are ISO 3166-1 codes.

    Apart from them stand edges of which nobody can tell the direction, and those that lack a
    country or a date. A country that is absent was not found to give or take, or not crawled.
    """

    tag: str
    as_of: str
    method: int
    cells: tuple[Cell, ...]
    total_cells: int
    unknown_direction: int
    unplaced: int
    has_demo: bool = False


def country_matrix(asked: Asked, sent: MatrixArguments) -> Found:
    """Return the cells of the matrix of countries."""
    query = MatrixQuery(tag=sent.tag, origin_country=sent.origin, reuser_country=sent.reuser)
    matrix = asked.sources.lineage.matrix(query)
    cells = sorted(matrix.cells, key=lambda x: (-x.pairs, x.origin, x.reuser))
    start = asked.offset()

    def fetch(limit: int) -> tuple[Sequence[MatrixCell], int | None]:
        end = start + limit
        return cells[start:end], end if end < len(cells) else None

    def make(part: Sequence[MatrixCell], following: str | int | None) -> Found:
        answer = _answer(asked, matrix, part, asked.cursor_at(following))
        return asked.answer(answer, PageLink(asked.sources.page("matrix"), "Matrix"))

    return fitted(fetch, make, sent.limit)


def _answer(asked: Asked, matrix: Matrix, part: Sequence[MatrixCell], cursor: str) -> MatrixAnswer:
    return MatrixAnswer(
        tag=matrix.query.tag, as_of=asked.sources.day, method=matrix.rule_version,
        cells=tuple(
            Cell(origin=x.origin, reuser=x.reuser, pairs=x.pairs, components=x.components,
                 edges=x.edges)
            for x in part
        ),
        total_cells=len(matrix.cells), unknown_direction=matrix.unknown_direction,
        unplaced=matrix.unplaced, has_demo=matrix.has_demo, next_cursor=cursor,
        next_step="search_components with `country` and `min_reuse` finds what was reused.",
    )  # fmt: skip


MATRIX = Tool(
    name="country_matrix",
    title="Which country reuses whose code",
    description=(
        "Reuse of government code between countries, in numbers that lead to evidence. Use it for "
        "the question where code of a country runs, or whose code a country runs."
    ),
    arguments=MatrixArguments,
    answer=MatrixAnswer,
    run=country_matrix,
    cost=MATRIX_COST,
)
