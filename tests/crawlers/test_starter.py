"""The starter list: every line can be used, and adding it twice adds it once."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlmodel import col, func, select

from crawlers.egress import Egress, Response
from crawlers.forges.port import ForgeKind
from crawlers.starter import add_starter, is_online, starter_list
from registry.db.session import Database
from registry.db.tables import Organisation, Repository, Source
from registry.domain.countries import normalise_country, normalise_level
from registry.errors import CrawlFailure

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = """
ongov/covid-19-self-assessment ongov/covid-19-screening-tools nordic-institute/x-road
nordic-institute/x-road-catalog ria-ee/x-road vrk-kpa/x-road alphagov/notifications-api
alphagov/notifications-admin alphagov/notifications-utils alphagov/e-petitions
alphagov/govuk-frontend alphagov/digitalmarketplace-frontend-toolkit cds-snc/notification-api
cds-snc/notifier-utils cds-snc/node-starter-app cds-snc/covid-alert-server
italia/publiccode-crawler italia/developers-italia-api italia/publiccode-parser-go
italia/design-angular-kit etalab/csvapi codegouvfr/codegouvfr-fetch-data codegouvfr/codegouv-web
codegouvfr/codegouvfr-cli disic/politique-de-contribution-open-source
""".split()  # noqa: SIM905


def test_every_line_can_be_used() -> None:
    found = starter_list()
    assert found.problems == ()
    assert len(found.entries) >= 60
    assert len({entry.country for entry in found.entries}) >= 10
    for entry in found.entries:
        assert (entry.spec.kind, entry.spec.forge) == ("repository", ForgeKind.GITHUB)
        assert entry.organisation_name
        assert normalise_country(entry.region or entry.country or "") == (
            entry.country,
            entry.region,
        )
        assert normalise_level(entry.level or "") == entry.level


def test_the_repositories_of_the_known_stories_are_in_the_list() -> None:
    paths = {(entry.spec.namespace or "").lower() for entry in starter_list().entries}
    assert not set(WANTED) - paths


def test_an_account_stands_for_one_organisation() -> None:
    accounts: dict[str, set[tuple[str | None, str | None, str | None]]] = {}
    for entry in starter_list().entries:
        owner = (entry.spec.namespace or "").partition("/")[0].lower()
        known = (entry.organisation_name, entry.country, entry.level)
        accounts.setdefault(owner, set()).add(known)
    assert not [owner for owner, known in accounts.items() if len(known) > 1]


def test_adding_the_list_twice_adds_it_once(database: Database) -> None:
    with database.write() as session:
        number = add_starter(session, NOW)
    with database.write() as session:
        assert add_starter(session, NOW) == number
    with database.read() as session:
        for table in (Source, Repository):
            assert session.exec(select(func.count()).select_from(table)).one() == number
        ontario = session.exec(
            select(Organisation).where(col(Organisation.name) == "Government of Ontario")
        ).one()
        assert (ontario.country, ontario.region, ontario.level) == ("CA", "CA-ON", "regional")
        marked = Counter(session.exec(select(Source.is_demo)).all())
        assert marked == {False: number}


class _Door:
    """Stands for the egress: answers, or fails, and notes what it was asked."""

    def __init__(self, answer: Response | CrawlFailure) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, float]] = []

    def request(self, method: str, url: str, **limits: Any) -> Response:
        self.asked.append((method, url, limits["total_seconds"]))
        if isinstance(self.answer, CrawlFailure):
            raise self.answer
        return self.answer


def test_an_answer_means_that_we_are_online() -> None:
    door = _Door(Response(429, {}, b"", "https://github.com/"))
    assert is_online(cast("Egress", door))
    assert door.asked == [("HEAD", "https://github.com/", 5.0)]


@pytest.mark.parametrize("reason", ["dns_failed", "connect_failed", "tls_failed", "too_slow"])
def test_no_answer_means_that_we_are_offline(reason: str) -> None:
    assert not is_online(cast("Egress", _Door(CrawlFailure(reason, retryable=True))))
