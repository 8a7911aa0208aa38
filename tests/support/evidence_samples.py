"""What is known of the invented edges one by one: the proof with its files, and the family."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from registry.lineage.readmodels import (
    EdgeEventView,
    EdgeView,
    End,
    EvidenceView,
    LineageNode,
    LineageTree,
)
from tests.support.hard_cases import COMMIT, EVIL, LONG_WORD, NOW
from tests.support.lineage_samples import AUTO, FORMS, HEALTH, fork

CHANGED = "c" * 40  # the contents of a file that was edited


def evidence(item: EdgeView, others: Sequence[EdgeView]) -> EvidenceView:
    """Return an edge with a proof, its history, and the other edges between the same ends."""
    side = {
        "path": EVIL,
        "blob": COMMIT,
        "commit": COMMIT,
        "time": 1_585_000_000,
        "swhid": f"swh:1:cnt:{COMMIT}",
        "line": 4,
    }
    changed = {**side, "path": f"src/{LONG_WORD}.py", "blob": CHANGED}
    samples = [
        {"origin": side, "reuser": side},
        {"origin": side, "reuser": changed, "shared": 45},
        {"reuser": {"commit": COMMIT}, "removed": {"commit": COMMIT}},
    ]
    ends = {
        name: {"url": end.url, "head": COMMIT}
        for name, end in (("origin", item.origin), ("reuser", item.reuser))
        if end.url
    }
    return EvidenceView(
        edge=item,
        proof={"kind": item.kind, "samples": samples, **ends},
        proof_digest="d" * 64,
        events=(
            EdgeEventView(at=NOW, state="current", reason="found"),
            EdgeEventView(at=NOW, state=item.state, reason=EVIL),
        ),
        others=tuple(
            x for x in others
            if x.key != item.key and (x.origin, x.reuser) == (item.origin, item.reuser)
        ),
        checked_at=NOW,
        partial=("origin",) if EVIL in item.reuser.name else (),
        origin_licence="EUPL-1.2",
        reuser_licence=None if EVIL in item.reuser.name else "MIT",
    )  # fmt: skip


def node(end: End, depth: int, **values: Any) -> LineageNode:
    """Return an end as a member of a family."""
    return LineageNode(
        slug=end.slug, name=end.name, organisation=end.organisation, country=end.country,
        region=end.region, depth=depth, **values,
    )  # fmt: skip


def family(slug: str, unplaced: Sequence[EdgeView]) -> LineageTree:
    """Return the family of `forms`, four deep, as one of its members sees it."""

    def child(number: int, depth: int, parent: str, **values: Any) -> LineageNode:
        end = fork(number)
        given: dict[str, Any] = {
            "moment": NOW - timedelta(days=900 - 60 * number), "edge": f"ev_fork{number}",
            "kinds": ("shared_commits", "shared_files"), "tag": "measured", "state": "current",
        }  # fmt: skip
        return node(end, depth, parent=parent, is_current=end.slug == slug, **given | values)

    nodes = [
        node(FORMS, 0, moment=NOW - timedelta(days=1500), is_current=slug == "forms"),
        node(AUTO, 1, parent="forms", moment=NOW - timedelta(days=900), edge="ev_commits",
              kinds=("shared_commits",), tag="measured", state="current",
              also_from=((EVIL, "ev_evil"), (HEALTH.name, "ev_text")),
              is_current=slug == "auto-evaluation"),
        child(0, 2, "auto-evaluation", state="since_removed"),
        child(1, 2, "auto-evaluation", is_mirror=True),
        child(2, 3, "forms-fork-1", is_clamped=True),
        *(child(i, 1, "forms") for i in range(3, 14)),
    ]  # fmt: skip
    return LineageTree(nodes=tuple(nodes), unplaced=tuple(unplaced), common_upstream=2)


class InMemoryContents:
    """The contents of the two files of each proof: one with markup in it, one edited."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return what a blob holds, whatever the repository."""
        lines = [f"line {number}" for number in range(40)]
        if blob == CHANGED:
            lines[20:21] = [EVIL, LONG_WORD]
        return "\n".join(lines).encode() if url and blob in {COMMIT, CHANGED} else None
