"""Decisions and voting rules as the API takes and returns them."""

from datetime import date, datetime
from typing import Any, Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from msgspec import Struct

from registry.catalogue.readmodels import Link
from registry.db.tables import VoteChoice
from registry.governance.record.decision_models import (
    DecisionItem,
    DecisionView,
    NewDecision,
    NewRule,
    RuleView,
    VoteView,
)
from registry.governance.record.decisions import MAX_TEXT, MAX_TITLE
from registry.governance.record.readmodels import Evidence, Provenance
from web.api.body_items import BodySummary, body_summary
from web.api.body_schemas import BY, DATE, RULE_PARTS, SHA256, object_schema, text_schema
from web.api.call import Call

WAYS: Final = ("proposed", "voting", "adopted", "rejected")


class Sourced(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody records in the name of the member `by`, with its source."""

    by: str
    url: str = ""
    on: str = ""
    sha256: str = ""

    @property
    def evidence(self) -> Evidence:
        """Where it can be read."""
        return Evidence(url=self.url, on=self.on, sha256=self.sha256)


class DecisionRequest(Sourced, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision that is proposed, put to the vote at once, or recorded as it ended elsewhere."""

    title: str
    lang: str
    state: str = "proposed"
    text: str = ""
    rule: int | None = None
    amends: int | None = None
    thread_url: str = ""
    decided_on: str = ""
    votes: dict[str, str] = {}

    @property
    def decision(self) -> NewDecision:
        """What is, or was, to be decided."""
        return NewDecision(
            title=self.title, text=self.text, lang=self.lang, rule=self.rule,
            amends=self.amends, thread_url=self.thread_url, evidence=self.evidence,
        )  # fmt: skip


class ByRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In whose name something is done."""

    by: str


class VoteRequest(ByRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The vote of the member `by`."""

    choice: str


class RuleRequest(Sourced, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a body that decides, and its voting rule."""

    name: str
    weight: str = "one_each"
    threshold: str = "majority"
    quorum: int = 0
    tie_break: str = "rejected"
    open_days: int = 14
    seats: int | None = None
    roles: tuple[str, ...] = ()
    chair: str = ""

    @property
    def rule(self) -> NewRule:
        """The rule as it is to be recorded."""
        return NewRule(
            name=self.name, weight=self.weight, threshold=self.threshold, quorum=self.quorum,
            tie_break=self.tie_break, open_days=self.open_days, seats=self.seats,
            roles=self.roles, chair=self.chair,
        )  # fmt: skip


class DecisionSummary(Struct, frozen=True, kw_only=True):
    """A decision in a list."""

    decision: DecisionItem
    api_url: str
    html_url: str


class DecisionPage(Struct, frozen=True, kw_only=True):
    """Decisions, the newest number first."""

    items: tuple[DecisionSummary, ...]
    next: str | None


class DecisionResource(Struct, frozen=True, kw_only=True):
    """A decision with its votes; `reason` says by what it ended, empty where that is not known."""

    body: BodySummary
    decision: DecisionItem
    text: str
    rule: RuleView | None
    reason: str
    thread_url: str | None
    proposed_by: str | None
    amends: int | None
    superseded_by: int | None
    votes: tuple[VoteView, ...]
    may_vote: tuple[str, ...]
    source: Provenance
    sha256: str
    html_url: str


class RulesResource(Struct, frozen=True, kw_only=True):
    """The voting rules of a body; none of them is ever changed."""

    rules: tuple[RuleView, ...]


def decision_summary(call: Call, slug: str, item: DecisionItem) -> DecisionSummary:
    """Return a decision of a list with its links."""
    parts = ("bodies", slug, "decisions", str(item.number))
    return DecisionSummary(
        decision=item, api_url=call.api_url(*parts), html_url=call.page_url(*parts)
    )


def decision_resource(call: Call, slug: str, view: DecisionView) -> DecisionResource:
    """Return a decision with all that is recorded of it."""
    bodies = call.services.bodies
    assert bodies is not None  # noqa: S101 - it was asked for the decision
    return DecisionResource(
        body=body_summary(call, bodies.item(slug)), decision=view.item, text=view.text,
        rule=view.rule, reason=view.reason, thread_url=view.thread_url,
        proposed_by=view.proposed_by, amends=view.amends, superseded_by=view.superseded_by,
        votes=view.votes, may_vote=view.may_vote, source=view.source, sha256=view.digest,
        html_url=call.page_url("bodies", slug, "decisions", str(view.item.number)),
    )  # fmt: skip


def _enum(values: Any, description: str = "") -> Schema:
    return Schema(type=OpenAPIType.STRING, enum=list(values), description=description or None)


_NUMBER: Final = Schema(type=OpenAPIType.INTEGER, minimum=1)
_URL: Final = text_schema("Where it can be read: minutes, statute, report.", 2048)
_CHOICE: Final = _enum([x.value for x in VoteChoice])
SOURCED: Final = {"by": BY, "url": _URL, "on": DATE, "sha256": SHA256}
DECISION: Final = object_schema(
    ["by", "title", "lang"],
    {"by": "town", "title": "Take the forms over", "text": "We take them over.", "lang": "en",
     "rule": 1, "state": "voting"},
    title=text_schema("What is decided.", MAX_TITLE),
    text=text_schema("Plain text.", MAX_TEXT),
    lang=text_schema("Language of the text (BCP 47).", 35),
    state=_enum(WAYS, "`adopted` and `rejected` record what was decided elsewhere."),
    rule=_NUMBER, amends=_NUMBER,
    thread_url=text_schema("Pull request, issue or thread.", 2048),
    decided_on=DATE,
    votes=Schema(type=OpenAPIType.OBJECT, additional_properties=_CHOICE,
                 description="Of what was decided elsewhere, by slug or name of a member."),
    **SOURCED,
)  # fmt: skip
ONLY_BY: Final = object_schema(["by"], {"by": "town"}, by=BY)
VOTE: Final = object_schema(
    ["by", "choice"], {"by": "town", "choice": "for"}, by=BY, choice=_CHOICE
)
MINUTES: Final = object_schema(
    ["by", "url"], {"by": "town", "url": "https://town.example/minutes"}, **SOURCED
)
RULE: Final = object_schema(
    ["by", "name", "url"],
    {"by": "town", "name": "General meeting", "url": "https://town.example/statute",
     "weight": "one_each", "threshold": "majority"},
    name=text_schema("Name of the part of the body that decides.", 200),
    **RULE_PARTS, **SOURCED,
)  # fmt: skip

_WHEN: Final = datetime.fromisoformat("2026-08-02T09:30:00Z")
_DAY: Final = date(2026, 8, 2)
_SOURCE: Final = Provenance(
    url=None, on=None, sha256=None, entered_by=Link("town", "Town"), entered_at=_WHEN
)
EXAMPLE_RULE: Final = RuleView(
    id=1, name="General meeting", weight="one_each", threshold="majority", quorum=50,
    tie_break="rejected", open_days=14, seats=None, roles=("owner", "strategic"), chair=None,
    source=_SOURCE,
)  # fmt: skip
EXAMPLE_RULES: Final = RulesResource(rules=(EXAMPLE_RULE,))
EXAMPLE_ITEM: Final = DecisionItem(
    number=1, title="Take the forms over", lang="en", state="adopted", is_recorded=False,
    proposed_on=_DAY, decided_on="2026-08-02", ends_on=None,
)  # fmt: skip
_API: Final = "https://registry.example"
EXAMPLE_DECISIONS: Final = DecisionPage(
    items=(DecisionSummary(
        decision=EXAMPLE_ITEM, api_url=f"{_API}/api/v1/bodies/forms-together/decisions/1",
        html_url=f"{_API}/bodies/forms-together/decisions/1",
    ),), next=None,
)  # fmt: skip


def example_decision(body: BodySummary) -> DecisionResource:
    """Return the example of a decision of the example of a body."""
    vote = VoteView(member="Town", slug="town", choice="for", weight=1, cast_at=_WHEN, counts=True)
    return DecisionResource(
        body=body, decision=EXAMPLE_ITEM, text="We take them over.", rule=EXAMPLE_RULE,
        reason="carried", thread_url=None, proposed_by="Town", amends=None, superseded_by=None,
        votes=(vote,), may_vote=(), source=_SOURCE, sha256="0" * 64,
        html_url=f"{_API}/bodies/forms-together/decisions/1",
    )  # fmt: skip
