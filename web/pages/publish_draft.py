"""The publish wizard, the draft itself: one step a page, the check of all answers, the file."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec import Struct

from registry.errors import InvalidInput, NotFound
from registry.publishing.draftmodels import Asked, DraftView
from registry.publishing.fields import ITEMS, STEPS, Question, of_step
from registry.publishing.readmodels import FileProblem
from registry.publishing.requests import BODY, TITLE
from web.auth.visit import Visit, VisitDependency
from web.pages import handover
from web.pages.badges import BadgeSnippets, badge_snippets
from web.pages.forms import AnyRequest, back_to, private, read_form
from web.pages.kept import KEEP_COST, OPT, kept
from web.pages.publish import EDIT, next_path, open_questions
from web.pages.validate import MAX_FORM, Line, shown_lines
from web.pages.view import Context, View, ViewDependency

STEP_COST: Final = 5
REFRESH_SECONDS: Final = 5


class Part(Struct, frozen=True):
    """A question of a step with what is known of it."""

    question: Question
    asked: Asked


class Task(Struct, frozen=True):
    """A step in the list of tasks: how many of its questions are open, and all its answers."""

    step: str
    open: int
    parts: tuple[Part, ...]


class Wrong(Struct, frozen=True):
    """A problem with the place where it can be mended: a question, or the text of the file."""

    problem: FileProblem
    question: str
    href: str


class ReadingContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/reading.html`: the repository is read, or could not be."""

    template: ClassVar[str] = "publish/reading.html"
    draft: DraftView
    seconds: int


class StepContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/step.html`; `wrong` are the questions that have to be mended."""

    template: ClassVar[str] = "publish/step.html"
    secret: str
    draft: DraftView
    step: str
    position: int
    steps: int
    parts: tuple[Part, ...]
    wrong: tuple[Part, ...]
    one: str
    reason: str


class CheckContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/check.html`; `made` counts the fixes just made."""

    template: ClassVar[str] = "publish/check.html"
    secret: str
    draft: DraftView
    tasks: tuple[Task, ...]
    wrong: tuple[Wrong, ...]
    following: str
    made: str


class TextContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/text.html`: the file as a text."""

    template: ClassVar[str] = "publish/text.html"
    secret: str
    draft: DraftView
    lines: tuple[Line, ...]


class FileContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/file.html`; `editor` is the forge's, with or without the text.

    `keeps` says that this registry keeps files, `may_keep` that the reader may have it keep this
    one.
    """

    template: ClassVar[str] = "publish/file.html"
    secret: str
    draft: DraftView
    editor: str
    is_prefilled: bool
    title: str
    body: str
    slug: str
    badges: tuple[BadgeSnippets, ...]
    keeps: bool
    may_keep: bool
    csrf: str


class DraftPages(Controller):
    """`/publish/{secret}`."""

    path = "/publish/{secret:str}"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def check(self, view: ViewDependency, secret: FromPath[str]) -> Response[bytes]:
        """Show all answers with their sources, and what is wrong; or that the draft waits."""
        draft = view.services.drafts.view(secret)
        if draft.state != "ready":
            return _waiting(view, draft)
        context = CheckContext(
            secret=secret,
            draft=draft,
            tasks=tuple(_task(draft, step) for step in STEPS),
            wrong=tuple(_wrong(view, secret, draft)),
            following=next_path(secret, draft),
            made=view.first("made"),
        )
        return private(view.render(context))

    @post("/mend", sync_to_thread=True, status_code=200, opt=EDIT)
    def mend(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Make every certain fix."""
        read_form(view.site, request, body, STEP_COST)
        _, made = view.services.drafts.mend(secret)
        return back_to(view, f"/publish/{secret}", made=str(made))

    @get("/text", sync_to_thread=True)
    def show_text(self, view: ViewDependency, secret: FromPath[str]) -> Response[Any]:
        """Show the file as a text, to be changed by hand."""
        draft = view.services.drafts.view(secret)
        if draft.state != "ready":
            return back_to(view, f"/publish/{secret}")
        lines = shown_lines(draft.text, draft.problems)
        return private(view.render(TextContext(secret=secret, draft=draft, lines=lines)))

    @post("/text", sync_to_thread=True, status_code=200, opt=EDIT)
    def take_text(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Take a text as the file."""
        sent = read_form(view.site, request, body, STEP_COST, MAX_FORM)
        view.services.drafts.edit(secret, sent.get("content", ""))
        return back_to(view, f"/publish/{secret}")

    @get("/file", sync_to_thread=True)
    def file(
        self, view: ViewDependency, visit: VisitDependency, secret: FromPath[str]
    ) -> Response[Any]:
        """Show the file with the ways to bring it into the repository."""
        draft = view.services.drafts.view(secret)
        if draft.facts is None:
            return back_to(view, f"/publish/{secret}")
        editor = handover.editor_url(draft.facts, draft.text) or ("", False)
        slug = draft.facts.slug or ""
        context = FileContext(
            secret=secret,
            draft=draft,
            editor=editor[0],
            is_prefilled=editor[1],
            title=TITLE,
            body=BODY,
            slug=slug,
            badges=badge_snippets(view, slug) if slug else (),
            keeps=bool(slug) and view.services.kept is not None and not draft.facts.has_file,
            may_keep=_may_keep(view, visit, slug),
            csrf=visit.csrf,
        )
        return private(view.render(context))

    @post("/keep", sync_to_thread=True, status_code=200, opt=OPT)
    def keep(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        secret: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Let the registry keep the file, for its owner."""
        read_form(view.site, request, body, KEEP_COST)
        draft = view.services.drafts.view(secret)
        if draft.facts is None or not draft.facts.slug:
            raise NotFound("there is no component yet: the repository is still being read")
        return kept(view, visit, draft.facts.slug, draft.text)

    @get("/publiccode.yml", sync_to_thread=True)
    def download(self, view: ViewDependency, secret: FromPath[str]) -> Response[bytes]:
        """Return the file."""
        draft = view.services.drafts.view(secret)
        if draft.state != "ready":
            raise NotFound("there is no file yet: the repository is still being read")
        headers = {"Content-Disposition": 'attachment; filename="publiccode.yml"'}
        body = draft.text.encode()
        return private(Response(body, media_type="application/yaml", headers=headers))

    @post("/forget", sync_to_thread=True, status_code=200, opt=EDIT)
    def forget(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Remove the draft now."""
        read_form(view.site, request, body, STEP_COST)
        view.services.drafts.forget(secret)
        return back_to(view, "/publish")

    @get("/{step:str}", sync_to_thread=True)
    def show_step(
        self, view: ViewDependency, secret: FromPath[str], step: FromPath[str]
    ) -> Response[Any]:
        """Ask what is not known in a step, or one question that somebody wants to change."""
        if step not in STEPS:
            raise NotFound("there is no such step")
        draft = view.services.drafts.view(secret)
        if draft.state != "ready" or not draft.is_readable:
            return back_to(view, f"/publish/{secret}")
        return private(view.render(_step(draft, secret, step, view.first("field"))))

    @post("/{step:str}", sync_to_thread=True, status_code=200, opt=EDIT)
    def take_step(
        self,
        view: ViewDependency,
        request: AnyRequest,
        secret: FromPath[str],
        step: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Put down the answers of a step and go on to the next one in which something is open."""
        if step not in STEPS:
            raise NotFound("there is no such step")
        sent = read_form(view.site, request, body, STEP_COST)
        one = sent.get("one", "")
        asked = [q.name for q in of_step(step) if f"asked-{q.name}" in sent]
        answers = {name: sent.get(name, "") for name in asked}
        if "lang" in sent:
            answers["lang"] = sent["lang"].strip()
        try:
            draft = view.services.drafts.answer(secret, answers)
        except InvalidInput as error:
            draft = view.services.drafts.view(secret)
            context = _step(draft, secret, step, one, reason=str(error))
            return private(view.render(context, status=400))
        if set(asked) & set(open_questions(draft, step)):
            return back_to(view, f"/publish/{secret}/{step}", **({"field": one} if one else {}))
        return back_to(view, f"/publish/{secret}" if one else next_path(secret, draft, step))


def _may_keep(view: View, visit: Visit, slug: str) -> bool:
    if not slug or view.services.kept is None or visit.actor.account is None:
        return False
    return view.services.kept.standing(visit.actor, slug).may_keep


def _waiting(view: View, draft: DraftView) -> Response[bytes]:
    answer = private(view.render(ReadingContext(draft=draft, seconds=REFRESH_SECONDS)))
    if draft.state == "reading":
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _step(draft: DraftView, secret: str, step: str, field: str, reason: str = "") -> StepContext:
    parts = [Part(q, draft.questions[q.name]) for q in of_step(step)]
    one = field if any(part.question.name == field for part in parts) else ""
    shown = [part for part in parts if _is_shown(part, parts, one)] or parts
    wrong = tuple(part for part in shown if _is_wrong(part.asked))
    return StepContext(
        secret=secret,
        draft=draft,
        step=step,
        position=STEPS.index(step) + 1,
        steps=len(STEPS),
        parts=tuple(shown),
        wrong=wrong,
        one=one,
        reason=reason,
    )


def _is_shown(part: Part, parts: list[Part], one: str) -> bool:
    """Say whether a question is asked: it is open, wanted, or hangs on one that is."""
    asked = {one} if one else {x.question.name for x in parts if x.asked.is_open}
    if part.question.name in asked:
        return True
    hangs_on = next((names for names in ITEMS.values() if part.question.name in names), {})
    return bool(hangs_on) and ("maintenance" in asked or bool(set(hangs_on) & asked))


def _is_wrong(asked: Asked) -> bool:
    """Say whether an answer has to be mended, rather than given for the first time."""
    return asked.is_open and (asked.is_touched or asked.value not in (None, "", []))


def _task(draft: DraftView, step: str) -> Task:
    parts = tuple(Part(q, draft.questions[q.name]) for q in of_step(step))
    return Task(step, len(open_questions(draft, step)), parts)


def _wrong(view: View, secret: str, draft: DraftView) -> list[Wrong]:
    """Return what is wrong in a file that is there, or in what was answered."""
    base = view.language.link(f"/publish/{secret}")
    is_there = draft.facts is not None and draft.facts.has_file
    found = [Wrong(x, "", f"{base}/text#line-{x.line}") for x in draft.rest]
    for question in (question for step in STEPS for question in of_step(step)):
        asked = draft.questions[question.name]
        if is_there or _is_wrong(asked):
            href = f"{base}/{question.step}?field={question.name}#{anchor(question)}"
            found += [Wrong(problem, question.name, href) for problem in asked.problems]
    return sorted(found, key=lambda x: (x.problem.severity, x.problem.line))


def anchor(question: Question) -> str:
    """Return the id of the first control of a question."""
    return f"{question.name}-1" if question.kind in {"choice", "flag"} else question.name
