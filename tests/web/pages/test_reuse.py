"""Lists of reuse: the tags side by side, filters in the address, the matrix, the tree, lookups."""

import html
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from registry.lineage.readmodels import LineageNode, LineageTree, MatrixCell
from tests.support.page_structure import Structure
from tests.support.web_apps import BASE
from web.i18n.languages import shipped_languages
from web.pages.charts.matrix import matrix_table, shade
from web.pages.charts.tree import MAX_ROWS, tree_chart
from web.pages.diffs import MAX_LINES, MAX_SHOWN, side_by_side
from web.pages.lookup import MAX_LINES as MAX_ASKED
from web.pages.lookup import read_lines
from web.pages.reuse_query import parse_reuse, reuse_pairs, without_value

Client = TestClient[Litestar]
ENGLISH = shipped_languages()[0]
NOW = datetime(2026, 8, 2, tzinfo=UTC)
OWN = {"Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}


def figures(page: str) -> list[str]:
    found = [x for x in Structure(page).all("ul") if "pcr-figures" in x.attributes.get("class", "")]
    return [x.text for x in found]


def test_numbers_of_different_tags_stand_side_by_side(client: Client) -> None:
    (shown,) = figures(client.get("/reuse").text)
    assert shown == "23Measured1Attributed1Declared"


def test_no_figure_and_no_banner_leads_to_the_page_that_it_stands_on(client: Client) -> None:
    to_measured = 'href="/reuse?tag=measured"'
    assert to_measured in client.get("/reuse").text
    assert to_measured not in client.get("/reuse?tag=measured").text
    drift = "/components/hidden/drift"
    assert client.get("/components/hidden").text.count(f'href="{drift}"') == 2, "tab and banner"
    assert client.get(drift).text.count(f'href="{drift}"') == 1, "the tab alone"


def test_what_does_not_count_is_there_only_when_asked_for(client: Client) -> None:
    assert "ev_withdrawn" not in client.get("/reuse?from=EE&component=forms").text
    assert "ev_withdrawn" in client.get("/reuse?state=withdrawn").text


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["from", "to", "kind", "tag", "state", "since", "foreign", "component"]
            ),
            st.sampled_from(["EE", "measured", "submodule", "current", "2024-02-30", "true", "x"]),
        ),
        max_size=8,
    )
)
def test_an_address_asks_the_same_again(pairs: list[tuple[str, str]]) -> None:
    query = parse_reuse(pairs)
    again = parse_reuse(reuse_pairs(query))
    assert again == query
    for name, value in reuse_pairs(query):
        assert (name, value) not in reuse_pairs(without_value(query, name, value))


def test_the_years_of_a_matrix_lead_to_the_edges_of_that_year(client: Client) -> None:
    page = html.unescape(client.get("/matrix?year=2024").text)
    assert "/reuse?from=EE&to=CA&tag=measured&since=2024-01-01&until=2025-01-01" in page


def test_the_largest_groups_head_the_matrix_and_the_rest_is_counted() -> None:
    cells = [
        MatrixCell(origin="EE", reuser=f"R{i:02}", period="all", pairs=i + 1, components=1, edges=1)
        for i in range(25)
    ]
    table = matrix_table(cells, str, lambda a, b: f"{a}-{b}")
    assert [x.code for x in table.columns][:2] == ["R24", "R23"]
    assert (len(table.columns), table.hidden_columns, table.hidden_rows) == (20, 5, 0)
    assert table.rows[0].total.value == sum(range(1, 26)), "hidden columns are in the total"
    assert [shade(x) for x in (0, 1, 2, 4, 5, 9, 10, 24, 25, 100, 10**6)] == [
        0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6,
    ]  # fmt: skip


def node(slug: str, depth: int, parent: str | None, days: int, country: str = "FI") -> LineageNode:
    return LineageNode(
        slug=slug, name=slug, organisation=None, country=country, region=None, depth=depth,
        parent=parent, moment=NOW - timedelta(days=days), tag="measured" if parent else None,
    )  # fmt: skip


def test_a_child_never_stands_left_of_its_parent() -> None:
    nodes = (node("root", 0, None, 900), node("a", 1, "root", 1200), node("b", 2, "a", 100))
    rows = tree_chart(LineageTree(nodes=nodes), ENGLISH).rows
    assert rows[0].x <= rows[1].x <= rows[2].x
    assert rows[1].line
    assert not rows[0].line


def test_a_large_family_is_put_together_by_country() -> None:
    leaves = tuple(node(f"n{i}", 1, "root", i, "FI" if i % 2 else "CA") for i in range(200))
    chart = tree_chart(LineageTree(nodes=(node("root", 0, None, 900), *leaves)), ENGLISH)
    assert chart.is_collapsed
    assert [row.label for row in chart.rows[1:]] == [
        "Canada: 100 repositories",
        "Finland: 100 repositories",
    ]
    assert len(chart.rows) <= MAX_ROWS


def test_nested_lists_follow_the_tree(client: Client) -> None:
    page = Structure(client.get("/components/forms/lineage").text)
    assert page.unbalanced == []
    (current,) = [x for x in page.all("strong") if x.attributes.get("aria-current") == "true"]
    assert current.text == "Forms for citizens"


def test_a_component_without_reuse_says_what_was_searched(client: Client) -> None:
    page = Structure(client.get("/components/bare/reuse").text).all("main")[0].text
    assert "No reuse found in" in page
    assert "Private copies cannot be seen." in page


def test_the_time_to_the_first_reuse_abroad_is_told(client: Client) -> None:
    page = Structure(client.get("/components/forms/reuse").text).all("main")[0].text
    assert "71 days after its first commit (Finland)" in page


def test_a_country_gives_and_takes(client: Client) -> None:
    page = html.unescape(client.get("/countries/EE").text)
    assert "/reuse?from=EE&to=CA&tag=measured" in page
    assert "/reuse?to=CA&from=EE&tag=measured" in html.unescape(client.get("/countries/CA").text)


def test_the_home_page_counts_by_tag_and_tells_the_latest(client: Client) -> None:
    page = client.get("/").text
    assert "23Measured1Attributed1Declared" in figures(page)
    assert "Auto-évaluation (Canada) grew out of Forms for citizens (Estonia)" in page


def test_the_method_shows_figures_with_their_intervals(client: Client) -> None:
    page = Structure(client.get("/method").text).all("main")[0].text
    assert "99% (94%–100%)" in page
    assert "377 labelled pairs of 272 repositories (truth.csv)" in page
    assert "maximum_tau" in page


def test_without_an_evaluation_no_figure_is_invented(empty_client: Client) -> None:
    page = Structure(empty_client.get("/method").text).all("main")[0].text
    assert "nothing was measured yet" in page
    assert "not measured" in page


def test_each_line_of_a_lookup_is_understood_by_its_form() -> None:
    sha = "A" * 40
    asked = read_lines(
        f"{sha}\n100644 blob {'b' * 40}\tsrc/x.py\nswh:1:cnt:{'c' * 40}\npkg:npm/left-pad\n"
        f"https://code.example/a\n\n<script>\n"
    )
    assert asked.query.blobs == ("a" * 40, "b" * 40)
    assert asked.query.commits == ("a" * 40,)
    assert asked.query.purls == ("pkg:npm/left-pad",)
    assert asked.query.urls == ("https://code.example/a",)
    assert (asked.lines, asked.mistakes) == (5, ((7, "<script>"),))


def test_a_lookup_answers_and_is_not_kept(client: Client) -> None:
    ids = "\n".join(["a" * 40, "b" * 40, "d" * 40, "nonsense"])
    answer = client.post("/lookup", content=urlencode({"q": ids}), headers=OWN)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = Structure(answer.text).all("main")[0].text
    assert "of 3 things that were asked for are known here" in page
    assert "npm:jquery@3.7.1" in page
    assert "1 line was not understood" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "No line was understood"),
        ("", "No line was understood"),
        ("\n".join(f"{i:040x}" for i in range(MAX_ASKED + 1)), "at most 500 lines"),
    ],
)
def test_a_lookup_that_cannot_be_answered_says_why(client: Client, text: str, words: str) -> None:
    answer = client.post("/lookup", content=urlencode({"q": text}), headers=OWN)
    assert answer.status_code == 400
    assert words in answer.text


def test_a_long_difference_is_cut_and_a_huge_one_is_not_made() -> None:
    diff = side_by_side([f"a{i}" for i in range(MAX_LINES)], [f"b{i}" for i in range(MAX_LINES)])
    assert diff is not None
    assert (len(diff.rows), diff.is_cut) == (MAX_SHOWN, True)
    assert side_by_side([""] * (MAX_LINES + 1), []) is None


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_a_difference_numbers_the_lines_of_both_sides(left: list[str], right: list[str]) -> None:
    diff = side_by_side(left, right)
    assert diff is not None
    for row in diff.rows:
        assert not row.left_number or left[row.left_number - 1] == row.left
        assert not row.right_number or right[row.right_number - 1] == row.right
        if row.kind == "same":
            assert row.left == row.right
    changed = [x for x in diff.rows if x.kind not in {"same", "gap"}]
    assert bool(changed) == (left != right)


def test_addresses_of_people_are_masked_in_a_difference() -> None:
    diff = side_by_side(["by Jo <jo.doe@agency.example>"], ["git@code.example:a/b"])
    assert diff is not None
    assert diff.rows[0].left == "by Jo <…@agency.example>"
    assert diff.rows[0].right == "…@code.example:a/b"
