"""The page that has to convince an auditor: one edge, how it is known, and how to check it."""

from typing import ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.disputes.readmodels import DisputeView, LabelView
from registry.lineage.readmodels import CalibrationTier, EdgeView, EvidenceView, MethodView
from registry.lineage.rules import RULES
from web.pages.known import how_known
from web.pages.samples import Compared, compare
from web.pages.strength import strength_rows
from web.pages.view import Context, View, ViewDependency
from web.proof_samples import Command, Sample, commands_of, samples_of

API: Final = "/api/v1/evidence"
METHOD_SECONDS: Final = 60.0


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
            commands=tuple(commands_of(edge, samples, f"{view.site.base_url}{API}")),
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
