"""Badges of components at `/badge`, for README files and other sites.

Whoever opens one directly gets a document in which nothing runs: its content security policy
allows no source at all and puts it into a sandbox.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.params import FromPath

from registry.adoption.drift.readmodels import DriftSummary
from registry.catalogue.readmodels import ComponentDetail
from registry.errors import Gone, NotFound
from registry.lineage.readmodels import ReuseSummary
from registry.lineage.vocabulary import TAGS
from web.api.badge_image import Badge, badge_json, badge_svg
from web.api.call import Call, CallDependency, call_provider, slug_in
from web.api.middleware import ApiHeaders
from web.api.negotiation import Form
from web.limits import RateLimiter
from web.services import Moved

PREFIX: Final = "/badge"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
CACHE: Final = "public, max-age=3600"
# What is missing now may be crawled soon.
CACHE_MISSING: Final = "public, max-age=300"
_STATUS: Final = {"valid": "valid", "invalid": "with problems", "unparseable": "not readable"}


def _strongest(rows: Sequence[ReuseSummary]) -> ReuseSummary | None:
    """Return the row of the strongest evidence: numbers of different tags are never added."""
    by_tag = {row.tag: row for row in rows}
    return next((by_tag[tag] for tag in TAGS if tag in by_tag), None)


def _numbered(number: int, one: str, many: str, tag: str) -> str:
    return f"{number} {one if number == 1 else many} ({tag})"


def _reuse(call: Call, detail: ComponentDetail) -> Badge:
    row = _strongest(call.services.lineage.summary(detail.card.slug))
    message, tone = "none found", "none"
    if row and row.organisations:
        message = _numbered(row.organisations, "organisation", "organisations", row.tag)
        tone = "good"
    return Badge(label="reused by", message=message, about=detail.card.name.value, tone=tone)


def _countries(call: Call, detail: ComponentDetail) -> Badge:
    row = _strongest(call.services.lineage.summary(detail.card.slug))
    message, tone = "none found", "none"
    if row and row.countries:
        message, tone = _numbered(row.countries, "country", "countries", row.tag), "good"
    return Badge(label="reused in", message=message, about=detail.card.name.value, tone=tone)


def _metadata(_: Call, detail: ComponentDetail) -> Badge:
    files = [x for x in detail.documents if x.kind == "publiccode"]
    nearest = min(files, key=lambda x: (x.path.count("/"), x.path), default=None)
    message, tone = "none", "none"
    if nearest:
        message = _STATUS.get(nearest.status, "not read")
        tone = "good" if nearest.status == "valid" else "bad"
    return Badge(label="publiccode.yml", message=message, about=detail.card.name.value, tone=tone)


def _drift(call: Call, detail: ComponentDetail) -> Badge:
    found = call.services.drifts.summary(detail.card.slug)
    return Badge(label="upstream", **_said(found), about=detail.card.name.value)


def _said(found: DriftSummary) -> dict[str, str]:
    """Return message and tone; a fix that is missing is told before all else."""
    if found.origin is None:
        return {"message": "none known", "tone": "none"}
    if found.fixes_missing:
        fixes = "fix" if found.fixes_missing == 1 else "fixes"
        return {"message": f"{found.fixes_missing} security {fixes} missing", "tone": "bad"}
    if found.behind is None:
        return {"message": "not comparable", "tone": "none"}
    commits = "commit" if found.behind == 1 else "commits"
    return {"message": f"{found.behind} {commits} behind", "tone": "good"}


BADGES: Final[Mapping[str, Callable[[Call, ComponentDetail], Badge]]] = {
    "reuse": _reuse,
    "countries": _countries,
    "metadata": _metadata,
    "drift": _drift,
}


class BadgesApi(Controller):
    """`/badge/components/{slug}/{name}.svg` and `.json`."""

    include_in_schema = False

    @get("/components/{slug:str}/{name:str}", sync_to_thread=True)
    def show_badge(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Return a badge; of a component that is not listed, one that says so (404 or 410)."""
        call.read(())
        stem, _, suffix = name.rpartition(".")
        if stem not in BADGES or suffix not in {"svg", "json"}:
            raise NotFound(
                f"there is no badge {name[:80]!r}: use {', '.join(BADGES)}, .svg or .json"
            )
        try:
            detail = call.catalogue.component(slug_in(slug, "component"))
        except Moved:
            raise
        except NotFound as error:
            status = 410 if isinstance(error, Gone) else 404
            badge = Badge(label="component", message="not listed", about="Registry", tone="none")
            return _answer(call, badge, suffix, status)
        return _answer(call, BADGES[stem](call, detail), suffix, 200)


def _answer(call: Call, badge: Badge, suffix: str, status: int) -> Response[Any]:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": CACHE}
    if status != 200:
        # shields.io shows what it is sent with 200 alone, and an error of its own for all else.
        content: Any = badge_svg(badge) if suffix == "svg" else badge_json(badge)
        media = Form.SVG if suffix == "svg" else Form.JSON
        headers["Cache-Control"] = CACHE_MISSING
        return Response(content, status_code=status, media_type=media, headers=headers)
    if suffix == "json":
        return call.json(badge_json(badge), headers=headers)
    return call.file(badge_svg(badge), Form.SVG, name="badge.svg", headers=headers)


def badges_router(limiter: RateLimiter) -> Router:
    """Return the routes of `/badge`; what a client pays for here it shares with `/api/v1`."""
    return Router(
        PREFIX,
        route_handlers=[BadgesApi],
        dependencies={"call": Provide(call_provider(limiter))},
        exception_handlers={Moved: _moved},
        middleware=[ApiHeaders()],
    )


def _moved(request: Request[Any, Any, Any], error: Moved) -> Response[Any]:
    """Answer 301 to the badge of the component under its present slug."""
    name = request.url.path.rpartition("/")[2]
    location = f"{PREFIX}/components/{error.slug}/{name}"
    return Response(b"", status_code=301, headers={"Location": location})
