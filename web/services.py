"""What the web is given: the questions of catalogue and lineage, who is signed in, the settings,
and what may be written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ControllerRouterHandler

from registry.accounts.actors import Actor
from registry.accounts.audit_log import AuditLog
from registry.accounts.service import Accounts
from registry.adoption.actions import NewReuse
from registry.adoption.adopters import NewAdoption
from registry.adoption.drift.readmodels import (
    ComponentDrift,
    DriftSummary,
    FixPage,
    FixQuery,
    FixView,
)
from registry.adoption.instructions import ReuseInstructions
from registry.adoption.needs.service import Needs
from registry.adoption.readmodels import AdoptionView, Plan, ReuseActionView
from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    CountryView,
    CrawlEventView,
    CrawlStatus,
    Link,
    OrganisationView,
    RepositoryView,
    SearchPage,
    SourceView,
    Totals,
)
from registry.catalogue.replicability import Replicability
from registry.db.tables import OwnershipState
from registry.db.tables.change import ChangeKind
from registry.disputes.readmodels import DisputeCase, DisputeView, LabelView, Standing
from registry.errors import NotFound, Unavailable
from registry.lineage.readmodels import (
    ComponentReuse,
    CountryReuse,
    EdgeView,
    EvidenceView,
    LineageTree,
    LookupAnswer,
    LookupQuery,
    Matrix,
    MatrixQuery,
    MethodView,
    ReusePage,
    ReuseQuery,
    ReuseSummary,
)
from registry.publishing.changes import ChangeView, RecordQuery
from registry.publishing.draftmodels import DraftView, Looked
from registry.publishing.exports.forms import ExportForm, OfferedForm
from registry.publishing.exports.omb import OmbRow
from registry.publishing.exports.subject import Subject
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_views import Ownership, OwnershipClaimView
from registry.publishing.port import PubliccodeFiles, Reachability
from registry.publishing.readmodels import Composed, Mended, Validation
from registry.publishing.service import Exported
from registry.publishing.software import CatalogQuery, Listed
from registry.publishing.takedowns import TakedownView
from registry.search.port import Suggestion
from registry.settings import WebSettings
from registry.webhooks.hooks import OrganisationHooks
from registry.webhooks.service import Webhooks
from web.memo import Memo

Verdict = Literal["yes", "no", "unknown"]


class Catalogue(Protocol):
    """The read side of the registry.

    A slug or id that is not known raises `NotFound`, one that was renamed raises `Moved`, a part
    that is down raises `Unavailable`. Cursors (`after`, `next`) are opaque to the web.
    """

    def search(self, query: ComponentQuery) -> SearchPage:
        """Return one page of the components that the query asks for, with facets."""

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """Return names that begin with what was typed so far."""

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return all that is known of a component, with texts in a language where there are."""

    def replicability(self, slug: str) -> Replicability:
        """Return what stands in the way of using a component elsewhere."""

    def near_slugs(self, slug: str) -> Sequence[Link]:
        """Return components whose slug is close to one that does not exist."""

    def organisations(
        self, country: str | None, after: str | None, limit: int
    ) -> tuple[Sequence[OrganisationView], str | None]:
        """Return organisations by name, and the cursor of the next page."""

    def organisation(self, slug: str) -> OrganisationView:
        """Return one organisation."""

    def countries(self) -> Sequence[CountryView]:
        """Return the countries that have at least one organisation or component."""

    def country(self, code: str) -> CountryView:
        """Return one country by its ISO 3166-1 code in capitals."""

    def crawl_status(self) -> CrawlStatus:
        """Return the state of crawling."""

    def repository_log(
        self, repository_id: int
    ) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return a repository with its crawl log, newest line first."""

    def find_repositories(self, text: str) -> Sequence[RepositoryView]:
        """Return repositories, listed or not, whose URL holds the text."""

    def repositories(
        self,
        *,
        url: str | None = None,
        text: str | None = None,
        host: str | None = None,
        state: str | None = None,
        after: int = 0,
        limit: int = 20,
    ) -> tuple[Sequence[RepositoryView], int | None]:
        """Return repositories by number, listed or not, and the number to go on after.

        `url` is a canonical URL, present or past; `text` a part of the present one.
        """

    def sources(self) -> Sequence[SourceView]:
        """Return what the operator added."""

    def totals(self) -> Totals:
        """Return the numbers of the home page."""

    def latest(self, limit: int, lang: str = "en") -> Sequence[ComponentCard]:
        """Return the components that were read last."""

    def licence_verdict(self, outbound: str, inbound: str) -> Verdict:
        """Say whether code under `inbound` may be combined into a work under `outbound`."""


class Lineage(Protocol):
    """Who reuses whose code: what can be asked.

    A key or slug that is not known raises `NotFound`; a question that cannot be answered raises
    `InvalidInput`. Cursors (`after`, `next`) are opaque to the web.
    """

    def reuse(self, query: ReuseQuery) -> ReusePage:
        """Return one page of the edges that the query asks for, newest first."""

    def edges(self, query: ReuseQuery) -> Iterator[EdgeView]:
        """Yield all edges that the query asks for, whatever its `limit` and `after` say."""

    def totals(self) -> Mapping[str, int]:
        """Return how many edges are counted, by tag."""

    def latest(self, limit: int = 5) -> tuple[EdgeView, ...]:
        """Return the counted, measured edges between countries that were found last."""

    def evidence(self, key: str) -> EvidenceView:
        """Return all about one edge, whatever its state."""

    def summary(self, slug: str) -> tuple[ReuseSummary, ...]:
        """Return how often a component is reused, a row for each tag that there is."""

    def summaries(self, slugs: Sequence[str]) -> Mapping[str, tuple[ReuseSummary, ...]]:
        """Return the summaries of many components; one without reuse is left out."""

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component in both directions."""

    def lineage(self, slug: str) -> LineageTree:
        """Return the family of a component as a dated tree, depth first."""

    def matrix(self, query: MatrixQuery) -> Matrix:
        """Return who reuses whose code, group by group, for one tag."""

    def country(self, code: str) -> CountryReuse:
        """Return what a country gives and takes; empty for one of which nothing is known."""

    def lookup(self, query: LookupQuery) -> LookupAnswer:
        """Return which components hold the asked-for files, commits, packages or repositories."""

    def method(self) -> MethodView:
        """Return the thresholds in force, and what the evaluation found."""


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


class DriftPort(Protocol):
    """How far forks and copies are from where they come from, and the fixes that they miss."""

    def of_component(self, slug: str) -> ComponentDrift:
        """Return the drift of a component from its upstreams, and of its forks from it."""

    def summary(self, slug: str) -> DriftSummary:
        """Return the drift from the nearest upstream, and how many forks there are."""

    def fixes(self, query: FixQuery) -> FixPage:
        """Return a page of missed fixes, the latest changed first."""

    def all_fixes(self, query: FixQuery) -> Iterator[FixView]:
        """Yield all missed fixes that the query asks for, whatever its `limit` and `after`."""

    def fix(self, key: str) -> FixView:
        """Return one missed fix, whatever its state."""

    def mute(self, actor: Actor, key: str, reason: str) -> FixView:
        """Stop an alert for a reason that everybody reads."""

    def unmute(self, actor: Actor, key: str) -> FixView:
        """Let an alert count again."""


class NoDrifts:
    """An instance that compares nothing."""

    def of_component(self, slug: str) -> ComponentDrift:
        """Return nothing."""
        return ComponentDrift(
            slug=slug, upstreams=(), forks=(), forks_in_all=0, fixes=(), advisories=0,
            advisories_as_of=None,
        )  # fmt: skip

    def summary(self, slug: str) -> DriftSummary:
        """Return nothing."""
        del slug
        return DriftSummary()

    def fixes(self, query: FixQuery) -> FixPage:
        """Return nothing."""
        del query
        return FixPage(items=(), next=None)

    def all_fixes(self, query: FixQuery) -> Iterator[FixView]:
        """Yield nothing."""
        return iter(self.fixes(query).items)

    def fix(self, key: str) -> FixView:
        """Find nothing."""
        raise NotFound(f"there is no missed fix {key[:60]!r}")

    def mute(self, actor: Actor, key: str, reason: str) -> FixView:
        """Find nothing."""
        del actor, reason
        return self.fix(key)

    def unmute(self, actor: Actor, key: str) -> FixView:
        """Find nothing."""
        return self.mute(actor, key, "")


class ReuseActionsPort(Protocol):
    """What people take over: each action is found by the key in its address alone.

    A key that is not known raises `NotFound`, what is to be mended `InvalidInput`.
    """

    @property
    def asks_forges(self) -> bool:
        """Whether this registry forks through the APIs of forges, with a person's token."""

    def plan(self, new: NewReuse) -> Plan:
        """Return what an action would do; nothing is written."""

    def start(
        self, actor: Actor, new: NewReuse, *, token: str = "", adopter: NewAdoption | None = None
    ) -> ReuseActionView:
        """Record an action; with a forge's token, ask the forge to fork, once."""

    def retry(self, actor: Actor, key: str, token: str) -> ReuseActionView:
        """Ask the forge again, after it refused."""

    def action(self, key: str) -> ReuseActionView:
        """Return an action as it is now."""

    def made(self, key: str, url: str = "") -> ReuseActionView:
        """Take somebody's word that the copy is there, at another address perhaps."""

    def instructions(self, slug: str) -> ReuseInstructions:
        """Return how a component is reused so that it can be proven."""

    def remove(self, actor: Actor, key: str) -> None:
        """Remove an action, and withdraw the statement of an adopter that came with it."""


AdoptionPage = tuple[Sequence[AdoptionView], int | None]


class AdoptersPort(Protocol):
    """Organisations that state that they use a component; pages go on after a number."""

    def declare(self, actor: Actor, new: NewAdoption) -> AdoptionView:
        """Write down that an organisation uses a component, or change what it said."""

    def renew(self, actor: Actor, number: int) -> AdoptionView:
        """Confirm a statement for another twelve months."""

    def withdraw(self, actor: Actor, number: int) -> AdoptionView:
        """End a statement."""

    def adoption(self, number: int) -> AdoptionView:
        """Return a statement in force."""

    def own(self, actor: Actor, number: int) -> AdoptionView:
        """Return a statement to those who may change it, in force or not."""

    def list(
        self,
        *,
        component: str | None = None,
        organisation: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> AdoptionPage:
        """Return the statements in force, the newest first."""

    def mine(self, actor: Actor) -> Sequence[AdoptionView]:
        """Return the statements that the actor may change, expired ones too."""

    def count(self, slug: str) -> int:
        """Return how many organisations state that they use a component."""

    def organisations_of(self, actor: Actor) -> Sequence[Link]:
        """Return the organisations that the actor may speak for, by name."""


class DisputesPort(Protocol):
    """Objections to edges and attributions; what the actor may not do is refused.

    Bad text raises `InvalidInput`, what the present state forbids `Conflict`.
    """

    def object_to_edge(self, actor: Actor, key: str, category: str, reason: str) -> DisputeView:
        """Take an objection to an edge; of one of its organisations it disputes the edge."""

    def object_to_attribution(
        self, actor: Actor, slug: str, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to the organisation of a component."""

    def answer(self, actor: Actor, number: int, text: str) -> DisputeView:
        """Put down what the other side says to an objection of an organisation."""

    def decide(self, actor: Actor, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Accept or reject an objection, as an operator."""

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
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[DisputeView, ...], int | None]:
        """Return objections as everybody may read them, and the number to go on after."""

    def labels(self, key: str) -> tuple[LabelView, ...]:
        """Return what organisations on its sides say of an edge."""


class RemovalLog(Protocol):
    """What was removed from view, which everybody may read."""

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[Sequence[TakedownView], int | None]:
        """Return takedowns, the newest first, and the number to go on after."""


class NoRemovals:
    """An instance that removed nothing."""

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[Sequence[TakedownView], int | None]:
        """Return nothing."""
        del after, limit
        return (), None


class Contents(Protocol):
    """The contents of files in the repositories that were fetched."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return a blob of the repository with this canonical URL, if it is here and not large."""


class Changes(Protocol):
    """What happened to components, in an order that never changes."""

    def after(self, seq: int, limit: int = 100) -> Sequence[ChangeView]:
        """Return the changes after a number in their order, tombstones among them."""

    def newest(
        self,
        kinds: Sequence[ChangeKind] = (),
        *,
        country: str | None = None,
        organisation: str | None = None,
        slug: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[ChangeView]:
        """Return the latest changes before a number, the newest first, of some kinds, a place or a
        component."""

    def records(self, query: RecordQuery) -> Sequence[ChangeView]:
        """Return the last change of each component, in order of number."""

    def began_at(self) -> datetime | None:
        """Return when the first change became visible."""


class Software(Protocol):
    """The questions of the Software Catalog API; items are as its description has them."""

    def software(self, query: CatalogQuery) -> Listed:
        """Return a page of software, the oldest entry first."""

    def one_software(self, key: str) -> dict[str, Any]:
        """Return one piece of software, active or not."""

    def analysis(self, key: str, base_url: str) -> dict[str, Any]:
        """Return the reuse that was measured of a piece of software."""

    def publishers(self, query: CatalogQuery) -> Listed:
        """Return a page of publishers."""

    def publisher(self, key: str) -> dict[str, Any]:
        """Return a publisher by its id or its slug."""

    def catalogue(self, base_url: str) -> dict[str, Any]:
        """Return this registry as the one catalogue that it has."""


class Publishing(Protocol):
    """The catalogue in the forms of other catalogues.

    What is not known raises `NotFound`; a form that asks for what is not known, `Incomplete`.
    Addresses in the files begin with `base_url`.
    """

    @property
    def changes(self) -> Changes:
        """The change log."""

    @property
    def software(self) -> Software:
        """The catalogue as the Software Catalog API has it."""

    def export(
        self, slug: str, form: ExportForm, base_url: str, profile: str | None = None
    ) -> Exported:
        """Return a component in a form."""

    def offered(self, slug: str, base_url: str) -> Sequence[OfferedForm]:
        """Return the forms of a component, each with what is missing for it."""

    def subjects(self, uuids: Sequence[str]) -> Mapping[str, Subject]:
        """Return the components that are listed now, by uuid, of at most some hundreds."""

    def pages(self, after: int, limit: int) -> tuple[Sequence[tuple[str, datetime]], int | None]:
        """Return slugs of listed components with the time of their change, by row id."""

    def inventory(self, organisation: str, base_url: str) -> bytes:
        """Return all components of an organisation as an agency index."""

    def omb_rows(self, organisation: str, base_url: str) -> Sequence[OmbRow]:
        """Return what is to be reported of each component of an organisation."""

    def dcat_page(
        self, after: int, limit: int, base_url: str, next_url: Callable[[int], str]
    ) -> tuple[bytes, int | None]:
        """Return a page of the whole catalogue by row id, and the id to go on after."""


class NoContents:
    """An instance that fetched nothing."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return nothing."""
        del url, blob
        return None


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


class NoDrafts:
    """An instance that keeps no drafts."""

    def look(self, url: str) -> Looked:
        """Refuse."""
        del url
        raise Unavailable("drafts are not kept here")

    def known(self, url: str) -> Looked:
        """Refuse."""
        return self.look(url)

    def begin(self, url: str) -> str:
        """Refuse."""
        del url
        raise Unavailable("drafts are not kept here")

    def view(self, secret: str) -> DraftView:
        """Find nothing."""
        del secret
        raise NotFound("there is no such draft")

    def answer(self, secret: str, answers: Mapping[str, str]) -> DraftView:
        """Find nothing."""
        del answers
        return self.view(secret)

    def mend(self, secret: str) -> tuple[DraftView, int]:
        """Find nothing."""
        return self.view(secret), 0

    def edit(self, secret: str, text: str) -> DraftView:
        """Find nothing."""
        del text
        return self.view(secret)

    def forget(self, secret: str) -> None:
        """Find nothing."""
        self.view(secret)


class NoFiles:
    """An instance that reads no files for people."""

    def validate(
        self, data: bytes, *, path: str = "", reached: Reachability | None = None
    ) -> Validation:
        """Refuse."""
        del data, path, reached
        raise Unavailable("files are not validated here")

    def mend(self, data: bytes, *, path: str = "") -> Mended:
        """Refuse."""
        del data, path
        raise Unavailable("files are not mended here")

    def compose(
        self,
        base: bytes | None,
        values: Mapping[str, Any],
        *,
        path: str = "",
        renamed: Mapping[str, str] = {},
    ) -> Composed:
        """Refuse."""
        del base, values, path, renamed
        raise Unavailable("files are not composed here")


@dataclass(frozen=True)
class Services:
    """All that the web may use; built in the composition root, replaced whole in tests.

    `as_of` gives the time of the newest crawl. `limits` are rows (setting, value, meaning) of
    `registry.settings.describe` that the public may see. Without `accounts` nobody signs in, and
    there are no pages for it.
    """

    catalogue: Catalogue
    lineage: Lineage
    disputes: DisputesPort
    publishing: Publishing
    settings: WebSettings
    version: str
    as_of: Callable[[], datetime]
    api_routes: Sequence[ControllerRouterHandler] = ()
    limits: Sequence[tuple[str, str, str]] = ()
    accounts: Accounts | None = None
    contents: Contents = field(default_factory=NoContents)
    publiccode: PubliccodeFiles = field(default_factory=NoFiles)
    ownership: OwnershipPort | None = None
    reuse_actions: ReuseActionsPort | None = None
    adopters: AdoptersPort | None = None
    drafts: Drafts = field(default_factory=NoDrafts)
    removals: RemovalLog = field(default_factory=NoRemovals)
    drifts: DriftPort = field(default_factory=NoDrifts)
    webhooks: Webhooks | None = None
    hooks: OrganisationHooks | None = None
    audit: AuditLog | None = None
    needs: Needs | None = None
    memo: Memo = field(default_factory=Memo)


ServicesDependency = NamedDependency[SkipValidation[Services]]


class Moved(NotFound):
    """The component is now under another slug; the page answers with a permanent redirect."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"this component is now called {slug!r}")
        self.slug = slug
