"""A large joint body: 50 members, 500 decisions with votes, 20 components, at 20 requests/s."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, select

from registry.cli.build import Registry
from registry.db.bulk import insert_rows
from registry.db.tables import (
    BodyComponent,
    BodyMember,
    Component,
    Contribution,
    ContributionCount,
    Decision,
    DecisionBody,
    DecisionState,
    FundingLine,
    JointBody,
    MemberRole,
    MemberState,
    Vote,
    VoteChoice,
    VoteThreshold,
    VoteWeight,
)
from registry.governance.measures.counting import VERSION
from registry.governance.measures.storing import keep, measured
from registry.settings import from_environ
from tests.bench.catalogue_rows import NOW, ORGANISATIONS, fill, slug
from tests.bench.crawl import COMMAND
from tests.bench.figures import Figure
from tests.bench.load import load
from tests.bench.pages import environment_of, made_anew, processor_seconds, served

RATE: Final = 20.0
SECONDS: Final = 20.0
AIM: Final = 100.0
MEMBERS, DECISIONS, COMPONENTS, DAYS, AUTHORS = 50, 500, 20, 1_500, 6
_SOURCE: Final = {"source_url": "https://example.org/minutes", "entered_at": NOW}
_TODAY: Final = NOW.date()


def run(*, quick: bool) -> list[Figure]:
    """Measure; `quick` takes 3 seconds."""
    seconds = 3.0 if quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = environment_of(Path(name))
        registry = Registry(from_environ(environment))
        fill(registry, 100)
        with registry.database.write() as session:
            fill_body(session)
        registry.close()
        paths = {
            "body": "/bodies/joint",
            "decisions of a body": "/bodies/joint/decisions",
            "governance of a component": f"/components/{slug(1)}/governance",
            "contributors of a component": f"/components/{slug(1)}/contributors",
            "API: measures of a body": "/api/v1/bodies/joint/measures",
        }
        anew = _measured(paths, made_anew(environment), seconds / 2, ", made anew")
        return [*anew, *_measured(paths, environment, seconds, "")]


def _measured(
    paths: dict[str, str], environment: dict[str, str], seconds: float, suffix: str
) -> list[Figure]:
    with served([*COMMAND, "serve", "--port", "0"], environment) as (port, pid):
        load(port, list(paths.values()), rate=5, seconds=4)
        return [
            _figure(f"{kind}{suffix}", (port, pid), path, seconds) for kind, path in paths.items()
        ]


def fill_body(session: Session) -> None:
    """Write a body with everything that its page shows, and keep its figures."""
    session.add(JointBody(id=1, slug="joint", name="Joint", lang="en", updated_at=NOW, **_SOURCE))
    session.flush()
    found = session.exec(select(Component).order_by(Component.id).limit(COMPONENTS)).all()  # type: ignore[arg-type]
    insert_rows(
        session, BodyComponent, [{"body_id": 1, "component_id": x.id, **_SOURCE} for x in found]
    )
    insert_rows(session, BodyMember, map(_member, range(1, MEMBERS + 1)))
    session.add(
        DecisionBody(
            id=1, body_id=1, name="Board", weight=VoteWeight.ONE_EACH, voting_roles=["strategic"],
            threshold=VoteThreshold.MAJORITY, **_SOURCE,
        )
    )  # fmt: skip
    session.flush()
    insert_rows(session, Decision, map(_decision, range(1, DECISIONS + 1)))
    insert_rows(session, Vote, _votes())
    insert_rows(session, FundingLine, map(_payment, range(1, MEMBERS + 1)))
    for component in found:
        key = component.repository_id
        insert_rows(session, Contribution, _work(key))
        session.add(ContributionCount(repository_id=key, version=VERSION, counted_at=NOW))
        session.flush()
        _keep(session, "repository", key)
    _keep(session, "body", 1)


def _keep(session: Session, kind: str, number: int) -> None:
    row = measured(session, kind, number, NOW)
    assert row is not None
    keep(session, row)


def _member(number: int) -> dict[str, Any]:
    return {
        "id": number, "body_id": 1, "organisation_id": number % ORGANISATIONS + 1,
        "name": f"Member {number}", "country": ("EE", "FI", "IS", "FO")[number % 4],
        "role": MemberRole.STRATEGIC, "state": MemberState.CONFIRMED, "dues": 1,
        "since": date(2017, 1, 1), **_SOURCE,
    }  # fmt: skip


def _decision(number: int) -> dict[str, Any]:
    return {
        "id": number, "body_id": 1, "number": number, "decision_body_id": 1, "lang": "en",
        "title": f"Decision {number}", "text": "What was decided. " * 20,
        "state": DecisionState.ADOPTED, "is_recorded": False,
        "decided_on": _TODAY - timedelta(days=number), **_SOURCE,
    }  # fmt: skip


def _votes() -> Iterator[dict[str, Any]]:
    for decision in range(1, DECISIONS + 1):
        for member in range(1, MEMBERS + 1):
            yield {
                "decision_id": decision, "member_id": member, "choice": VoteChoice.FOR,
                "weight": 1, "cast_at": NOW,
            }  # fmt: skip


def _payment(number: int) -> dict[str, Any]:
    return {
        "body_id": 1, "payer": f"Member {number}", "country": ("EE", "FI")[number % 2],
        "amount": 1_000 * number, "currency": "EUR", "since": _TODAY - timedelta(days=300),
        "purpose": "dues", **_SOURCE,
    }  # fmt: skip


def _work(repository: int) -> Iterator[dict[str, Any]]:
    domains = ("niis.org", "gofore.com", "nortal.com", "gmail.com", "ria.ee", "example.net")
    for day in range(DAYS):
        yield {
            "repository_id": repository, "day": _TODAY.toordinal() - day,
            "author_key": bytes([day % AUTHORS + 1]) * 16, "author_domain": domains[day % AUTHORS],
            "is_bot": False, "is_own": True, "commits": day % 5 + 1, "merges": day % 2,
            "put_in": day % 2,
        }  # fmt: skip


def _figure(kind: str, server: tuple[int, int], path: str, seconds: float) -> Figure:
    port, pid = server
    before = processor_seconds(pid)
    answers = load(port, [path], rate=RATE, seconds=seconds)[path]
    cost = (processor_seconds(pid) - before) / len(answers.milliseconds + answers.errors)
    p50, p95 = answers.percentile(50), answers.percentile(95)
    return Figure(
        kind,
        f"p50/p95 {p50:.0f}/{p95:.0f} ms, processor {1000 * cost:.0f} ms",
        f"at {RATE:.0f} requests/s",
        aim=f"p95 ≤ {AIM:.0f} ms",
        met=p95 <= AIM,
    )
