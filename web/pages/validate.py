"""Is this publiccode.yml right? Text that somebody pastes, or the file of a known repository."""

from typing import Any, ClassVar, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.catalogue.readmodels import ComponentDetail, DocumentView
from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput, NotFound
from registry.publishing.port import MAX_FILE_BYTES
from registry.publishing.readmodels import FileProblem, Validation
from web.auth.forgery import Protection
from web.pages.ci import Snippet, snippets
from web.pages.forms import AnyRequest, read_form
from web.pages.view import Context, View, ViewDependency

API: Final = "/api/v1/validate"
VALIDATE_COST: Final = 10
# A form writes most characters as three bytes; the whole application takes 1 MiB at most.
MAX_FORM: Final = 900 * 1024
WHOLE_LINES: Final = 150
AROUND: Final = 2
MAX_LINE: Final = 400


class Line(Struct, frozen=True):
    """A line of the file with what is wrong on it; before a gap, lines were left out."""

    number: int
    text: str
    problems: tuple[FileProblem, ...]
    is_after_gap: bool


class ValidateContext(Context, frozen=True, kw_only=True):
    """Variables of `validate.html`.

    `trouble` is why nothing could be validated; `made` counts the fixes just made; `stored` are
    the problems that the last crawl found in a file whose text is not kept.
    """

    template: ClassVar[str] = "validate.html"
    content: str
    url: str
    name: str
    trouble: str
    found: Validation | None
    lines: tuple[Line, ...]
    made: int | None
    stored: DocumentView | None
    snippets: tuple[Snippet, ...]


class ValidatePages(Controller):
    """`/validate`."""

    include_in_schema = False

    @get("/validate", sync_to_thread=True)
    def ask(self, view: ViewDependency) -> Response[bytes]:
        """Show the form, or what is wrong in the file of a repository that is known here."""
        url = view.first("url")
        if not url:
            return view.render(_context(view))
        try:
            context = _of_repository(view, url)
        except InvalidInput:
            context = _context(view, url=url, trouble="url")
        return view.render(context, status=400 if context.trouble == "url" else 200)

    @post(
        "/validate",
        sync_to_thread=True,
        status_code=200,
        opt={"action": Action.VALIDATE, "protection": Protection.ORIGIN},
    )
    def validate(self, view: ViewDependency, request: AnyRequest, body: RawBody) -> Response[Any]:
        """Validate what was pasted, or make the certain fixes; nothing of it is kept."""
        sent = read_form(view.site, request, body, VALIDATE_COST, MAX_FORM)
        content, made = sent.get("content", "").removeprefix("\ufeff"), None
        if not content.strip():
            context = _context(view, content=content, trouble="empty")
            return view.render(context, status=400)
        if sent.get("action") == "fix":
            mended = view.services.publiccode.mend(content.encode())
            content, made = mended.text, mended.made
        elif sent.get("action") == "download":
            return _download(content)
        found = view.services.publiccode.validate(content.encode())
        answer = view.render(_context(view, content=content, found=found, made=made))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _download(content: str) -> Response[bytes]:
    headers = {
        "Content-Disposition": 'attachment; filename="publiccode.yml"',
        "Cache-Control": "no-store",
    }
    return Response(content.encode(), media_type="application/yaml", headers=headers)


def _of_repository(view: View, url: str) -> ValidateContext:
    detail = component_at(view, url)
    document = own_file(detail) if detail else None
    if detail is None or document is None:
        return _context(view, url=url, trouble="none" if detail else "unknown")
    data = view.services.contents.contents(detail.repository.url, document.blob)
    if data is None or len(data) > MAX_FILE_BYTES:
        return _context(view, url=url, stored=document, name=document.path)
    found = view.services.publiccode.validate(data, path=document.path)
    content = data.decode("utf-8-sig", "replace")
    return _context(view, url=url, content=content, found=found, name=document.path)


def component_at(view: View, url: str) -> ComponentDetail | None:
    """Return the component of a repository that is known under a URL, or None.

    Raises `InvalidInput` for what is no address of a repository.
    """
    known = canonical_repository_url(url)
    rows, _ = view.services.catalogue.repositories(url=known, limit=1)
    slug = rows[0].component if rows else None
    try:
        return view.services.catalogue.component(slug, view.language.code) if slug else None
    except NotFound:
        return None


def own_file(detail: ComponentDetail) -> DocumentView | None:
    """Return the publiccode.yml of a component: the one nearest to the root."""
    files = [document for document in detail.documents if document.kind == "publiccode"]
    return min(files, key=lambda x: (x.path.count("/"), x.path), default=None)


def _context(
    view: View,
    *,
    content: str = "",
    url: str = "",
    name: str = "publiccode.yml",
    trouble: str = "",
    found: Validation | None = None,
    made: int | None = None,
    stored: DocumentView | None = None,
) -> ValidateContext:
    if found:
        by_line = sorted(found.problems, key=lambda x: (x.line, x.column))
        found = msgspec.structs.replace(found, problems=tuple(by_line))
    return ValidateContext(
        content=content,
        url=url,
        name=name,
        trouble=trouble,
        found=found,
        lines=shown_lines(content, found.problems) if found else (),
        made=made,
        stored=stored,
        snippets=snippets(view.site.base_url + API) if view.site.offers(API) else (),
    )


def shown_lines(content: str, problems: tuple[FileProblem, ...]) -> tuple[Line, ...]:
    """Return the lines to show: all of a short file, else those around a problem."""
    texts = content.split("\n")
    by_line: dict[int, list[FileProblem]] = {}
    for problem in problems:
        by_line.setdefault(min(problem.line, len(texts)), []).append(problem)
    wanted = set(range(1, len(texts) + 1))
    if len(texts) > WHOLE_LINES:
        wanted = {n for line in by_line for n in range(line - AROUND, line + AROUND + 1)}
    numbers = sorted(number for number in wanted if 1 <= number <= len(texts))
    before = {number: last for last, number in zip([0, *numbers], numbers, strict=False)}
    return tuple(
        Line(
            number,
            texts[number - 1][:MAX_LINE].rstrip("\r"),
            tuple(by_line.get(number, ())),
            number - before[number] > 1,
        )
        for number in numbers
    )
