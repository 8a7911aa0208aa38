"""What the API returns of contributors: the read models with their links."""

from registry.governance.measures.readmodels import Contributions


class ContributorsResource(Contributions, frozen=True, kw_only=True):
    """Who works on a component, by organisation: counted from git, no person is named."""

    api_url: str
    html_url: str
