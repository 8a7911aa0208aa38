"""Edges written straight into the tables, between components that are just rows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from registry.db.session import Database
from registry.db.tables import Component, Organisation, Repository, RepositoryState
from registry.db.tables.lineage import Edge, EdgeKind, EdgeState, EdgeTag
from registry.db.tables.lineage_facts import NamedSource
from registry.lineage.background import Background
from registry.lineage.service import Lineage

NOW = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
BEGUN = datetime(2015, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """Return a day after the first commits."""
    return BEGUN + timedelta(days=number)


@dataclass
class World:
    """A catalogue in the making: components by slug, organisations by country and number."""

    session: Session
    bodies: dict[str, int] = field(default_factory=dict)
    components: dict[str, int] = field(default_factory=dict)
    repositories: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[str | None, str | None, int | None]] = field(default_factory=dict)
    count: int = 0

    def body(self, slug: str, country: str | None, region: str | None = None) -> int:
        """Return the id of an organisation, made when it is new."""
        if slug not in self.bodies:
            row = Organisation(
                slug=slug, uri=f"https://body.example/{slug}", name=slug.replace("-", " ").title(),
                country=country, region=region, created_at=NOW,
            )  # fmt: skip
            self.session.add(row)
            self.session.flush()
            self.bodies[slug] = row.id or 0
        return self.bodies[slug]

    def component(
        self,
        slug: str,
        country: str | None = "EE",
        *,
        body: str | None = "",
        region: str | None = None,
        begun: datetime | None = BEGUN,
        **values: Any,
    ) -> int:
        """Add a component of an organisation, by default one of its own in the country."""
        name = f"body-of-{slug}" if body == "" else body
        number = self.body(name, country, region) if name else None
        url = f"https://code.example/{slug}"
        repository = Repository(
            url=url, host="code.example", path=slug, state=RepositoryState.ACTIVE,
            state_since=NOW, first_commit_at=begun, added_at=NOW, last_checked_at=NOW,
        )  # fmt: skip
        self.session.add(repository)
        self.session.flush()
        given: dict[str, Any] = {"name": slug, "licence": "EUPL-1.2"}
        row = Component(
            uuid=f"uuid-{slug}", slug=slug, repository_id=repository.id or 0, country=country,
            region=region, organisation_id=number, created_at=NOW, updated_at=NOW,
            **given | values,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.components[slug] = row.id or 0
        self.repositories[slug] = repository.id or 0
        self.places[slug] = (country, region, number)
        return row.id or 0

    def source(self, slug: str, country: str | None = None, region: str | None = None) -> int:
        """Add a source of code without a repository."""
        row = NamedSource(
            slug=slug, name=slug.title(), patterns=slug, country=country, region=region,
            reference=f"https://{slug}.example", created_at=NOW,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.places[f"source:{slug}"] = (country, region, None)
        self.components[f"source:{slug}"] = -(row.id or 0)
        return row.id or 0

    def edge(self, origin: str, reuser: str, **values: Any) -> str:
        """Add an edge that counts, unless the values say otherwise; return its key."""
        self.count += 1
        country, region, body = self.places[origin]
        here, part, taker = self.places[reuser]
        source = self.components[origin]
        given: dict[str, Any] = {
            "key": f"ev_{self.count:016x}", "kind": EdgeKind.SHARED_COMMITS,
            "tag": EdgeTag.MEASURED, "state": EdgeState.CURRENT, "first_seen": day(self.count),
            "last_seen": day(4000), "confidence": "verified", "strength": {"commits": 7},
            "proof": {"samples": []}, "proof_digest": "d" * 64,
            "found_at": NOW, "changed_at": NOW + timedelta(seconds=self.count),
            "origin_id": source if source > 0 else None,
            "origin_source_id": -source if source < 0 else None,
            "reuser_id": self.components[reuser], "origin_country": country,
            "origin_region": region, "origin_organisation_id": body, "reuser_country": here,
            "reuser_region": part, "reuser_organisation_id": taker,
        }  # fmt: skip
        row = Edge(**given | values)
        self.session.add(row)
        self.session.flush()
        return row.key


def lineage_of(database: Database) -> Lineage:
    """Return the questions about a database, with no third-party code known."""
    return Lineage(database, Background.empty())
