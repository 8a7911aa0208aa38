"""All pages, once for every language: English unprefixed, the others under `/fr`, `/es` …"""

from collections.abc import Callable
from typing import Any, Self

from litestar import Request, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import ControllerRouterHandler

from web.i18n.languages import Language
from web.pages.about import AboutPages
from web.pages.account import AccountPages
from web.pages.account_tokens import TokenPages
from web.pages.adopters import (
    ComponentAdopterPages,
    OrganisationAdopterPages,
    OwnAdoptionPages,
)
from web.pages.bodies import BodiesPages, ComponentGovernancePages
from web.pages.body_files import BodyFilesPages
from web.pages.body_founding import NewBodyPages
from web.pages.body_members import BodyMemberPages
from web.pages.body_record import BodyRecordPages
from web.pages.body_votes import BodyVotesPages
from web.pages.bulk import BulkPages
from web.pages.call_writing import CallWritingPages
from web.pages.calls import CallsPages
from web.pages.claims import ClaimPages, ComponentClaimPages, OrganisationClaimPages
from web.pages.component_reuse import ComponentReusePages
from web.pages.components import ComponentPages
from web.pages.contributors import ContributorPages
from web.pages.countries import CountryPages
from web.pages.crawls import CrawlPages
from web.pages.decision_forms import DecisionFormPages
from web.pages.decisions import DecisionsPages
from web.pages.demand import DemandPages
from web.pages.dispute_forms import (
    AffiliationDisputePages,
    ComponentDisputePages,
    EvidenceDisputePages,
    SavingDisputePages,
)
from web.pages.disputes import DisputePages
from web.pages.drift import ComponentDriftPages, FixMutePages, FixPages
from web.pages.evidence import EvidencePages
from web.pages.follows import FollowPages, OwnFollowPages
from web.pages.home import HomePages
from web.pages.inventories import InventoryPages
from web.pages.kept import KeptFilePages
from web.pages.lookup import LookupPages
from web.pages.mail_links import MailLinkPages
from web.pages.matrix import MatrixPages
from web.pages.members import InvitationPages, MemberPages
from web.pages.need import NeedPages
from web.pages.need_members import ManageNeedPages, OpenNeedPages
from web.pages.need_take_part import TakePartPages
from web.pages.needs import NeedsPages
from web.pages.operator import OperatorPages
from web.pages.organisations import OrganisationPages
from web.pages.proposals import ProposalPages, ProposePages
from web.pages.publish import PublishPages
from web.pages.publish_draft import DraftPages
from web.pages.reference import ReferencePages
from web.pages.replicability import ReplicabilityPages
from web.pages.report_keeping import OwnReportPages
from web.pages.reported_saving import ReportedSavingPages
from web.pages.reported_savings import ComponentSavingPages, OrganisationSavingPages
from web.pages.reports import ReportPages
from web.pages.reuse import ReusePages
from web.pages.reuse_actions import ReuseActionPages
from web.pages.reuse_instructions import ReuseInstructionsPages
from web.pages.reuse_this import ReuseThisPages
from web.pages.search import SearchPages
from web.pages.sign_in import SignInPages
from web.pages.snapshots import NewSnapshotPages, SnapshotPages
from web.pages.transparency import TransparencyPages
from web.pages.validate import ValidatePages
from web.pages.view import NOT_COMPRESSED, Site, View, view_of
from web.pages.webhooks import WebhookPages

PAGES: tuple[ControllerRouterHandler, ...] = (
    HomePages,
    SearchPages,
    ReusePages,
    EvidencePages,
    SnapshotPages,
    BulkPages,
    EvidenceDisputePages,
    AffiliationDisputePages,
    SavingDisputePages,
    ComponentDisputePages,
    DisputePages,
    ComponentPages,
    KeptFilePages,
    ComponentReusePages,
    ComponentDriftPages,
    FixPages,
    FixMutePages,
    ContributorPages,
    ReplicabilityPages,
    OrganisationPages,
    InventoryPages,
    CountryPages,
    MatrixPages,
    LookupPages,
    ValidatePages,
    PublishPages,
    DraftPages,
    CrawlPages,
    AboutPages,
    TransparencyPages,
    ComponentClaimPages,
    OrganisationClaimPages,
    ClaimPages,
    BodiesPages,
    DecisionsPages,
    ComponentGovernancePages,
    FollowPages,
    CallsPages,
    NeedsPages,
    DemandPages,
    NeedPages,
    ReuseThisPages,
    ReuseInstructionsPages,
    ReuseActionPages,
    ComponentAdopterPages,
    OrganisationAdopterPages,
    ComponentSavingPages,
    OrganisationSavingPages,
    ReportedSavingPages,
    ReportPages,
)
ACCOUNT_PAGES: tuple[ControllerRouterHandler, ...] = (
    NewSnapshotPages,
    SignInPages,
    AccountPages,
    TokenPages,
    WebhookPages,
    MemberPages,
    InvitationPages,
    NewBodyPages,
    BodyMemberPages,
    DecisionFormPages,
    BodyRecordPages,
    BodyFilesPages,
    BodyVotesPages,
    OpenNeedPages,
    ManageNeedPages,
    TakePartPages,
    CallWritingPages,
    OwnFollowPages,
    MailLinkPages,
    OperatorPages,
    OwnAdoptionPages,
    ProposePages,
    ProposalPages,
    OwnReportPages,
)
COMPRESSION = CompressionConfig(backend="gzip", minimum_size=1000, exclude_opt_key=NOT_COMPRESSED)


class PageRouter(Router):
    """The pages of one language of one application, for which alone it is made.

    So the framework takes it as it is; it would copy every handler again, half of the time that it
    takes to build an application.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return this very router."""
        return self


def page_routers(site: Site, *, with_reference: bool) -> list[Router]:
    """Return one router per language; the reference of the API only where there is an API."""
    pages = (*PAGES, ReferencePages) if with_reference else PAGES
    if site.services.accounts is not None:
        pages = (*pages, *ACCOUNT_PAGES)
    return [
        PageRouter(
            language.prefix or "/",
            route_handlers=pages,
            middleware=[DefineMiddleware(CompressionMiddleware, config=COMPRESSION)],
            dependencies={"view": Provide(_view_provider(site, language), sync_to_thread=False)},
        )
        for language in site.languages
    ]


def _view_provider(site: Site, language: Language) -> Callable[[Request[Any, Any, Any]], View]:
    def provide_view(request: Request[Any, Any, Any]) -> View:
        return view_of(site, language, request)

    return provide_view
