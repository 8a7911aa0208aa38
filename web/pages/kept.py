"""The publiccode.yml that the registry keeps for a component: shown, replaced and withdrawn."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.errors import Conflict, NotFound
from registry.keeping.readmodels import KeptView, Standing, WrongFile
from registry.publishing.readmodels import FileProblem
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.validate import MAX_FORM, Line, shown_lines
from web.pages.view import Context, View, ViewDependency
from web.ports.ownership import KeptFilesPort

# Each may have a file read in the sandbox.
KEEP_COST: Final = 20
OPT: Final = {"action": Action.KEEP_FILE}


class KeptContext(Context, frozen=True, kw_only=True):
    """Variables of `kept.html`.

    `text` is what the form holds; `trouble` says that it was refused: `file` (`reason` says why,
    `lines` where) or `state`. `done` is what was just done.
    """

    template: ClassVar[str] = "kept.html"
    kept: KeptView
    standing: Standing
    text: str
    trouble: str
    reason: str
    lines: tuple[Line, ...]
    done: str
    csrf: str


class KeptFilePages(Controller):
    """`/components/{slug}/kept`."""

    path = "/components/{slug:str}/kept"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show what is kept and what became of it, and to owners the form to change it."""
        context = _context(view, visit, slug)
        return view.render(context, twin=f"/api/v1/components/{context.kept.slug}/kept-file")

    @post("/", sync_to_thread=True, status_code=200, opt=OPT)
    def keep(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Keep the file that was sent."""
        sent = read_form(view.site, request, body, KEEP_COST, MAX_FORM)
        return kept(view, visit, slug, sent.get("content", ""))

    @post("/withdraw", sync_to_thread=True, opt=OPT)
    def withdraw(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Withdraw what is kept."""
        found = kept_files(view).withdraw(visit.actor, slug)
        return back_to(view, f"/components/{found.slug}/kept", done="withdrawn")

    @get("/publiccode.yml", sync_to_thread=True)
    def file(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """Return the file that is kept now, at an address that stays."""
        text, version = kept_files(view).text(slug)
        headers = {
            "ETag": f'"{version.sha256}"',
            "Content-Disposition": 'inline; filename="publiccode.yml"',
        }
        return Response(text.encode(), media_type="application/yaml", headers=headers)


def kept_files(view: View) -> KeptFilesPort:
    """Return the files that this registry keeps."""
    if view.services.kept is None:
        raise NotFound("This registry keeps no files.")
    return view.services.kept


def kept(view: View, visit: Visit, slug: str, text: str) -> Response[Any]:
    """Keep a file and go to its page, or show what is wrong with it beside the form."""
    try:
        found = kept_files(view).keep(visit.actor, slug, text)
    except WrongFile as error:
        context = _context(view, visit, slug, text, "file", str(error), error.problems)
        return view.render(context, status=400)
    except Conflict as error:
        return view.render(_context(view, visit, slug, text, "state", str(error)), status=409)
    return back_to(view, f"/components/{found.slug}/kept", done="kept")


def _context(
    view: View,
    visit: Visit,
    slug: str,
    text: str = "",
    trouble: str = "",
    reason: str = "",
    problems: tuple[FileProblem, ...] = (),
) -> KeptContext:
    port = kept_files(view)
    found, standing = port.show(slug), port.standing(visit.actor, slug)
    return KeptContext(
        kept=found,
        standing=standing,
        text=text or standing.draft,
        trouble=trouble,
        reason=reason,
        lines=tuple(shown_lines(text, problems)) if problems else (),
        done=view.first("done"),
        csrf=visit.csrf,
    )
