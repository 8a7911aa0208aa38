"""What the web asks of co-governance."""

from collections.abc import Sequence
from typing import Protocol

from registry.governance.declared.readmodels import Declared
from registry.governance.measures.commitments import BodyMeasures
from registry.governance.measures.readmodels import (
    AffiliationView,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.signalling import Happened
from registry.governance.measures.standing import Standing


class MeasuresPort(Protocol):
    """Who works on components, counted from git, by organisation."""

    def contributions(self, slug: str, query: ContributionQuery) -> Contributions:
        """Return who works on a component."""

    def standing(self, slug: str) -> Standing:
        """Return where a component stands."""

    def declared(self, slug: str) -> Declared:
        """Return what the repository of a component declares of its governance."""

    def body_measures(self, slug: str) -> BodyMeasures:
        """Return who works on all that a body governs, where it stands, who is bound to it."""

    def body_signals(self, slug: str) -> Sequence[Happened]:
        """Return which warnings of a body began and ended, the newest first."""

    def affiliations(self) -> Sequence[AffiliationView]:
        """Return all affiliations on record."""

    def affiliation(self, key: str) -> AffiliationView:
        """Return one affiliation, or raise `NotFound`."""
