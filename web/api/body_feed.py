"""The feed of a body: its decisions, each as it stands."""

from datetime import UTC, datetime, time

from registry.domain.reduced_dates import first_day
from registry.governance.record.decision_models import DecisionItem, DecisionQuery
from web.api.call import Call
from web.api.cursors import cursor, number_of
from web.api.feed_pages import ENTRIES, PAGE, Page
from web.api.feeds import Entry
from web.api.joint_bodies import bodies_of


def decisions_page(call: Call, slug: str) -> tuple[str, Page]:
    """Return the name of a body, and a page of its decisions, the newest number first."""
    values = call.read(PAGE)
    bodies = bodies_of(call)
    item = bodies.item(slug)
    query = DecisionQuery(
        after=number_of(values.one("after")) or None, limit=values.one("limit", ENTRIES)
    )
    found, following = bodies.decisions.list(slug, query)
    entries = tuple(_entry(call, slug, x) for x in found)
    return item.name, Page(values, entries, cursor(following))


def _entry(call: Call, slug: str, item: DecisionItem) -> Entry:
    """Return a decision; it is another entry once it is put to the vote, and once it ended."""
    day = first_day(item.decided_on) if item.decided_on else item.proposed_on
    return Entry(
        key=f"bodies/{slug}/decisions/{item.number}/{item.state}",
        title=f"{item.state.capitalize()}: {item.title}",
        updated=datetime.combine(day, time(), UTC),
        html_url=call.page_url("bodies", slug, "decisions", str(item.number)),
    )
