"""The tab of a component that shows who works on it: organisations, by two lenses."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct

from registry.governance.measures.readmodels import (
    ContributionQuery,
    Contributions,
    Period,
)
from web.pages.components import Heading, heading
from web.pages.view import Context, View, ViewDependency
from web.pages.work import ApproverLine, Panel, approver_lines, panels_of

SWITCHES: Final = ("with_merges", "with_bots", "with_inherited")


class Switch(Struct, frozen=True):
    """A link that counts something too, or leaves it out again."""

    name: str
    href: str
    is_on: bool


class ContributorsContext(Context, frozen=True, kw_only=True):
    """Variables of `component/contributors.html`; `recent` is the window, `whole` all the time."""

    template: ClassVar[str] = "component/contributors.html"
    head: Heading
    found: Contributions
    recent: Period
    whole: Period
    panels: tuple[Panel, ...]
    approvers: tuple[ApproverLine, ...]
    switches: tuple[Switch, ...]
    exports: tuple[tuple[str, str], ...]


class ContributorPages(Controller):
    """`/components/{slug}/contributors`."""

    path = "/components"
    include_in_schema = False

    @get("/{slug:str}/contributors", sync_to_thread=True)
    def show_contributors(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show which organisations work on the component, over the years."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        chosen = {name: view.first(name) == "true" for name in SWITCHES}
        found = view.services.measures.contributions(slug, ContributionQuery(**chosen))
        recent, whole = found.periods
        path = f"/components/{slug}/contributors"
        twin = f"/api/v1{path}"
        asked = _question(chosen)
        approvals = f"/api/v1/components/{slug}/approvals.csv"
        files = (("json", twin), ("csv", f"{twin}.csv"), ("approvals.csv", approvals))
        context = ContributorsContext(
            head=heading(view, detail, "contributors"),
            found=found,
            recent=recent,
            whole=whole,
            panels=panels_of(found),
            approvers=approver_lines(found),
            switches=_switches(view, path, chosen),
            exports=tuple((name, href + asked) for name, href in files if view.site.offers(href)),
        )
        return view.render(context, is_demo=detail.card.is_demo, twin=twin)


def _switches(view: View, path: str, chosen: dict[str, bool]) -> tuple[Switch, ...]:
    return tuple(
        Switch(
            name,
            view.language.link(path) + _question(chosen | {name: not chosen[name]}),
            chosen[name],
        )
        for name in SWITCHES
    )


def _question(chosen: dict[str, bool]) -> str:
    asked = "&".join(f"{name}=true" for name, is_on in chosen.items() if is_on)
    return f"?{asked}" if asked else ""
