"""What a check of an ownership claim leads to: state, level, role, and a line in the audit log."""

from datetime import datetime
from typing import Final

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Role
from registry.accounts.members import grant_role
from registry.db.tables import (
    Component,
    Identity,
    Membership,
    Organisation,
    OwnershipClaim,
    OwnershipState,
    ProofMethod,
    Repository,
    RepositoryState,
    Source,
)
from registry.publishing.announce import announce_ownership
from registry.publishing.domain_names import domain_of_url, parse_domain
from registry.publishing.government_domains import government_suffix_of
from registry.publishing.ownership_rules import (
    FAILURES,
    STANDING,
    after_proof,
    counts_as_missing,
    full_level,
    is_known_domain,
)
from registry.publishing.proofs import Challenge, Finding

OF_DOMAIN: Final = frozenset({ProofMethod.DNS, ProofMethod.WELL_KNOWN})
_READABLE: Final = frozenset({RepositoryState.ACTIVE, RepositoryState.ARCHIVED})


def challenge_of(session: Session, claim: OwnershipClaim) -> Challenge:
    """Return what has to be found for a claim."""
    identities = session.exec(
        select(Identity).where(col(Identity.account_id) == claim.account_id)
    ).all()
    repository = _repository(session, claim)
    return Challenge(
        method=claim.method,
        token=claim.token,
        domain=claim.domain,
        repository_url=repository.url if repository else "",
        forge=repository.forge if repository else "",
        host=repository.host if repository else "",
        path=repository.path if repository else "",
        accounts_at=() if repository else _accounts_at(session, claim),
        identities=tuple((x.issuer, x.subject) for x in identities),
    )


def record_check(
    session: Session, claim: OwnershipClaim, finding: Finding, now: datetime
) -> OwnershipClaim:
    """Write what a check found, and all that follows from it for the claim and for roles."""
    lock_subject(session, claim)
    if claim.state is OwnershipState.PENDING and claim.expires_at <= now:
        claim.state, claim.ended_at = OwnershipState.EXPIRED, now
        return claim
    claim.checked_at, claim.problem = now, finding.problem
    if not _is_still_the_same(session, claim):
        finding, claim.problem = Finding(False, "repository_changed"), "repository_changed"
    if finding.is_proven:
        _proven(session, claim, now)
    elif claim.state in STANDING and counts_as_missing(finding.is_certain, claim.proven_at, now):
        _missed(session, claim, now)
    session.add(claim)
    session.flush()
    return claim


def _repository(session: Session, claim: OwnershipClaim) -> Repository | None:
    if claim.component_id is None:
        return None
    component = session.get_one(Component, claim.component_id)
    return session.get_one(Repository, component.repository_id)


def _accounts_at(session: Session, claim: OwnershipClaim) -> tuple[tuple[str, str, str], ...]:
    rows = session.exec(
        select(Source).where(
            col(Source.organisation_id) == claim.organisation_id, col(Source.namespace).is_not(None)
        )
    )
    return tuple((row.forge, row.host, row.namespace or "") for row in rows)


def _is_still_the_same(session: Session, claim: OwnershipClaim) -> bool:
    """Tell whether the repository of a claim is still what was claimed, and not its successor."""
    repository = _repository(session, claim)
    return repository is None or repository.state in _READABLE


def _proven(session: Session, claim: OwnershipClaim, now: datetime) -> None:
    is_first = claim.proven_at is None
    claim.proven_at, claim.failures, claim.problem = claim.proven_at or now, 0, ""
    claim.government_suffix = (
        government_suffix_of(session, claim.domain) if claim.method in OF_DOMAIN else None
    )
    state = after_proof(
        claim.state,
        is_known=_is_known(session, claim),
        is_held=_is_held(session, claim),
        was_confirmed=claim.confirmed_at is not None,
    )
    before = (claim.state, claim.level)
    claim.state = state
    if state is OwnershipState.ACTIVE:
        activate(session, claim, now, by=claim.account_id)
    if is_first or before != (claim.state, claim.level):
        note_claim(session, claim, "proven", claim.account_id, now)


def lock_subject(session: Session, claim: OwnershipClaim) -> None:
    """Let nobody else decide on the same organisation or component before this transaction ends."""
    table, number = (
        (Component, claim.component_id)
        if claim.component_id
        else (Organisation, claim.organisation_id)
    )
    session.execute(select_columns(col(table.id)).where(col(table.id) == number).with_for_update())


def activate(session: Session, claim: OwnershipClaim, now: datetime, *, by: int | None) -> None:
    """Make a claim active, with the level and the role that follow from it."""
    claim.state = OwnershipState.ACTIVE
    claim.level = full_level(claim.method, claim.government_suffix, claim.second_person)
    session.add(claim)
    session.flush()
    if claim.organisation_id is not None and not claim.gave_role:
        _give_role(session, claim, by, now)


def _give_role(session: Session, claim: OwnershipClaim, by: int | None, now: datetime) -> None:
    """Make the claimant an owner, or a member by the word of the forge; once for each claim.

    Who was removed from the organisation meanwhile does not come back by the next check.
    """
    claim.gave_role = True
    session.add(claim)
    session.flush()
    organisation, account = claim.organisation_id or 0, claim.account_id
    held = session.get(Membership, (account, organisation))
    if claim.level >= 2 and (held is None or held.role is not Role.OWNER):
        grant_role(session, account, organisation, Role.OWNER, by, now)
    elif claim.level == 1 and held is None:
        grant_role(session, account, organisation, Role.MEMBER, by, now)


def _missed(session: Session, claim: OwnershipClaim, now: datetime) -> None:
    claim.failures += 1
    if claim.failures < FAILURES or claim.state is OwnershipState.LAPSED:
        return
    claim.state, claim.level = OwnershipState.LAPSED, 0
    claim.second_person = None  # who vouched did so for a proof that is gone
    note_claim(session, claim, "lapsed", None, now)


def _is_known(session: Session, claim: OwnershipClaim) -> bool:
    """Tell whether nobody has to look: the domain is the organisation's, or none is claimed."""
    if claim.method not in OF_DOMAIN:
        return True
    number = claim.organisation_id
    if claim.component_id is not None:
        number = session.get_one(Component, claim.component_id).organisation_id
    body = session.get(Organisation, number) if number else None
    if body is None:
        return False
    named = map(domain_of_url, (body.website, body.uri))
    return is_known_domain(parse_domain(claim.domain), [x for x in named if x is not None])


def _is_held(session: Session, claim: OwnershipClaim) -> bool:
    """Tell whether somebody else holds the same: by an active claim, or as its owner."""
    same = (
        col(OwnershipClaim.component_id) == claim.component_id
        if claim.component_id
        else col(OwnershipClaim.organisation_id) == claim.organisation_id
    )
    other = session.exec(
        select(OwnershipClaim.id).where(
            same,
            col(OwnershipClaim.account_id) != claim.account_id,
            col(OwnershipClaim.state) == OwnershipState.ACTIVE,
            col(OwnershipClaim.level) >= 2,
        )
    ).first()
    if other is not None or claim.component_id is not None:
        return other is not None
    owner = session.exec(
        select(Membership.account_id).where(
            col(Membership.organisation_id) == claim.organisation_id,
            col(Membership.account_id) != claim.account_id,
            col(Membership.role) == Role.OWNER,
        )
    ).first()
    return owner is not None


def note_claim(
    session: Session, claim: OwnershipClaim, what: str, by: int | None, now: datetime
) -> None:
    """Write into the audit log what became of a claim, and tell webhooks."""
    subject = (
        f"component:{claim.component_id}"
        if claim.component_id
        else f"organisation:{claim.organisation_id}"
    )
    detail: dict[str, audit.JsonValue] = {
        "claim": claim.id, "account": claim.account_id, "method": claim.method.value,
        "domain": claim.domain, "level": claim.level, "state": claim.state.value,
    }  # fmt: skip
    audit.append(
        session, actor=by, action=f"ownership.{what}", subject=subject, detail=detail, at=now
    )
    announce_ownership(session, claim, now)
