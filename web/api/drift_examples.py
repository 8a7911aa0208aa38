"""Examples of answers about drift for the OpenAPI document; what they tell is invented."""

from datetime import UTC, datetime
from typing import Final

from registry.adoption.drift.readmodels import AdvisoryAddress, MissedCommit, Party
from web.api.drift_structs import ComponentDriftResource, DriftItem, FixItem, FixListing
from web.api.examples import BASE
from web.api.negotiation import Form

_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_COMMIT: Final = "8c7e5a667f1b771847fe88c01c3de34413a1b220"
_HEAD: Final = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
_UPSTREAM: Final = Party(
    slug="example-city-forms", name="City forms", url="https://code.example/city/forms",
    organisation="Example City", organisation_slug="example-city", country="EE",
)  # fmt: skip
_FORK: Final = Party(
    slug="example-town-forms", name="Town forms", url="https://code.example/town/forms",
    organisation="Example Town", organisation_slug="example-town", country="FI",
)  # fmt: skip
DRIFT: Final = DriftItem(
    origin=_UPSTREAM, reuser=_FORK, edge="ev_0a1b2c3d4e5f6071", distance=1, state="measured",
    reason="", is_related=True, behind=40, behind_merges=6, equivalent=3, absorbed=9, missing=18,
    edited=4, gone=0, ahead=12, ahead_merges=1, ahead_equivalent=3, compared=5, comparable=5,
    parallel=2, parallel_paths=("forms/render.py",), files_held=80, files_older=21,
    base_commit=_HEAD, base_at=_AT, synced_at=_AT, sync_basis="merge", fixes_missing=1,
    fixes_not_known=0, origin_head=_COMMIT, reuser_head=_HEAD, compare_url=None,
    commits=(
        MissedCommit(
            commit=_COMMIT, url=f"https://code.example/city/forms/commit/{_COMMIT}", at=_AT,
            subject="Escape names in forms", state="missing", files=1, is_clean=True,
        ),
    ),
    caps=(), looked_at=_AT, evidence_url=f"{BASE}/api/v1/evidence/ev_0a1b2c3d4e5f6071",
    api_url=f"{BASE}/api/v1/components/example-town-forms/drift",
    html_url=f"{BASE}/components/example-town-forms/drift",
)  # fmt: skip
FIX: Final = FixItem(
    key="fix_0a1b2c3d4e5f60718293", state="missing", fork=_FORK, upstream=_UPSTREAM,
    advisory="GHSA-2345-6789-cfgh", aliases=("CVE-2026-12345",), summary="Names are not escaped",
    severity="high", vector=None, advisory_url="https://osv.dev/vulnerability/GHSA-2345-6789-cfgh",
    links=(AdvisoryAddress("WEB", "https://code.example/city/forms/advisories/1"),),
    published_at=_AT,
    basis="commit", reason="", commit=_COMMIT,
    commit_url=f"https://code.example/city/forms/commit/{_COMMIT}", commit_at=_AT,
    subject="Escape names in forms",
    command=f"git fetch https://code.example/city/forms {_COMMIT} && git cherry-pick -x {_COMMIT}",
    compare_url=None, found_at=_AT, changed_at=_AT, ended_at=None, ended_because="", muted_at=None,
    mute_reason="", looked_at=_AT, api_url=f"{BASE}/api/v1/fixes-missing/fix_0a1b2c3d4e5f60718293",
    html_url=f"{BASE}/fixes-missing/fix_0a1b2c3d4e5f60718293",
)  # fmt: skip
COMPONENT: Final = ComponentDriftResource(
    slug="example-town-forms", upstreams=(DRIFT,), forks=(), forks_in_all=0, fixes=(FIX,),
    advisories=3, advisories_as_of=_AT,
    api_url=f"{BASE}/api/v1/components/example-town-forms/drift",
    html_url=f"{BASE}/components/example-town-forms/drift",
)  # fmt: skip
LISTING: Final = FixListing(items=(FIX,), next=f"{BASE}/api/v1/fixes-missing?after=Nw")
DRIFT_CSV: Final = {
    Form.CSV: "upstream,fork,behind,ahead\r\nexample-city-forms,example-town-forms,40,12\r\n"
}
FIX_FILES: Final = {
    Form.CSV: "key,state,fork\r\nfix_0a1b2c3d4e5f60718293,missing,example-town-forms\r\n",
    Form.ATOM: '<feed xmlns="http://www.w3.org/2005/Atom"><title>…</title></feed>',
}
