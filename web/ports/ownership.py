"""What the web asks of what people say of their own: claims of ownership, drafts, and what was
removed from view."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from registry.accounts.actors import Actor
from registry.db.tables import OwnershipState
from registry.keeping.readmodels import KeptVersion, KeptView, OwnKept, Standing
from registry.publishing.draftmodels import DraftView, Looked
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_views import Ownership, OwnershipClaimView
from registry.publishing.takedowns import TakedownView


class OwnershipPort(Protocol):
    """Ownership claims; what the actor may not do raises `Unauthenticated` or `Forbidden`."""

    def start(self, actor: Actor, new: NewClaim) -> OwnershipClaimView:
        """Write down a claim of the actor and return it with what is to be proven."""

    def claim(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Return a claim to its claimant, and to those who may confirm it."""

    def mine(self, actor: Actor) -> Sequence[OwnershipClaimView]:
        """Return the claims of the actor, the newest first."""

    def check(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Have a claim checked soon."""

    def confirm(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Vouch for a proven claim as a second person."""

    def withdraw(self, actor: Actor, number: int) -> OwnershipClaimView:
        """End one's own claim."""

    def overview(
        self,
        actor: Actor,
        *,
        states: Sequence[OwnershipState] = (),
        level: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[OwnershipClaimView]:
        """Return claims of everybody to an operator, the newest first."""

    def revoke_as(self, actor: Actor, number: int) -> OwnershipClaimView:
        """End a wrong claim together with the role that it gave, as an operator."""

    def of_organisation(self, slug: str) -> tuple[Ownership, ...]:
        """Return who claims an organisation."""

    def of_component(self, slug: str) -> tuple[Ownership, ...]:
        """Return who claims a component."""


class Drafts(Protocol):
    """The drafts of the publish wizard; each is found by the secret in its address alone.

    A secret that is not known, or expired, raises `NotFound`.
    """

    def look(self, url: str) -> Looked:
        """Return what there is at an address, and have it read where nobody has asked for it yet.

        Raises `InvalidInput` where it may not be read.
        """

    def known(self, url: str) -> Looked:
        """Return what there is at an address, without having anything read."""

    def begin(self, url: str) -> str:
        """Begin the draft of a repository and return its secret."""

    def view(self, secret: str) -> DraftView:
        """Return a draft as it is now."""

    def answer(self, secret: str, answers: Mapping[str, str]) -> DraftView:
        """Put down answers by question."""

    def mend(self, secret: str) -> tuple[DraftView, int]:
        """Make every certain fix in the file, and say how many were made."""

    def edit(self, secret: str, text: str) -> DraftView:
        """Take a text as the file."""

    def forget(self, secret: str) -> None:
        """Remove a draft now."""


class KeptFilesPort(Protocol):
    """publiccode.yml files that the registry keeps; what the actor may not do is refused."""

    def keep(self, actor: Actor, slug: str, text: str) -> KeptView:
        """Keep a file, in place of the one that is kept already.

        Raises `WrongFile` for one that cannot be kept, `Conflict` where the repository has its own.
        """

    def withdraw(self, actor: Actor, slug: str) -> KeptView:
        """Withdraw what is kept now; raises `Conflict` where that is nothing."""

    def show(self, slug: str) -> KeptView:
        """Return what is kept and was kept for a component."""

    def text(self, slug: str) -> tuple[str, KeptVersion]:
        """Return the file that is kept now, or raise `NotFound`."""

    def standing(self, actor: Actor, slug: str) -> Standing:
        """Return what the actor may do for a component."""

    def mine(self, actor: Actor) -> Sequence[OwnKept]:
        """Return what became of the files that the actor vouches for."""


class RemovalLog(Protocol):
    """What was removed from view, which everybody may read."""

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[Sequence[TakedownView], int | None]:
        """Return takedowns, the newest first, and the number to go on after."""
