"""Lists of many pages: the links between pages, and the filters above them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.page_structure import Structure
from web.i18n.words import words

Client = TestClient[Litestar]


def next_page(html: str) -> str:
    (found,) = [x.attributes["href"] for x in Structure(html).all("a")
                if x.attributes.get("rel") == "next"]  # fmt: skip
    return found


def test_the_next_page_keeps_what_was_asked(client: Client) -> None:
    asked = {"severity": "high", "organisation": "town & state=ended#x"}
    first = client.get("/fr/fixes-missing", params=asked)
    following = urlsplit(next_page(first.text))
    assert following.path == "/fr/fixes-missing"
    assert parse_qs(following.query) == {k: [v] for k, v in asked.items()} | {"after": ["7"]}
    second = client.get(following.geturl())
    back = [x.attributes["href"] for x in Structure(second.text).all("a")]
    assert following.geturl().removesuffix("&after=7") in back


@pytest.mark.parametrize("after", ["x", "-1", "9" * 25, "²", "9223372036854775808"])
@pytest.mark.parametrize(
    "path", ["/needs", "/disputes", "/fixes-missing", "/components/forms/adopters"]
)
def test_a_list_begins_somewhere_whatever_is_asked(client: Client, path: str, after: str) -> None:
    assert client.get(path, params={"after": after}).status_code == 200


def test_states_are_offered_in_words(client: Client) -> None:
    options = {
        x.attributes["value"]: x.text for x in Structure(client.get("/disputes").text).all("option")
    }
    for state in ("open", "accepted", "rejected"):
        assert options[state] == words("dispute_state", state)
