"""`find_by_code`: where does this code stand already?"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.domain.fingerprints import MAX_FILE_BYTES, fingerprints
from registry.errors import InvalidInput
from registry.lineage.readmodels import LookupAnswer, LookupHit, LookupQuery
from web.mcp.answers import Answer, Found, fitted
from web.mcp.parts import Cursor, link
from web.mcp.toolbox import Arguments, Asked, Tool

LOOKUP_COST: Final = 5
MOST: Final = 20
MAX_HASHES: Final = 200
MAX_SNIPPET: Final = MAX_FILE_BYTES
MAX_PRINTS: Final = 500
_ID: Final = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_SWHID: Final = re.compile(r"swh:1:(cnt|rev):[0-9a-f]{40}(;.*)?", re.DOTALL)


class FindArguments(Arguments, frozen=True, kw_only=True):
    """Hashes, or the code itself; nothing of it is kept."""

    hashes: Annotated[
        tuple[Annotated[str, Meta(max_length=300)], ...],
        Meta(
            max_length=MAX_HASHES,
            description=(
                "Git ids of files (`git hash-object FILE`) or commits, 40 or 64 hexadecimal "
                "digits, or SWHIDs (swh:1:cnt:… or swh:1:rev:…)."
            ),
        ),
    ] = ()
    snippet: Annotated[
        str,
        Meta(
            max_length=MAX_SNIPPET,
            description=(
                "Source code: a whole file, or at least about 40 lines of one. It is compared by "
                "its fingerprints, so that edited copies are found too."
            ),
        ),
    ] = ""
    packages: Annotated[
        tuple[Annotated[str, Meta(max_length=700)], ...],
        Meta(max_length=MAX_HASHES, description="Package URLs, such as pkg:npm/left-pad."),
    ] = ()
    limit: Annotated[int, Meta(ge=1, le=MOST, description="At most so many items.")] = 10
    cursor: Cursor = ""


class Hit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A component that holds `found` of what was asked for, since `first_seen`; `where` in it."""

    slug: str
    found: int
    name: str = ""
    organisation: str = ""
    country: str = ""
    first_seen: str = ""
    where: tuple[str, ...] = ()


class FindAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """Components that hold the code, those with most of it first.

    `asked` things were looked for: hashes, packages and fingerprints of the snippet; `known` of
    them are held by some component. `third_party` names packages that publish what was asked for.
    """

    asked: int
    known: int
    items: tuple[Hit, ...]
    page: str
    as_of: str
    third_party: tuple[str, ...] = ()
    is_cut: bool = False


def find(asked: Asked, sent: FindArguments) -> Found:
    """Return the components that hold some of what was sent."""
    query = _question(sent)
    answer = _looked_up(asked, query)
    start = asked.offset()

    def fetch(limit: int) -> tuple[Sequence[LookupHit], int | None]:
        end = start + limit
        return answer.hits[start:end], end if end < len(answer.hits) else None

    def make(hits: Sequence[LookupHit], following: str | int | None) -> Found:
        items = tuple(_hit(asked, hit) for hit in hits)
        told = replace(_told(asked, sent, query, answer), items=items)
        links = [link(asked, hit.slug) for hit in hits]
        return asked.answer(replace(told, next_cursor=asked.cursor_at(following)), *links)

    return fitted(fetch, make, sent.limit)


def _looked_up(asked: Asked, query: LookupQuery) -> LookupAnswer:
    try:
        return asked.sources.lineage.lookup(query)
    except InvalidInput as error:
        # Hashes were checked, so that it is about packages: they have another name there.
        raise InvalidInput(str(error).replace("purls: ", "packages: ", 1)) from None


def _question(sent: FindArguments) -> LookupQuery:
    if not (sent.hashes or sent.snippet.strip() or sent.packages):
        raise InvalidInput("hashes: send hashes, a snippet, or packages")
    ids = tuple(x.strip().lower() for x in sent.hashes if _ID.fullmatch(x.strip()))
    swhids = tuple(x.strip() for x in sent.hashes if _SWHID.fullmatch(x.strip()))
    if len(ids) + len(swhids) < len(sent.hashes):
        number, wrong = next(
            (number, x)
            for number, x in enumerate(sent.hashes)
            if not _ID.fullmatch(x.strip()) and not _SWHID.fullmatch(x.strip())
        )
        raise InvalidInput(
            f"hashes[{number}]: {wrong[:70]!r} is no git id of 40 or 64 hexadecimal digits, and no "
            "SWHID of a content or revision"
        )
    whole = tuple(dict.fromkeys(_blob_ids(sent.snippet))) if sent.snippet.strip() else ()
    prints = fingerprints(sent.snippet.encode("utf-8", "replace"))
    return LookupQuery(
        blobs=(*ids, *whole),
        commits=ids,
        swhids=swhids,
        purls=sent.packages,
        fingerprints=tuple(sorted(prints)[:MAX_PRINTS]),
    )


def _blob_ids(snippet: str) -> Iterator[str]:
    """Yield the git ids of the file that a snippet may be, with the usual ends of lines."""
    text = snippet.replace("\r\n", "\n")
    for form in (snippet, text, text.rstrip("\n") + "\n", text.rstrip("\n")):
        data = form.encode("utf-8", "replace")
        yield hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _told(
    asked: Asked, sent: FindArguments, query: LookupQuery, answer: LookupAnswer
) -> FindAnswer:
    fence = asked.fence
    packages = tuple(dict.fromkeys(answer.third_party.values()))
    pieces = len(query.fingerprints) or int(bool(sent.snippet.strip()))
    return FindAnswer(
        asked=len(sent.hashes) + len(sent.packages) + pieces,
        known=answer.known if answer.hits else 0, items=(), as_of=asked.sources.day,
        page=asked.sources.page("lookup"),
        third_party=tuple(fence(x, 100) for x in packages[:5]), is_cut=answer.is_cut,
        next_step=_next_step(sent, query, answer),
    )  # fmt: skip


def _next_step(sent: FindArguments, query: LookupQuery, answer: LookupAnswer) -> str:
    if len(answer.hits) > 1:
        return (
            "Several hold it: get_reuse_evidence of one tells which is the origin. Then "
            "get_component for its licence, and reuse_instructions."
        )
    if answer.hits:
        return "get_component for its licence; reuse_instructions to take it with attribution."
    if sent.snippet.strip() and not query.fingerprints:
        return (
            "The snippet is too short for fingerprints, or is generated or minified; only a file "
            "that is the same to the letter would be found. Send more of it, or search_components."
        )
    return "No component of this catalogue holds it. Try search_components with words."


def _hit(asked: Asked, hit: LookupHit) -> Hit:
    fence = asked.fence
    return Hit(
        slug=hit.slug,
        found=hit.found,
        name=fence(hit.name, 80),
        organisation=fence(hit.organisation, 80),
        country=hit.country or "",
        first_seen=hit.first_seen.date().isoformat() if hit.first_seen else "",
        where=tuple(fence(there, 120) for _, there in hit.samples[:2]),
    )


FIND = Tool(
    name="find_by_code",
    title="Find code by its content",
    description=(
        "Find the public components that hold code that you have: by git ids of files or commits, "
        "by packages, or by a snippet. Use it to learn where code comes from and under which "
        "licence, before you copy or rewrite it."
    ),
    arguments=FindArguments,
    answer=FindAnswer,
    run=find,
    cost=LOOKUP_COST,
)
