"""An organisation that is not known: the page that says so, proposing it, deciding on it."""

from collections.abc import Iterator

import pytest

from registry.accounts.authorise import Scope
from tests.support.account_apps import Browser, Town, town_in
from tests.support.accounts import add_token

NOWHERE = "https://git.example.org/nowhere"
PAGE = f"/publish/organisation?url={NOWHERE}"
GOOD = {
    "url": NOWHERE, "name": "City of Nowhere", "country": "FI",
    "evidence_url": "https://nowhere.example/open-source",
}  # fmt: skip


class Place:
    """A registry with people who look at it."""

    def __init__(self, town: Town, visitor: Browser) -> None:
        self.town = town
        self.client = visitor.client
        self.visitor = visitor
        self.owner = Browser(visitor.client, town.owner)
        self.member = Browser(visitor.client, town.member)
        self.operator = Browser(visitor.client, town.operator)


@pytest.fixture
def place() -> Iterator[Place]:
    with town_in() as (town, client):
        yield Place(town, Browser(client))


def test_an_unknown_organisation_is_proposed_and_decided_on(place: Place) -> None:
    begun = place.owner.post("/publish", url=NOWHERE)
    assert begun.status_code == 303
    page = place.owner.get(begun.headers["location"]).text
    assert "This organisation is not known here" in page
    assert f'value="{NOWHERE}"' in page
    made = place.owner.post("/publish/propose", **GOOD)
    where = made.headers["location"].partition("?")[0]
    assert (made.status_code, where) == (303, "/proposals/1")
    assert "Your proposal was received" in place.owner.get(made.headers["location"]).text
    assert "It was proposed already" in place.visitor.get(PAGE).text
    assert "City of Nowhere" in place.operator.get("/proposals?state=waiting").text
    assert "<textarea" not in place.owner.get(where).text
    assert "<textarea" in place.operator.get(where).text
    said = {"verdict": "refuse", "text": "No page names this <b>account</b>."}
    assert place.operator.post(f"{where}/decide", **said).status_code == 303
    told = place.owner.get(where).text
    assert "No page names this &lt;b&gt;account&lt;/b&gt;." in told
    assert place.operator.post(f"{where}/decide", **said).status_code == 409


def test_who_is_not_signed_in_is_led_there_and_back(place: Place) -> None:
    page = place.visitor.get(PAGE).text
    assert "Sign in to propose it" in page
    assert "next=%2Fpublish%2Forganisation%3Furl%3Dhttps" in page
    assert "<form method" not in page
    assert place.visitor.post("/publish/propose", **GOOD).status_code in {303, 401}
    assert place.operator.get("/proposals").text.count("City of Nowhere") == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Write something here"),
        ({"country": "XX"}, "Choose one of the list"),
        ({"evidence_url": "no"}, "Write a web address"),
        ({"url": f"{NOWHERE}/forms/tree/main"}, "Write a web address"),
    ],
)
def test_a_mistake_keeps_what_was_written(place: Place, changed: dict[str, str], told: str) -> None:
    answer = place.owner.post("/publish/propose", **(GOOD | changed))
    assert answer.status_code == 400
    assert told in answer.text
    assert "Error: " in answer.text
    assert "https://nowhere.example/open-source" in answer.text or "evidence_url" in changed


def test_twice_is_a_conflict_and_of_others_nothing_is_there(place: Place) -> None:
    place.owner.post("/publish/propose", **GOOD)
    assert place.member.post("/publish/propose", **GOOD).status_code == 409
    assert place.member.get("/proposals/1").status_code == 404
    assert place.operator.post("/proposals/1/decide", verdict="x", text="y").status_code == 400
    assert place.operator.post("/proposals/1/decide", verdict="accept", text="").status_code == 400
    assert place.operator.get("/proposals/99").status_code == 404


def test_the_api_does_the_same(place: Place) -> None:
    tokens = {
        name: add_token(place.town.database, person.account, tuple(Scope))
        for name, person in (("owner", place.town.owner), ("operator", place.town.operator))
    }

    def ask(who: str, path: str, json: object = None) -> tuple[int, dict[str, object]]:
        place.client.cookies.clear()
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        method = "GET" if json is None else "POST"
        answer = place.client.request(
            method, f"/api/v1/proposals{path}", json=json, headers=headers
        )
        return answer.status_code, answer.json()

    status, refused = ask("owner", "", GOOD | {"country": "Finland"})
    assert status == 400
    assert refused["errors"][0]["location"] == "country"  # type: ignore[index]
    assert ask("owner", "", GOOD | {"state": "accepted"})[0] == 400
    status, made = ask("owner", "", GOOD)
    assert (status, made["state"]) == (201, "waiting")
    assert ask("owner", "/1/decide", {"accept": True, "reply": "Mine."})[0] == 403
    status, decided = ask("operator", "/1/decide", {"accept": True, "reply": "It is theirs."})
    assert (status, decided["state"]) == (200, "accepted")
    assert ask("owner", "/1") == (200, decided)
    assert ask("owner", "?state=accepted")[1]["items"] == [decided]
    assert ask("owner", "?state=lost")[0] == 400
