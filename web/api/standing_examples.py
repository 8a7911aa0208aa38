"""Examples of answers about where things stand for the OpenAPI document; invented."""

from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec.structs import asdict

from registry.catalogue.readmodels import Link
from registry.domain.governance_files import Coverage
from registry.governance.declared.readmodels import (
    Contractor,
    Declared,
    FileView,
    Funder,
    Maintenance,
    NamedOrganisation,
    Place,
)
from registry.governance.measures.activity import Health, Signal
from registry.governance.measures.commitments import Commitment, Effort, Role
from registry.governance.measures.flags import Flag
from registry.governance.measures.formulae import Bounds
from registry.governance.measures.ladder import Ladder, Rung
from registry.governance.measures.readmodels import Concentration
from registry.governance.measures.recorded import Citation
from registry.governance.measures.rights import Right, Rights
from registry.governance.measures.standing import Side, Standing
from web.api.contributor_examples import APPROVALS_CSV as APPROVALS
from web.api.contributor_examples import CSV as SHARES
from web.api.contributor_examples import WORK
from web.api.examples import BASE
from web.api.negotiation import Form
from web.api.standing_structs import BodyMeasuresResource, StandingResource

__all__ = ["APPROVALS", "BODY", "COMMITMENTS", "COMPONENT", "CSV", "SHARES"]

_STATUTE: Final = Citation(basis="record", url="https://city.example/statute", on="2024-01-09")
_STANDING: Final = Standing(
    slug="example-city-forms",
    until=date(2026, 6, 1),
    bodies={"forms-together": "Forms Together"},
    ladder=Ladder(
        rung=3,
        rungs=(
            Rung(number=0, state="met"),
            Rung(number=1, state="not_met", names=("Example City",)),
            Rung(number=2, state="not_known"),
            Rung(
                number=3, state="met", names=("Example City", "Example County"),
                citations=(_STATUTE,),
            ),
            Rung(number=4, state="not_known"),
        ),
    ),
    index=None,
    missing=("merges", "money"),
    sides=(
        Side(
            name="votes", shares={"Example City": 0.5, "Example County": 0.5}, part=1.0,
            concentration=Concentration(
                elephant=Bounds(1, 1, 1), diversity=Bounds(0.5, 0.5, 0.5),
                effective=Bounds(2.0, 2.0, 2.0), coverage=1.0,
            ),
        ),
    ),
    currency="",
    flags=(
        Flag(
            kind="unanimity", state="raised", names=("General meeting",), citations=(_STATUTE,)
        ),
    ),
    rights=Rights(
        put_in=12, unattributed=0.25, rules=(),
        organisations=(
            Right(
                key="example-city", name="Example City", category="government", country="EE",
                put_in=9, share=0.75, rules=2, shown_by=("put_in", "code_owner"),
                citations=(
                    Citation(basis="git", on="2026-06-01", commit="8c7e5a667f1b"),
                    Citation(
                        basis="file", commit="8c7e5a667f1b",
                        url="https://code.example/city/forms/blob/8c7e5a667f1b/CODEOWNERS#L1",
                    ),
                ),
            ),
        ),
    ),
    health=Health(value=75, met=("alive", "several", "merging"), missed=("staying",)),
    signals=(
        Signal(
            kind="maintainer_gone", on=date(2025, 9, 1),
            place="/components/example-city-forms/contributors",
        ),
    ),
)  # fmt: skip
_LINKS: Final[dict[str, Any]] = {
    "api_url": f"{BASE}/api/v1/components/example-city-forms/governance",
    "html_url": f"{BASE}/components/example-city-forms/governance",
}
_COMMIT: Final = "8c7e5a667f1b8c7e5a667f1b8c7e5a667f1b8c7e"
_CITY: Final = Link("example-city", "Example City")


def _place(path: str, line: int | None = None) -> Place:
    url = f"https://code.example/city/forms/blob/{_COMMIT}/{path}"
    return Place(path=path, line=line, commit=_COMMIT, url=f"{url}#L{line}" if line else url)


_DECLARED: Final = Declared(
    looked_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
    commit=_COMMIT,
    files=(
        FileView(
            kind="code_owners", blob="3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
            place=_place("CODEOWNERS"), first_on=date(2022, 3, 1),
            last_on=date(2025, 9, 2), changes=4, rules=3, owners=4, teams=2,
            coverage=Coverage(owned=410, looked_at=520, files=520),
            organisations=(
                NamedOrganisation(
                    name="city", rules=2, known=_CITY, place=_place("CODEOWNERS", 1)
                ),
            ),
        ),
    ),
    maintenance=Maintenance(kind="contract", contacts=1, place=_place("publiccode.yml", 40)),
    contractors=(
        Contractor(
            name="Example House", until=date(2025, 12, 31), has_ended=True,
            website="https://house.example", known=None, place=_place("publiccode.yml", 42),
        ),
    ),
    funders=(
        Funder(
            name="Example City", uri="https://city.example", known=_CITY,
            place=_place("publiccode.yml", 12),
        ),
    ),
)  # fmt: skip
COMPONENT: Final = StandingResource(**asdict(_STANDING), declared=_DECLARED, **_LINKS)
_COMMITMENT: Final = Commitment(
    kind="recorded", name="Example City", affiliation="example-city", votes=0.5,
    roles=(Role(role="strategic", since="2024-01-09"),),
    efforts=(
        Effort(lens="wrote", period="all", commits=40, share=0.4, put_in=9, put_in_share=0.6),
    ),
)  # fmt: skip
BODY: Final = BodyMeasuresResource(
    slug="forms-together", components=2, counted=2, standing=_STANDING, **WORK,
    commitments=(_COMMITMENT,),
    api_url=f"{BASE}/api/v1/bodies/forms-together/measures",
    html_url=f"{BASE}/bodies/forms-together",
)  # fmt: skip
COMMITMENTS: Final = {Form.CSV: "kind,name,affiliation,roles\r\n"}
CSV: Final = {
    Form.CSV: "part,name,state,value,names,sources\r\n"
    "rung,3,met,,Example City; Example County,https://city.example/statute\r\n"
}
