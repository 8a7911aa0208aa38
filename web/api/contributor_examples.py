"""Examples of answers about contributors for the OpenAPI document; what they tell is invented."""

from datetime import UTC, date, datetime
from typing import Any, Final

from registry.governance.measures.activity import Activity
from registry.governance.measures.approvals import Approvals, CrossReview
from registry.governance.measures.formulae import Bounds
from registry.governance.measures.history import Handover, Phase, PhaseShare, Sector
from registry.governance.measures.readmodels import (
    AffiliationView,
    Concentration,
    ContributionQuery,
    Period,
)
from registry.governance.measures.shares import LensView, PartyShare, Unattributed
from web.api.contributor_structs import ContributorsResource
from web.api.examples import BASE
from web.api.negotiation import Form

_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CITY: Final = PartyShare(
    key="example-city", name="Example City", category="government", country="EE", count=30,
    share=0.75, people=None, years=(10, 20),
)  # fmt: skip
_LENSES: Final = tuple(
    LensView(
        name=name, parties=(_CITY,), total=40,
        unattributed=Unattributed(
            count=10, share=0.25, reasons={"free_mail": 10}, years=(2, 8)
        ),
    )
    for name in ("wrote", "behalf")
)  # fmt: skip
_CONCENTRATION: Final = Concentration(
    elephant=Bounds(1, 1, 1), diversity=Bounds(0.0, 0.0, 0.4375), effective=Bounds(1.0, 1.0, 1.78),
    coverage=0.75,
)  # fmt: skip
_APPROVALS: Final = Approvals(
    commits=40, approved=30, coverage=0.75, merged=28, committed=1, reviewed=4, signed_off=0,
    co_authored=2, lenses=_LENSES,
    cross=tuple(
        CrossReview(lens=lens.name, other=6, same=18, unknown=6, share=Bounds(0.2, 0.25, 0.4))
        for lens in _LENSES
    ),
)  # fmt: skip
_PERIOD: Final = Period(
    name="window", since=date(2025, 1, 1), commits=40, merges=4, put_in=2, people=6,
    people_for_80=2, absence=2, lenses=_LENSES, merging=_LENSES, integrated=_LENSES[1],
    approvals=_APPROVALS, work=_CONCENTRATION, integration=_CONCENTRATION,
)  # fmt: skip
AFFILIATION: Final = AffiliationView(
    key="aff_0a1b2c3d4e5f60718293", kind="domain", subject="city.example",
    organisation="example-city", name="Example City", category="government", country="EE",
    scope="", since=None, until=None, source_url="https://city.example/about", state="current",
    changed_at=_AT,
)  # fmt: skip
WORK: Final[dict[str, Any]] = {
    "until": date(2026, 6, 1),
    "years": (2025, 2026),
    "bots": 3,
    "inherited": 0,
    "verified": 0.0,
    "periods": (_PERIOD,),
    "phases": (
        Phase(
            lens="wrote", since=date(2025, 1, 1), until=None, kind="single",
            shares=(PhaseShare("example-city", "Example City", 0.75),), unattributed=0.25,
        ),
    ),
    "handovers": (
        Handover(
            lens="wrote", on=date(2025, 7, 1), before="Example House", after="Example City",
            share_before=0.6, share_after=0.75, is_certain=True,
        ),
    ),
    "sectors": (
        Sector(name="in_house", share=0.75, merging=1.0, merged=4, years=(10, 20),
               put_in_years=(1, 3)),
        Sector(name="supplier", share=0.0, merging=0.0, merged=0, years=(0, 0),
               put_in_years=(0, 0)),
        Sector(name="other", share=0.25, merging=0.0, merged=0, years=(2, 8),
               put_in_years=(0, 0)),
    ),
    "activity": Activity(
        until=date(2026, 6, 1), last_on=date(2026, 5, 30), recent=18, absence=2, mergers=2,
        gone_since=None,
    ),
}  # fmt: skip
COMPONENT: Final = ContributorsResource(
    slug="example-city-forms", query=ContributionQuery(), counted_at=_AT,
    head="8c7e5a667f1b771847fe88c01c3de34413a1b220", affiliations=(AFFILIATION,), **WORK,
    api_url=f"{BASE}/api/v1/components/example-city-forms/contributors",
    html_url=f"{BASE}/components/example-city-forms/contributors",
)  # fmt: skip
CSV: Final = {
    Form.CSV: "lens,period,organisation,name,category,country,commits,share\r\n"
    "wrote,all,example-city,Example City,government,EE,30,0.75\r\n"
}
APPROVALS_CSV: Final = {
    Form.CSV: "part,period,name,count,share,low,high,lens,organisation,category,country\r\n"
    "coverage,all,approved,30,0.75,,,,,,\r\n"
    "approver,all,Example City,24,0.8,,,wrote,example-city,government,EE\r\n"
    "cross_review,all,other,6,0.25,0.2,0.4,wrote,,,\r\n"
}
