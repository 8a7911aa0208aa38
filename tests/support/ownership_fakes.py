"""Ownership claims in memory, in every state and by every method, with names that try to break
pages. Whoever asks is the claimant of those with an odd number, and may confirm the others.

And kept files of two components: one has one, the other had some; whoever has a role owns both."""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from registry.accounts.actors import Actor
from registry.db.tables import OwnershipState, ProofMethod
from registry.errors import Conflict, Forbidden, NotFound
from registry.keeping.readmodels import KeptVersion, KeptView, OwnKept, Standing, WrongFile
from registry.publishing.domain_names import parse_domain
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_views import Ownership, OwnershipClaimView
from registry.publishing.readmodels import FileProblem
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

TOKEN: Final = "0xFxuzcIgP-qo1cEEKzgCVkIzVFHYwKX"
LONG_DOMAIN: Final = ".".join(("xn--lberta-6nf", "a" * 63, "b" * 63, "example"))
SOMEBODY_ELSE: Final = -1


def _view(number: int, state: OwnershipState, method: ProofMethod) -> OwnershipClaimView:
    is_proven = state not in {OwnershipState.PENDING, OwnershipState.EXPIRED}
    is_component = method is ProofMethod.REPOSITORY
    return OwnershipClaimView(
        id=number,
        subject="component" if is_component else "organisation",
        slug="forms" if is_component else "ministry-of-examples",
        name=LONG_WORD if number % 3 else EVIL,
        organisation=1,
        account=SOMEBODY_ELSE,
        claimant=EVIL if number % 4 else LONG_WORD,
        method=method.value,
        domain=LONG_DOMAIN if method in {ProofMethod.DNS, ProofMethod.WELL_KNOWN} else "",
        token=TOKEN,
        state=state.value,
        level=2 if state is OwnershipState.ACTIVE else 0,
        is_government=state is OwnershipState.ACTIVE,
        is_confirmed=False,
        problem="" if is_proven else "file_without_token",
        failures=0 if is_proven else 1,
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        proven_at=NOW if is_proven else None,
        checked_at=NOW if number % 2 else None,
    )


CLAIMS: Final = tuple(
    _view(number, state, method)
    for number, (state, method) in enumerate(
        ((state, method) for state in OwnershipState for method in ProofMethod), start=1
    )
)


class InMemoryOwnership:
    """Takes no claim, but shows those that there are."""

    def mine(self, actor: Actor) -> list[OwnershipClaimView]:
        """Return the claims with an odd number; a newcomer, who has no role, has none."""
        if not actor.roles and not actor.is_operator:
            return []
        return [self.claim(actor, x.id) for x in CLAIMS if x.id % 2]

    def claim(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Return a claim, of the actor where its number is odd."""
        found = {x.id: x for x in CLAIMS}.get(number)
        if found is None:
            raise NotFound(f"there is no ownership claim {number}")
        return replace(found, account=actor.account or 0) if number % 2 else found

    def start(self, actor: Actor, new: NewClaim) -> OwnershipClaimView:
        """Return the first claim by the same method; a domain must be one."""
        if new.method in {ProofMethod.DNS, ProofMethod.WELL_KNOWN}:
            parse_domain(new.domain)
        return self.claim(actor, next(x.id for x in CLAIMS if x.method == new.method.value))

    check = confirm = withdraw = revoke_as = claim

    def overview(self, actor: Actor, **_: object) -> list[OwnershipClaimView]:
        """Return all of them."""
        return list(CLAIMS)

    def of_organisation(self, slug: str) -> tuple[Ownership, ...]:
        """Return a proven claim and one that lapsed, of one organisation."""
        return _SEEN if slug == "ministry-of-examples" else ()

    def of_component(self, slug: str) -> tuple[Ownership, ...]:
        """Return a proven claim and one that lapsed, of one component."""
        return _SEEN if slug == "forms" else ()


_SEEN: Final = (
    Ownership(EVIL, 2, "dns", LONG_DOMAIN, "active", NOW, NOW),
    Ownership(LONG_WORD, 0, "repository", "", "lapsed", NOW, None),
)


def _version(number: int, state: str) -> KeptVersion:
    ended = None if state == "current" else NOW
    by = EVIL if number % 2 else ""
    return KeptVersion(
        version=number, sha256="5f0b0d1b" * 8, state=state, by=by, kept_at=NOW, ended_at=ended
    )


STATES: Final = ("yielded", "lapsed", "withdrawn", "replaced")
KEPT: Final = {
    "forms": KeptView(
        slug="forms",
        name=LONG_WORD,
        text=f"publiccodeYmlVersion: '0'\nname: {EVIL}\n",
        versions=(_version(2, "current"), _version(1, "replaced")),
    ),
    "bare": KeptView(
        slug="bare",
        name=EVIL,
        text="",
        versions=tuple(_version(4 - i, state) for i, state in enumerate(STATES)),
    ),
}


class InMemoryKept:
    """Keeps nothing new: of what is sent, an empty text is wrong in its first line."""

    def show(self, slug: str) -> KeptView:
        """Return what is kept; of components that are numbered, what was."""
        if slug.startswith("part-"):
            return replace(KEPT["bare"], slug=slug)
        if slug not in KEPT:
            raise NotFound(f"there is no component {slug!r}")
        return KEPT[slug]

    def keep(self, actor: Actor, slug: str, text: str) -> KeptView:
        """Return what is kept already, as if it had been sent."""
        self._demand(actor, slug)
        if not text:
            raise WrongFile(
                "the file has 1 errors",
                (FileProblem(path=EVIL, line=1, column=1, severity="error", message=EVIL),),
            )
        if text == "again":
            raise Conflict("this very file is kept already")
        return KEPT[slug]

    def withdraw(self, actor: Actor, slug: str) -> KeptView:
        """Return what was kept, as if it had been withdrawn."""
        self._demand(actor, slug)
        return KEPT["bare"]

    def text(self, slug: str) -> tuple[str, KeptVersion]:
        """Return the present file."""
        view = self.show(slug)
        if view.current is None:
            raise NotFound("the registry keeps no file now")
        return view.text, view.current

    def standing(self, actor: Actor, slug: str) -> Standing:
        """Let everybody with a role change it."""
        self.show(slug)
        return Standing(may_keep=bool(actor.roles), draft=EVIL)

    def mine(self, actor: Actor) -> tuple[OwnKept, ...]:
        """Return both, to those with a role."""
        found = KEPT.values() if actor.roles else ()
        return tuple(
            OwnKept(slug=x.slug, name=x.name, state=x.versions[0].state, since=NOW) for x in found
        )

    def _demand(self, actor: Actor, slug: str) -> None:
        self.show(slug)
        if not actor.roles:
            raise Forbidden("only a verified owner may")
