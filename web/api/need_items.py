"""Needs as the API takes and returns them."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from registry.adoption.needs.readmodels import (
    Answer,
    Candidate,
    Found,
    NeedItem,
    NeedView,
    OfferView,
    Reason,
    StatementView,
)
from registry.catalogue.readmodels import Link
from web.api.call import Call


class NeedRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A need, in the name of an organisation by its slug."""

    title: str
    description: str
    lang: str
    organisation: str
    functions: tuple[str, ...] = ()


class SearchRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is needed, in somebody's own words; `functions` are categories of publiccode.yml."""

    title: str
    description: str
    lang: str
    functions: tuple[str, ...] = ()


class AnswersRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Why candidates are not used, by slug; an empty reason takes an answer back."""

    answers: dict[str, Answer]


class JoinRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The organisation, by its slug, that needs the same."""

    organisation: str


class OfferRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is offered, in the name of an organisation here, or of `name`."""

    text: str
    organisation: str = ""
    name: str = ""
    component: str = ""
    url: str = ""


class ClosingRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of a need: `found` names a component, `built` an address."""

    outcome: str
    component: str = ""
    url: str = ""


class NeedSummary(Struct, frozen=True, kw_only=True):
    """A need in a list; `joined` and `offers` are how many."""

    id: int
    title: str
    lang: str
    functions: tuple[str, ...]
    state: str
    organisation: Link | None
    country: str | None
    joined: int
    offers: int
    opened_at: datetime
    expires_at: datetime
    updated_at: datetime
    api_url: str
    html_url: str


class NeedPage(Struct, frozen=True, kw_only=True):
    """Needs, the newest first."""

    items: tuple[NeedSummary, ...]
    next: str | None


class StatementItem(Struct, frozen=True, kw_only=True):
    """A dated statement: `digest` is the SHA-256 of the canonical JSON (RFC 8785) of `document`."""

    number: int
    digest: str
    issued_at: datetime
    superseded_by: int | None
    document: dict[str, Any]
    api_url: str
    html_url: str


class StatementLink(Struct, frozen=True, kw_only=True):
    """A statement without its content."""

    number: int
    digest: str
    issued_at: datetime
    api_url: str


class NeedResource(Struct, frozen=True, kw_only=True):
    """A need; `joined` are the first organisations of the number in `need`."""

    need: NeedSummary
    description: str
    joined: tuple[Link, ...]
    offers: tuple[OfferView, ...]
    statements: tuple[StatementLink, ...]
    outcome: str | None
    outcome_component: Link | None
    outcome_url: str | None
    closed_at: datetime | None


class CandidatesResource(Struct, frozen=True, kw_only=True):
    """What the last search for a need found, why each is not used, and what is not answered."""

    need: int
    found: Found | None
    answers: dict[str, Answer]
    unanswered: tuple[str, ...]


def need_summary(call: Call, item: NeedItem) -> NeedSummary:
    """Return a need of a list with its links."""
    return NeedSummary(
        id=item.id, title=item.title, lang=item.lang, functions=item.functions, state=item.state,
        organisation=item.organisation, country=item.country, joined=item.joined,
        offers=item.offers, opened_at=item.opened_at, expires_at=item.expires_at,
        updated_at=item.updated_at, api_url=call.api_url("needs", str(item.id)),
        html_url=call.page_url("needs", str(item.id)),
    )  # fmt: skip


def need_resource(call: Call, view: NeedView) -> NeedResource:
    """Return a need as everybody sees it."""
    links = tuple(
        StatementLink(number=x.number, digest=x.digest, issued_at=x.issued_at,
                      api_url=_statement_url(call, x))
        for x in view.statements
    )  # fmt: skip
    return NeedResource(
        need=need_summary(call, view.item), description=view.description, joined=view.joined,
        offers=view.offers, statements=links, outcome=view.outcome,
        outcome_component=view.outcome_component, outcome_url=view.outcome_url,
        closed_at=view.closed_at,
    )  # fmt: skip


def statement_item(call: Call, view: StatementView) -> StatementItem:
    """Return a statement with its content as it was written."""
    return StatementItem(
        number=view.number, digest=view.digest, issued_at=view.issued_at,
        superseded_by=view.superseded_by, document=view.document,
        api_url=_statement_url(call, view),
        html_url=call.page_url("needs", str(view.need), "statement", str(view.number)),
    )  # fmt: skip


def _statement_url(call: Call, view: StatementView) -> str:
    return call.api_url("needs", str(view.need), "statements", str(view.number))


_WHEN: Final = datetime.fromisoformat("2026-08-02T09:30:00Z")
_URL: Final = "https://registry.example"
_BODY: Final = Link("town", "Town")
EXAMPLE_SUMMARY: Final = NeedSummary(
    id=7, title="Booking of appointments", lang="en", functions=("online-booking",), state="open",
    organisation=_BODY, country="EE", joined=2, offers=0, opened_at=_WHEN, expires_at=_WHEN,
    updated_at=_WHEN, api_url=f"{_URL}/api/v1/needs/7", html_url=f"{_URL}/needs/7",
)  # fmt: skip
EXAMPLE_PAGE: Final = NeedPage(items=(EXAMPLE_SUMMARY,), next=None)
EXAMPLE: Final = NeedResource(
    need=EXAMPLE_SUMMARY, description="Residents choose a time, without an account.",
    joined=(Link("county", "County"), Link("city", "City")), offers=(), statements=(),
    outcome=None, outcome_component=None, outcome_url=None, closed_at=None,
)  # fmt: skip
EXAMPLE_FOUND: Final = Found(
    at=_WHEN, method="need-search 2", queries=("appointments booking",), components=274,
    countries=28, organisations=141, newest_crawl_at=_WHEN, candidates=(
        Candidate(
            slug="termine", name="Termine", description="Appointments online.", lang="en",
            organisation=_BODY, country="DE", licence="EUPL-1.2", activity="active",
            repository_url="https://code.example/town/termine",
            reasons=(Reason(kind="words", values=("appointments",)),),
        ),
    ),
)  # fmt: skip
EXAMPLE_CANDIDATES: Final = CandidatesResource(
    need=7, found=None, answers={"termine": Answer("language", "German alone")}, unanswered=()
)
EXAMPLE_STATEMENT: Final = StatementItem(
    number=1, digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    issued_at=_WHEN, superseded_by=None,
    document={"type": "registry-need-statement/1", "need": 7, "found": []},
    api_url=f"{_URL}/api/v1/needs/7/statements/1", html_url=f"{_URL}/needs/7/statement/1",
)  # fmt: skip
EXAMPLE_OFFER: Final = OfferView(
    id=3, by=Link("county", "County"), name="", component=Link("termine", "Termine"),
    text="We run this since 2023.", url=None, state="shown", created_at=_WHEN,
)  # fmt: skip
