"""Examples of answers about reuse for the OpenAPI document; what they tell is invented."""

from datetime import UTC, datetime
from typing import Any, Final

from registry.disputes.readmodels import Named
from registry.lineage.readmodels import (
    CalibrationTier,
    DetectorMethod,
    EdgeEventView,
    End,
    LineageNode,
    MatrixQuery,
    TimeToReuse,
)
from web.api.dispute_items import DisputeItem, DisputePage
from web.api.examples import BASE
from web.api.negotiation import Form
from web.api.reuse_structs import (
    CellItem,
    CountryReuseResource,
    EdgeItem,
    EvidenceResource,
    HitItem,
    LineageResource,
    LookupResource,
    MatrixResource,
    MethodResource,
    Partner,
    ReuseListing,
)

_AT: Final = datetime(2025, 6, 1, 12, tzinfo=UTC)
_FIRST: Final = datetime(2023, 3, 14, tzinfo=UTC)
_BLOB: Final = "8c7e5a667f1b771847fe88c01c3de34413a1b220"
_KEY: Final = "ev_0a1b2c3d4e5f6071"
_ORIGIN: Final = End(
    name="City forms",
    slug="example-city-forms",
    url="https://code.example/city/forms",
    organisation="Example City",
    organisation_slug="example-city",
    country="EE",
    region="EE-37",
)
_REUSER: Final = End(
    name="Town forms",
    slug="example-town-forms",
    url="https://code.example/town/forms",
    organisation="Example Town",
    organisation_slug="example-town",
    country="FI",
)
EDGE: Final = EdgeItem(
    key=_KEY,
    kind="shared_commits",
    tag="measured",
    state="current",
    origin=_ORIGIN,
    reuser=_REUSER,
    direction_basis="first_seen",
    first_seen=_FIRST,
    last_seen=_AT,
    found_at=_AT,
    changed_at=_AT,
    strength={"commits": 312},
    confidence="verified",
    api_url=f"{BASE}/api/v1/evidence/{_KEY}",
    html_url=f"{BASE}/evidence/{_KEY}",
)
REUSE: Final = ReuseListing(
    items=(EDGE,),
    by_tag={"attributed": 3, "measured": 41},
    next=f"{BASE}/api/v1/reuse?from=EE&to=FI&limit=1&after=MQ",
    as_of=_AT,
    rule_version=1,
)
PROOF: Final[dict[str, Any]] = {"key": _KEY, "kind": "shared_commits", "digest": "d" * 64}
EVIDENCE: Final = EvidenceResource(
    edge=EDGE,
    proof=PROOF,
    proof_digest="d" * 64,
    events=(EdgeEventView(at=_AT, state="current", reason="found"),),
    checked_at=_AT,
    origin_licence="EUPL-1.2",
    reuser_licence="EUPL-1.2",
    api_url=EDGE.api_url,
    html_url=EDGE.html_url,
    proof_url=f"{EDGE.api_url}/proof",
)
LINEAGE: Final = LineageResource(
    nodes=(
        LineageNode(
            slug="example-city-forms",
            name="City forms",
            organisation="Example City",
            country="EE",
            region="EE-37",
            depth=0,
            moment=datetime(2019, 1, 7, tzinfo=UTC),
            is_current=True,
        ),
        LineageNode(
            slug="example-town-forms",
            name="Town forms",
            organisation="Example Town",
            country="FI",
            region=None,
            depth=1,
            parent="example-city-forms",
            moment=_FIRST,
            edge=_KEY,
            kinds=("shared_commits",),
            tag="measured",
            state="current",
        ),
    ),
    unplaced=(),
    common_upstream=0,
    is_cut=False,
    api_url=f"{BASE}/api/v1/components/example-city-forms/lineage",
    html_url=f"{BASE}/components/example-city-forms/lineage",
)
_BEHIND: Final = f"{BASE}/api/v1/reuse?from=EE&to=FI&tag=measured&direction=known"
MATRIX: Final = MatrixResource(
    query=MatrixQuery(),
    cells=(
        CellItem(
            origin="EE", reuser="FI", period="all", pairs=9, components=4, edges=41,
            reuse_url=_BEHIND,
        ),
    ),
    labels={"EE": "EE", "FI": "FI"},
    edges=41,
    unknown_direction=2,
    unplaced=0,
    inputs_digest="e" * 64,
    rule_version=1,
    has_demo=False,
    as_of=_AT,
)  # fmt: skip
COUNTRY: Final = CountryReuseResource(
    code="EE",
    gives=(Partner(country="FI", pairs=9, reuse_url=_BEHIND),),
    takes=(),
    latest=(EDGE,),
    time_to_reuse=(
        TimeToReuse(
            slug="example-city-forms",
            name="City forms",
            country="EE",
            days=1527,
            reuser_country="FI",
            edge=_KEY,
        ),
    ),
    as_of=_AT,
    api_url=f"{BASE}/api/v1/countries/EE/reuse",
    html_url=f"{BASE}/countries/EE",
)
METHOD: Final = MethodResource(
    rule_version=1,
    thresholds={"maximum_tau": 0.35, "minimum_files": 5.0},
    detectors=(
        DetectorMethod(
            kind="shared_commits", tag="measured", right=85, wrong=0, missed=0, precision=1.0,
            recall=1.0, low=0.971, high=1.0, recall_low=0.971, recall_high=1.0,
        ),
    ),
    evaluated_at="2025-06-01",
    truth="truth.csv",
    repositories=272,
    pairs=377,
    catalogue=40_000,
    calibration=(
        CalibrationTier(tier="verified", edges=85, right=85, stated=0.99, low=0.971, high=1.0),
    ),
    brier=0.02,
    calibration_error=0.01,
    api_url=f"{BASE}/api/v1/method",
    html_url=f"{BASE}/method",
)  # fmt: skip
LOOKUP_REQUEST: Final = {"blobs": [_BLOB], "purls": ["pkg:npm/%40example/forms"]}
LOOKUP: Final = LookupResource(
    asked=2,
    known=1,
    hits=(
        HitItem(
            slug="example-city-forms",
            name="City forms",
            organisation="Example City",
            country="EE",
            region="EE-37",
            found=1,
            samples=((_BLOB, "src/forms.py"),),
            first_seen=_FIRST,
            api_url=f"{BASE}/api/v1/components/example-city-forms",
            html_url=f"{BASE}/components/example-city-forms",
        ),
    ),
    third_party={},
    is_cut=False,
)
DISPUTE_REQUEST: Final = {
    "evidence": _KEY,
    "category": "wrong_direction",
    "reason": "We published this first: see our release of 2019.",
}
DISPUTE: Final = DisputeItem(
    id=7, category="wrong_direction", state="open", by=Named("Example Town", "example-town"),
    side="reuser", evidence=_KEY, component=None, organisation=None,
    reason="We published this first: see our release of 2019.", created_at=_AT, answer=None,
    answered_at=None, reply=None, reviewed_at=None, api_url=f"{BASE}/api/v1/disputes/7",
    html_url=f"{BASE}/disputes/7",
)  # fmt: skip
DISPUTES: Final = DisputePage(items=(DISPUTE,), next=f"{BASE}/api/v1/disputes?limit=1&after=Nw")
CSV: Final = {
    Form.CSV: "key,kind,tag,state\r\nev_0a1b2c3d4e5f6071,shared_commits,measured,current\r\n"
}
NDJSON: Final = {Form.NDJSON: '{"key":"ev_0a1b2c3d4e5f6071","kind":"shared_commits"}\n'}
ATOM: Final = {Form.ATOM: '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'}
JSON_FEED: Final = {
    Form.JSON_FEED: '{"version":"https://jsonfeed.org/version/1.1","title":"…","items":[]}'
}
FILES: Final = CSV | NDJSON | ATOM | JSON_FEED
MATRIX_CSV: Final = {Form.CSV: "origin,reuser,period,pairs\r\nEE,FI,all,9\r\n"}
