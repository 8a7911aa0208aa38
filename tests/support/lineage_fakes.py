"""An in-memory twin of lineage over invented edges, for the pages."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from registry.errors import InvalidInput, NotFound
from registry.lineage.readmodels import (
    CalibrationTier,
    ComponentReuse,
    CountryReuse,
    DetectorMethod,
    EdgeView,
    End,
    EvidenceView,
    LineageTree,
    LookupAnswer,
    LookupHit,
    LookupQuery,
    Matrix,
    MatrixCell,
    MatrixQuery,
    MethodView,
    ReusePage,
    ReuseQuery,
    ReuseSummary,
    TimeToReuse,
)
from registry.lineage.rules import RULES
from tests.support.evidence_samples import evidence, family, node
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.lineage_samples import edges

COUNTED = ("current", "since_removed", "disputed")


class InMemoryLineage:
    """Lineage of invented edges; `is_empty` knows of no reuse at all."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.all = [] if is_empty else edges()
        self.is_empty = is_empty

    def reuse(self, query: ReuseQuery) -> ReusePage:
        """Filter by the usual parameters; cursors are offsets."""
        found = list(self.edges(query))
        start = int(query.after) if query.after and query.after.isdigit() else 0
        end = start + query.limit
        return ReusePage(
            items=tuple(found[start:end]),
            by_tag=dict(Counter(x.tag for x in found)),
            next=str(end) if end < len(found) else None,
        )

    def edges(self, query: ReuseQuery) -> Iterator[EdgeView]:
        """Yield what fits."""
        yield from (x for x in self.all if _fits(x, query))

    def totals(self) -> Mapping[str, int]:
        """Count by tag."""
        return dict(Counter(x.tag for x in self.all if _fits(x, ReuseQuery())))

    def latest(self, limit: int = 5) -> tuple[EdgeView, ...]:
        """Return the first measured edges between countries."""
        wanted = ReuseQuery(tag=("measured",), foreign=True)
        return tuple(x for x in self.all if _fits(x, wanted))[:limit]

    def evidence(self, key: str) -> EvidenceView:
        """Return all about one edge."""
        for item in self.all:
            if item.key == key:
                return evidence(item, self.all)
        raise NotFound(f"there is no evidence {key!r}")

    def summary(self, slug: str) -> tuple[ReuseSummary, ...]:
        """Summarise the counted edges from a component."""
        return _summary([x for x in self.all if x.origin.slug == slug and _fits(x, ReuseQuery())])

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component; none for those that no edge knows."""
        known = [x for x in self.all if x.direction == "known"]
        return ComponentReuse(
            slug=slug,
            name=slug,
            summary=self.summary(slug),
            reused_by=tuple(x for x in known if x.origin.slug == slug),
            reuses=tuple(x for x in known if x.reuser.slug == slug),
            undirected=tuple(x for x in self.all if x.direction == "unknown" and _touches(x, slug)),
        )

    def lineage(self, slug: str) -> LineageTree:
        """Return the tree of `forms` for its family, and a lonely root for others."""
        if self.is_empty or not slug.startswith(("forms", "auto")):
            name = slug.replace("-", " ")
            return LineageTree(nodes=(node(End(name=name, slug=slug), 0, is_current=True),))
        return family(slug, [x for x in self.all if x.direction == "unknown"])

    def matrix(self, query: MatrixQuery) -> Matrix:
        """Count the counted edges of the tag."""
        wanted = ReuseQuery(tag=(query.tag,), kind=query.kind, direction="known",
                            origin_country=query.origin_country,
                            reuser_country=query.reuser_country)  # fmt: skip
        return _matrix(query, list(self.edges(wanted)))

    def country(self, code: str) -> CountryReuse:
        """Return what the edges give and take."""
        counted = [x for x in self.all if _fits(x, ReuseQuery(tag=("measured",), foreign=True))]
        gives = Counter(x.reuser.country or "" for x in counted if x.origin.country == code)
        takes = Counter(x.origin.country or "" for x in counted if x.reuser.country == code)
        mine = [x for x in counted if code in (x.origin.country, x.reuser.country)]
        time = TimeToReuse(slug="forms", name=EVIL, country=code, days=71, reuser_country="FI",
                           edge="ev_fork1")  # fmt: skip
        return CountryReuse(
            code=code,
            gives=tuple(gives.most_common()),
            takes=tuple(takes.most_common()),
            latest=tuple(mine[:5]),
            time_to_reuse=(time,) if code == "EE" and mine else (),
        )

    def lookup(self, query: LookupQuery) -> LookupAnswer:
        """Know every blob that begins with `a`; those with `b` are third-party code."""
        asked = [*query.blobs, *query.commits, *query.purls, *query.urls, *query.swhids]
        if len(asked) > 1000:
            raise InvalidInput("at most 1,000 things can be looked up at once")
        known = [x for x in asked if x.startswith("a")]
        hit = LookupHit(
            slug="forms", name=EVIL, organisation="Ministry of Examples", country="EE",
            region=None, found=len(known), first_seen=NOW,
            samples=tuple((x, f"src/{LONG_WORD}/{EVIL}.py") for x in known[:5]),
        )  # fmt: skip
        third = {x: "npm:jquery@3.7.1" for x in query.blobs if x.startswith("b")}
        return LookupAnswer(
            asked=len(asked), known=len(known), hits=(hit,) if known else (), third_party=third
        )

    def method(self) -> MethodView:
        """Return figures, or none when nothing was evaluated."""
        kinds = ("shared_commits", "shared_files", "similar_files")
        if self.is_empty:
            blank = tuple(DetectorMethod(kind=kind, tag="measured") for kind in kinds)
            return MethodView(rule_version=RULES.version, thresholds={}, detectors=blank)
        detectors = tuple(
            DetectorMethod(kind=kind, tag="measured", right=85, wrong=1, missed=4,
                           precision=0.988, recall=0.955, low=0.94, high=0.999)
            for kind in kinds
        )  # fmt: skip
        return MethodView(
            rule_version=RULES.version,
            thresholds={"maximum_tau": RULES.maximum_tau, "minimum_files": RULES.minimum_files},
            detectors=detectors,
            evaluated_at="2026-08-01",
            truth="truth.csv",
            repositories=272,
            pairs=377,
            calibration=(
                CalibrationTier(tier="verified", edges=90, right=89, stated=0.98, low=0.94, high=1),
            ),
            brier=0.03,
            calibration_error=0.02,
            background_packages=94,
            background_hashes=341_542,
        )


def _touches(item: EdgeView, slug: str) -> bool:
    return slug in (item.origin.slug, item.reuser.slug)


def _fits(item: EdgeView, query: ReuseQuery) -> bool:
    directed = bool(query.origin_country or query.reuser_country or query.origin or query.reuser)
    checks = (
        item.state in (query.state or COUNTED),
        not item.is_internal or query.with_internal,
        not item.is_mirror or query.with_mirrors,
        item.confidence != "possible" or query.with_possible or "possible" in query.confidence,
        not query.confidence or item.confidence in query.confidence,
        not query.kind or item.kind in query.kind,
        not query.tag or item.tag in query.tag,
        not query.origin_country or item.origin.country in query.origin_country,
        not query.reuser_country or item.reuser.country in query.reuser_country,
        query.origin in (None, item.origin.slug),
        query.reuser in (None, item.reuser.slug),
        query.component is None or _touches(item, query.component),
        query.organisation in (None, item.origin.organisation_slug, item.reuser.organisation_slug),
        query.direction in (None, item.direction),
        not directed or item.direction == "known" or query.direction == "unknown",
        query.foreign is None or query.foreign == (item.origin.country != item.reuser.country),
        query.since is None or (item.first_seen is not None and item.first_seen >= query.since),
        query.until is None or (item.first_seen is not None and item.first_seen < query.until),
    )
    return all(checks)


def _summary(edges: Sequence[EdgeView]) -> tuple[ReuseSummary, ...]:
    rows = []
    for tag in sorted({x.tag for x in edges}):
        mine = [x for x in edges if x.tag == tag and x.direction == "known"]
        countries = {x.reuser.country for x in mine if x.reuser.country}
        rows.append(
            ReuseSummary(
                tag=tag,
                edges=len(mine),
                organisations=len({x.reuser.organisation_slug for x in mine}),
                countries=len(countries),
                foreign_countries=len(countries - {x.origin.country for x in mine}),
            )
        )
    return tuple(rows)


def _matrix(query: MatrixQuery, edges: Sequence[EdgeView]) -> Matrix:
    names = {"country": "country", "region": "region", "organisation": "organisation_slug"}
    name = names[query.group]
    groups: dict[tuple[str, str, str], list[EdgeView]] = {}
    for item in edges:
        origin, reuser = getattr(item.origin, name), getattr(item.reuser, name)
        moment = item.first_seen
        if not origin or not reuser or (moment is None and query.period != "all"):
            continue
        period = "all" if query.period == "all" or moment is None else str(moment.year)
        groups.setdefault((origin, reuser, period), []).append(item)
    cells = tuple(
        MatrixCell(
            origin=origin, reuser=reuser, period=period, edges=len(found),
            pairs=len({(x.origin.slug, x.reuser.organisation_slug) for x in found}),
            components=len({x.origin.slug for x in found}),
        )
        for (origin, reuser, period), found in sorted(groups.items())
    )  # fmt: skip
    labels = {x: x for cell in cells for x in (cell.origin, cell.reuser)}
    counted = sum(cell.edges for cell in cells)
    return Matrix(
        query=query, cells=cells, labels=labels, inputs_digest="e" * 64,
        rule_version=RULES.version, edges=counted, unknown_direction=1 if edges else 0,
        unplaced=len(edges) - counted, has_demo=any(x.is_demo for x in edges),
    )  # fmt: skip
