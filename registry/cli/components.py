"""Which component a word on the command line means: a slug, or the URL of a repository."""

from registry.catalogue.service import Catalogue
from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl, NotFound


def slug_of(catalogue: Catalogue, component: str) -> str:
    """Return the slug; raises `NotFound` where no component has the repository."""
    if "://" not in component:
        return component
    found = catalogue.find_repositories(_canonical(component))
    slug = next((view.component for view in found if view.component), None)
    if slug is None:
        raise NotFound(f"no component has the repository {component}")
    return slug


def _canonical(url: str) -> str:
    try:
        return canonical_repository_url(url)
    except BlockedUrl:
        return url
