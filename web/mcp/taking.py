"""`reuse_instructions`: how to take code so that its origin stays provable."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from registry.adoption.instructions import ReuseInstructions
from registry.catalogue.readmodels import ComponentDetail
from registry.domain.attribution_notice import sentence_of
from registry.errors import NotFound
from web.mcp.answers import Answer, Found, shrunk
from web.mcp.licences import DUTIES, Duty
from web.mcp.parts import ComponentName, address, component_of, expression, link
from web.mcp.toolbox import Arguments, Asked, Tool

MAX_CONTACTS: Final = 4
NEXT_STEP: Final = (
    "Fork or clone with the history kept. Before the first change write `attribution`, and the "
    "lines of `attribution_more` without their marks, into NOTICE. Offer what you mend back to the "
    "origin."
)


class TakingArguments(Arguments, frozen=True, kw_only=True):
    """Which component."""

    component: ComponentName


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to ask: a role mailbox, an organisation, or a page."""

    kind: str
    value: str


class TakingAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What to write, what to run, what the licence asks, whom to ask.

    Put `attribution` into a file NOTICE, with the lines of `attribution_more` (what stands inside
    the marks, without them); put `is_based_on` into publiccode.yml. `fork_page` is where the forge
    makes a copy with its history, `commands` do so by git.
    """

    component: str
    licence: str
    attribution: str
    is_based_on: str
    commands: tuple[str, ...]
    duties: tuple[Duty, ...]
    attribution_more: tuple[str, ...] = ()
    fork_page: str = ""
    is_choice: bool = False
    contacts: tuple[Contact, ...] = ()


def instructions(asked: Asked, sent: TakingArguments) -> Found:
    """Return how a component is taken."""
    if asked.sources.reuse is None:
        raise NotFound("this registry does not tell how components are taken")
    detail = component_of(asked, sent.component)
    slug = detail.card.slug
    found = asked.sources.reuse.instructions(slug)

    def make(part: int) -> Found:
        answer = _answer(asked, detail, found, part)
        return asked.answer(answer, link(asked, slug, "reuse-instructions"), link(asked, slug))

    return shrunk(make)


def _answer(
    asked: Asked, detail: ComponentDetail, found: ReuseInstructions, part: int
) -> TakingAnswer:
    url, most = found.source.url, 600 // part
    return TakingAnswer(
        component=detail.card.slug,
        licence=expression(asked.fence, found.source.licence) or "not known: ask before you copy",
        attribution=_plain(asked, sentence_of(found.source), url, most),
        attribution_more=_more(asked, found, 200 // part),
        is_based_on=_plain(asked, found.publiccode.strip(), url, most),
        commands=tuple(_plain(asked, x, url, most) for x in found.commands),
        fork_page=_fork_page(asked, detail),
        duties=tuple(
            Duty(licence=x.licence, duties=tuple(DUTIES[y] for y in x.duties))
            for x in found.duties[: 8 // part]
        ),
        is_choice=found.is_choice,
        contacts=tuple(_contacts(asked, detail, part)),
        next_step=NEXT_STEP,
    )


def _plain(asked: Asked, text: str, url: str, most: int) -> str:
    """Return our own words around an address; fenced where that is not only an address."""
    return text if address(asked.fence, url) == url else asked.fence(text, most)


def _more(asked: Asked, found: ReuseInstructions, most: int) -> tuple[str, ...]:
    lines = found.notice.strip().splitlines()[1:]
    return tuple(asked.fence(line, most) for line in lines)


def _fork_page(asked: Asked, detail: ComponentDetail) -> str:
    repository = detail.repository
    home = repository.web_url or repository.url
    pages = {"github": f"{home}/fork", "gitlab": f"{home}/-/forks/new"}
    page = pages.get(repository.forge, "")
    return address(asked.fence, page) if page else ""


def _contacts(asked: Asked, detail: ComponentDetail, part: int) -> Iterator[Contact]:
    """Yield role mailboxes and bodies that the repository names, then its pages."""
    field = next((x for x in detail.fields if x.property == "contacts"), None)
    named: Any = field.value if field is not None else ()
    for item in named[: MAX_CONTACTS // part] if isinstance(named, list) else ():
        for kind in ("email", "affiliation"):
            value = item.get(kind) if isinstance(item, dict) else None
            if isinstance(value, str):
                yield Contact(kind=kind, value=asked.fence(value, 120 // part))
    if detail.card.organisation:
        page = asked.sources.page("organisations", detail.card.organisation.slug)
        yield Contact(kind="organisation", value=page)
    if detail.repository.forge in {"github", "gitlab", "gitea"}:
        home = detail.repository.web_url or detail.repository.url
        path = "/-/issues" if detail.repository.forge == "gitlab" else "/issues"
        yield Contact(kind="issues", value=address(asked.fence, home + path))


TAKE = Tool(
    name="reuse_instructions",
    title="How to take it with attribution",
    description=(
        "How to take the code of a component so that its origin stays provable: the attribution "
        "for NOTICE, the line for publiccode.yml, commands that keep the history, what the licence "
        "asks for, and whom to ask. Use it before you copy any of it."
    ),
    arguments=TakingArguments,
    answer=TakingAnswer,
    run=instructions,
)
