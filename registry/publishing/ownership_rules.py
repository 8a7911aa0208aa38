"""When an ownership claim has which state and level: pure rules, no database and no clock.

Levels: 0 claimed; 1 member of the forge's organisation or owner of the repository there; 2 the
domain, or a file in the repository; 3 the domain is on the operator's list of government domains,
and a second person confirmed. An outage proves nothing: only what is really missing counts.
"""

from datetime import datetime, timedelta
from typing import Final

from registry.db.tables import OwnershipState, ProofMethod
from registry.publishing.domain_names import DomainName, proves

VALID: Final = timedelta(days=7)
"""How long a challenge may be answered."""
RECHECK: Final = timedelta(hours=24)
RECHECK_SOON: Final = timedelta(hours=12)
"""After a first miss, so that two of them fit into 48 hours."""
FAILURES: Final = 2
OUTAGE: Final = timedelta(days=7)
"""How long a proof may be out of reach before that counts as missing."""

STANDING: Final = frozenset(
    {
        OwnershipState.ACTIVE, OwnershipState.LAPSED, OwnershipState.UNCONFIRMED,
        OwnershipState.CONTESTED,
    }
)  # fmt: skip
"""States of a claim that was proven once: it is checked again every day."""
OPEN: Final = STANDING | {OwnershipState.PENDING}


def level_of(method: ProofMethod) -> int:
    """Return what a proof is worth before anybody confirms it."""
    return 1 if method is ProofMethod.FORGE else 2


def full_level(method: ProofMethod, government_suffix: str | None, second: str | None) -> int:
    """Return the level of an active claim."""
    by_domain = method in {ProofMethod.DNS, ProofMethod.WELL_KNOWN}
    is_highest = by_domain and government_suffix is not None and second is not None
    return 3 if is_highest else level_of(method)


def is_known_domain(domain: DomainName, known: list[DomainName]) -> bool:
    """Tell whether a domain proves one of those that the organisation is known by.

    A domain whose letters imitate others is never known by itself.
    """
    return not domain.is_suspect and any(proves(domain.name, other.name) for other in known)


def after_proof(
    state: OwnershipState, *, is_known: bool, is_held: bool, was_confirmed: bool
) -> OwnershipState:
    """Return the state of a claim whose proof was found.

    `is_held` tells that somebody else holds the same; `is_known` that the domain is known as the
    organisation's. What an operator confirmed needs neither.
    """
    if state is OwnershipState.ACTIVE or was_confirmed:
        return OwnershipState.ACTIVE
    if is_held:
        return OwnershipState.CONTESTED
    return OwnershipState.ACTIVE if is_known else OwnershipState.UNCONFIRMED


def counts_as_missing(is_certain: bool, proven_at: datetime | None, now: datetime) -> bool:
    """Tell whether a check that found nothing counts against a claim."""
    return is_certain or proven_at is None or proven_at + OUTAGE <= now
