"""`/components/{slug}/reuse-instructions`: what to write into a copy, so that it can be proven."""

from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from registry.adoption.instructions import ReuseInstructions
from registry.catalogue.readmodels import ComponentCard
from registry.errors import NotFound
from web.pages.components import component_or_redirect
from web.pages.view import Context, ViewDependency


class ReuseInstructionsContext(Context, frozen=True, kw_only=True):
    """Variables of `reuse_this/instructions.html`."""

    template: ClassVar[str] = "reuse_this/instructions.html"
    card: ComponentCard
    instructions: ReuseInstructions


class ReuseInstructionsPages(Controller):
    """`/components/{slug}/reuse-instructions`."""

    include_in_schema = False

    @get("/components/{slug:str}/reuse-instructions", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show the text that names the source, and the commands that write it."""
        if view.services.reuse_actions is None:
            raise NotFound("This registry records no reuse.")
        detail = component_or_redirect(view, slug, "reuse-instructions")
        if isinstance(detail, Redirect):
            return detail
        context = ReuseInstructionsContext(
            card=detail.card, instructions=view.services.reuse_actions.instructions(slug)
        )
        return view.render(
            context,
            is_demo=detail.card.is_demo,
            twin=f"/api/v1/components/{slug}/reuse-instructions",
        )
