"""What is told of calls, and what is asked: frozen structs, never table rows."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from registry.catalogue.readmodels import Link

State = Literal["open", "expired", "closed"]


class NewCall(Struct, frozen=True, kw_only=True):
    """What an organisation writes; exactly one of `component` and `body`, as slugs.

    `open_until` is a day as `YYYY-MM-DD`; without one the call is open for three months.
    """

    organisation: str
    kind: str
    text: str
    lang: str
    contact: str
    component: str = ""
    body: str = ""
    open_until: str = ""


class CallView(Struct, frozen=True, kw_only=True):
    """A call as everybody sees it; it is about `component`, or else about `body`.

    `country` is that of the organisation. It is open up to and with the day `open_until`.
    """

    id: int
    kind: str
    state: State
    component: Link | None
    body: Link | None
    organisation: Link
    organisation_id: int
    country: str | None
    text: str
    lang: str
    contact: str
    open_until: date
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class CallQuery(Struct, frozen=True, kw_only=True):
    """A question for calls, the newest first; without a state for those of every state."""

    kind: str | None = None
    country: str | None = None
    component: str | None = None
    body: str | None = None
    organisation: str | None = None
    state: State | None = "open"
    after: int | None = None
    limit: int = 20
