"""Decisions of bodies: read by everybody, proposed, voted on and recorded by members."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.params import PathParameter, RawBody

from registry.accounts.authorise import Action
from registry.governance.record.decision_models import DecisionQuery, PastDecision
from registry.governance.record.decision_views import STANDINGS
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.body_items import EXAMPLE_SUMMARY
from web.api.call import Call, CallDependency, id_in, slug_in
from web.api.cursors import cursor, number_of
from web.api.decision_items import (
    DECISION,
    EXAMPLE_DECISIONS,
    EXAMPLE_RULES,
    MINUTES,
    ONLY_BY,
    RULE,
    VOTE,
    ByRequest,
    DecisionPage,
    DecisionRequest,
    DecisionResource,
    RuleRequest,
    RulesResource,
    Sourced,
    VoteRequest,
    decision_resource,
    decision_summary,
    example_decision,
)
from web.api.joint_bodies import Slug, bodies_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency

Number = Annotated[str, PathParameter(description="Number of the decision within the body.")]
LIST: Final = (
    kinds.choice("state", "Only those in this state.", STANDINGS),
    kinds.limit(),
    kinds.AFTER,
)
EXAMPLE: Final = example_decision(EXAMPLE_SUMMARY)


class DecisionsApi(Controller):
    """Decisions and voting rules, as everybody reads them."""

    tags = ["Governance"]

    @get(
        "/bodies/{slug:str}/decisions",
        sync_to_thread=True,
        operation_id="list_decisions",
        summary="List decisions of a body",
        responses=specs(DecisionPage, "A page of decisions.", EXAMPLE_DECISIONS,
                        can_be_missing=True),
        operation_class=described(LIST),
    )  # fmt: skip
    def list_decisions(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return decisions, the newest number first."""
        values = call.read(LIST)
        query = DecisionQuery(
            state=values.one("state"), after=number_of(values.one("after")) or None,
            limit=values.one("limit", 20),
        )  # fmt: skip
        which = slug_in(slug, "body")
        found, following = bodies_of(call).decisions.list(which, query)
        next_url = call.next_url(values, cursor(following))
        items = tuple(decision_summary(call, which, x) for x in found)
        page = DecisionPage(items=items, next=next_url)
        return call.json(page, headers=call.links(values, next_url))

    @get(
        "/bodies/{slug:str}/decisions/{number:str}",
        sync_to_thread=True,
        operation_id="get_decision",
        summary="Get a decision",
        responses=specs(DecisionResource, "The decision.", EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_decision(self, call: CallDependency, slug: Slug, number: Number) -> Response[Any]:
        """Return a decision with its votes, its rule and its sources."""
        call.read(())
        which = slug_in(slug, "body")
        found = bodies_of(call).decisions.decision(which, id_in(number, "decision"))
        return call.json(decision_resource(call, which, found))

    @get(
        "/bodies/{slug:str}/rules",
        sync_to_thread=True,
        operation_id="list_voting_rules",
        summary="List voting rules of a body",
        responses=specs(RulesResource, "The rules.", EXAMPLE_RULES, can_be_missing=True),
        operation_class=described(),
    )
    def list_rules(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the parts of a body that decide, with their voting rules."""
        call.read(())
        return call.json(
            RulesResource(rules=bodies_of(call).decisions.rules(slug_in(slug, "body")))
        )


class DecisionWritesApi(Controller):
    """What members of a body decide, with a token with the scope `governance:write`."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies/{slug:str}/decisions",
        operation_id="post_decision",
        summary="Propose or record a decision",
        **writes(201, DecisionResource, "It is recorded.", EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=DECISION),
    )  # fmt: skip
    def post_decision(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Propose a decision, put it to the vote, or record one that was taken elsewhere."""
        call.read(())
        asked = read_body(call, body, DecisionRequest)
        decisions, which = bodies_of(call).decisions, slug_in(slug, "body")
        with mistakes_in(DecisionRequest):
            if asked.state in {"proposed", "voting"}:
                number = decisions.propose(
                    actor, which, asked.decision, asked.by, opens=asked.state == "voting"
                )
            else:
                past = PastDecision(what=asked.decision, state=asked.state,
                                    decided_on=asked.decided_on, votes=asked.votes)  # fmt: skip
                number = decisions.record_past(actor, which, past, asked.by)
        return _told(call, which, number, 201)

    @post(
        "/bodies/{slug:str}/decisions/{number:str}/voting",
        operation_id="post_voting",
        summary="Put a decision to the vote",
        **writes(200, DecisionResource, "The voting is open.", EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=ONLY_BY),
    )  # fmt: skip
    def post_voting(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, number: Number,
        body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Open the voting on a decision that is proposed."""
        call.read(())
        asked, which, row = _asked(call, body, ByRequest, slug, number)
        with mistakes_in(ByRequest):
            bodies_of(call).decisions.open_voting(actor, which, row, asked.by)
        return _told(call, which, row)

    @post(
        "/bodies/{slug:str}/decisions/{number:str}/votes",
        operation_id="post_vote",
        summary="Vote on a decision",
        **writes(200, DecisionResource, "The vote is recorded.", EXAMPLE,
                 action=Action.VOTE_IN_BODY, sends=VOTE),
    )  # fmt: skip
    def post_vote(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, number: Number,
        body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Vote for a member; the last vote takes the place of those before."""
        call.read(())
        asked, which, row = _asked(call, body, VoteRequest, slug, number)
        with mistakes_in(VoteRequest):
            bodies_of(call).decisions.vote(actor, which, row, asked.choice, asked.by)
        return _told(call, which, row)

    @post(
        "/bodies/{slug:str}/decisions/{number:str}/minutes",
        operation_id="post_minutes",
        summary="Add the minutes of a decision",
        **writes(200, DecisionResource, "The minutes are recorded.", EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=MINUTES),
    )  # fmt: skip
    def post_minutes(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, number: Number,
        body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Add where the minutes can be read, once."""
        call.read(())
        asked, which, row = _asked(call, body, Sourced, slug, number)
        with mistakes_in(Sourced):
            bodies_of(call).decisions.add_minutes(actor, which, row, asked.evidence, asked.by)
        return _told(call, which, row)

    @post(
        "/bodies/{slug:str}/rules",
        operation_id="post_voting_rule",
        summary="Record a voting rule",
        **writes(201, RulesResource, "It is recorded.", EXAMPLE_RULES,
                 action=Action.RECORD_IN_BODY, sends=RULE),
    )  # fmt: skip
    def post_rule(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record a part of a body that decides, with its voting rule; answer all rules."""
        call.read(())
        asked, which = read_body(call, body, RuleRequest), slug_in(slug, "body")
        decisions = bodies_of(call).decisions
        with mistakes_in(RuleRequest):
            decisions.add_rule(actor, which, asked.rule, asked.evidence, asked.by)
        return sent(RulesResource(rules=decisions.rules(which)), 201)


def _asked(call: Call, body: bytes, kind: Any, slug: str, number: str) -> tuple[Any, str, int]:
    return read_body(call, body, kind), slug_in(slug, "body"), id_in(number, "decision")


def _told(call: Call, slug: str, number: int, status: int = 200) -> Response[Any]:
    view = bodies_of(call).decisions.decision(slug, number)
    return sent(decision_resource(call, slug, view), status)
