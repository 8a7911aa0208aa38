"""What the API returns of where components and bodies stand: the read models with their links."""

from registry.governance.declared.readmodels import Declared
from registry.governance.measures.commitments import Commitment
from registry.governance.measures.readmodels import BodyWork
from registry.governance.measures.standing import Standing


class StandingResource(Standing, frozen=True, kw_only=True):
    """Where a component stands in co-governance.

    `declared` is what files of its repository say, and mixes with nothing that is measured.
    """

    declared: Declared
    api_url: str
    html_url: str


class BodyMeasuresResource(BodyWork, frozen=True, kw_only=True):
    """Who works on the components of a body together, where it stands, and who is bound to it."""

    standing: Standing
    commitments: tuple[Commitment, ...]
    api_url: str
    html_url: str
