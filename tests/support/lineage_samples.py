"""Invented edges of every kind, tag and state, for the pages.

The ends are components of `tests.support.catalogue_samples`. Names hold markup that must never
become markup, words that are too long, and values that are not known.
"""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from registry.lineage.readmodels import EdgeView, End
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

FORMS = End(
    name="Forms for citizens",
    slug="forms",
    url="https://git.example.org/examples/forms",
    organisation="Ministry of Examples",
    organisation_slug="ministry-of-examples",
    country="EE",
)
AUTO = End(
    name="Auto-évaluation",
    slug="auto-evaluation",
    url="https://git.example.org/examples/auto-evaluation",
    organisation="Digital Service",
    organisation_slug="digital-service",
    country="CA",
    region="CA-ON",
)
HEALTH = End(
    name="Health Agency of Examples",
    reference="https://health.example.org/",
    country="CA",
    region="CA-AB",
)


def fork(number: int) -> End:
    """Return a fork of `forms` as an end."""
    return End(
        name=f"Forms of town {number}",
        slug=f"forms-fork-{number}",
        url=f"https://git.example.org/examples/forms-fork-{number}",
        organisation=f"Town {number}",
        organisation_slug=f"town-{number}",
        country="FI" if number % 2 else "CA",
    )


def edge(key: str, origin: End = FORMS, reuser: End = AUTO, **values: Any) -> EdgeView:
    """Return an edge with plausible values, any of which can be given."""
    given: dict[str, Any] = {
        "kind": "shared_commits",
        "tag": "measured",
        "state": "current",
        "direction_basis": "first_seen",
        "first_seen": NOW - timedelta(days=900),
        "last_seen": NOW - timedelta(days=30),
        "found_at": NOW - timedelta(days=3),
        "changed_at": NOW - timedelta(days=2),
        "strength": {"commits": 312},
        "confidence": "verified",
    }
    return EdgeView(key=f"ev_{key}", origin=origin, reuser=reuser, **{**given, **values})


def edges() -> list[EdgeView]:
    """Return edges of every kind and state between hard cases, and one to each fork."""
    files = {"count": 80, "weight": 311.5, "containment": 0.57, "tau": 0.02}
    special = [
        edge("commits"),
        edge("files", kind="shared_files", strength=files),
        edge("similar", reuser=fork(3), kind="similar_files", confidence="likely",
             strength={"count": 45, "weight": 120.0}),
        edge("package", reuser=fork(5), kind="package_dependency",
             locator="npm:@examples/forms", strength={"spec": "^1.2", "line": 4}),
        edge("submodule", reuser=fork(7), kind="submodule", locator="vendor/forms", strength={}),
        edge("vendored", reuser=fork(9), kind="vendored_component",
             strength={"files": 481}, first_seen=None, last_seen=None),
        edge("text", origin=HEALTH, kind="attribution_text", tag="attributed",
             state="since_removed", locator="NOTICE.md:1", strength={"mentions": 4}),
        edge("declared", reuser=fork(11), kind="declared", tag="declared",
             locator="publiccode.yml", strength={}),
        edge("undirected", reuser=fork(13), direction="unknown", direction_basis=""),
        edge("mirror", reuser=fork(1), is_mirror=True),
        edge("internal", reuser=replace(FORMS, slug="service-1", name="Service number 1"),
             is_internal=True),
        edge("unlicensed", reuser=replace(fork(12), slug="hidden", name=f"{EVIL} again"),
             kind="similar_files", confidence="possible", strength={"count": 7}),
        edge("possible", reuser=fork(2), kind="similar_files", confidence="possible"),
        edge("disputed", reuser=fork(4), state="disputed", strength={"commits": 40}),
        edge("withdrawn", reuser=fork(6), state="withdrawn", strength={"commits": 60}),
        edge("superseded", reuser=fork(8), state="superseded", strength={"commits": 80}),
        edge("evil",
             origin=replace(FORMS, slug="hidden", name=EVIL, organisation=f"Ministry {EVIL}"),
             reuser=replace(AUTO, slug="long-name", name=LONG_WORD, country="DE", region=None),
             locator=EVIL, strength={EVIL: EVIL}, is_demo=True),
    ]  # fmt: skip
    forks = [
        edge(f"fork{i}", reuser=fork(i), first_seen=NOW - timedelta(days=40 * i)) for i in range(14)
    ]
    return [*special, *forks]
