"""Joint bodies as the API takes and returns them."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from registry.catalogue.readmodels import Link
from registry.governance.record.body_view import BodyView
from registry.governance.record.money_models import ContractView, FundingView
from registry.governance.record.readmodels import (
    BodyItem,
    ComponentOfBody,
    Evidence,
    FactView,
    MemberView,
    NewMember,
    NewRule,
    Provenance,
)
from web.api.call import Call


class BodyRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body that the organisation `by` founds with `members`, who are invited.

    `url`, `on` and `sha256` say where the instrument can be read.
    """

    by: str
    name: str
    lang: str
    instrument: str
    url: str
    role: str = "strategic"
    dues: int = 0
    purpose: str = ""
    founded_on: str = ""
    instrument_text: str = ""
    on: str = ""
    sha256: str = ""
    components: tuple[str, ...] = ()
    members: tuple[NewMember, ...] = ()
    rule: NewRule | None = None

    @property
    def evidence(self) -> Evidence:
        """Where the instrument can be read."""
        return Evidence(url=self.url, on=self.on, sha256=self.sha256)


class BodySummary(Struct, frozen=True, kw_only=True):
    """A body in a list; `members`, `components` and `decisions` are how many."""

    slug: str
    name: str
    purpose: str
    lang: str
    founded_on: str | None
    members: int
    countries: tuple[str, ...]
    components: int
    decisions: int
    updated_at: datetime
    is_demo: bool
    api_url: str
    html_url: str


class BodyPage(Struct, frozen=True, kw_only=True):
    """Bodies, the first that was recorded first."""

    items: tuple[BodySummary, ...]
    next: str | None


class BodyResource(Struct, frozen=True, kw_only=True):
    """A body with what is recorded of it; `not_recorded` are the kinds of facts that are not."""

    body: BodySummary
    source: Provenance
    components: tuple[ComponentOfBody, ...]
    members: tuple[MemberView, ...]
    facts: tuple[FactView, ...]
    not_recorded: tuple[str, ...]
    funding: tuple[FundingView, ...]
    contracts: tuple[ContractView, ...]


def body_summary(call: Call, item: BodyItem) -> BodySummary:
    """Return a body of a list with its links."""
    return BodySummary(
        slug=item.slug, name=item.name, purpose=item.purpose, lang=item.lang,
        founded_on=item.founded_on, members=item.members, countries=item.countries,
        components=item.components, decisions=item.decisions, updated_at=item.updated_at,
        is_demo=item.is_demo, api_url=call.api_url("bodies", item.slug),
        html_url=call.page_url("bodies", item.slug),
    )  # fmt: skip


def body_resource(call: Call, view: BodyView) -> BodyResource:
    """Return a body with all that is recorded of it."""
    return BodyResource(
        body=body_summary(call, view.item), source=view.source, components=view.components,
        members=view.members, facts=view.facts, not_recorded=view.missing,
        funding=view.funding, contracts=view.contracts,
    )  # fmt: skip


_WHEN: Final = datetime.fromisoformat("2026-08-02T09:30:00Z")
_DAY: Final = "2017-06-30"
_URL: Final = "https://registry.example"
_TOWN: Final = Link("town", "Town")
_SOURCE: Final = Provenance(
    url="https://town.example/agreement", on=_DAY, sha256=None, entered_by=_TOWN, entered_at=_WHEN
)
EXAMPLE_SUMMARY: Final = BodySummary(
    slug="forms-together", name="Forms Together", purpose="Forms for both.", lang="en",
    founded_on=_DAY, members=2, countries=("EE", "FI"), components=1, decisions=0,
    updated_at=_WHEN, is_demo=False, api_url=f"{_URL}/api/v1/bodies/forms-together",
    html_url=f"{_URL}/bodies/forms-together",
)  # fmt: skip
EXAMPLE_PAGE: Final = BodyPage(items=(EXAMPLE_SUMMARY,), next=None)
EXAMPLE_MEMBER: Final = MemberView(
    id=1, name="Town", organisation=_TOWN, country="EE", role="strategic", state="confirmed",
    dues=0, since=_DAY, until=None, is_current=True, source=_SOURCE,
)  # fmt: skip
EXAMPLE_FACT: Final = FactView(
    id=1, kind="instrument", choice="memorandum", text="Agreement on the forms", since=_DAY,
    until=None, source=_SOURCE,
)  # fmt: skip
EXAMPLE: Final = BodyResource(
    body=EXAMPLE_SUMMARY, source=_SOURCE,
    components=(ComponentOfBody(component=Link("forms", "Forms"), source=_SOURCE),),
    members=(EXAMPLE_MEMBER,), facts=(EXAMPLE_FACT,),
    not_recorded=("legal_form", "exit_clause"),
    funding=(FundingView(
        id=1, payer="Town", country="EE", amount=50_000, currency="EUR", share=None, since=_DAY,
        until=None, purpose="Upkeep", source=_SOURCE,
    ),),
    contracts=(ContractView(
        id=1, supplier="Example Ltd", on_behalf_of="Town", since=_DAY, until=None,
        purpose="Development", source=_SOURCE,
    ),),
)  # fmt: skip
