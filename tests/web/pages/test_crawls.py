"""Crawl status: what is wrong, what to do, and why something is not listed."""

from dataclasses import replace
from datetime import timedelta

from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace as changed

from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.hard_cases import NOW
from tests.support.page_structure import Structure
from tests.support.web_apps import asked, sample_app
from tests.support.web_fakes import web_services

Client = TestClient[Litestar]


class Reporting(InMemoryCatalogue):
    """A catalogue whose worker reported some minutes ago, with or without waiting work."""

    minutes: float | None = None
    waiting = 0

    def crawl_status(self):  # type: ignore[no-untyped-def]
        seen = None if self.minutes is None else NOW - timedelta(minutes=self.minutes)
        queue = {"crawl": {"waiting": self.waiting}}
        return changed(super().crawl_status(), worker_seen_at=seen, queue=queue)


def test_silent_workers_are_told_while_work_waits() -> None:
    reporting = Reporting()
    with asked(sample_app(replace(web_services(), catalogue=reporting))) as client:
        for minutes, waiting, is_told in (
            (14, 1, True), (10, 1, False), (14, 0, False), (None, 1, False)
        ):  # fmt: skip
            reporting.minutes, reporting.waiting = minutes, waiting
            page = client.get("/crawls").text
            assert ("Workers are silent" in page) is is_told, (minutes, waiting)


def test_each_cause_of_failures_names_the_next_step(client: Client) -> None:
    rows = [x.text for x in Structure(client.get("/crawls").text).all("tr")]
    row = next(x for x in rows if x.startswith("The answer is larger than its budget"))
    assert "Raise the budget, or leave it out" in row
    assert "https://git.example.org/examples/forms" in row


def test_a_source_that_failed_is_told_with_its_cause_and_the_next_step(client: Client) -> None:
    rows = [x.text for x in Structure(client.get("/crawls").text).all("tr")]
    row = next(x for x in rows if "catalog:https://api.example.org/v1" in x)
    assert "The host asked for fewer requests" in row
    assert "What to do: It is tried again when the host allows" in row


def test_a_repository_can_be_looked_up(client: Client) -> None:
    page = client.get("/crawls?find=forms-fork-1").text
    assert "Repositories whose address holds “forms-fork-1”" in page
    assert 'href="/crawls/repositories/7"' in page


def test_an_unknown_repository_comes_with_the_command_that_adds_it(client: Client) -> None:
    page = client.get("/crawls?find=https://git.example.org/none").text
    assert "registry source add https://git.example.org/none" in page


def test_the_log_tells_causes_in_words_in_each_language(client: Client) -> None:
    assert "The host answered with HTTP status 451" in client.get("/crawls/repositories/7").text
    assert (
        "L’hôte a répondu avec le statut HTTP 451" in client.get("/fr/crawls/repositories/7").text
    )
    assert "not looked at this repository yet" in client.get("/crawls/repositories/8").text
