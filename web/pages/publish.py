"""The publish wizard, beginning: which repository, and waiting until it was read."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import RawBody
from litestar.response import Redirect

from registry.accounts.authorise import Action
from registry.errors import Conflict, Gone, InvalidInput
from registry.publishing.draftmodels import DraftView, Looked
from registry.publishing.fields import STEPS, of_step
from web.auth.forgery import Protection
from web.auth.visit import VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.proposals import unknown
from web.pages.view import Context, View, ViewDependency

# A sender has few drafts a minute: each may make the crawler read a repository.
BEGIN_COST: Final = 60
EDIT: Final = {"action": Action.EDIT_DRAFT, "protection": Protection.ORIGIN}
MAX_LISTED: Final = 500


class StartContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/start.html`; `trouble` is why no draft was begun."""

    template: ClassVar[str] = "publish/start.html"
    url: str
    trouble: str
    reason: str


class ChooseContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/choose.html`: the repositories of an organisation."""

    template: ClassVar[str] = "publish/choose.html"
    organisation: Looked


class PublishPages(Controller):
    """`/publish`."""

    path = "/publish"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def ask(self, view: ViewDependency) -> Response[bytes]:
        """Ask for the address of a repository or an organisation."""
        return view.render(StartContext(url=view.first("url"), trouble="", reason=""))

    @post("/", sync_to_thread=True, status_code=200, opt=EDIT)
    def begin(self, view: ViewDependency, request: AnyRequest, body: RawBody) -> Response[Any]:
        """Begin a draft, or list the repositories of an organisation to choose from."""
        url = read_form(view.site, request, body, BEGIN_COST).get("url", "").strip()
        try:
            looked = view.services.drafts.look(url)
            if looked.kind == "organisation":
                return _organisation(view, looked)
            secret = view.services.drafts.begin(looked.url)
        except (InvalidInput, Conflict, Gone) as error:
            status = {Conflict: 409, Gone: 410}.get(type(error), 400)
            trouble = "empty" if not url else "url" if status == 400 else "refused"
            context = StartContext(url=url, trouble=trouble, reason=str(error))
            return view.render(context, status=status)
        return Redirect(view.language.link(first_path(view, secret)), status_code=303)

    @get("/organisation", sync_to_thread=True)
    def choose(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the repositories of an organisation that are known here, or let it be proposed."""
        looked = view.services.drafts.known(view.first("url"))
        if looked.state == "organisation":
            return view.render(ChooseContext(organisation=looked))
        if looked.kind != "organisation" or view.services.proposals is None:
            raise InvalidInput("this is not the address of an organisation that is known here")
        return view.render(unknown(view, visit, {"url": looked.url}), is_indexed=False)


def _organisation(view: View, looked: Looked) -> Response[Any]:
    if looked.state != "organisation":
        if view.services.proposals is not None:
            return back_to(view, "/publish/organisation", url=looked.url)
        context = StartContext(url=looked.url, trouble="organisation", reason="")
        return view.render(context, status=400)
    return view.render(ChooseContext(organisation=looked))


def first_path(view: View, secret: str) -> str:
    """Return where a draft goes on: the problems of a file that is there, or what is asked."""
    draft = view.services.drafts.view(secret)
    if draft.state == "ready" and draft.facts and not draft.facts.has_file:
        return next_path(secret, draft)
    return f"/publish/{secret}"


def next_path(secret: str, draft: DraftView, after: str = "") -> str:
    """Return the first step after one in which something is open, or the check of all answers."""
    start = STEPS.index(after) + 1 if after else 0
    later = (step for step in STEPS[start:] if open_questions(draft, step))
    step = next(later, "")
    return f"/publish/{secret}/{step}" if step else f"/publish/{secret}"


def open_questions(draft: DraftView, step: str) -> list[str]:
    """Return the questions of a step that somebody has to look at."""
    return [q.name for q in of_step(step) if draft.questions[q.name].is_open]
