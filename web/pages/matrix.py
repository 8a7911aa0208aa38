"""The matrix: which country, region or organisation reuses the code of which."""

from collections.abc import Sequence
from datetime import MAXYEAR, UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Controller, Response, get
from msgspec import Struct
from msgspec.structs import replace

from registry.lineage.readmodels import Matrix, MatrixCell, MatrixQuery, ReuseQuery
from registry.lineage.rules import RULES
from registry.lineage.vocabulary import GROUPS, KINDS, TAGS
from web.pages.charts.matrix import Address, Flow, MatrixTable, Name, flows, matrix_table
from web.pages.reuse_query import reuse_address
from web.pages.view import Context, View, ViewDependency

API: Final = "/api/v1/matrix"
FORMATS: Final = (("CSV", ".csv"), ("JSON", ""))
KEPT_SECONDS: Final = 60.0
MOST_FLOWS: Final = 50
# Group → the fields of a list of reuse that hold its two ends.
ENDS: Final = {
    "country": ("origin_country", "reuser_country"),
    "region": ("origin_region", "reuser_region"),
    "organisation": ("origin_organisation", "reuser_organisation"),
}


class Year(Struct, frozen=True):
    """A year to look at alone; an empty one stands for all."""

    year: str
    href: str
    is_current: bool


class Largest(Struct, frozen=True):
    """The largest number across borders, and how many there are in all."""

    origin: str
    reuser: str
    value: int
    total: int


class MatrixContext(Context, frozen=True, kw_only=True):
    """Variables of `matrix.html`; `table` for countries and regions, `flows` for organisations."""

    template: ClassVar[str] = "matrix.html"
    query: MatrixQuery
    matrix: Matrix
    kind: str
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    groups: tuple[str, ...]
    years: tuple[Year, ...]
    year: str
    largest: Largest | None
    table: MatrixTable | None
    flows: tuple[Flow, ...]
    exports: tuple[tuple[str, str], ...]
    rule_version: int


class MatrixPages(Controller):
    """`/matrix`."""

    include_in_schema = False

    @get("/matrix", sync_to_thread=True)
    def matrix(self, view: ViewDependency) -> Response[bytes]:
        """Show the matrix of one kind of evidence, of all time or one year."""
        query, year = _question(view)
        every = matrix_of(view, query)
        by_year = matrix_of(view, replace(query, period="year"))
        cells = [x for x in by_year.cells if x.period == year] if year else every.cells
        name, address = _namer(view, every), _addresser(view, query, year)
        is_wide = query.group == "organisation"
        pairs = _pairs(query, year)
        context = MatrixContext(
            query=query,
            matrix=every,
            kind=query.kind[0] if query.kind else "",
            kinds=KINDS,
            tags=TAGS,
            groups=GROUPS,
            years=_years(view, query, year, by_year.cells),
            year=year,
            largest=largest(cells),
            table=None if is_wide or not cells else matrix_table(cells, name, address),
            flows=flows(cells, name, address, MOST_FLOWS) if is_wide else (),
            exports=tuple(
                (label, f"{API}{suffix}?{urlencode(pairs)}")
                for label, suffix in FORMATS
                if view.site.offers(f"{API}{suffix}")
            ),
            rule_version=RULES.version,
        )
        twin = f"{API}?{urlencode(pairs)}"
        return view.render(context, is_demo=every.has_demo, twin=twin)


def matrix_of(view: View, query: MatrixQuery) -> Matrix:
    """Return a matrix, kept for a minute."""
    key = f"matrix.{query.group}.{query.period}.{query.tag}.{','.join(query.kind)}"
    return view.services.memo.get(key, KEPT_SECONDS, lambda: view.services.lineage.matrix(query))


def largest(cells: Sequence[MatrixCell]) -> Largest | None:
    """Return the largest number between two groups; `None` where nothing crosses a border."""
    abroad = [cell for cell in cells if cell.origin != cell.reuser]
    if not abroad:
        return None
    most = max(abroad, key=lambda cell: cell.pairs)
    return Largest(most.origin, most.reuser, most.pairs, sum(cell.pairs for cell in abroad))


def _question(view: View) -> tuple[MatrixQuery, str]:
    group, tag, kind = view.first("group"), view.first("tag"), view.first("kind")
    year = view.first("year")
    is_year = len(year) == 4 and year.isascii() and year.isdigit() and year > "0000"
    query = MatrixQuery(
        group=group if group in GROUPS else GROUPS[0],
        tag=tag if tag in TAGS else TAGS[0],
        kind=(kind,) if kind in KINDS else (),
    )
    return query, year if is_year else ""


def _pairs(query: MatrixQuery, year: str) -> list[tuple[str, str]]:
    pairs = [("group", query.group), ("tag", str(query.tag)), *(("kind", x) for x in query.kind)]
    return [*pairs, ("period", "year")] if year else pairs


def _years(
    view: View, query: MatrixQuery, chosen: str, cells: Sequence[MatrixCell]
) -> tuple[Year, ...]:
    kept = f"{view.language.link('/matrix')}?{urlencode(_pairs(query, ''))}"
    years = sorted({cell.period for cell in cells} | ({chosen} - {""}))
    every = (Year(year, f"{kept}&year={year}", year == chosen) for year in years)
    return (Year("", kept, not chosen), *every)


def _namer(view: View, matrix: Matrix) -> Name:
    """Return what names a group in the language of the page."""
    language = view.language
    if matrix.query.group == "country":
        return language.country
    if matrix.query.group == "region":
        return language.region
    return lambda code: matrix.labels.get(code, code)


def _addresser(view: View, query: MatrixQuery, year: str) -> Address:
    """Return what makes the address of the list of reuse behind a cell."""
    path = view.language.link("/reuse")
    ends = ENDS[query.group]
    shared: dict[str, Any] = {"tag": (query.tag,), "kind": query.kind}
    if year:
        shared["since"] = datetime(int(year), 1, 1, tzinfo=UTC)
        shared["until"] = datetime(min(int(year) + 1, MAXYEAR), 1, 1, tzinfo=UTC)

    def address(origin: str, reuser: str) -> str:
        chosen: dict[str, Any] = {
            field: code if query.group == "organisation" else (code,)
            for field, code in zip(ends, (origin, reuser), strict=True)
            if code
        }
        return reuse_address(path, ReuseQuery(**shared, **chosen))

    return address
