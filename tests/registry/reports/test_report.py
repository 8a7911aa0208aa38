"""From edges in the database to the figures of a report: counted by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col
from sqlmodel import select as select_rows

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.db.session import Database
from registry.db.tables import Repository, RepositoryAlias, RepositoryState
from registry.db.tables.lineage import Edge, EdgeKind, EdgeState, EdgeTag
from registry.errors import InvalidInput, Unavailable
from registry.reports.figures import Figures, figures_of
from registry.reports.portfolio import Portfolio, portfolio_of, portfolio_query
from registry.reports.selecting import RowFilter, select
from registry.reports.service import Report, Reports
from tests.support.lineage_rows import NOW, World, day


class _NoSearch:
    """A catalogue in which every search finds the same."""

    def __init__(self, *slugs: str) -> None:
        self.slugs = slugs

    def search(self, query: ComponentQuery) -> SearchPage:
        raise AssertionError("nothing is searched for")


def reports_of(database: Database) -> Reports:
    return Reports(database, _NoSearch(), lambda: NOW)


def _fill(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        world.component("road", "EE", body="ria", begun=datetime(2015, 1, 1, tzinfo=UTC))
        world.component("form", "EE", body="ria")
        world.component("quiet", "EE", body="ria")
        world.component("road-fi", "FI", body="vrk", activity="active")
        world.component("road-is", "IS", body="island", activity="quiet")
        world.component("road-ee", "EE", body="tallinn")
        world.component("nobody", "FO", body=None)
        strength = {"commits": 30, "own_commits_origin": 10}
        world.edge("road", "road-fi", first_seen=day(100), strength=strength)
        world.edge(
            "road",
            "road-fi",
            first_seen=day(90),
            kind=EdgeKind.SHARED_FILES,
            strength={"containment": 0.4},
        )
        world.edge("road", "road-is", first_seen=day(400), state=EdgeState.DISPUTED)
        world.edge("road", "nobody", first_seen=day(500), state=EdgeState.SINCE_REMOVED)
        world.edge(
            "form",
            "road-ee",
            kind=EdgeKind.ATTRIBUTION_TEXT,
            tag=EdgeTag.ATTRIBUTED,
            first_seen=None,
            confidence="likely",
        )
        world.edge(
            "form",
            "road-fi",
            kind=EdgeKind.DECLARED,
            tag=EdgeTag.DECLARED,
            is_confirmed=True,
            confidence="possible",
        )
        world.edge("form", "road-is", state=EdgeState.WITHDRAWN)
        world.edge("road-is", "form", direction="unknown")
        world.edge("road-fi", "road", kind=EdgeKind.PACKAGE_DEPENDENCY)  # it reuses: no row


def _report(database: Database, **asked: Any) -> Report:
    return reports_of(database).report(Portfolio(**asked))


def _figures(report: Report) -> Figures:
    return figures_of(report.data)


def test_the_figures_of_a_portfolio_are_those_of_its_edges(database: Database) -> None:
    _fill(database)
    report = _report(database, organisations=("ria",))
    assert [item.slug for item in report.data.components] == ["form", "quiet", "road"]
    assert len(report.data.rows) == 8
    found = _figures(report)
    assert found.headline.components == 3
    assert found.headline.reused.value == 2
    assert found.headline.organisations.value == 3
    assert found.headline.countries.value == 4
    assert {tag: figure.value for tag, figure in found.headline.by_strongest} == {
        "measured": 2, "attributed": 1, "declared": 0, "reported": 0,
    }  # fmt: skip
    assert found.headline.unknown.value == 1
    measured = found.tags[0]
    assert (measured.tag, measured.edges, measured.repositories) == ("measured", 4, 3)
    assert (measured.organisations, measured.countries, measured.components) == (2, 3, 1)
    assert found.disputed.value == 1
    assert found.ended.value == 1
    assert found.undated.value == 1
    assert {name: x.value for name, x in found.left_out} == {
        "withdrawn": 1, "direction_unknown": 1,
    }  # fmt: skip
    assert [(x.slug, x.days, x.country) for x in found.firsts] == [("road", 90, "FI")]
    assert (found.active.count, found.active.of) == (1, 3)
    assert (found.shared.count, found.shared.of) == (1, 3)
    assert (found.contributed.of, found.commits) == (0, 0)
    assert not found.may_rank


def test_rows_hold_the_share_taken_and_where_it_was_measured(database: Database) -> None:
    _fill(database)
    rows = {row.edge: row for row in _report(database, components=("road",)).data.rows}
    first, second = rows["ev_0000000000000001"], rows["ev_0000000000000002"]
    assert (first.share, first.share_basis) == (0.75, "commits")
    assert (second.share, second.share_basis) == (0.4, "files")
    assert first.month == "2015-04"
    assert first.probability is not None
    assert first.is_active is True
    assert rows["ev_0000000000000004"].is_active is False


def test_every_figure_counts_the_rows_that_its_filter_selects(database: Database) -> None:
    _fill(database)
    report = _report(database, organisations=("ria",))
    found = _figures(report)
    for item in found.tags:
        assert len(select(report.data.rows, item.rows)) == item.edges
    for tag, figure in found.headline.by_strongest:
        chosen = select(report.data.rows, figure.rows)
        assert len({row.organisation for row in chosen}) == figure.value, tag
    for _, steps in found.steps:
        for step in steps:
            assert len(select(report.data.rows, step.rows)) == step.new
    for name, figure in (*found.left_out, ("disputed", found.disputed), ("ended", found.ended)):
        assert len(select(report.data.rows, figure.rows)) == figure.value, name


def test_growth_begins_with_the_first_evidence_of_each_pair(database: Database) -> None:
    _fill(database)
    steps = dict(_figures(_report(database, components=("road",))).steps)["measured"]
    assert [(x.period, x.new) for x in steps if x.new] == [
        ("2015-Q2", 1), ("2016-Q1", 1), ("2016-Q2", 1),
    ]  # fmt: skip
    assert len(steps) == 5
    assert steps[-1].total == 3


def test_what_is_no_component_is_named_with_the_reason(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        for slug in ("old", "new", "lost"):
            world.component(slug)
        rows = {x.path: x for x in session.exec(select_rows(Repository))}
        rows["old"].state, rows["old"].moved_to_id = RepositoryState.MOVED, rows["new"].id
        rows["lost"].state = RepositoryState.GONE
        bare = Repository(
            url="https://code.example/bare", host="code.example", path="bare",
            state=RepositoryState.PENDING, state_since=NOW, added_at=NOW,
        )  # fmt: skip
        session.add_all([*rows.values(), bare])
        alias = RepositoryAlias(
            url="https://code.example/former", repository_id=rows["new"].id or 0, since=NOW
        )
        session.add(alias)
    urls = tuple(f"https://code.example/{x}" for x in ("old", "lost", "bare", "none", "former"))
    report = _report(database, urls=(*urls, "ftp://x"), organisations=("none",), topics=("x",))
    assert [x.slug for x in report.data.components] == ["lost", "new"]
    said = {(x.name, x.value.removeprefix("https://code.example/"), x.reason, x.slug)
            for x in report.remarks}  # fmt: skip
    assert said == {
        ("url", "old", "merged", "new"), ("url", "lost", "gone", "lost"),
        ("url", "bare", "not_read", None), ("url", "none", "unknown", None),
        ("url", "ftp://x", "no_address", None), ("organisation", "none", "unknown", None),
        ("topic", "x", "empty", None),
    }  # fmt: skip


def test_a_report_is_read_anew_when_an_edge_changed(database: Database) -> None:
    _fill(database)
    reports = reports_of(database)
    portfolio = Portfolio(components=("road",))
    before = reports.report(portfolio)
    assert reports.report(portfolio) is before
    with database.write() as session:
        edge = session.exec(select_rows(Edge).where(col(Edge.key) == "ev_0000000000000001")).one()
        edge.state, edge.changed_at = EdgeState.WITHDRAWN, datetime(2027, 1, 1, tzinfo=UTC)
        session.add(edge)
    after = reports.report(portfolio)
    assert len(select(after.data.rows, RowFilter())) == 3


def test_a_portfolio_has_one_canonical_address() -> None:
    one = portfolio_of([("component", "b"), ("component", "a"), ("q", " x "), ("component", "a")])
    two = portfolio_of([("q", "x"), ("component", "a"), ("component", "b"), ("other", "1")])
    assert portfolio_query(one) == portfolio_query(two) == "q=x&component=a&component=b"


def test_too_large_a_portfolio_is_refused_with_its_size() -> None:
    with pytest.raises(InvalidInput, match="5,000"):
        portfolio_of([("component", f"c{number}") for number in range(5_001)])


def test_nothing_asked_for_is_an_empty_report(database: Database) -> None:
    report = _report(database)
    assert report.data.components == ()
    assert figures_of(report.data).headline.components == 0


def test_while_the_index_is_down_no_report_is_made_of_what_the_tables_alone_find(
    database: Database,
) -> None:
    class _Degraded:
        def search(self, query: ComponentQuery) -> SearchPage:
            return SearchPage(items=(), total=0, degraded=True)

    _fill(database)
    reports = Reports(database, _Degraded(), lambda: NOW)
    with pytest.raises(Unavailable, match="the search index is down"):
        reports.report(Portfolio(q="road"))
    assert reports.report(Portfolio(components=("road",))).data.components


def test_a_fork_is_reused_from_its_own_first_commit_on(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        for slug, country in (("old", "GB"), ("fork", "CA"), ("taker", "US"), ("mirror", "FR")):
            world.component(slug, country, begun=day(0))
        world.edge("old", "fork", first_seen=day(1000))
        world.edge("fork", "taker", first_seen=day(1100))
        world.edge("old", "mirror", first_seen=day(2000), is_mirror=True)
    report = reports_of(database).report(Portfolio(components=("old", "fork", "mirror")))
    begun = {item.slug: item.first_commit_on for item in report.data.components}
    assert begun == {"old": day(0).date(), "fork": day(1000).date(), "mirror": day(0).date()}
    firsts = {item.slug: item.days for item in figures_of(report.data).firsts}
    assert firsts == {"old": 1000, "fork": 100}
