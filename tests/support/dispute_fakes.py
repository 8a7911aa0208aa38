"""Objections in memory, in every state and about everything, with texts that try to break pages.

Whoever asks may answer the first and decide on the second.
"""

from typing import Any, Final

from msgspec.structs import replace

from registry.accounts.actors import Actor
from registry.disputes.readmodels import (
    DisputeCase,
    DisputedAffiliation,
    DisputedField,
    DisputedSaving,
    DisputeView,
    LabelView,
    Named,
    Standing,
)
from registry.disputes.reasons import MAX_REASON, MIN_REASON
from registry.errors import Conflict, InvalidInput, NotFound
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.lineage_fakes import InMemoryLineage

MINISTRY: Final = Named("Ministry of Examples", "ministry-of-examples")
EDGES: Final = InMemoryLineage()


def view(number: int, **values: Any) -> DisputeView:
    """Return an objection of somebody to the first edge that waits for review."""
    given: dict[str, Any] = {
        "id": number, "category": "not_reuse", "state": "open", "by": None, "side": None,
        "edge": EDGES.evidence("ev_commits").edge, "component": None, "organisation": None,
        "reason": None, "created_at": NOW, "answer": None, "answered_at": None, "reply": None,
        "reviewed_at": None,
    }  # fmt: skip
    return DisputeView(**given | values)


SAMPLES: Final = (
    view(1, by=Named(EVIL, "ministry-of-examples"), side="origin", reason=EVIL,
         edge=EDGES.evidence("ev_evil").edge),
    view(2),
    view(3, category="not_ours", edge=None, component=Named(LONG_WORD, "forms"),
         organisation=MINISTRY, by=MINISTRY, side="attributed", reason=LONG_WORD),
    view(4, by=MINISTRY, side="reuser", state="rejected", reason=EVIL, answer=LONG_WORD,
         answered_at=NOW, reply=EVIL, reviewed_at=NOW),
    view(5, state="accepted", reason=LONG_WORD, reply=LONG_WORD, reviewed_at=NOW),
    view(6, category="wrong_value", edge=None, component=Named(LONG_WORD, "forms"),
         field=DisputedField("short_description", "en", "forge", EVIL)),
    view(7, category="wrong_dates", edge=None, by=MINISTRY, side="affiliated", reason=EVIL,
         affiliation=DisputedAffiliation("aff_city", LONG_WORD, EVIL)),
)  # fmt: skip


class InMemoryDisputes:
    """Keeps what is sent; the third objection to the same edge is too many."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self._is_empty = is_empty
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was sent, so that tests can share one application."""
        self.all = [] if self._is_empty else list(SAMPLES)
        self.sent: list[tuple[str, str, str]] = []

    def object_to_edge(self, actor: Actor, key: str, category: str, reason: str) -> DisputeView:
        """Keep an objection."""
        edge = EDGES.evidence(key).edge
        if not MIN_REASON <= len(reason) <= MAX_REASON:
            raise InvalidInput(f"reason must have {MIN_REASON} to {MAX_REASON:,} characters")
        if sum(x[0] == key for x in self.sent) >= 2:
            raise Conflict("too many objections to this evidence wait for review")
        self.sent.append((key, category, reason))
        self.all.append(view(len(self.all) + 1, edge=edge, category=category))
        return self.all[-1]

    def object_to_attribution(
        self, actor: Actor, slug: str, category: str, reason: str
    ) -> DisputeView:
        """Keep an objection."""
        self.sent.append((slug, category, reason))
        made = view(len(self.all) + 1, edge=None, component=Named(slug, slug),
                    organisation=MINISTRY, category=category)  # fmt: skip
        self.all.append(made)
        return made

    def object_to_field(
        self, actor: Actor, slug: str, field: tuple[str, str | None], category: str, reason: str
    ) -> DisputeView:
        """Keep an objection."""
        self.sent.append((f"{slug}:{field[0]}", category, reason))
        made = view(len(self.all) + 1, edge=None, component=Named(slug, slug), category=category,
                    field=DisputedField(*field, "forge", EVIL))  # fmt: skip
        self.all.append(made)
        return made

    def object_to_affiliation(
        self, actor: Actor, key: str, category: str, reason: str
    ) -> DisputeView:
        """Keep an objection."""
        self.sent.append((key, category, reason))
        about = DisputedAffiliation(key, "city.example", "Example City")
        self.all.append(view(len(self.all) + 1, edge=None, category=category, affiliation=about))
        return self.all[-1]

    def object_to_saving(
        self, actor: Actor, number: int, category: str, reason: str
    ) -> DisputeView:
        """Keep an objection."""
        self.sent.append((str(number), category, reason))
        about = DisputedSaving(number, Named("Forms", "forms"), MINISTRY, -5, 7, "EUR")
        self.all.append(view(len(self.all) + 1, edge=None, category=category, saving=about))
        return self.all[-1]

    def speaks_of_saving(self, actor: Actor, number: int) -> tuple[str, ...]:
        """Say that everybody speaks for an organisation with a hard name."""
        return (EVIL,)

    def speaks_of(self, actor: Actor, key: str) -> tuple[str, ...]:
        """Say that everybody speaks for an organisation with a hard name."""
        return (EVIL,)

    def answer(self, actor: Actor, number: int, text: str) -> DisputeView:
        """Return the objection as answered."""
        return replace(self._one(number), answer=text, answered_at=NOW)

    def decide(self, actor: Actor, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Return the objection as decided."""
        state = "accepted" if accept else "rejected"
        return replace(self._one(number), state=state, reply=reply, reviewed_at=NOW)

    def withdraw(self, actor: Actor, number: int) -> DisputeView:
        """Return the objection as withdrawn."""
        return replace(self._one(number), state="withdrawn", reviewed_at=NOW)

    def confirm(self, actor: Actor, key: str) -> None:
        """Look for the edge."""
        EDGES.evidence(key)

    def standing(self, actor: Actor, key: str) -> Standing:
        """Say that everybody speaks for an organisation with a hard name on one edge."""
        return (
            Standing(objects_for=(EVIL,), confirms_for=(EVIL,)) if key == "ev_evil" else Standing()
        )

    def speaks_for(self, actor: Actor, slug: str) -> bool:
        """Say no."""
        return False

    def case(self, actor: Actor, number: int) -> DisputeCase:
        """Return an objection, the first to be answered, the second to be decided on."""
        found = self._one(number)
        return DisputeCase(
            dispute=found, may_answer=number == 1, may_decide=number == 2, may_withdraw=number == 1
        )

    def log(
        self,
        *,
        state: str | None = None,
        evidence: str | None = None,
        component: str | None = None,
        affiliation: str | None = None,
        saving: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[DisputeView, ...], int | None]:
        """Return what is asked for, the newest first."""
        found = [
            x for x in reversed(self.all)
            if state in (None, x.state)
            and (evidence is None or (x.edge is not None and x.edge.key == evidence))
            and (component is None or (x.component is not None and x.component.slug == component))
            and (affiliation is None or (x.affiliation and x.affiliation.key == affiliation))
            and (saving is None or (x.saving is not None and x.saving.number == saving))
            and (after is None or x.id < after)
        ]  # fmt: skip
        page = tuple(found[:limit])
        return page, page[-1].id if len(found) > limit else None

    def labels(self, key: str) -> tuple[LabelView, ...]:
        """Return one of each of an edge."""
        if key != "ev_commits":
            return ()
        return (LabelView(organisation=MINISTRY, verdict="confirmed", at=NOW),
                LabelView(organisation=Named(EVIL, "x"), verdict="denied", at=NOW))  # fmt: skip

    def _one(self, number: int) -> DisputeView:
        found = next((x for x in self.all if x.id == number), None)
        if found is None:
            raise NotFound(f"there is no objection {number}")
        return found
