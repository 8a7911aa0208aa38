"""The feed of a body: decisions and warnings, in the language that is asked for."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.governance.measures.activity import SIGNALS
from registry.governance.measures.signalling import NO_HEALTH
from tests.support.api_samples import BASE, api_client
from tests.support.web_fakes import web_services
from web.i18n.happenings import sentence
from web.i18n.languages import shipped_languages

Client = TestClient[Litestar]
FEED = "/feeds/bodies/forms-together.json"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with api_client(web_services().catalogue) as made:
        yield made


def test_it_tells_of_decisions_and_of_warnings_the_newest_first(client: Client) -> None:
    items = client.get(FEED).json()["items"]
    titles = [x["title"] for x in items]
    assert "Nothing was decided about Forms Together for 12 months" in titles
    assert "Something was decided about Forms Together again" in titles
    assert any(x.startswith("Adopted: ") for x in titles)
    times = [x["date_modified"] for x in items]
    assert times == sorted(times, reverse=True)
    assert len({x["id"] for x in items}) == len(items)


def test_it_speaks_the_language_that_is_asked_for(client: Client) -> None:
    titles = [x["title"] for x in client.get(f"{FEED}?lang=fr").json()["items"]]
    assert "Rien n’a été décidé au sujet de Forms Together depuis 12 mois" in titles
    assert client.get(f"{FEED}?lang=xx").status_code == 400


def test_later_pages_tell_of_decisions_alone(client: Client) -> None:
    first = client.get(f"{FEED}?limit=1").json()
    later = client.get(first["next_url"].removeprefix(BASE)).json()
    assert [x for x in later["items"] if "/signals/" in x["id"]] == []


@pytest.mark.parametrize("kind", [*SIGNALS, NO_HEALTH])
def test_every_warning_has_a_sentence_in_every_language(kind: str) -> None:
    for language in shipped_languages():
        told = {
            sentence(language, "signal", "N", {"signal": kind, "state": state})
            for state in (("began",) if kind == "handed_over" else ("began", "ended"))
        }
        assert all("N" in x for x in told)
        assert len(told) == (1 if kind == "handed_over" else 2)
