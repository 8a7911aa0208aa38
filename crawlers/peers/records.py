"""Building records of software from what a peer states, in one way for every format."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from crawlers.metadata.publiccode_contacts import without_personal_data
from crawlers.metadata.values import bounded
from crawlers.peers.digest import digest
from registry.domain.facts import Claim, Diagnostic
from registry.domain.peers import PEER_CONFIDENCE, Body, Record

MAX_KEY: Final = 255


def lead(name: str, value: Any, lang: str | None = None) -> Claim | None:
    """Return what a peer says about a property as a lead; None where it says nothing."""
    if value in (None, "", [], {}):
        return None
    return Claim(property=name, value=value, lang=lang, confidence=PEER_CONFIDENCE)


def software(
    key: str,
    *,
    url: str | None,
    claims: list[Claim | None],
    data: Mapping[str, Any],
    kind: str = "software",
    unchanging: Any = None,
    aliases: tuple[str, ...] = (),
    body: Body | None = None,
    is_active: bool = True,
) -> Record:
    """Return a record; `unchanging` is what its digest is of, all of `data` by default."""
    findings = () if url else (finding("no repository is named", "url"),)
    kept = bounded(without_personal_data(dict(data)))
    return Record(
        kind=kind,
        key=key[:MAX_KEY],
        url=url,
        aliases=aliases,
        body=body,
        is_active=is_active,
        size=0,
        sha256=digest([bounded(data if unchanging is None else unchanging), url]),
        data=kept,
        diagnostics=findings,
        claims=masked([claim for claim in claims if claim is not None]),
    )


def masked(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims without the addresses of people, which stand in descriptions too."""
    return tuple(
        msgspec.structs.replace(claim, value=without_personal_data(claim.value)) for claim in claims
    )


def finding(message: str, key: str = "") -> Diagnostic:
    """Return a warning about a record."""
    return Diagnostic(severity="warning", message=message, key=key)


class Keys:
    """Gives each record a key of its own where a format has no ids: repeats get a number."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def of(self, *texts: str | None) -> str:
        """Return the first text that is not empty, with `#2` and so on where it is taken."""
        plain = next((text for text in texts if text), "?")[: MAX_KEY - 8]
        self._taken[plain] = number = self._taken.get(plain, 0) + 1
        return plain if number == 1 else f"{plain}#{number}"
