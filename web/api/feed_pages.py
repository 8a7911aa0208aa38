"""What feeds tell of, as pages of entries: changes, edges, objections, needs, calls, missed fixes.

The time of an entry is that of the event; its id is made of the number of the change, objection or
need, or of the key of the edge or fix, and never changes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from registry.adoption.calls.readmodels import CallQuery, CallView
from registry.adoption.drift.readmodels import FixQuery
from registry.adoption.needs.readmodels import NeedItem, NeedQuery
from registry.db.tables.change import ChangeKind
from registry.disputes.readmodels import DisputeView
from registry.lineage.readmodels import ReuseQuery
from registry.publishing.changes import ChangeView
from web.api import kinds
from web.api.call import Call
from web.api.cursors import cursor, number_of
from web.api.drift_items import fix_entry, fix_item
from web.api.feeds import Entry
from web.api.needs import needs_of
from web.api.parameters import Values
from web.api.partner_calls import calls_of
from web.api.reuse_files import edge_entry
from web.api.reuse_items import edge_item
from web.api.reuse_query import answer
from web.i18n.happenings import local_place, place_of_change, sentence, told
from web.i18n.languages import TRANSLATED, Language, shipped_languages
from web.i18n.words import words as word

ENTRIES: Final = 50
FIXES: Final = "fixes-missing"
PAGE: Final = (kinds.limit(default=ENTRIES), kinds.AFTER)
# What a component's feed tells of: that its reuse was counted anew says nothing of who reuses it.
TOLD: Final = tuple(x for x in ChangeKind if x is not ChangeKind.REUSE)
LANGUAGES: Final = ("en", *TRANSLATED)
CHANGES: Final = (*PAGE, kinds.choice("lang", "Language of the sentences.", LANGUAGES))


class Page(NamedTuple):
    """A page of a feed: what was asked, its entries, and the cursor of the next one."""

    values: Values
    entries: Sequence[Entry]
    following: str | None


def changes(call: Call, kinds_told: Sequence[ChangeKind] = TOLD, **place: str) -> Page:
    """Return a page of the change log, the newest first; `kinds_told` are the kinds."""
    values = call.read(CHANGES)
    language = language_of(values)
    limit = values.one("limit", ENTRIES)
    found = call.services.publishing.changes.newest(
        kinds_told, before=number_of(values.one("after")) or None, limit=limit + 1, **place
    )
    following = cursor(found[limit - 1].seq) if len(found) > limit else None
    return Page(values, [_entry(call, change, language) for change in found[:limit]], following)


def language_of(values: Values) -> Language:
    """Return the language that is asked for."""
    return next(x for x in shipped_languages() if x.code == values.one("lang", "en"))


def _entry(call: Call, change: ChangeView, language: Language) -> Entry:
    name = change.name or change.slug
    terms = (("change", change.kind), ("country", change.country))
    return Entry(
        key=f"change/{change.seq}",
        title=sentence(language, change.kind, name, change.detail),
        updated=change.at,
        html_url=call.page_url(
            *local_place(language, *place_of_change(change.slug, change.detail))
        ),
        related=change.repository_url,
        author=change.organisation,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def _edges(call: Call, values: Values) -> Page:
    query = ReuseQuery(
        sort="changed", limit=values.one("limit", ENTRIES), after=values.one("after")
    )
    page = answer(call.services.lineage, query)
    as_of, language = call.services.as_of(), language_of(values)
    items = [edge_item(call, x) for x in page.items]
    entries = [
        replace(edge_entry(x, as_of, language), html_url=_page(call, language, "evidence", x.key))
        for x in items
    ]
    return Page(values, entries, page.next)


def _disputes(call: Call, values: Values) -> Page:
    found, following = call.services.disputes.log(
        after=number_of(values.one("after")) or None, limit=values.one("limit", ENTRIES)
    )
    language = language_of(values)
    return Page(values, [_objection(call, x, language) for x in found], cursor(following))


def _objection(call: Call, found: DisputeView, language: Language) -> Entry:
    about = found.edge.key if found.edge else (found.component and found.component.name) or ""
    if found.saving:
        about = found.saving.component.name
    state = language.gettext(word("dispute_state", found.state))
    field = {"field": found.field.property} if found.field else {}
    code = "dispute_field" if found.field else "dispute"
    return Entry(
        key=f"dispute/{found.id}",
        title=told(language, code, number=found.id, name=about, state=state, **field),
        updated=found.reviewed_at or found.answered_at or found.created_at,
        html_url=_page(call, language, "disputes", str(found.id)),
        author=found.by.name if found.by else None,
        summary=found.reply or found.reason,
        categories=(("category", found.category), ("state", found.state)),
    )


def _needs(call: Call, values: Values) -> Page:
    found, following = needs_of(call).list(
        NeedQuery(
            state="open",
            after=number_of(values.one("after")) or None,
            limit=values.one("limit", ENTRIES),
        )
    )
    language = language_of(values)
    return Page(values, [_need(call, x, language) for x in found], cursor(following))


def _need(call: Call, found: NeedItem, language: Language) -> Entry:
    terms = (("country", found.country), *(("function", x) for x in found.functions))
    return Entry(
        key=f"need/{found.id}",
        title=found.title,
        updated=found.updated_at,
        html_url=_page(call, language, "needs", str(found.id)),
        author=found.organisation.name if found.organisation else None,
        summary=told(language, "need", joined=found.joined, offers=found.offers),
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def _calls(call: Call, values: Values) -> Page:
    query = CallQuery(
        after=number_of(values.one("after")) or None, limit=values.one("limit", ENTRIES)
    )
    found, following = calls_of(call).list(query)
    language = language_of(values)
    return Page(values, [partner_call(call, x, language) for x in found], cursor(following))


def partner_call(call: Call, found: CallView, language: Language) -> Entry:
    """Return the entry of a call for partners in a feed."""
    about = found.component or found.body
    kind = language.gettext(word("call_kind", found.kind))
    until = told(language, "call_until", day=found.open_until, contact=found.contact)
    terms = (("kind", found.kind), ("country", found.country))
    return Entry(
        key=f"call/{found.id}",
        title=told(language, "call", kind=kind, name=about.name if about else ""),
        updated=found.updated_at,
        html_url=_page(call, language, "calls", str(found.id)),
        author=found.organisation.name,
        summary=f"{found.text}\n\n{until}",
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def fixes(call: Call, values: Values, query: FixQuery | None = None) -> Page:
    """Return missed fixes, ended ones among them: an entry says how it stands now."""
    asked = replace(
        query or FixQuery(),
        state=("missing", "muted", "ended"),
        limit=values.one("limit", ENTRIES),
        after=number_of(values.one("after")) or None,
    )  # fmt: skip
    found = call.services.drifts.fixes(asked)
    as_of, language = call.services.as_of(), language_of(values)
    items = [fix_item(call, view) for view in found.items]
    entries = [
        replace(
            fix_entry(x, as_of, language), html_url=_page(call, language, "fixes-missing", x.key)
        )
        for x in items
    ]
    return Page(values, entries, cursor(found.next))


def _page(call: Call, language: Language, *parts: str) -> str:
    return call.page_url(*local_place(language, *parts))


OTHERS: Final[Mapping[str, Callable[[Call, Values], Page]]] = {
    "reuse": _edges,
    "disputes": _disputes,
    "needs": _needs,
    "calls": _calls,
    FIXES: fixes,
}
