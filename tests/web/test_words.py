"""Words for codes: every code of the domain has some, and none are kept for what is no more."""

from typing import Final, get_args

import pytest

from crawlers.advisories import REFRESH
from crawlers.discovery import DISCOVER
from crawlers.pipeline import CRAWL
from registry.accounts.actors import Role
from registry.accounts.authorise import Scope
from registry.adoption.action_service import LOOK
from registry.adoption.adopters import HOWS
from registry.adoption.calls.readmodels import State as CallState
from registry.adoption.destinations import FORGES, PURPOSES
from registry.adoption.drift import fix_views
from registry.adoption.drift.jobs import MEASURE
from registry.adoption.follows.mailing import SEND
from registry.adoption.needs.readmodels import State
from registry.adoption.needs.writing import REASONS
from registry.adoption.port import Refusal
from registry.adoption.savings.assurance import Grade
from registry.adoption.savings.checking import CLASSES
from registry.catalogue.log import SUCCESSES
from registry.catalogue.status import FRESHNESS
from registry.db.tables import (
    CallKind,
    ChangeOfMembers,
    DeliveryState,
    FactKind,
    MemberRole,
    MemberState,
    NeedOutcome,
    OfferState,
    OwnershipState,
    ProofMethod,
    ProposalState,
    RepositoryState,
    ReuseState,
)
from registry.db.tables.job import JobState
from registry.db.tables.organisation import Level
from registry.disputes import reasons
from registry.domain import publiccode_lists
from registry.domain.licences import CATEGORIES
from registry.domain.properties import PRECEDENCE
from registry.governance.measures import activity, affiliations, flags, history, ladder, parties
from registry.governance.measures.counting import COUNT
from registry.governance.measures.formulae import PARTS
from registry.governance.measures.readmodels import MEASURES as GOVERNANCE_MEASURES
from registry.governance.measures.storing import MEASURE as MEASURE_WORK
from registry.governance.record.checks import CHOICES as BODY_CHOICES
from registry.jobs.indexing import INDEX
from registry.lineage import vocabulary
from registry.lineage.jobs import UPDATE
from registry.publishing import readmodels, takedowns
from registry.publishing.fields import QUESTIONS, STEPS
from registry.publishing.ownership_service import CHECK
from registry.publishing.proofs import PROBLEMS
from registry.reports.savings.rates import known_rates
from registry.search.port import SORTS
from registry.texts import Problem
from registry.webhooks.deliver import DELIVER
from registry.webhooks.events import EVENTS, TEST
from web.api.badges import BADGES
from web.api.component_query import ACTIVITIES
from web.i18n.words import WORDS
from web.pages.operator import LEVELS
from web.pages.query import FILTERS, LEAST

CODES: Final[dict[str, set[str]]] = {
    "activity": set(ACTIVITIES),
    "affiliation_state": set(affiliations.STATES),
    "governance_measure": set(GOVERNANCE_MEASURES),
    "governance_side": set(PARTS),
    "health": set(activity.CRITERIA),
    "phase": set(history.KINDS),
    "risk": set(flags.KINDS),
    "risk_state": set(flags.STATES),
    "rung": set("01234"),
    "rung_state": set(ladder.STATES),
    "rate_measure": {rate.measure for rate in known_rates().values()},
    "saving_class": set(CLASSES),
    "saving_grade": {str(grade.value) for grade in Grade},
    "saving_state": {"current", "disputed", "superseded", "withdrawn"},
    "sector": set(history.SECTORS),
    "stewardship": set(activity.SIGNALS),
    "party_category": {parties.GOVERNMENT, parties.SUPPLIER, parties.NOT_RECORDED},
    "unattributed": set(parties.REASONS),
    "adoption_how": set(HOWS),
    "advisory_severity": set(fix_views.SEVERITIES),
    "badge_name": set(BADGES),
    "basis": {*(basis for bases in PRECEDENCE.values() for basis in bases), "source"},
    "confidence": set(vocabulary.CONFIDENCES),
    "delivery_state": set(DeliveryState),
    "development_status": set(publiccode_lists.DEVELOPMENT_STATUSES),
    "direction": set(vocabulary.DIRECTIONS),
    "dispute_state": set(reasons.STATES),
    "document": set(get_args(readmodels.Status)),
    "draft_step": set(STEPS),
    "edge_kind": set(vocabulary.KINDS),
    "edge_state": set(vocabulary.STATES),
    "edge_tag": set(vocabulary.TAGS),
    "facet": {
        *(*FILTERS, *LEAST, "q", "licence_fits", "is_fork", "since", "until", "foreign"),
        *(*vocabulary.MANY, *vocabulary.ONE, *vocabulary.WITH),
    },
    "field_problem": {*get_args(Problem), "many", "closed"},
    "call_kind": set(CallKind),
    "call_state": set(get_args(CallState)),
    "fact_kind": set(FactKind),
    "fix_state": set(fix_views.STATES),
    "forge_name": set(FORGES),
    "fork_refusal": set(get_args(Refusal)),
    "freshness": {*(name for name, _ in FRESHNESS), "older", "never"},
    "job": set(JobState),
    "level": set(Level),
    "licence_class": set(CATEGORIES),
    "maintenance_type": set(publiccode_lists.MAINTENANCE_TYPES),
    "matrix_group": set(vocabulary.GROUPS),
    "instrument": set(BODY_CHOICES[FactKind.INSTRUMENT]),
    "lifecycle": set(BODY_CHOICES[FactKind.LIFECYCLE]),
    "contribution_rule": set(BODY_CHOICES[FactKind.CONTRIBUTION_RULE]),
    "exit_clause": set(BODY_CHOICES[FactKind.EXIT_CLAUSE]),
    "member_change": set(ChangeOfMembers),
    "member_role": set(MemberRole),
    "member_state": set(MemberState),
    "need_outcome": set(NeedOutcome),
    "need_state": set(get_args(State)),
    "not_used": set(REASONS),
    "objection": {
        *reasons.EDGE_CATEGORIES,
        *reasons.ATTRIBUTION_CATEGORIES,
        *reasons.FIELD_CATEGORIES,
        *reasons.AFFILIATION_CATEGORIES,
        *reasons.SAVING_CATEGORIES,
    },
    "offer_state": set(OfferState),
    "outcome": set(SUCCESSES),
    "ownership_level": set(LEVELS),
    "ownership_state": {*OwnershipState, "waiting"},
    "proof_hint": set(ProofMethod),
    "proof_method": set(ProofMethod),
    "proof_problem": set(PROBLEMS),
    "property": set(PRECEDENCE),
    "proposal_state": set(ProposalState),
    "question": {question.name for question in QUESTIONS},
    "question_hint": {question.name for question in QUESTIONS},
    "reuse_purpose": set(PURPOSES),
    "reuse_state": set(ReuseState),
    "reuse_state_told": set(ReuseState),
    "role": {role.value for role in Role},
    "severity": set(get_args(readmodels.Severity)),
    "software_type": set(publiccode_lists.SOFTWARE_TYPES),
    "sort": set(SORTS),
    "state": set(RepositoryState),
    "takedown": set(takedowns.CATEGORIES),
    "task": {
        CHECK,
        CRAWL,
        DELIVER,
        DISCOVER,
        COUNT,
        INDEX,
        LOOK,
        MEASURE,
        MEASURE_WORK,
        REFRESH,
        SEND,
        UPDATE,
    },
    "token_scope": set(Scope),
    "webhook_event": {*EVENTS, TEST},
}


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_the_domain_has_words_and_no_other_has(kind: str) -> None:
    assert set(WORDS[kind]) == {str(code) for code in CODES[kind]}
