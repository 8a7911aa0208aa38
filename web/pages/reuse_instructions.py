"""`/components/{slug}/reuse-instructions`: what to write into a copy, so that it can be proven."""

from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.adoption.instructions import ReuseInstructions
from registry.catalogue.readmodels import ComponentCard
from web.pages.reuse_actions import actions_of
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
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """Show the text that names the source, and the commands that write it."""
        actions = actions_of(view)
        detail = view.services.catalogue.component(slug, view.language.code)
        context = ReuseInstructionsContext(
            card=detail.card, instructions=actions.instructions(slug)
        )
        return view.render(
            context,
            is_demo=detail.card.is_demo,
            twin=f"/api/v1/components/{slug}/reuse-instructions",
        )
