"""What the web asks of objections, and passes on to them."""

from typing import Protocol

from registry.accounts.actors import Actor
from registry.disputes.readmodels import DisputeCase, DisputeView, LabelView, Standing


class DisputesPort(Protocol):
    """Objections to edges, attributions and fields; what the actor may not do is refused.

    Bad text raises `InvalidInput`, what the present state forbids `Conflict`.
    """

    def object_to_edge(self, actor: Actor, key: str, category: str, reason: str) -> DisputeView:
        """Take an objection to an edge; of one of its organisations it disputes the edge."""

    def object_to_attribution(
        self, actor: Actor, slug: str, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to the organisation of a component."""

    def object_to_field(
        self, actor: Actor, slug: str, field: tuple[str, str | None], category: str, reason: str
    ) -> DisputeView:
        """Take an objection to what is shown for a property of a component, and a language."""

    def object_to_affiliation(
        self, actor: Actor, key: str, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to whom a domain or an organisation is said to work for."""

    def object_to_saving(
        self, actor: Actor, number: int, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to a saving that an organisation reports."""

    def speaks_of_saving(self, actor: Actor, number: int) -> tuple[str, ...]:
        """Return the organisations for which somebody may object to a reported saving."""

    def speaks_of(self, actor: Actor, key: str) -> tuple[str, ...]:
        """Return the organisations for which somebody may object to an affiliation."""

    def answer(self, actor: Actor, number: int, text: str) -> DisputeView:
        """Put down what the other side says to an objection of an organisation."""

    def decide(self, actor: Actor, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Accept or reject an objection, as an operator."""

    def withdraw(self, actor: Actor, number: int) -> DisputeView:
        """Withdraw one's own objection while it waits."""

    def confirm(self, actor: Actor, key: str) -> None:
        """Let an owner of an organisation on one side say that an edge is right."""

    def standing(self, actor: Actor, key: str) -> Standing:
        """Return for which organisations somebody may object to an edge, or confirm it."""

    def speaks_for(self, actor: Actor, slug: str) -> bool:
        """Say whether somebody may object for an organisation."""

    def case(self, actor: Actor, number: int) -> DisputeCase:
        """Return an objection with what the actor may do about it."""

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
        """Return objections as everybody may read them, and the number to go on after."""

    def labels(self, key: str) -> tuple[LabelView, ...]:
        """Return what organisations on its sides say of an edge."""
