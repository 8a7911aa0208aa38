"""The words of questions about reuse: the same in addresses, on pages and on the command line."""

from collections.abc import Mapping
from typing import Final

from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag

KINDS: Final = tuple(kind.value for kind in EdgeKind)
TAGS: Final = tuple(tag.value for tag in EdgeTag)
STATES: Final = tuple(state.value for state in EdgeState)
CONFIDENCES: Final = ("verified", "likely", "possible")
DIRECTIONS: Final = ("known", "unknown")
GROUPS: Final = ("country", "region", "organisation")
PERIODS: Final = ("all", "year", "quarter")
SORTS: Final = ("first_seen", "changed")

# Filter → field of `ReuseQuery`: those that may be repeated, and those with one value.
MANY: Final[Mapping[str, str]] = {
    "from": "origin_country",
    "to": "reuser_country",
    "from_region": "origin_region",
    "to_region": "reuser_region",
    "kind": "kind",
    "tag": "tag",
    "state": "state",
    "confidence": "confidence",
}
ONE: Final[Mapping[str, str]] = {
    "from_organisation": "origin_organisation",
    "to_organisation": "reuser_organisation",
    "organisation": "organisation",
    "component": "component",
    "origin": "origin",
    "reuser": "reuser",
    "direction": "direction",
}
MOMENTS: Final = ("since", "until", "changed_since")
# What is left out unless it is asked for.
WITH: Final = ("with_internal", "with_mirrors", "with_possible")
