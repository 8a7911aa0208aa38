"""`check_licence_fit`: may this code go into that work?"""

import difflib
from typing import Annotated, Final
from urllib.parse import urlencode

from msgspec import Meta, Struct

from registry.domain.licence_duties import duties_of, is_choice
from registry.domain.licences import OSI_APPROVED, category
from registry.errors import InvalidInput
from web.i18n.codes.adoption import WORDS
from web.mcp.answers import Answer, Found, PageLink
from web.mcp.parts import expression
from web.mcp.toolbox import Arguments, Asked, Tool

NOTE: Final = (
    "By OSADL's licence compatibility matrix; unknown where it is silent. No legal advice."
)
DUTIES: Final = WORDS["licence_duty"]


class LicenceArguments(Arguments, frozen=True, kw_only=True):
    """The licences of your work, and of the code that you want to take."""

    outbound: Annotated[
        str,
        Meta(min_length=1, max_length=100, description="SPDX id of your work, such as EUPL-1.2."),
    ]
    inbound: Annotated[
        str,
        Meta(
            min_length=1, max_length=200,
            description="SPDX expression of the code, as `licence` of get_component says.",
        ),
    ]  # fmt: skip


class Duty(Struct, frozen=True, kw_only=True):
    """What one licence of the code asks of you."""

    licence: str
    duties: tuple[str, ...]


class LicenceAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """`verdict` is yes, no or unknown; `is_choice` says that one of the licences may be chosen."""

    outbound: str
    inbound: str
    verdict: str
    note: str
    duties: tuple[Duty, ...]
    is_choice: bool = False


def check(asked: Asked, sent: LicenceArguments) -> Found:
    """Return whether two licences go together, and what the one of the code asks for."""
    outbound, inbound = sent.outbound.strip(), sent.inbound.strip()
    for name, value in (("outbound", outbound), ("inbound", inbound)):
        if not value or not value.isprintable():
            raise InvalidInput(f"{name}: this is no SPDX id or expression, such as EUPL-1.2")
    verdict = asked.sources.catalogue.licence_verdict(outbound, inbound)
    answer = LicenceAnswer(
        outbound=expression(asked.fence, outbound),
        inbound=expression(asked.fence, inbound),
        verdict=verdict,
        note=NOTE,
        duties=tuple(
            Duty(licence=x.licence, duties=tuple(DUTIES[y] for y in x.duties))
            for x in duties_of(inbound)
        ),
        is_choice=is_choice(inbound),
        next_step=_next_step(verdict, outbound, inbound),
    )
    fits = asked.sources.page("search") + "?" + urlencode({"licence_fits": outbound})
    return asked.answer(answer, PageLink(fits, "Components whose licence fits"))


def _next_step(verdict: str, outbound: str, inbound: str) -> str:
    if verdict == "yes":
        return "reuse_instructions, to keep what the licence asks for."
    if verdict == "no":
        return (
            "Do not combine them. search_components with licence_fits finds code that fits; or run "
            "it beside your work, as a service of its own, after somebody has looked at that."
        )
    wrong = next((x for x in (outbound, *_ids(inbound)) if category(x) == "unknown"), None)
    if wrong is None:
        return "The matrix does not say: ask somebody who can tell."
    near = difflib.get_close_matches(wrong, sorted(OSI_APPROVED), n=1, cutoff=0.5)
    return "One of them is no SPDX id that is known here" + (
        f": did you mean {near[0]}?" if near else ": see https://spdx.org/licenses/."
    )


def _ids(expression: str) -> list[str]:
    """Return the ids in an expression; all of it where it is none."""
    found = [x.licence for x in duties_of(expression)]
    joined = set(expression.replace("(", " ").replace(")", " ").split())
    return found if joined & {"AND", "OR", "WITH"} else [expression]


LICENCE = Tool(
    name="check_licence_fit",
    title="Do two licences go together?",
    description=(
        "Say whether code under one licence may be combined into a work under another, and what "
        "its licence then asks of you. Alternatives (OR): any may fit; parts (AND): all must."
    ),
    arguments=LicenceArguments,
    answer=LicenceAnswer,
    run=check,
)
