"""From claims to fields: which source is believed, what is shown, where sources disagree.

The rules are pure and commutative: the order in which claims arrive changes nothing.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from registry.domain.properties import COLLECTED, CONFLICTING, MULTILINGUAL, PRECEDENCE

# Sources that describe the software; a technical fork repeats upstream's, so they do not count.
DESCRIPTIVE = frozenset(
    {"publiccode", "codejson", "codemeta", "ore", "bcgovpubcode", "citation", "readme", "peer"}
)

# Forks that only repeat what upstream says of itself (names of the Dutch register).
TECHNICAL_FORKS = frozenset({"TECHNICAL_FORK", "GIT_FORK"})

# Claims below this confidence are leads: they are listed, and never make a conflict.
CONSIDERED = 0.5
# From here on a licence text says all: below, it cannot tell "only" from "or later".
SURE = 0.9


class StatedClaim(Struct, frozen=True, kw_only=True):
    """A claim with its basis (a document kind, `forge`, `crawler`, `tags`, …) and its row id."""

    property: str
    value: Any
    basis: str
    id: int | None = None
    lang: str | None = None
    path: str | None = None
    confidence: float = 1.0


class Resolved(Struct, frozen=True, kw_only=True):
    """A field with the claim that won; `is_conflict` when believed sources disagree."""

    property: str
    value: Any
    lang: str | None
    basis: str
    claim_id: int | None
    is_conflict: bool = False


def resolve(claims: Iterable[StatedClaim], *, is_technical_fork: bool = False) -> list[Resolved]:
    """Return one field per property (and language where it has one), in a fixed order."""
    usable = [
        claim
        for claim in claims
        if claim.property in PRECEDENCE
        and claim.basis in PRECEDENCE[claim.property]
        and not (is_technical_fork and claim.basis in DESCRIPTIVE)
        and claim.value not in (None, "", [], {})
    ]
    groups: dict[tuple[str, str | None], list[StatedClaim]] = {}
    for claim in sorted(usable, key=_rank):
        lang = claim.lang if claim.property in MULTILINGUAL else None
        groups.setdefault((claim.property, lang), []).append(claim)
    _drop_outranked(groups)
    _drop_hearsay(groups)
    return [_field(group, lang) for (_, lang), group in sorted(groups.items(), key=_group_key)]


def _drop_outranked(groups: dict[tuple[str, str | None], list[StatedClaim]]) -> None:
    """Drop a text without a language where a better source gives texts with one."""
    for name, lang in list(groups):
        if lang is None and name in MULTILINGUAL:
            own = PRECEDENCE[name].index(groups[name, None][0].basis)
            others = (group[0] for (n, tag), group in groups.items() if n == name and tag)
            if any(PRECEDENCE[name].index(other.basis) < own for other in others):
                del groups[name, None]


def _drop_hearsay(groups: dict[tuple[str, str | None], list[StatedClaim]]) -> None:
    """Drop what peers say in other languages where the repository itself says something at all.

    The reader's language is chosen among the texts, so a peer's one would come before its own.
    """
    own = {n for (n, _), group in groups.items() if group[0].basis not in {"peer", "crawler"}}
    for name, lang in list(groups):
        if name in MULTILINGUAL and name in own and groups[name, lang][0].basis == "peer":
            del groups[name, lang]


def _group_key(item: tuple[tuple[str, str | None], Any]) -> tuple[str, str]:
    (name, lang), _ = item
    return (name, lang or "")


def _rank(claim: StatedClaim) -> tuple[int, float, int, str, str]:
    """Believed first: by basis, then confidence, then the file nearest to the root."""
    path = claim.path or ""
    return (
        PRECEDENCE[claim.property].index(claim.basis),
        -claim.confidence,
        path.count("/"),
        path,
        _key(claim.value),
    )


def _field(group: Sequence[StatedClaim], lang: str | None) -> Resolved:
    best = _or_later(group) if group[0].property == "licence" else group[0]
    value = _merged(group) if best.property in COLLECTED else best.value
    return Resolved(
        property=best.property,
        value=value,
        lang=lang,
        basis=best.basis,
        claim_id=best.id,
        is_conflict=_conflict(group),
    )


def _merged(group: Sequence[StatedClaim]) -> list[Any]:
    values: dict[str, Any] = {}
    for claim in group:
        for value in claim.value if isinstance(claim.value, list) else [claim.value]:
            values.setdefault(_key(value), value)
    return list(values.values())


def _or_later(group: Sequence[StatedClaim]) -> StatedClaim:
    """Return the claim to show: the text of a GNU licence cannot say whether later ones count."""
    best = group[0]
    if best.confidence < SURE and isinstance(best.value, str) and best.value.endswith("-only"):
        wanted = best.value.removesuffix("-only") + "-or-later"
        return next((claim for claim in group if claim.value == wanted), best)
    return best


def _conflict(group: Sequence[StatedClaim]) -> bool:
    if group[0].property not in CONFLICTING:
        return False
    shown = _or_later(group) if group[0].property == "licence" else group[0]
    loose = str(shown.value).removesuffix("-or-later") + "-only"
    return any(
        _key(claim.value) != _key(shown.value)
        and not (claim.value == loose and claim.confidence < SURE)
        for claim in group
        if claim.confidence >= CONSIDERED
    )


def _key(value: Any) -> str:
    plain = value.rstrip("/") if isinstance(value, str) else value
    return json.dumps(plain, sort_keys=True, ensure_ascii=False).casefold()


def fork_class(
    own_urls: frozenset[str],
    *,
    is_forge_fork: bool,
    declared_url: str | None,
    based_on: Sequence[str] = (),
) -> str | None:
    """Return the fork class by the names and order of the Dutch register; first match wins.

    URLs are canonical. `None` means that nothing says that this is a fork.
    """
    elsewhere = declared_url is not None and declared_url not in own_urls
    if any(url not in own_urls for url in based_on):
        return "VARIANT_FORK"
    if based_on:
        return "URL_MISTAKE"
    if is_forge_fork:
        return "TECHNICAL_FORK" if elsewhere else "GIT_FORK"
    return "URL_MISTAKE" if elsewhere else None


ACTIVE_DAYS = 365


def activity(*, days_since_commit: float | None, archived: bool, obsolete: bool) -> str:
    """Return active (a commit within a year), quiet, archived, or unknown."""
    if archived or obsolete:
        return "archived"
    if days_since_commit is None:
        return "unknown"
    return "active" if days_since_commit <= ACTIVE_DAYS else "quiet"
