"""Files of a body in repositories that it governs: what they would add, and taking it."""

from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.own import RoleView
from registry.errors import Conflict, InvalidInput
from registry.governance.record.readmodels import BodyItem
from registry.governance.record.repository_files import RepositoryFile
from web.auth.visit import Visit, VisitDependency
from web.pages.bodies import PATH, bodies_of
from web.pages.body_founding import FORM_COST, roles_of
from web.pages.decision_forms import RECORD, SIGNED_IN, acting_in
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.view import Context, View, ViewDependency


class BodyFilesContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/files.html`; `refused` says why what was asked for was not done."""

    template: ClassVar[str] = "bodies/files.html"
    body: BodyItem
    files: tuple[RepositoryFile, ...]
    acting: tuple[RoleView, ...]
    refused: str
    done: str
    csrf: str


class BodyFilesPages(Controller):
    """`/bodies/{slug}/files`."""

    path = f"{PATH}/{{slug:str}}/files"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=SIGNED_IN)
    def show(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show what each file would add to the record."""
        return view.render(_context(view, visit, slug), is_indexed=False)

    @post("/", sync_to_thread=True, opt=RECORD)
    def accept(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take what is new in a file into the record, all of it or nothing."""
        fields = read_form(view.site, request, body, FORM_COST)
        asked = (fields.get(name, "") for name in ("component", "blob", "by"))
        try:
            bodies_of(view).accept_file(visit.actor, slug, *asked)
        except InvalidInput as error:
            return view.render(_context(view, visit, slug, str(error)), status=400)
        except Conflict as error:
            return view.render(_context(view, visit, slug, str(error)), status=409)
        return back_to(view, f"{PATH}/{slug}/files", done="taken")


def _context(view: View, visit: Visit, slug: str, refused: str = "") -> BodyFilesContext:
    bodies = bodies_of(view)
    body = bodies.body(slug)
    return BodyFilesContext(
        body=body.item,
        files=bodies.repository_files(slug),
        acting=acting_in(body, roles_of(view, visit)),
        refused=refused,
        done=view.first("done"),
        csrf=visit.csrf,
    )
