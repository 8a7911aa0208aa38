"""An in-memory twin of lineage: invented edges of every kind, tag and state, for the pages.

The ends are components of `tests.support.web_fakes`. Names hold markup that must never become
markup, words that are too long, and values that are not known.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from registry.errors import InvalidInput, NotFound
from registry.lineage.readmodels import (
    CalibrationTier,
    ComponentReuse,
    CountryReuse,
    DetectorMethod,
    EdgeEventView,
    EdgeView,
    End,
    EvidenceView,
    LineageNode,
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
from tests.support.web_fakes import COMMIT, EVIL, LONG_WORD, NOW

CHANGED = "c" * 40  # the contents of a file that was edited
COUNTED = ("current", "since_removed", "disputed")
FORMS = End(
    name="Forms for citizens",
    slug="forms",
    url="https://git.example.org/examples/forms",
    organisation="Ministry of Examples",
    organisation_slug="ministry-of-examples",
    country="EE",
)
AUTO = End(
    name="Auto-évaluation",
    slug="auto-evaluation",
    url="https://git.example.org/examples/auto-evaluation",
    organisation="Digital Service",
    organisation_slug="digital-service",
    country="CA",
    region="CA-ON",
)
HEALTH = End(
    name="Health Agency of Examples",
    reference="https://health.example.org/",
    country="CA",
    region="CA-AB",
)


def fork(number: int) -> End:
    """Return a fork of `forms` as an end."""
    return End(
        name=f"Forms of town {number}",
        slug=f"forms-fork-{number}",
        url=f"https://git.example.org/examples/forms-fork-{number}",
        organisation=f"Town {number}",
        organisation_slug=f"town-{number}",
        country="FI" if number % 2 else "CA",
    )


def edge(key: str, origin: End = FORMS, reuser: End = AUTO, **values: Any) -> EdgeView:
    """Return an edge with plausible values, any of which can be given."""
    given: dict[str, Any] = {
        "kind": "shared_commits",
        "tag": "measured",
        "state": "current",
        "direction_basis": "first_seen",
        "first_seen": NOW - timedelta(days=900),
        "last_seen": NOW - timedelta(days=30),
        "found_at": NOW - timedelta(days=3),
        "changed_at": NOW - timedelta(days=2),
        "strength": {"commits": 312},
        "confidence": "verified",
    }
    return EdgeView(key=f"ev_{key}", origin=origin, reuser=reuser, **{**given, **values})


def _edges() -> list[EdgeView]:
    files = {"count": 80, "weight": 311.5, "containment": 0.57, "tau": 0.02}
    special = [
        edge("commits"),
        edge("files", kind="shared_files", strength=files),
        edge("similar", reuser=fork(3), kind="similar_files", confidence="likely",
             strength={"count": 45, "weight": 120.0}),
        edge("package", reuser=fork(5), kind="package_dependency",
             locator="npm:@examples/forms", strength={"spec": "^1.2", "line": 4}),
        edge("submodule", reuser=fork(7), kind="submodule", locator="vendor/forms", strength={}),
        edge("vendored", reuser=fork(9), kind="vendored_component",
             strength={"files": 481}, first_seen=None, last_seen=None),
        edge("text", origin=HEALTH, kind="attribution_text", tag="attributed",
             state="since_removed", locator="NOTICE.md:1", strength={"mentions": 4}),
        edge("declared", reuser=fork(11), kind="declared", tag="declared",
             locator="publiccode.yml", strength={}),
        edge("undirected", reuser=fork(13), direction="unknown", direction_basis=""),
        edge("mirror", reuser=fork(1), is_mirror=True),
        edge("internal", reuser=replace(FORMS, slug="service-1", name="Service number 1"),
             is_internal=True),
        edge("unlicensed", reuser=replace(fork(12), slug="hidden", name=f"{EVIL} again"),
             kind="similar_files", confidence="possible", strength={"count": 7}),
        edge("possible", reuser=fork(2), kind="similar_files", confidence="possible"),
        edge("disputed", reuser=fork(4), state="disputed", strength={"commits": 40}),
        edge("withdrawn", reuser=fork(6), state="withdrawn", strength={"commits": 60}),
        edge("superseded", reuser=fork(8), state="superseded", strength={"commits": 80}),
        edge("evil",
             origin=replace(FORMS, slug="hidden", name=EVIL, organisation=f"Ministry {EVIL}"),
             reuser=replace(AUTO, slug="long-name", name=LONG_WORD, country="DE", region=None),
             locator=EVIL, strength={EVIL: EVIL}, is_demo=True),
    ]  # fmt: skip
    forks = [
        edge(f"fork{i}", reuser=fork(i), first_seen=NOW - timedelta(days=40 * i)) for i in range(14)
    ]
    return [*special, *forks]


class InMemoryLineage:
    """Lineage of invented edges; `is_empty` knows of no reuse at all."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.all = [] if is_empty else _edges()
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
        """Return an edge with a proof, history and an objection."""
        for item in self.all:
            if item.key == key:
                return _evidence(item, self.all)
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
            return LineageTree(nodes=(_node(End(name=name, slug=slug), 0, is_current=True),))
        return _tree(slug, [x for x in self.all if x.direction == "unknown"])

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


def _evidence(item: EdgeView, others: Sequence[EdgeView]) -> EvidenceView:
    side = {
        "path": EVIL,
        "blob": COMMIT,
        "commit": COMMIT,
        "time": 1_585_000_000,
        "swhid": f"swh:1:cnt:{COMMIT}",
        "line": 4,
    }
    changed = {**side, "path": f"src/{LONG_WORD}.py", "blob": CHANGED}
    samples = [
        {"origin": side, "reuser": side},
        {"origin": side, "reuser": changed, "shared": 45},
        {"reuser": {"commit": COMMIT}, "removed": {"commit": COMMIT}},
    ]
    ends = {
        name: {"url": end.url, "head": COMMIT}
        for name, end in (("origin", item.origin), ("reuser", item.reuser))
        if end.url
    }
    return EvidenceView(
        edge=item,
        proof={"kind": item.kind, "samples": samples, **ends},
        proof_digest="d" * 64,
        events=(
            EdgeEventView(at=NOW, state="current", reason="found"),
            EdgeEventView(at=NOW, state=item.state, reason=EVIL),
        ),
        others=tuple(
            x for x in others
            if x.key != item.key and (x.origin, x.reuser) == (item.origin, item.reuser)
        ),
        checked_at=NOW,
        partial=("origin",) if EVIL in item.reuser.name else (),
        origin_licence="EUPL-1.2",
        reuser_licence=None if EVIL in item.reuser.name else "MIT",
    )  # fmt: skip


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


def _node(end: End, depth: int, **values: Any) -> LineageNode:
    return LineageNode(
        slug=end.slug, name=end.name, organisation=end.organisation, country=end.country,
        region=end.region, depth=depth, **values,
    )  # fmt: skip


def _tree(slug: str, unplaced: Sequence[EdgeView]) -> LineageTree:
    def child(number: int, depth: int, parent: str, **values: Any) -> LineageNode:
        end = fork(number)
        given: dict[str, Any] = {
            "moment": NOW - timedelta(days=900 - 60 * number), "edge": f"ev_fork{number}",
            "kinds": ("shared_commits", "shared_files"), "tag": "measured", "state": "current",
        }  # fmt: skip
        return _node(end, depth, parent=parent, is_current=end.slug == slug, **given | values)

    nodes = [
        _node(FORMS, 0, moment=NOW - timedelta(days=1500), is_current=slug == "forms"),
        _node(AUTO, 1, parent="forms", moment=NOW - timedelta(days=900), edge="ev_commits",
              kinds=("shared_commits",), tag="measured", state="current",
              also_from=((EVIL, "ev_evil"), (HEALTH.name, "ev_text")),
              is_current=slug == "auto-evaluation"),
        child(0, 2, "auto-evaluation", state="since_removed"),
        child(1, 2, "auto-evaluation", is_mirror=True),
        child(2, 3, "forms-fork-1", is_clamped=True),
        *(child(i, 1, "forms") for i in range(3, 14)),
    ]  # fmt: skip
    return LineageTree(nodes=tuple(nodes), unplaced=tuple(unplaced), common_upstream=2)


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
        if query.period == "quarter" and moment is not None:
            period = f"{moment.year}-Q{(moment.month + 2) // 3}"
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


class InMemoryContents:
    """The contents of the two files of each proof: one with markup in it, one edited."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return what a blob holds, whatever the repository."""
        lines = [f"line {number}" for number in range(40)]
        if blob == CHANGED:
            lines[20:21] = [EVIL, LONG_WORD]
        return "\n".join(lines).encode() if url and blob in {COMMIT, CHANGED} else None
