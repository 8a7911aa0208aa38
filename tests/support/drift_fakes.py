"""Drift in memory, with the hard cases: nothing known, all at once, and texts that break pages."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec.structs import replace

from registry.accounts.actors import Actor
from registry.adoption.drift.readmodels import (
    AdvisoryAddress,
    ComponentDrift,
    DriftSummary,
    DriftView,
    FixPage,
    FixQuery,
    FixView,
    MissedCommit,
    Party,
)
from registry.errors import NotFound
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

COMMIT: Final = "8c7e5a667f1b771847fe88c01c3de34413a1b220"
UPSTREAM: Final = Party(
    slug="forms", name="Forms", url="https://github.com/town/forms", forge="github",
    organisation="Ministry of Examples", organisation_slug="ministry-of-examples", country="EE",
)  # fmt: skip
FORK: Final = Party(
    slug="forms-fork-1", name=LONG_WORD, url="https://git.example.org/examples/fork", country="FI"
)
GONE: Final = Party(
    slug="gone-service", name=EVIL, url="https://git.example.org/examples/gone", state="gone"
)
COMMITS: Final = tuple(
    MissedCommit(
        commit=COMMIT, url=f"https://github.com/town/forms/commit/{COMMIT}", at=NOW,
        subject=subject, state=state, files=2, is_clean=state == "missing",
    )
    for subject, state in (("Escape names", "missing"), (EVIL, "edited"), ("", "missing"))
)  # fmt: skip
MEASURED: Final = DriftView(
    origin=UPSTREAM, reuser=FORK, edge="ev_commits", distance=1, state="measured", reason="",
    is_related=True, behind=5758, behind_merges=1884, equivalent=1, absorbed=369, missing=1320,
    edited=2022, gone=161, ahead=1814, ahead_merges=56, ahead_equivalent=1, compared=1050,
    comparable=1060, parallel=485, parallel_paths=(EVIL, LONG_WORD), files_held=212,
    files_older=102, base_commit=COMMIT, base_at=NOW, synced_at=NOW, sync_basis="merge",
    fixes_missing=2, fixes_not_known=1, origin_head=COMMIT, reuser_head=COMMIT,
    compare_url=f"https://github.com/town/forms/compare/{COMMIT}...{COMMIT}", commits=COMMITS,
    caps=("commits",), looked_at=NOW,
)  # fmt: skip
NOTHING: Final = dict.fromkeys(
    ("behind", "missing", "ahead", "parallel", "files_held", "files_older", "base_commit",
     "base_at", "synced_at", "compare_url")
)  # fmt: skip
COPIED: Final = replace(
    MEASURED, **NOTHING | {"files_held": 12, "files_older": 1}, is_related=False, origin=GONE,
    distance=3, edge=None, commits=(), caps=(),
)  # fmt: skip
UNKNOWN: Final = replace(
    MEASURED, **NOTHING, origin=GONE, state="not_known", reason="history_cut", commits=(), caps=()
)
FIX: Final = FixView(
    key="fix_missing", state="missing", fork=FORK, upstream=UPSTREAM,
    advisory="GHSA-2345-6789-cfgh", aliases=("CVE-2026-12345",), summary=f"Not escaped {EVIL}",
    severity="high", vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    advisory_url="https://osv.dev/vulnerability/GHSA-2345-6789-cfgh",
    links=(
        AdvisoryAddress("WEB", "https://github.com/town/forms/security"),
        AdvisoryAddress(EVIL, "javascript:alert(1)"),
    ),
    published_at=NOW, basis="commit", reason="", commit=COMMIT,
    commit_url=f"https://github.com/town/forms/commit/{COMMIT}", commit_at=NOW, subject=EVIL,
    command=f"git fetch https://github.com/town/forms {COMMIT} && git cherry-pick -x {COMMIT}",
    compare_url=None, found_at=NOW, changed_at=NOW, ended_at=None, ended_because="", muted_at=None,
    mute_reason="", looked_at=NOW,
)  # fmt: skip
FIXES: Final = (
    FIX,
    replace(
        FIX, key="fix_unknown", state="not_known", basis="none", reason="fix_not_found",
        severity=None, commit=None, commit_url=None, commit_at=None, subject="", command="",
        vector=None, upstream=GONE, looked_at=None, links=(), aliases=(), summary="",
    ),
    replace(FIX, key="fix_muted", state="muted", muted_at=NOW, mute_reason=EVIL),
    replace(FIX, key="fix_ended", state="ended", ended_at=NOW, ended_because="taken"),
)  # fmt: skip


class InMemoryDrifts:
    """`forms` has forks, `hidden` is a fork of all kinds, all others have nothing."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.fixes_known = () if is_empty else FIXES
        self.is_empty = is_empty

    def of_component(self, slug: str) -> ComponentDrift:
        """Return the drift of a component."""
        is_upstream, is_fork = slug == "forms", slug in {"hidden", "forms-fork-1"}
        if self.is_empty:
            is_upstream = is_fork = False
        return ComponentDrift(
            slug=slug,
            upstreams=(MEASURED, COPIED, UNKNOWN) if is_fork else (),
            forks=(MEASURED, COPIED, UNKNOWN) if is_upstream else (),
            forks_in_all=300 if is_upstream else 0,
            fixes=FIXES[:3] if is_fork else (),
            advisories=3 if is_fork else 0,
            advisories_as_of=NOW if is_fork else None,
        )

    def of_members(
        self, components: Collection[str], organisations: Collection[str]
    ) -> tuple[DriftView, ...]:
        """Return a fork of `forms` where it is asked for, whoever keeps it."""
        if self.is_empty or "forms" not in components or not organisations:
            return ()
        return (replace(MEASURED, reuser=replace(FORK, name="Forms of a member"), commits=()),)

    def summary(self, slug: str) -> DriftSummary:
        """Return the line of a component."""
        found = self.of_component(slug)
        if not found.upstreams:
            return DriftSummary(forks=found.forks_in_all)
        return DriftSummary(
            origin=UPSTREAM, is_related=True, behind=40, missing=18, ahead=12, fixes_missing=2,
            looked_at=NOW,
        )  # fmt: skip

    def fixes(self, query: FixQuery) -> FixPage:
        """Return the fixes in the states that are asked for."""
        found = tuple(fix for fix in self.fixes_known if fix.state in query.state)
        return FixPage(items=found, next=7 if found and query.after is None else None)

    def all_fixes(self, query: FixQuery) -> Iterator[FixView]:
        """Yield them."""
        yield from self.fixes(query).items

    def fix(self, key: str) -> FixView:
        """Return one by its key."""
        for fix in self.fixes_known:
            if fix.key == key:
                return fix
        raise NotFound(f"there is no missed fix {key!r}")

    def mute(self, actor: Actor, key: str, reason: str) -> FixView:
        """Return it as muted."""
        del actor
        return replace(self.fix(key), state="muted", mute_reason=reason, muted_at=NOW)

    def unmute(self, actor: Actor, key: str) -> FixView:
        """Return it as missing."""
        del actor
        return replace(self.fix(key), state="missing")
