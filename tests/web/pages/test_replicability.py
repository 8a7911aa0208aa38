"""The page about use elsewhere: obstacles with places, what was not found, what is unknown."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.domain.obstacle_texts import TEXTS
from tests.support.page_structure import Structure
from tests.support.replicability_samples import COMMIT, EVIL, full, shown

Client = TestClient[Litestar]
PATH = "/components/forms/replicability"


def test_every_obstacle_has_its_words_its_places_and_a_way_out(client: Client) -> None:
    page = client.get(PATH).text
    found = shown(full()).obstacles()
    assert f"{len(found)} obstacles were found." in page
    for obstacle in found:
        assert TEXTS[obstacle.rule].title in page
        assert TEXTS[obstacle.rule].way_out in page
    assert f"/-/blob/{COMMIT}/src/0.py#L1" in page
    assert "Seen in 9 files." in page
    assert "and 4 more places" in page
    assert EVIL not in page


def test_what_was_not_found_and_what_is_not_known_are_told_apart(client: Client) -> None:
    titles = [x.text for x in Structure(client.get(PATH).text).all("h3")]
    assert "Looked for and not found" in titles
    clear = client.get("/components/auto-evaluation/replicability").text
    assert "No obstacle was found." in clear
    assert "Container file" in clear
    unread = client.get("/components/bare/replicability").text
    assert "The code was not read for this yet" in unread
    assert "What was looked at" not in unread


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("/fr", "Aucun commit depuis deux ans"), ("/es", "Ningún commit desde hace dos años")],
)
def test_obstacles_are_told_in_other_languages(client: Client, prefix: str, words: str) -> None:
    assert words in client.get(prefix + PATH).text


def test_there_is_no_total(client: Client) -> None:
    page = client.get(PATH).text.lower()
    assert "score" not in page
    assert "There is no total." in client.get(PATH).text


def test_the_method_explains_every_rule(client: Client) -> None:
    page = client.get("/method").text
    for rule in TEXTS:
        assert f'id="{rule.replace("_", "-")}"' in page


def test_the_old_name_leads_to_the_new_page(client: Client) -> None:
    answer = client.get("/components/old-forms/replicability", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, PATH)
