"""What the web asks of co-governance."""

from collections.abc import Sequence
from typing import Protocol

from registry.governance.measures.readmodels import (
    AffiliationView,
    ContributionQuery,
    Contributions,
)


class MeasuresPort(Protocol):
    """Who works on components, counted from git, by organisation."""

    def contributions(self, slug: str, query: ContributionQuery) -> Contributions:
        """Return who works on a component."""

    def affiliations(self) -> Sequence[AffiliationView]:
        """Return all affiliations on record."""

    def affiliation(self, key: str) -> AffiliationView:
        """Return one affiliation, or raise `NotFound`."""
