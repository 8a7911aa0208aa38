"""The evidence page: what an auditor reads."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.evidence_samples import CHANGED
from tests.support.hard_cases import COMMIT, EVIL
from tests.support.lineage_samples import edge
from tests.support.page_structure import Structure
from web.i18n.languages import shipped_languages
from web.pages.known import DIRECTIONS, UNKNOWN_DIRECTIONS, how_known
from web.pages.samples import is_open

Client = TestClient[Litestar]
ENGLISH = shipped_languages()[0]


def test_a_sentence_tells_what_was_found_and_why_this_way_round(client: Client) -> None:
    page = client.get("/evidence/ev_commits").text
    assert "312 commits with the same ids are in both histories." in page
    assert "Of what they share, most was in Forms for citizens first" in page
    assert "89 were right" in page


def test_a_direction_that_is_not_known_is_said_plainly(client: Client) -> None:
    page = client.get("/evidence/ev_undirected").text
    assert "Who was first is not known" in page
    keys = [x.text for x in Structure(page).all("dt")]
    assert keys[:2] == ["One end", "Other end"]


@pytest.mark.parametrize("basis", [*DIRECTIONS, *UNKNOWN_DIRECTIONS, "unheard-of"])
def test_every_basis_has_a_sentence_that_fits_its_direction(basis: str) -> None:
    known = how_known(ENGLISH, edge("x", direction_basis=basis, direction="known"))
    unknown = how_known(ENGLISH, edge("x", direction_basis=basis, direction="unknown"))
    assert len(known) == 1 + (basis in DIRECTIONS)
    assert unknown[1].startswith("Who was first is not known")


@pytest.mark.parametrize("state", ["withdrawn", "superseded"])
def test_what_no_longer_counts_keeps_its_page_and_says_so(client: Client, state: str) -> None:
    answer = client.get(f"/evidence/ev_{state}")
    assert answer.status_code == 200
    assert "in no number" in answer.text


def test_files_are_side_by_side_where_both_licences_are_open(client: Client) -> None:
    page = Structure(client.get("/evidence/ev_similar").text)
    (table,) = [x for x in page.all("table") if x.attributes.get("class") == "pcr-diff"]
    assert EVIL in table.text
    assert "line 17" in table.text, "three lines of context"
    assert "line 12" not in table.text, "equal runs are left out"


def test_text_without_an_open_licence_is_not_shown(client: Client) -> None:
    page = client.get("/evidence/ev_unlicensed").text
    assert 'class="pcr-diff"' not in page
    assert "an open licence is not known for both" in page
    assert "41 lines" in page
    assert CHANGED[:12] in page


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("EUPL-1.2", True),
        ("MIT OR (Apache-2.0 AND OGL-UK-3.0)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("MIT AND LicenseRef-own", False),
        ("CC-BY-NC-4.0", False),
        ("", False),
        (None, False),
    ],
)
def test_only_open_licences_let_contents_be_shown(licence: str | None, expected: bool) -> None:
    assert is_open(licence) is expected


def test_commands_hold_only_ids_and_addresses(client: Client) -> None:
    code = [x.text for x in Structure(client.get("/evidence/ev_commits").text).all("code")]
    assert (
        "curl -o ev_commits.json 'http://localhost:8000/api/v1/evidence/ev_commits/proof'"
        " python -m registry.verifier ev_commits.json"
    ) in code
    (looks,) = [x for x in code if "cat-file" in x]
    assert f"git -C origin.git cat-file -p {COMMIT} | git hash-object --stdin" in looks
    assert "<" not in looks
