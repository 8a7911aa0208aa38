"""Organisations at forges as the crawler knows their addresses, without a crawler."""

from sqlmodel import Session

from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput


class FakeSources:
    """Takes addresses of one part for organisations; `added` are those that are crawled."""

    def __init__(self) -> None:
        self.added: list[tuple[str, str, str]] = []

    def address(self, url: str) -> tuple[str, str]:
        """Return the source and the address of an organisation."""
        found = canonical_repository_url(url.strip())
        if found.count("/") != 3:
            raise InvalidInput("this is not the address of an organisation at its forge")
        return found, found

    def add(self, session: Session, spec: str, *, name: str, country: str) -> None:
        """Remember what was added."""
        self.added.append((spec, name, country))
