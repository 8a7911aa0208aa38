"""Decisions of a body, as everybody reads them: the list as a task list, and one with its votes."""

from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.governance.record.decision_models import (
    DecisionItem,
    DecisionQuery,
    DecisionView,
    RuleView,
)
from registry.governance.record.decision_views import STANDINGS
from registry.governance.record.readmodels import BodyItem
from web.pages.bodies import PATH, bodies_of, files_of
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, bounded_id, feed_links


class DecisionsContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/decisions.html`."""

    template: ClassVar[str] = "bodies/decisions.html"
    body: BodyItem
    decisions: tuple[DecisionItem, ...]
    rules: tuple[RuleView, ...]
    state: str
    states: tuple[str, ...]
    exports: tuple[tuple[str, str], ...]
    first_href: str | None
    next_href: str | None


class DecisionContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/decision.html`."""

    template: ClassVar[str] = "bodies/decision.html"
    body: BodyItem
    decision: DecisionView


class DecisionsPages(Controller):
    """`/bodies/{slug}/decisions` and `/bodies/{slug}/decisions/{number}`."""

    path = f"{PATH}/{{slug:str}}/decisions"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """List the decisions of a body, the newest first, and the rules that they are taken by."""
        bodies, query = bodies_of(view), query_of(view)
        item = bodies.item(slug)
        found, following = bodies.decisions.list(slug, query)
        first_href, next_href = page_links(view, following)
        context = DecisionsContext(
            body=item,
            decisions=found,
            rules=bodies.decisions.rules(slug),
            state=query.state or "",
            states=STANDINGS,
            exports=files_of(view, item.slug),
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(
            context,
            is_demo=item.is_demo,
            twin=f"/api/v1/bodies/{item.slug}/decisions",
            feeds=feed_links(f"/feeds/bodies/{item.slug}"),
        )

    @get("/{number:int}", sync_to_thread=True)
    def show(
        self, view: ViewDependency, slug: FromPath[str], number: FromPath[int]
    ) -> Response[bytes]:
        """Show a decision with its votes, its rule and its sources."""
        bodies = bodies_of(view)
        item = bodies.item(slug)
        decision = bodies.decisions.decision(slug, bounded_id(number))
        twin = f"/api/v1/bodies/{item.slug}/decisions/{decision.item.number}"
        context = DecisionContext(body=item, decision=decision)
        return view.render(context, is_demo=item.is_demo, twin=twin)


def query_of(view: View) -> DecisionQuery:
    """Return what the address asks for; what is in no list is passed over."""
    state = view.first("state")
    return DecisionQuery(state=state if state in STANDINGS else None, after=row_after(view))
