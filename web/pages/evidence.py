"""The page that has to convince an auditor: one edge, how it is known, and how to check it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.errors import Conflict, InvalidInput
from registry.lineage.disputes import CATEGORIES, MAX_REASON
from registry.lineage.readmodels import CalibrationTier, EdgeView, EvidenceView, MethodView
from registry.lineage.rules import RULES
from web.auth.forgery import Protection
from web.pages.forms import AnyRequest, read_form
from web.pages.known import how_known
from web.pages.samples import Compared, Sample, compare, samples_of
from web.pages.strength import strength_rows
from web.pages.view import Context, View, ViewDependency

API: Final = "/api/v1/evidence"
METHOD_SECONDS: Final = 60.0
# People read what people write: a sender has a few objections a minute.
DISPUTE_COST: Final = 20
MAX_COMMANDS: Final = 3


class Command(Struct, frozen=True):
    """Lines to copy, with what they are for: export, fetch, compare, commit."""

    purpose: str
    text: str


class EvidenceContext(Context, frozen=True, kw_only=True):
    """Variables of `evidence.html`; `tier` is what became of edges of the same confidence."""

    template: ClassVar[str] = "evidence.html"
    evidence: EvidenceView
    edge: EdgeView
    known: tuple[str, ...]
    strength: tuple[tuple[str, str, bool], ...]
    samples: tuple[Sample, ...]
    compared: tuple[Compared, ...]
    commands: tuple[Command, ...]
    tier: CalibrationTier | None
    exports: tuple[tuple[str, str], ...]
    rule_version: int


class DisputeContext(Context, frozen=True, kw_only=True):
    """Variables of `dispute.html`; `problem` is the field that has to be mended, if any."""

    template: ClassVar[str] = "dispute.html"
    edge: EdgeView
    categories: tuple[str, ...]
    category: str
    reason: str
    most: int
    problem: str
    is_sent: bool


class EvidencePages(Controller):
    """`/evidence/{key}` and the objections to it."""

    path = "/evidence/{key:str}"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency, key: FromPath[str]) -> Response[bytes]:
        """Show an edge, whatever became of it."""
        evidence = view.services.lineage.evidence(key)
        edge, samples = evidence.edge, samples_of(evidence.proof)
        context = EvidenceContext(
            evidence=evidence,
            edge=edge,
            known=how_known(view.language, edge),
            strength=tuple(strength_rows(view.language, edge.strength)),
            samples=samples,
            compared=compare(evidence, samples, view.services.contents),
            commands=tuple(_commands(edge, samples, f"{view.site.base_url}{API}")),
            tier=_tier(view, edge.confidence),
            exports=tuple(
                (name, path)
                for name, path in (
                    ("proof", f"{API}/{edge.key}/proof"),
                    ("json", f"{API}/{edge.key}"),
                )
                if view.site.offers(path)
            ),
            rule_version=RULES.version,
        )
        return view.render(context, is_demo=edge.is_demo, twin=f"{API}/{edge.key}")

    @get("/dispute", sync_to_thread=True)
    def ask(self, view: ViewDependency, key: FromPath[str]) -> Response[bytes]:
        """Show the form for an objection, or that one was received."""
        edge = view.services.lineage.evidence(key).edge
        return view.render(_form(edge, is_sent=view.first("sent") == "1"), is_demo=edge.is_demo)

    @post(
        "/dispute",
        sync_to_thread=True,
        status_code=200,
        opt={"action": Action.OPEN_DISPUTE, "protection": Protection.ORIGIN},
    )
    def receive(
        self, view: ViewDependency, request: AnyRequest, key: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Take an objection for review; what is wrong with it is said beside the form."""
        sent = read_form(view.site, request, body, DISPUTE_COST)
        edge = view.services.lineage.evidence(key).edge
        category, reason = sent.get("category", ""), sent.get("reason", "")
        if category not in CATEGORIES:
            return view.render(_form(edge, category, reason, problem="category"), status=400)
        try:
            view.services.lineage.dispute(key, category, reason)
        except InvalidInput:
            return view.render(_form(edge, category, reason, problem="reason"), status=400)
        except Conflict:
            return view.render(_form(edge, category, reason, problem="full"), status=409)
        return Redirect(view.language.link(f"{view.path}?sent=1"), status_code=303)


def _form(
    edge: EdgeView,
    category: str = "",
    reason: str = "",
    *,
    problem: str = "",
    is_sent: bool = False,
) -> DisputeContext:
    return DisputeContext(
        edge=edge,
        categories=CATEGORIES,
        category=category,
        reason=reason,
        most=MAX_REASON,
        problem=problem,
        is_sent=is_sent,
    )


def _tier(view: View, confidence: str) -> CalibrationTier | None:
    return next((x for x in method_of(view).calibration if x.tier == confidence), None)


def method_of(view: View) -> MethodView:
    """Return the method in force, kept for a minute."""
    return view.services.memo.get("method", METHOD_SECONDS, view.services.lineage.method)


def _commands(edge: EdgeView, samples: tuple[Sample, ...], api: str) -> list[Command]:
    """Return what a reader types to check the claim on another machine, which has no catalogue:
    with our verifier, then with git alone."""
    name = f"{edge.key}.json"
    download = f"curl -o {name} '{api}/{edge.key}/proof'"
    commands = [Command("verify", f"{download}\npython -m registry.verifier {name}")]
    clones = [
        f"git clone --bare --filter=blob:none '{end.url}' {folder}"
        for folder, end in (("origin.git", edge.origin), ("reuser.git", edge.reuser))
        if end.url and "'" not in end.url
    ]
    if clones:
        commands.append(Command("fetch", "\n".join(clones)))
    if looks := [line for sample in samples[:MAX_COMMANDS] for line in _looks(sample)]:
        commands.append(Command("compare", "\n".join(dict.fromkeys(looks))))
    return commands


def _looks(sample: Sample) -> list[str]:
    """Return git commands that show a sample at each end; only ids are put into them."""
    found = []
    for folder, place in (
        ("origin.git", sample.origin),
        ("reuser.git", sample.reuser),
        ("reuser.git", sample.removed),
    ):
        if place is None:
            continue
        if place.blob:
            found.append(f"git -C {folder} cat-file -p {place.blob} | git hash-object --stdin")
        elif place.commit:
            found.append(f"git -C {folder} log -1 --format='%H %cI %s' {place.commit}")
    return found
