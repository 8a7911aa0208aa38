"""A body that is recorded as a file, so that it can be recorded elsewhere."""

from collections.abc import Iterable

from registry.governance.record.body_file import (
    NOT_RECORDED,
    VERSION,
    BodyFile,
    FileContract,
    FileDecision,
    FileFact,
    FileFunding,
    FileMember,
    FileRule,
    Source,
)
from registry.governance.record.body_view import BodyView
from registry.governance.record.decision_models import DecisionView, RuleView
from registry.governance.record.readmodels import Provenance

ENDED = frozenset({"adopted", "rejected", "superseded"})


def body_file(
    body: BodyView, rules: Iterable[RuleView], decisions: Iterable[DecisionView]
) -> BodyFile:
    """Return a body as a file: of its decisions those that ended, by number.

    Who declined, or did not answer, is no member and left out.
    """
    ended = sorted((x for x in decisions if x.item.state in ENDED), key=lambda x: x.item.number)
    places = {x.item.number: place for place, x in enumerate(ended, 1)}
    item = body.item
    return BodyFile(
        joint_body=VERSION, name=item.name, lang=item.lang, purpose=item.purpose,
        founded_on=_day(item.founded_on), source=_source(body.source) or Source(url=""),
        components=tuple(x.component.slug for x in body.components if x.until is None),
        members=tuple(
            FileMember(
                name=x.name, organisation=x.organisation.slug if x.organisation else "",
                country=x.country or "", role=x.role, since=_day(x.since), until=_day(x.until),
                dues=x.dues, source=_source(x.source) or NOT_RECORDED,
            )
            for x in body.members if x.state in {"confirmed", "stated"}
        ),
        facts=tuple(
            FileFact(
                kind=x.kind, choice=x.choice, text=x.text, since=_day(x.since),
                until=_day(x.until), source=_source(x.source),
            )
            for x in body.facts
        ),
        rules=tuple(
            FileRule(
                name=x.name, weight=x.weight, threshold=x.threshold, quorum=x.quorum,
                tie_break=x.tie_break, open_days=x.open_days, seats=x.seats, roles=x.roles,
                chair=x.chair or "", source=_source(x.source),
            )
            for x in rules
        ),
        decisions=tuple(_decision(x, places) for x in ended),
        funding=tuple(
            FileFunding(
                payer=x.payer, country=x.country or "", amount=x.amount,
                currency=x.currency or "", share=x.share, since=_day(x.since),
                until=_day(x.until), purpose=x.purpose, source=_source(x.source),
            )
            for x in body.funding
        ),
        contracts=tuple(
            FileContract(
                supplier=x.supplier, on_behalf_of=x.on_behalf_of, since=_day(x.since),
                until=_day(x.until), purpose=x.purpose, source=_source(x.source),
            )
            for x in body.contracts
        ),
    )  # fmt: skip


def _decision(view: DecisionView, places: dict[int, int]) -> FileDecision:
    state = "adopted" if view.item.state == "superseded" else view.item.state
    return FileDecision(
        title=view.item.title, text=view.text, lang=view.item.lang, state=state,
        decided_on=_day(view.item.decided_on), rule=view.rule.name if view.rule else "",
        amends=places.get(view.amends) if view.amends else None,
        thread_url=view.thread_url or "", source=_source(view.source),
        votes={x.slug or x.member: x.choice for x in view.votes if x.counts},
    )  # fmt: skip


def _source(source: Provenance) -> Source | None:
    if not source.url:
        return None
    return Source(url=source.url, on=_day(source.on), sha256=source.sha256 or "")


def _day(when: object) -> str:
    return "" if when is None else str(when)
