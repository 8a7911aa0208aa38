"""What is told of needs: frozen structs, never table rows."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from registry.catalogue.readmodels import Link

ReasonKind = Literal["words", "readme", "function", "related"]
State = Literal["draft", "open", "expired", "closed"]


class NewNeed(Struct, frozen=True, kw_only=True):
    """What somebody writes: `functions` are categories of publiccode.yml."""

    title: str
    description: str
    lang: str
    functions: tuple[str, ...] = ()


class Reason(Struct, frozen=True, kw_only=True):
    """Why a component is close.

    `words` and `readme`: words of the need with the word of the component that answers each, in
    its description or in its README alone; `function`: categories that both name; `related`:
    another candidate that shares code with it, and how many edges say so.
    """

    kind: ReasonKind
    values: tuple[str, ...]


class Candidate(Struct, frozen=True, kw_only=True):
    """A component that may answer a need, as it was when it was found."""

    slug: str
    name: str
    description: str = ""
    lang: str | None = None
    organisation: Link | None = None
    country: str | None = None
    licence: str | None = None
    activity: str = "unknown"
    repository_url: str = ""
    reasons: tuple[Reason, ...] = ()


class Found(Struct, frozen=True, kw_only=True):
    """What one search found: in how many components, when, how.

    `components` are those that the search looked at; of `waiting` of the catalogue it had not yet
    the newest state, or none. `countries` and `organisations` are those of the catalogue.
    `is_limited` says that the search index was down, so that words were only compared.
    """

    at: datetime
    method: str
    queries: tuple[str, ...]
    components: int
    countries: int
    organisations: int
    newest_crawl_at: datetime | None
    candidates: tuple[Candidate, ...]
    is_limited: bool = False
    waiting: int = 0


class Answer(Struct, frozen=True):
    """Why a candidate is not used: a reason of `REASONS`, and words."""

    reason: str
    text: str = ""


class OfferView(Struct, frozen=True, kw_only=True):
    """An offer; `by` is the organisation, or none where `name` is what they call themselves."""

    id: int
    by: Link | None
    name: str
    component: Link | None
    text: str
    url: str | None
    state: str
    created_at: datetime


class StatementView(Struct, frozen=True, kw_only=True):
    """A statement: `document` is its content, of whose canonical JSON `digest` is the SHA-256."""

    need: int
    number: int
    digest: str
    issued_at: datetime
    document: dict[str, Any]
    superseded_by: int | None = None


class NeedItem(Struct, frozen=True, kw_only=True):
    """A need in a list."""

    id: int
    title: str
    lang: str
    functions: tuple[str, ...]
    state: State
    organisation: Link | None
    country: str | None
    joined: int
    offers: int
    opened_at: datetime
    expires_at: datetime
    updated_at: datetime


class NeedView(Struct, frozen=True, kw_only=True):
    """A need with all that everybody may see; `joined` are the first organisations of `count`."""

    item: NeedItem
    description: str
    organisation_id: int | None
    joined: tuple[Link, ...]
    offers: tuple[OfferView, ...]
    statements: tuple[StatementView, ...]
    outcome: str | None = None
    outcome_component: Link | None = None
    outcome_url: str | None = None
    closed_at: datetime | None = None


class DraftView(Struct, frozen=True, kw_only=True):
    """A need as those see it who may change it: with candidates, and why they are not used."""

    id: int
    title: str
    description: str
    lang: str
    functions: tuple[str, ...]
    state: State
    expires_at: datetime
    found: Found | None
    answers: dict[str, Answer]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The slugs of candidates of which nobody said why they are not used."""
        found = self.found.candidates if self.found else ()
        return tuple(x.slug for x in found if x.slug not in self.answers)


class NeedQuery(Struct, frozen=True, kw_only=True):
    """A question for needs, the newest first; drafts are in no answer."""

    q: str = ""
    country: str | None = None
    function: str | None = None
    organisation: str | None = None
    state: State | None = None
    after: int | None = None
    limit: int = 20
