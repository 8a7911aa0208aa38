"""The feed of a body: its decisions, each as it stands, warnings, and calls for partners."""

from datetime import UTC, datetime, time

from registry.adoption.calls.readmodels import CallQuery, CallView
from registry.domain.reduced_dates import first_day
from registry.governance.measures.signalling import Happened
from registry.governance.record.decision_models import DecisionItem, DecisionQuery
from web.api.call import Call
from web.api.cursors import cursor, number_of
from web.api.feed_pages import CHANGES, ENTRIES, Page, language_of, partner_call
from web.api.feeds import Entry
from web.api.joint_bodies import bodies_of
from web.i18n.happenings import local_place, sentence
from web.i18n.languages import Language
from web.i18n.words import words


def decisions_page(call: Call, slug: str) -> tuple[str, Page]:
    """Return the name of a body, and a page of its decisions, the newest number first.

    The first page tells of warnings too, by the time at which they were told, and of open calls.
    """
    values = call.read(CHANGES)
    language = language_of(values)
    bodies = bodies_of(call)
    item = bodies.item(slug)
    after = number_of(values.one("after")) or None
    query = DecisionQuery(after=after, limit=values.one("limit", ENTRIES))
    found, following = bodies.decisions.list(slug, query)
    entries = [_entry(call, slug, x, language) for x in found]
    if after is None:
        told = call.services.measures.body_signals(slug)
        entries += [_warning(call, slug, item.name, x, language) for x in told]
        entries += [partner_call(call, x, language) for x in _calls(call, slug)]
        entries.sort(key=lambda x: x.updated, reverse=True)
    return item.name, Page(values, tuple(entries), cursor(following))


def _calls(call: Call, slug: str) -> tuple[CallView, ...]:
    if call.services.calls is None:
        return ()
    return call.services.calls.list(CallQuery(body=slug, limit=ENTRIES))[0]


def _entry(call: Call, slug: str, item: DecisionItem, language: Language) -> Entry:
    """Return a decision; it is another entry once it is put to the vote, and once it ended."""
    day = first_day(item.decided_on) if item.decided_on else item.proposed_on
    state = language.gettext(words("decision_state", item.state))
    return Entry(
        key=f"bodies/{slug}/decisions/{item.number}/{item.state}",
        title=f"{state}: {item.title}",
        updated=datetime.combine(day, time(), UTC),
        html_url=call.page_url(
            *local_place(language, "bodies", slug, "decisions", str(item.number))
        ),
    )


def _warning(call: Call, slug: str, name: str, told: Happened, language: Language) -> Entry:
    detail = {"signal": told.kind, "state": told.state}
    return Entry(
        key=f"bodies/{slug}/signals/{told.id}/{told.state}",
        title=sentence(language, "signal", name, detail),
        updated=told.at,
        html_url=call.page_url(*local_place(language, "bodies", slug)),
        categories=(("signal", told.kind), ("state", told.state)),
    )
