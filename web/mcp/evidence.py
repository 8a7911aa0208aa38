"""`get_reuse_evidence`: who reuses a component, and how everybody can check that."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.errors import InvalidInput
from registry.lineage.readmodels import EdgeView, End, EvidenceView, ReuseQuery
from web.mcp.answers import Answer, Found, PageLink, chosen, fitted, shrunk
from web.mcp.parts import Cursor, address, component_of, link
from web.mcp.toolbox import Arguments, Asked, Tool
from web.proof_samples import Command, commands_of, samples_of

MOST: Final = 20
MAX_WHERE: Final = 3
Field = Literal[
    "kind", "tag", "state", "confidence", "direction", "origin", "reuser", "first_seen",
]  # fmt: skip


class EvidenceArguments(Arguments, frozen=True, kw_only=True):
    """A component, or one piece of evidence."""

    component: Annotated[
        str, Meta(max_length=2048, description="Slug of a component, or URL of its repository.")
    ] = ""
    evidence: Annotated[
        str,
        Meta(
            max_length=100,
            description="Key of one item of an answer: gives its samples and the commands.",
        ),
    ] = ""
    side: Annotated[
        Literal["origin", "reuser", "either"],
        Meta(description="origin: who reuses it; reuser: what it reuses; either: both."),
    ] = "either"
    tag: Annotated[
        tuple[Literal["measured", "attributed", "declared", "reported"], ...],
        Meta(max_length=4, description="How it is known; measured is by git objects."),
    ] = ()
    fields: Annotated[
        tuple[Field, ...], Meta(max_length=20, description="Only these fields of each item.")
    ] = ()
    limit: Annotated[int, Meta(ge=1, le=MOST, description="At most so many items.")] = 10
    cursor: Cursor = ""


class Side(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One end: the slug of a component, or the name of what has no repository here."""

    slug: str = ""
    name: str = ""
    organisation: str = ""
    country: str = ""
    repository: str = ""


class Edge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of evidence that `reuser` holds what is from `origin`.

    Where `direction` is unknown they are only two ends. `state` is current, since_removed or
    disputed; `confidence` verified, likely or possible.
    """

    evidence: str
    kind: str = ""
    tag: str = ""
    state: str = ""
    confidence: str = ""
    direction: str = ""
    origin: Side | None = None
    reuser: Side | None = None
    first_seen: str = ""
    is_demo: bool = False


class Verify(Struct, frozen=True, kw_only=True):
    """Commands for a shell, and what they are for."""

    purpose: str
    commands: str


class EvidenceAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """Evidence, newest first, or one item with what proves it.

    `by_tag` counts all that match; tags are never added together. `verify` checks it on your own
    machine, without this registry; `shared` is how many commits, files or pieces of code both
    sides hold, `where` are places in the two repositories, `quote` is the text that names the
    source, `objections` is how many there are to it.
    """

    as_of: str
    items: tuple[Edge, ...]
    by_tag: dict[str, int] = {}
    verify: tuple[Verify, ...] = ()
    shared: int = 0
    where: tuple[str, ...] = ()
    quote: str = ""
    checked: str = ""
    objections: int = 0


def evidence(asked: Asked, sent: EvidenceArguments) -> Found:
    """Return one piece of evidence, or those of a component."""
    if bool(sent.component) == bool(sent.evidence):
        raise InvalidInput("component: send either a component or the key of an evidence")
    return _one(asked, sent.evidence) if sent.evidence else _list(asked, sent)


def _one(asked: Asked, key: str) -> Found:
    view = asked.sources.lineage.evidence(key)
    edge = view.edge
    samples = samples_of(view.proof)
    commands = commands_of(edge, samples, asked.sources.page("api", "v1", "evidence"))
    objections, _ = asked.sources.disputes.log(evidence=key)
    page = PageLink(asked.sources.page("evidence", edge.key), edge.key)

    def make(part: int) -> Found:
        answer = EvidenceAnswer(
            as_of=asked.sources.day,
            items=(_edge(asked, edge, with_url=True),),
            verify=tuple(_verify(asked, x, edge.key) for x in commands[: max(1, 4 // part)]),
            shared=_shared(edge),
            where=_where(asked, view, 160 // part),
            quote=asked.fence(_text(edge.strength.get("text")), 240 // part),
            checked=view.checked_at.date().isoformat() if view.checked_at else "",
            objections=len(objections),
            next_step="Run the commands of `verify` to check it; exit code 0 is agreement.",
        )
        return asked.answer(answer, page)

    return shrunk(make)


def _verify(asked: Asked, command: Command, key: str) -> Verify:
    """Return a command; where no registry is served, its proof comes from the command line."""
    if command.purpose == "verify" and asked.sources.is_local:
        local = (
            f"registry evidence export {key} -o {key}.json\npython -m registry.verifier {key}.json"
        )
        return Verify(purpose=command.purpose, commands=local)
    return Verify(purpose=command.purpose, commands=command.text)


def _shared(edge: EdgeView) -> int:
    counts = (edge.strength.get(name) for name in ("commits", "count"))
    return next((x for x in counts if isinstance(x, int) and not isinstance(x, bool)), 0)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _where(asked: Asked, view: EvidenceView, most: int) -> tuple[str, ...]:
    """Return where the first samples stand, as paths of the origin and of the reuser."""
    pairs = [(x.origin, x.reuser) for x in samples_of(view.proof)[:MAX_WHERE]]
    paths = [[x.path for x in pair if x is not None and x.path] for pair in pairs]
    lines = [" = ".join(dict.fromkeys(x)) for x in paths if x] or [view.edge.locator]
    return tuple(asked.fence(line, most) for line in lines if line)


def _list(asked: Asked, sent: EvidenceArguments) -> Found:
    slug = component_of(asked, sent.component).card.slug
    counts: dict[str, int] = {}

    def fetch(limit: int) -> tuple[Sequence[EdgeView], str | None]:
        page = asked.sources.lineage.reuse(_query(asked, sent, slug, limit))
        counts.update(page.by_tag)
        return page.items, page.next

    def make(edges: Sequence[EdgeView], following: str | int | None) -> Found:
        items = (chosen(_edge(asked, x), sent.fields, ("evidence", "is_demo")) for x in edges)
        answer = EvidenceAnswer(
            as_of=asked.sources.day, items=tuple(items), by_tag=counts,
            next_step=_next_step(edges), next_cursor=asked.cursor_at(following),
        )  # fmt: skip
        return asked.answer(answer, link(asked, slug, "reuse"))

    return fitted(fetch, make, sent.limit)


def _query(asked: Asked, sent: EvidenceArguments, slug: str, limit: int) -> ReuseQuery:
    ends = {"origin": "origin", "reuser": "reuser", "either": "component"}
    query = ReuseQuery(tag=sent.tag, limit=limit, after=asked.after())
    return replace(query, **{ends[sent.side]: slug})


def _next_step(edges: Sequence[EdgeView]) -> str:
    if edges:
        return "Send the key of one as `evidence` for the commands that verify it."
    return (
        "No evidence of reuse was found among the repositories that were crawled; that is not "
        "known of any other."
    )


def _edge(asked: Asked, edge: EdgeView, *, with_url: bool = False) -> Edge:
    return Edge(
        evidence=edge.key,
        kind=edge.kind,
        tag=edge.tag,
        state=edge.state,
        confidence=edge.confidence,
        direction=edge.direction,
        origin=_side(asked, edge.origin, with_url=with_url),
        reuser=_side(asked, edge.reuser, with_url=with_url),
        first_seen=edge.first_seen.date().isoformat() if edge.first_seen else "",
        is_demo=edge.is_demo,
    )


def _side(asked: Asked, end: End, *, with_url: bool) -> Side:
    return Side(
        slug=end.slug or "",
        name="" if end.slug else asked.fence(end.name, 100),
        organisation=end.organisation_slug or "",
        country=end.country or "",
        repository=address(asked.fence, end.url) if with_url else "",
    )


EVIDENCE = Tool(
    name="get_reuse_evidence",
    title="Who reuses it, with proof",
    description=(
        "Evidence of who reuses a component and what it reuses: shared commits, copied files, "
        "dependencies, attributions. With the key of one item: where the code stands on both "
        "sides, and commands that verify it on your machine without trusting this registry."
    ),
    arguments=EvidenceArguments,
    answer=EvidenceAnswer,
    run=evidence,
)
