"""The page that has to convince an auditor: one edge, how it is known, and how to check it."""

from typing import ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct

from registry.disputes.readmodels import DisputeView, LabelView
from registry.lineage.readmodels import CalibrationTier, EdgeView, EvidenceView, MethodView
from registry.lineage.rules import RULES
from web.pages.known import how_known
from web.pages.samples import Compared, Sample, compare, samples_of
from web.pages.strength import strength_rows
from web.pages.view import Context, View, ViewDependency

API: Final = "/api/v1/evidence"
METHOD_SECONDS: Final = 60.0
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
    disputes: tuple[DisputeView, ...]
    labels: tuple[LabelView, ...]


class EvidencePages(Controller):
    """`/evidence/{key}`."""

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
            disputes=view.services.disputes.log(evidence=edge.key)[0],
            labels=view.services.disputes.labels(edge.key),
        )
        return view.render(context, is_demo=edge.is_demo, twin=f"{API}/{edge.key}")


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
